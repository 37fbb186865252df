/* COMPRESS=DEFLATE (RFC 4978), only where it pays: servers deflate some twenty megabytes a second,
 * so a faster line would be held up by it. The line's speed is seen while letters come, and what it
 * says is done once a session, between two batches. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>

#include "engine-error.h"

/* So much has to have come before a speed is believed: less measures the way there and back. */
#define SAMPLE_BYTES (256 * 1024)
/* Bytes a second; below, the line is what is waited for. */
#define SLOW (12 * 1000 * 1000)

void
engine_imap_measure_begin (EngineImap *imap)
{
  NetTotals totals;

  net_session_totals (imap->session, &totals);
  imap->speed.from = net_clock_now ();
  imap->speed.bytes = totals.wire_bytes_in;
}

void
engine_imap_measure (EngineImap *imap)
{
  NetTotals totals;
  gint64 passed = net_clock_now () - imap->speed.from;
  guint64 came;

  if (imap->speed.known)
    return;
  net_session_totals (imap->session, &totals);
  came = totals.wire_bytes_in - imap->speed.bytes;
  if (came < SAMPLE_BYTES || passed <= 0)
    return;
  imap->speed.known = TRUE;
  imap->speed.slow = came * G_USEC_PER_SEC / (guint64) passed < SLOW;
  g_debug ("the line carries %" G_GUINT64_FORMAT " bytes a second",
           came * G_USEC_PER_SEC / (guint64) passed);
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
