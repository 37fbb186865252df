/* One session of collecting. UIDL is the memory of what was here already; a server without it can
 * only be emptied, its letters told apart by their hash. */
#include "config.h"

#include "engine-pop3-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-place.h"
#include "engine-wait.h"

/* Commands on the way; when half of them are answered as many are said at once, in one packet. */
#define ON_THE_WAY 64
#define STREAM_ABOVE (1024 * 1024)
#define JOB_BYTES (1024 * 1024)
/* Sizes of LIST are off by the line ends a server does not store (RFC 1939 §11), by what it adds on
 * the way, or altogether; what is further off than this has no end. */
#define SIZE_FACTOR 2
#define SIZE_SLACK (32 * 1024 * 1024)

/* A letter on its way in. */
typedef struct
{
  EnginePop3Listed *listed;
  GByteArray *bytes;    /* nullable: then @stream */
  EngineStream *stream; /* nullable */
  GChecksum *name;      /* nullable: where UIDL names none, the bytes are the name */
  guint64 received;
  gboolean top;   /* only its headers were asked for */
  gboolean rest;  /* its headers are here, and this is all of it */
  gboolean doubt; /* its name is known, and may be another letter's */
} Arriving;

static void
arriving_free (gpointer data)
{
  Arriving *arriving = data;

  g_clear_pointer (&arriving->bytes, g_byte_array_unref);
  g_clear_pointer (&arriving->stream, engine_stream_unref);
  g_clear_pointer (&arriving->name, g_checksum_free);
  g_free (arriving);
}

/* --- what finished letters become --- */

typedef struct
{
  EngineLetter *letter;
  EngineStream *stream; /* nullable */
  char *uidl;
  guint64 listed;
  gboolean top, rest, doubt;
} Arrived;

typedef struct _Arrivals
{
  GArray *letters; /* Arrived */
  gsize weight;
  gint64 maildrop, inbox;
  BaseCause *cause;
  gint *changed; /* the session's, which waits for the writer */
} Arrivals;

static void
arrived_clear (gpointer data)
{
  Arrived *arrived = data;

  engine_letter_free (arrived->letter);
  g_clear_pointer (&arrived->stream, engine_stream_unref);
  g_free (arrived->uidl);
}

static void
arrivals_free (gpointer data)
{
  Arrivals *arrivals = data;

  g_array_unref (arrivals->letters);
  base_cause_unref (arrivals->cause);
  g_free (arrivals);
}

static Arrivals *
arrivals_new (EnginePop3 *pop3)
{
  Arrivals *arrivals = g_new0 (Arrivals, 1);

  arrivals->letters = g_array_new (FALSE, FALSE, sizeof (Arrived));
  g_array_set_clear_func (arrivals->letters, arrived_clear);
  arrivals->maildrop = pop3->maildrop;
  arrivals->inbox = pop3->inbox;
  arrivals->cause = base_cause_ref (pop3->cause);
  arrivals->changed = &pop3->changed;
  return arrivals;
}

static gboolean
write_source (StoreTx *tx, Arrived *arrived, GError **error)
{
  if (arrived->top)
    return TRUE;
  return arrived->stream
             ? engine_stream_publish (arrived->stream, tx, &arrived->letter->record.source, error)
             : engine_letter_write_source (arrived->letter, tx, error);
}

/* Row and UIDL memory: what is in the maildrop there, and in the inbox here. */
static gboolean
write_row (StoreTx *tx, Arrivals *arrivals, Arrived *arrived, GError **error)
{
  StoreNewMessage *record = &arrived->letter->record;
  gint64 listed, placement;

  record->folder = arrivals->maildrop;
  record->uidl = arrived->uidl;
  record->hidden = TRUE;
  record->message = 0;
  if (!store_tx_put_message (
          tx, record, arrivals->cause, "UIDL", &record->message, &listed, error) ||
      !store_tx_maildrop_weighs (tx, listed, arrived->listed, error))
    return FALSE;
  record->folder = arrivals->inbox;
  record->uidl = NULL;
  record->hidden = FALSE;
  return store_tx_put_message (tx,
                               record,
                               arrivals->cause,
                               arrived->top ? "TOP" : "RETR",
                               &record->message,
                               &placement,
                               error);
}

/* In one transaction: a letter is here whole, or it is new next time. */
static gboolean
write_arrived (StoreTx *tx, Arrivals *arrivals, Arrived *arrived, GError **error)
{
  StoreNewMessage *record = &arrived->letter->record;
  gboolean same = FALSE, fits = TRUE;

  if (!write_source (tx, arrived, error))
    return FALSE;
  if (arrived->doubt && !store_tx_maildrop_compare (tx,
                                                    arrivals->maildrop,
                                                    arrived->uidl,
                                                    record->source,
                                                    record->message_id,
                                                    arrived->listed,
                                                    &same,
                                                    arrivals->cause,
                                                    error))
    return FALSE;
  if (same)
    return TRUE;
  if (arrived->rest &&
      !store_tx_maildrop_fits (
          tx, arrivals->maildrop, arrived->uidl, record, &fits, arrivals->cause, error))
    return FALSE;
  if (arrived->doubt || !fits)
    g_atomic_int_set (arrivals->changed, 1);
  return write_row (tx, arrivals, arrived, error);
}

static gboolean
write_arrivals (StoreTx *tx, gpointer data, GError **error)
{
  Arrivals *arrivals = data;

  for (guint i = 0; i < arrivals->letters->len; i++)
    if (!write_arrived (tx, arrivals, &g_array_index (arrivals->letters, Arrived, i), error))
      return FALSE;
  return TRUE;
}

static void
send_arrivals (EnginePop3 *pop3)
{
  if (pop3->arrivals->letters->len == 0)
    return;
  engine_bulk_queue (
      pop3->bulk, pop3->arrivals->weight, write_arrivals, pop3->arrivals, arrivals_free);
  pop3->arrivals = arrivals_new (pop3);
}

static EngineLetter *
make_letter (Arriving *arriving)
{
  g_autoptr (GBytes) bytes = NULL;
  EngineLetter *letter;

  if (arriving->stream)
    return engine_stream_end (arriving->stream);
  if (arriving->top)
    {
      letter =
          engine_letter_from_headers ((const char *) arriving->bytes->data, arriving->bytes->len);
      letter->record.size = arriving->listed->size;
      return letter;
    }
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&arriving->bytes));
  letter = engine_letter_from_source (bytes);
  engine_letter_pack (letter);
  return letter;
}

/* Of a letter without one: the hash. */
static char *
hash_name (const Arriving *arriving)
{
  return g_strdup_printf (
      "sha256:%s:%" G_GUINT64_FORMAT, g_checksum_get_string (arriving->name), arriving->received);
}

static gsize
weight_of (const Arrived *arrived)
{
  if (arrived->top)
    return 1024;
  return 1024 + (arrived->stream ? engine_stream_weight (arrived->stream)
                                 : store_pack_weight (arrived->letter->pack));
}

static void
count (guint64 *counter)
{
  if (counter)
    ++*counter;
}

static void
finish_letter (EnginePop3 *pop3, Arriving *arriving)
{
  EnginePop3Listed *listed = arriving->listed;
  Arrived arrived = { .letter = make_letter (arriving),
                      .stream = g_steal_pointer (&arriving->stream),
                      .listed = listed->size,
                      .top = arriving->top,
                      .rest = arriving->rest,
                      .doubt = arriving->doubt };

  listed->seen = TRUE;
  listed->came = arriving->top ? 0 : arriving->received;
  if (arriving->name)
    {
      g_autofree char *name = hash_name (arriving);

      listed->uidl = g_string_chunk_insert (pop3->names, name);
      if (g_hash_table_contains (pop3->known, name))
        {
          arrived_clear (&arrived);
          return;
        }
    }
  arrived.uidl = g_strdup (listed->uidl);
  arrived.letter->record.arrived = store_mailbase_now (pop3->mailbase) / G_USEC_PER_SEC;
  pop3->arrivals->weight += weight_of (&arrived);
  g_array_append_val (pop3->arrivals->letters, arrived);
  if (pop3->work)
    {
      count (pop3->work->messages);
      count (arriving->top ? NULL : pop3->work->bodies);
    }
  if (pop3->arrivals->weight >= JOB_BYTES)
    send_arrivals (pop3);
}

/* --- downloading --- */

/* A letter that goes on and on is not silent, so no deadline ends it. */
static gboolean
check_size (EnginePop3 *pop3, const Arriving *arriving, GError **error)
{
  guint64 announced = arriving->listed->size;

  if (announced > (G_MAXUINT64 - SIZE_SLACK) / SIZE_FACTOR ||
      arriving->received <= announced * SIZE_FACTOR + SIZE_SLACK)
    return TRUE;
  if (arriving->listed->uidl && !engine_pop3_endless_add (pop3, arriving->listed->uidl, error))
    return FALSE;
  g_set_error (error,
               BASE_CORE_ERROR,
               BASE_CORE_ERROR_LIMIT,
               _ ("%s announced message %u with %lu bytes and sends far more; it was not stored, "
                  "and nothing was removed from the server"),
               pop3->info->host,
               arriving->listed->number,
               (gulong) announced);
  return FALSE;
}

static gboolean
take_data (EnginePop3 *pop3, Arriving *arriving, GBytes *data, GError **error)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (data, &len);

  arriving->received += len;
  if (!check_size (pop3, arriving, error))
    return FALSE;
  if (arriving->name)
    g_checksum_update (arriving->name, bytes, (gssize) len);
  if (arriving->stream)
    {
      engine_stream_append (arriving->stream, bytes, len);
      return TRUE;
    }
  /* Room for the whole is made when it comes, not for all that are on the way. */
  if (arriving->bytes->len == 0 && !arriving->top)
    {
      g_byte_array_unref (arriving->bytes);
      arriving->bytes =
          g_byte_array_sized_new ((guint) CLAMP (arriving->listed->size, len, STREAM_ABOVE));
    }
  g_byte_array_append (arriving->bytes, bytes, (guint) len);
  if (arriving->bytes->len > STREAM_ABOVE)
    {
      arriving->stream = engine_stream_new (pop3->bulk);
      engine_stream_append (arriving->stream, arriving->bytes->data, arriving->bytes->len);
      g_clear_pointer (&arriving->bytes, g_byte_array_unref);
    }
  return TRUE;
}

static void
end_letter (EnginePop3 *pop3, const Pop3Event *event, Arriving *arriving)
{
  if (event->base.outcome == BASE_OUTCOME_OK)
    {
      finish_letter (pop3, arriving);
      pop3->done++;
      return;
    }
  /* It may have been removed by another client in the meantime; the others still come. */
  pop3->failed++;
  if (!pop3->said)
    pop3->said = g_strdup (event->status.text);
}

static gboolean
take_event (EnginePop3 *pop3, BaseEvent *base, GError **error)
{
  Pop3Event *event = (Pop3Event *) base;
  Arriving *arriving = g_hash_table_lookup (pop3->arriving, &base->exchange);

  if (!arriving)
    return TRUE;
  if (base->type == POP3_EVENT_BODY_DATA)
    {
      if (!take_data (pop3, arriving, event->data, error))
        return FALSE;
    }
  else if (base->outcome != BASE_OUTCOME_NONE)
    {
      end_letter (pop3, event, arriving);
      g_hash_table_remove (pop3->arriving, &base->exchange);
    }
  /* A full disk ends it: bytes that cannot be kept are not asked for. */
  return !engine_bulk_has_failed (pop3->bulk) || engine_bulk_finish (pop3->bulk, error);
}

typedef enum
{
  NOTHING,
  TOP,
  RETR,
  COMPARE /* RETR, to see whether the letter is still the one it was */
} Need;

/* What headers are enough of: "headers", or "below:BYTES" for what is larger. */
static gboolean
wants_headers (const EnginePop3 *pop3, const EnginePop3Listed *listed)
{
  const char *policy = pop3->info->keep_policy;

  if (!listed->uidl || !pop3_core_has_capability (pop3->core, "TOP"))
    return FALSE;
  if (pop3->wish->headers_only || strcmp (policy, "headers") == 0)
    return TRUE;
  return g_str_has_prefix (policy, "below:") &&
         listed->size > g_ascii_strtoull (policy + strlen ("below:"), NULL, 10);
}

static Need
need (const EnginePop3 *pop3, const EnginePop3Listed *listed)
{
  const StoreKept *kept = listed->uidl ? g_hash_table_lookup (pop3->known, listed->uidl) : NULL;

  if (listed->left || listed->seen)
    return NOTHING;
  if (pop3->wish->message && kept && kept->message == pop3->wish->message)
    return kept->has_source ? NOTHING : RETR;
  if (pop3->wish->message && !pop3->wish->others)
    return NOTHING;
  if (!kept)
    return wants_headers (pop3, listed) ? TOP : RETR;
  if (listed->doubted)
    return COMPARE;
  if (!kept->has_source)
    return kept->is_here && !wants_headers (pop3, listed) ? RETR : NOTHING;
  if (g_atomic_int_get (&pop3->changed) || (kept->listed != 0 && kept->listed != listed->size))
    return COMPARE;
  return NOTHING;
}

static void
submit (EnginePop3 *pop3, EnginePop3Listed *listed, Need what)
{
  g_autoptr (Pop3Command) command =
      pop3_command_number (what == TOP ? POP3_VERB_TOP : POP3_VERB_RETR, listed->number);
  Arriving *arriving = g_new0 (Arriving, 1);
  guint64 *exchange = g_new (guint64, 1);

  listed->asked = TRUE;
  arriving->listed = listed;
  arriving->top = what == TOP;
  arriving->rest =
      what == RETR && listed->uidl && g_hash_table_contains (pop3->known, listed->uidl);
  arriving->doubt = what == COMPARE;
  arriving->bytes = g_byte_array_new ();
  if (!listed->uidl)
    arriving->name = g_checksum_new (G_CHECKSUM_SHA256);
  *exchange = pop3_core_submit (pop3->core, command, pop3->cause);
  g_hash_table_insert (pop3->arriving, exchange, arriving);
}

static gboolean
step (EnginePop3 *pop3, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;

  switch (net_session_step (pop3->session, FALSE, G_MAXINT64, &event, error))
    {
    case NET_STEP_EVENT:
      return take_event (pop3, event, error);
    case NET_STEP_CLOSED:
      engine_wait_set_closed (pop3->session, error);
      return FALSE;
    case NET_STEP_ERROR:
      return FALSE;
    case NET_STEP_WOKEN:
    case NET_STEP_LATER:
    default:
      return TRUE;
    }
}

/* Asks for letters from @next on until enough are on the way. */
static guint
submit_more (EnginePop3 *pop3, guint next)
{
  while (next < pop3->listed->len && g_hash_table_size (pop3->arriving) < ON_THE_WAY)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, next++);
      Need what = need (pop3, listed);

      if (what != NOTHING)
        submit (pop3, listed, what);
    }
  return next;
}

/* Even when the line is cut, what came whole is kept. */
static gboolean
download (EnginePop3 *pop3, GError **error)
{
  guint next = 0;
  guint64 total = 0;
  gboolean good = TRUE;

  for (guint i = 0; i < pop3->listed->len; i++)
    total += need (pop3, &g_array_index (pop3->listed, EnginePop3Listed, i)) != NOTHING;
  while (good && (next < pop3->listed->len || g_hash_table_size (pop3->arriving) > 0))
    {
      guint64 done = pop3->done;

      if (g_hash_table_size (pop3->arriving) <= ON_THE_WAY / 2)
        next = submit_more (pop3, next);
      if (g_hash_table_size (pop3->arriving) == 0)
        break;
      good = step (pop3, error);
      if (pop3->done != done && pop3->work && pop3->work->progress)
        pop3->work->progress (_ ("Collecting"), pop3->done, total, pop3->work->data);
    }
  send_arrivals (pop3);
  return engine_bulk_finish (pop3->bulk, good ? error : NULL) && good;
}

static gboolean
any_doubted (const EnginePop3 *pop3)
{
  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      if (listed->doubted && !listed->seen)
        return TRUE;
    }
  return FALSE;
}

/* One name that is another letter's now puts all of them in doubt. What is to be removed is looked
 * at before, so that nothing goes that never came. */
static gboolean
download_all (EnginePop3 *pop3, GError **error)
{
  if (!engine_pop3_check_sample (pop3, error) || !download (pop3, error))
    return FALSE;
  if ((pop3->wish->message == 0 || pop3->wish->others) &&
      (!engine_pop3_check_leaving (pop3, error) || (any_doubted (pop3) && !download (pop3, error))))
    return FALSE;
  return !g_atomic_int_get (&pop3->changed) || download (pop3, error);
}

/* What never ended is passed over while others come. */
static void
pass_over_endless (EnginePop3 *pop3)
{
  for (guint i = 0; i < pop3->listed->len; i++)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      listed->left =
          listed->left || (listed->uidl && g_hash_table_contains (pop3->endless, listed->uidl));
    }
}

static gboolean
set_what_failed (EnginePop3 *pop3, GError **error)
{
  if (pop3->failed > 0)
    engine_error_set_said (
        error,
        ENGINE_ERROR_TEMPORARY,
        pop3->said,
        _ ("%s listed messages that it did not give; the others were collected: try "
           "again later"),
        pop3->info->host);
  else if (pop3->nameless > 0)
    g_set_error (error,
                 ENGINE_ERROR,
                 ENGINE_ERROR_TEMPORARY,
                 g_dngettext (GETTEXT_PACKAGE,
                              "%s listed %lu message that it did not name (UIDL); the others were "
                              "collected, and the next visit asks again",
                              "%s listed %lu messages that it did not name (UIDL); the others were "
                              "collected, and the next visit asks again",
                              pop3->nameless),
                 pop3->info->host,
                 (gulong) pop3->nameless);
  else if (pop3->kept > 0)
    engine_error_set_said (
        error,
        ENGINE_ERROR_TEMPORARY,
        pop3->kept_said,
        g_dngettext (
            GETTEXT_PACKAGE,
            "%s did not remove %lu message that it was asked to remove: it is stored here, "
            "and the next visit asks again",
            "%s did not remove %lu messages that it was asked to remove: they are stored "
            "here, and the next visit asks again",
            pop3->kept),
        pop3->info->host,
        (gulong) pop3->kept);
  return pop3->failed == 0 && pop3->nameless == 0 && pop3->kept == 0;
}

static const EnginePop3Listed *
listed_at (const EnginePop3 *pop3, guint at)
{
  return &g_array_index (pop3->listed, EnginePop3Listed, at);
}

/* What was asked for behind it. (nullable) */
static const EnginePop3Listed *
asked_behind (const EnginePop3 *pop3, guint at)
{
  for (guint i = at + 1; i < pop3->listed->len; i++)
    if (listed_at (pop3, i)->asked)
      return listed_at (pop3, i);
  return NULL;
}

/* It took in the next one, or is the next one. A server whose weights are merely wrong does not hit
 * these. */
static gboolean
weighs_like_the_next (const EnginePop3 *pop3, guint at)
{
  const EnginePop3Listed *listed = listed_at (pop3, at);
  const EnginePop3Listed *next = asked_behind (pop3, at);

  return listed->came != 0 && listed->came != listed->size && next &&
         (listed->came == next->size ||
          (listed->came > listed->size && listed->came - listed->size > next->size));
}

typedef struct
{
  EnginePop3 *pop3;
  gboolean all; /* of this session; else those with the next one's weight */
} Doubt;

/* Answers that came out of turn may have been taken for others: a letter that was taken for another
 * one would be removed from the server without ever having been here. */
static gboolean
write_doubt (StoreTx *tx, gpointer data, GError **error)
{
  const Doubt *doubt = data;
  EnginePop3 *pop3 = doubt->pop3;

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = listed_at (pop3, i);

      if (listed->seen && listed->uidl && (doubt->all || weighs_like_the_next (pop3, i)) &&
          !store_tx_maildrop_doubt (tx, pop3->maildrop, listed->uidl, pop3->cause, error))
        return FALSE;
    }
  return TRUE;
}

/* Nonsense is noticed at once. Where the end of one letter was lost, its answer goes on to the end
 * of the next one's, each is taken for the one before it, and the last never comes: that is only
 * silence, or a line that is cut, but they weigh what the next ones do. */
static void
doubt_what_came (EnginePop3 *pop3, const GError *error)
{
  Doubt doubt = { pop3, g_error_matches (error, BASE_CORE_ERROR, BASE_CORE_ERROR_PROTOCOL) };

  store_mailbase_write (pop3->mailbase, STORE_PRIORITY_BULK, TRUE, write_doubt, &doubt, NULL);
}

static gboolean
collect (EnginePop3 *pop3, GError **error)
{
  if (!engine_pop3_list (pop3, error))
    return FALSE;
  pass_over_endless (pop3);
  return download_all (pop3, error) && engine_pop3_remove_and_quit (pop3, error) &&
         set_what_failed (pop3, error);
}

gboolean
engine_pop3_collect (EnginePop3 *pop3, GError **error)
{
  g_autoptr (StoreReader) reader = store_mailbase_reader (pop3->mailbase, error);
  g_autoptr (StoreFolder) inbox = NULL;
  g_autoptr (GError) local = NULL;
  gboolean good;

  if (!reader)
    return FALSE;
  pop3->reader = reader;
  pop3->core = (Pop3Core *) net_session_core (pop3->session);
  pop3->maildrop = engine_place_maildrop (reader, error);
  inbox = pop3->maildrop ? store_reader_folder_by_name (reader, "INBOX", error) : NULL;
  if (!inbox)
    return FALSE;
  pop3->inbox = inbox->id;
  pop3->bulk = engine_bulk_new (pop3->mailbase, STORE_PRIORITY_BULK);
  pop3->listed = g_array_new (FALSE, TRUE, sizeof (EnginePop3Listed));
  pop3->names = g_string_chunk_new (64 * 1024);
  pop3->arriving = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, arriving_free);
  pop3->arrivals = arrivals_new (pop3);
  good = collect (pop3, &local);
  if (!good)
    {
      doubt_what_came (pop3, local);
      g_propagate_error (error, g_steal_pointer (&local));
    }
  g_hash_table_unref (pop3->arriving);
  arrivals_free (pop3->arrivals);
  g_clear_pointer (&pop3->known, g_hash_table_unref);
  g_array_unref (pop3->listed);
  g_string_chunk_free (pop3->names);
  engine_bulk_free (pop3->bulk);
  g_free (pop3->said);
  g_free (pop3->kept_said);
  return good;
}
