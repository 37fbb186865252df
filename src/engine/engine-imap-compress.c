/* COMPRESS=DEFLATE (RFC 4978), only where it pays: servers deflate some twenty megabytes a second,
 * so a faster line would be held up by it. The line's speed is seen while letters come, and what it
 * says is done once a session, between two batches. Only the time counts in which there was nothing
 * to do but wait: when work here is what holds the letters up, deflate would be more of it. */
#include "config.h"

#include "engine-imap.h"

#include <fcntl.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "engine-error.h"

/* So much has to have come before a speed is believed: less measures the way there and back. */
#define SAMPLE_BYTES (256 * 1024)
/* Bytes a second; below, the line is what is waited for. A server that others keep from the
 * processor looks so too, now and then: one fast sample shows that the line is not slow, and only
 * one that is far below, or several in a row, that it is. */
#define SLOW (12 * 1000 * 1000)
#define VERY_SLOW (SLOW / 4)
/* Of the time that passed this share at most may go by in the queue for a processor: beyond it a
 * wait says little about the line. */
#define QUEUED_SHARE 8
/* When as many measures in a row said little, the processor is what is waited for, not the line. */
#define DOUBTS_MAX 4

/* Microseconds in which this thread could have run, and others did; 0 where the kernel does not
 * count them. */
static gint64
time_in_queue (void)
{
  int fd = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  char text[64] = "";
  const char *queued; /* nanoseconds: behind those in which it ran */
  gssize len = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;

  if (fd >= 0)
    close (fd);
  queued = len > 0 ? strchr (text, ' ') : NULL;
  return queued != NULL ? g_ascii_strtoll (queued + 1, NULL, 10) / 1000 : 0;
}

void
engine_imap_measure_begin (EngineImap *imap)
{
  NetTotals totals;

  net_session_totals (imap->session, &totals);
  imap->speed.from = net_clock_now ();
  imap->speed.queued = time_in_queue ();
  imap->speed.waited = totals.waited;
  imap->speed.bytes = totals.wire_bytes_in;
}

/* @carried: bytes a second. */
static void
judge (EngineImap *imap, guint64 carried)
{
  g_debug ("the line carries %" G_GUINT64_FORMAT " bytes a second", carried);
  imap->speed.known =
      carried >= SLOW || carried < VERY_SLOW || ++imap->speed.slow_samples >= ENGINE_IMAP_SAMPLES;
  imap->speed.slow = imap->speed.known && carried < SLOW;
  if (!imap->speed.known)
    engine_imap_measure_begin (imap);
}

void
engine_imap_measure (EngineImap *imap)
{
  NetTotals totals;
  gint64 waited, queued;
  guint64 came;

  if (imap->speed.known)
    return;
  net_session_totals (imap->session, &totals);
  came = totals.wire_bytes_in - imap->speed.bytes;
  waited = MAX (totals.waited - imap->speed.waited, 1);
  if (came < SAMPLE_BYTES)
    return;
  queued = time_in_queue () - imap->speed.queued;
  if (queued > (net_clock_now () - imap->speed.from) / QUEUED_SHARE)
    {
      imap->speed.known = ++imap->speed.doubts >= DOUBTS_MAX;
      engine_imap_measure_begin (imap);
      return;
    }
  judge (imap, came * G_USEC_PER_SEC / (guint64) waited);
}

gboolean
engine_imap_compression_pays (EngineImap *imap)
{
  return imap->speed.slow && !imap->speed.asked && engine_imap_has (imap, "COMPRESS=DEFLATE");
}

gboolean
engine_imap_compress (EngineImap *imap, GError **error)
{
  ImapCommand *command = imap_command_new (IMAP_VERB_COMPRESS);
  EngineImapFunc func = imap->func;
  g_autoptr (BaseEvent) event = NULL;

  imap->speed.asked = TRUE;
  command->name = g_strdup ("DEFLATE");
  imap->func = NULL;
  event = (BaseEvent *) engine_imap_wait (imap, engine_imap_submit (imap, command), error);
  imap->func = func;
  if (!event)
    return FALSE;
  /* A server that would rather not (COMPRESSIONACTIVE, or NO without a reason) is left in peace. */
  if (event->outcome != BASE_OUTCOME_OK)
    return TRUE;
  if (imap_core_may_compress (imap->core))
    return net_session_start_deflate (imap->session, error);
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_PROTOCOL,
               _ ("%s began to compress before it had said so: try again"),
               imap->info->host);
  return FALSE;
}
