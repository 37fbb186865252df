/* One session of collecting. UIDL is the memory of what was here already; a server without it can
 * only be emptied, its letters told apart by their hash. */
#include "config.h"

#include "engine-pop3-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-place.h"
#include "engine-wait.h"

#define ON_THE_WAY 32
#define STREAM_ABOVE (1024 * 1024)
#define JOB_BYTES (1024 * 1024)
/* Sizes of LIST are off by the line ends a server does not store (RFC 1939 §11), and by what it
 * adds on the way; what is further off has no end. */
#define SIZE_FACTOR 2
#define SIZE_SLACK (1024 * 1024)

/* A letter on its way in. */
typedef struct
{
  EnginePop3Listed *listed;
  GByteArray *bytes;    /* nullable: then @stream */
  EngineStream *stream; /* nullable */
  guint64 received;
} Arriving;

static void
listed_clear (gpointer data)
{
  g_free (((EnginePop3Listed *) data)->uidl);
}

static void
arriving_free (gpointer data)
{
  Arriving *arriving = data;

  g_clear_pointer (&arriving->bytes, g_byte_array_unref);
  g_clear_pointer (&arriving->stream, engine_stream_unref);
  g_free (arriving);
}

/* --- what finished letters become --- */

typedef struct
{
  EngineLetter *letter;
  EngineStream *stream; /* nullable */
  char *uidl;
} Arrived;

typedef struct _Arrivals
{
  GArray *letters; /* Arrived */
  gsize weight;
  gint64 maildrop, inbox;
  BaseCause *cause;
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
  return arrivals;
}

/* Bytes, row and UIDL memory in one transaction: a letter is here whole, or it is new next time. */
static gboolean
write_arrived (StoreTx *tx, Arrivals *arrivals, Arrived *arrived, GError **error)
{
  StoreNewMessage *record = &arrived->letter->record;
  gint64 placement;

  if (arrived->stream ? !engine_stream_publish (arrived->stream, tx, &record->source, error)
                      : !engine_letter_write_source (arrived->letter, tx, error))
    return FALSE;
  record->folder = arrivals->maildrop;
  record->uidl = arrived->uidl;
  record->hidden = TRUE;
  record->message = 0;
  if (!store_tx_put_message (
          tx, record, arrivals->cause, "UIDL", &record->message, &placement, error))
    return FALSE;
  record->folder = arrivals->inbox;
  record->uidl = NULL;
  record->hidden = FALSE;
  return store_tx_put_message (
      tx, record, arrivals->cause, "RETR", &record->message, &placement, error);
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
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&arriving->bytes));
  letter = engine_letter_from_source (bytes);
  engine_letter_pack (letter);
  return letter;
}

/* Without UIDL: the hash of the letter. */
static char *
hash_name (const Arrived *arrived)
{
  const guint8 *sha256 = arrived->stream ? engine_stream_sha256 (arrived->stream)
                                         : store_pack_sha256 (arrived->letter->pack);
  GString *name = g_string_new ("sha256:");

  for (gsize i = 0; i < STORE_SHA256_SIZE; i++)
    g_string_append_printf (name, "%02x", sha256[i]);
  g_string_append_printf (name, ":%" G_GUINT64_FORMAT, arrived->letter->record.size);
  return g_string_free (name, FALSE);
}

static void
finish_letter (EnginePop3 *pop3, Arriving *arriving)
{
  Arrived arrived = { .letter = make_letter (arriving), .stream = arriving->stream };

  arriving->stream = NULL;
  if (!pop3->has_uidl)
    {
      arriving->listed->uidl = hash_name (&arrived);
      if (g_hash_table_contains (pop3->known, arriving->listed->uidl))
        {
          arrived_clear (&arrived);
          return;
        }
    }
  arrived.uidl = g_strdup (arriving->listed->uidl);
  arrived.letter->record.arrived = g_get_real_time () / G_USEC_PER_SEC;
  pop3->arrivals->weight += 1024 + (arrived.stream ? engine_stream_weight (arrived.stream)
                                                   : store_pack_weight (arrived.letter->pack));
  g_array_append_val (pop3->arrivals->letters, arrived);
  if (pop3->work && pop3->work->messages)
    ++*pop3->work->messages;
  if (pop3->work && pop3->work->bodies)
    ++*pop3->work->bodies;
  if (pop3->arrivals->weight >= JOB_BYTES)
    send_arrivals (pop3);
}

/* --- downloading --- */

/* A letter that goes on and on is not silent, so no deadline ends it. */
static gboolean
check_size (const EnginePop3 *pop3, const Arriving *arriving, GError **error)
{
  guint64 announced = arriving->listed->size;

  if (announced > (G_MAXUINT64 - SIZE_SLACK) / SIZE_FACTOR ||
      arriving->received <= announced * SIZE_FACTOR + SIZE_SLACK)
    return TRUE;
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
  if (arriving->stream)
    {
      engine_stream_append (arriving->stream, bytes, len);
      return TRUE;
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

static void
submit_retr (EnginePop3 *pop3, EnginePop3Listed *listed)
{
  g_autoptr (Pop3Command) command = pop3_command_number (POP3_VERB_RETR, listed->number);
  Arriving *arriving = g_new0 (Arriving, 1);
  guint64 *exchange = g_new (guint64, 1);

  arriving->listed = listed;
  arriving->bytes = g_byte_array_sized_new ((guint) MIN (listed->size, STREAM_ABOVE));
  *exchange = pop3_core_submit (pop3->core, command, pop3->cause);
  g_hash_table_insert (pop3->arriving, exchange, arriving);
}

static gboolean
is_new (EnginePop3 *pop3, const EnginePop3Listed *listed)
{
  return !listed->uidl || !g_hash_table_contains (pop3->known, listed->uidl);
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

/* Even when the line is cut, what came whole is kept. */
static gboolean
download (EnginePop3 *pop3, GError **error)
{
  guint next = 0;
  guint64 total = 0;
  gboolean good = TRUE;

  for (guint i = 0; i < pop3->listed->len; i++)
    total += is_new (pop3, &g_array_index (pop3->listed, EnginePop3Listed, i));
  while (good && (next < pop3->listed->len || g_hash_table_size (pop3->arriving) > 0))
    {
      if (next < pop3->listed->len && g_hash_table_size (pop3->arriving) < ON_THE_WAY)
        {
          EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, next++);

          if (is_new (pop3, listed))
            submit_retr (pop3, listed);
          continue;
        }
      good = step (pop3, error);
      if (pop3->work && pop3->work->progress)
        pop3->work->progress (_ ("Collecting"), pop3->done, total, pop3->work->data);
    }
  send_arrivals (pop3);
  return engine_bulk_finish (pop3->bulk, good ? error : NULL) && good;
}

/* --- what the server lists --- */

static gboolean
listing (BaseEvent *base, gpointer data, GError **error)
{
  EnginePop3 *pop3 = data;
  const Pop3Event *event = (Pop3Event *) base;

  if (base->type != POP3_EVENT_ENTRY || !event->command)
    return TRUE;
  if (event->command->verb == POP3_VERB_LIST)
    {
      EnginePop3Listed listed = { event->entry.number, event->entry.size, NULL };

      g_array_append_val (pop3->listed, listed);
      return TRUE;
    }
  for (guint i = 0; i < pop3->listed->len; i++)
    {
      /* Both lists come in the same order: most often it is the first guess. */
      guint index = (event->entry.number - 1 + i) % pop3->listed->len;
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, index);

      if (listed->number != event->entry.number)
        continue;
      g_free (listed->uidl);
      listed->uidl = g_strdup (event->entry.uid);
      return TRUE;
    }
  return TRUE;
}

/* Some servers give two letters one UIDL (RFC 1939 §7 allows it for copies): the second gets a name
 * of its own, so that it is collected too. */
static void
make_unique (EnginePop3 *pop3)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);
      guint copy = 2;

      if (!listed->uidl)
        continue;
      if (g_hash_table_contains (seen, listed->uidl))
        {
          g_autofree char *uidl = g_steal_pointer (&listed->uidl);

          do
            {
              g_free (listed->uidl);
              listed->uidl = g_strdup_printf ("%s\t%u", uidl, copy++);
            }
          while (g_hash_table_contains (seen, listed->uidl));
        }
      g_hash_table_add (seen, listed->uidl);
    }
}

static gboolean
set_no_list (EnginePop3 *pop3, const BaseEvent *event, GError **error)
{
  engine_error_set_said (error,
                         event->outcome == BASE_OUTCOME_TEMPORARY ? ENGINE_ERROR_TEMPORARY
                                                                  : ENGINE_ERROR_REFUSED,
                         ((const Pop3Event *) event)->status.text,
                         _ ("%s does not list the mailbox: try again later"),
                         pop3->info->host);
  return FALSE;
}

static gboolean
can_do_without_uidl (EnginePop3 *pop3, GError **error)
{
  if (pop3->listed->len == 0 || strcmp (pop3->info->leave_policy, "none") == 0)
    return TRUE;
  g_set_error (
      error,
      ENGINE_ERROR,
      ENGINE_ERROR_CONFIG,
      _ ("%s cannot tell which messages were collected before (it has no UIDL): use IMAP, or "
         "let the account remove messages from the server once they are stored"),
      pop3->info->host);
  return FALSE;
}

static gboolean
list (EnginePop3 *pop3, GError **error)
{
  g_autoptr (Pop3Command) list_command = pop3_command_new (POP3_VERB_LIST);
  g_autoptr (Pop3Command) uidl_command = pop3_command_new (POP3_VERB_UIDL);
  guint64 list_exchange = pop3_core_submit (pop3->core, list_command, pop3->cause);
  guint64 uidl_exchange = pop3_core_submit (pop3->core, uidl_command, pop3->cause);
  g_autoptr (BaseEvent) listed = engine_wait (pop3->session, list_exchange, listing, pop3, error);
  g_autoptr (BaseEvent) named =
      listed ? engine_wait (pop3->session, uidl_exchange, listing, pop3, error) : NULL;

  if (!named)
    return FALSE;
  if (listed->outcome != BASE_OUTCOME_OK)
    return set_no_list (pop3, listed, error);
  pop3->has_uidl = named->outcome == BASE_OUTCOME_OK;
  for (guint i = 0; pop3->has_uidl && i < pop3->listed->len; i++)
    pop3->has_uidl = g_array_index (pop3->listed, EnginePop3Listed, i).uidl != NULL;
  if (!pop3->has_uidl)
    {
      for (guint i = 0; i < pop3->listed->len; i++)
        g_clear_pointer (&g_array_index (pop3->listed, EnginePop3Listed, i).uidl, g_free);
      return can_do_without_uidl (pop3, error);
    }
  make_unique (pop3);
  return TRUE;
}

static void
unref_row (gpointer row)
{
  store_row_unref (row);
}

gboolean
engine_pop3_load_known (EnginePop3 *pop3, GError **error)
{
  g_autoptr (GPtrArray) rows = store_reader_maildrop (pop3->reader, error);

  if (!rows)
    return FALSE;
  g_hash_table_remove_all (pop3->known);
  for (guint i = 0; i < rows->len; i++)
    {
      StoreRow *row = g_ptr_array_index (rows, i);

      if (row->uidl)
        g_hash_table_insert (pop3->known, row->uidl, store_row_ref (row));
    }
  return TRUE;
}

/* What the list proves: letters no longer there, and DELEs of an earlier session that never came to
 * a QUIT. */
static gboolean
write_listed (StoreTx *tx, gpointer data, GError **error)
{
  EnginePop3 *pop3 = data;
  g_autofree const char **uidls = g_new0 (const char *, pop3->listed->len + 1);
  guint64 size = 0;
  guint n = 0;

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      size += listed->size;
      if (listed->uidl)
        uidls[n++] = listed->uidl;
    }
  if (pop3->has_uidl &&
      !store_tx_maildrop_listed (tx, pop3->maildrop, uidls, n, pop3->cause, error))
    return FALSE;
  return store_tx_maildrop_quit (tx, pop3->maildrop, FALSE, pop3->cause, error) &&
         store_tx_set_folder_server (
             tx, pop3->maildrop, 0, 0, 0, pop3->listed->len, (gint64) size, error);
}

static gboolean
collect (EnginePop3 *pop3, GError **error)
{
  if (!list (pop3, error) || !engine_pop3_load_known (pop3, error))
    return FALSE;
  if (!store_mailbase_write (pop3->mailbase, STORE_PRIORITY_BULK, FALSE, write_listed, pop3, error))
    return FALSE;
  if (!engine_pop3_load_known (pop3, error) || !download (pop3, error) ||
      !engine_pop3_remove_and_quit (pop3, error))
    return FALSE;
  if (pop3->failed > 0)
    engine_error_set_said (
        error,
        ENGINE_ERROR_TEMPORARY,
        pop3->said,
        _ ("%s listed messages that it did not give; the others were collected: try "
           "again later"),
        pop3->info->host);
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
  return pop3->failed == 0 && pop3->kept == 0;
}

gboolean
engine_pop3_collect (const StoreAccountInfo *info,
                     StoreMailbase *mailbase,
                     NetSession *session,
                     const EngineWork *work,
                     const BaseCause *cause,
                     GError **error)
{
  EnginePop3 pop3 = {
    .info = info,
    .mailbase = mailbase,
    .session = session,
    .core = (Pop3Core *) net_session_core (session),
    .work = work,
    .cause = cause,
  };
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, error);
  g_autoptr (StoreFolder) inbox = NULL;
  gboolean good;

  if (!reader)
    return FALSE;
  pop3.reader = reader;
  pop3.maildrop = engine_place_maildrop (reader, error);
  inbox = pop3.maildrop ? store_reader_folder_by_name (reader, "INBOX", error) : NULL;
  if (!inbox)
    return FALSE;
  pop3.inbox = inbox->id;
  pop3.bulk = engine_bulk_new (mailbase);
  pop3.listed = g_array_new (FALSE, TRUE, sizeof (EnginePop3Listed));
  g_array_set_clear_func (pop3.listed, listed_clear);
  pop3.known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, unref_row);
  pop3.arriving = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, arriving_free);
  pop3.arrivals = arrivals_new (&pop3);
  good = collect (&pop3, error);
  g_hash_table_unref (pop3.arriving);
  arrivals_free (pop3.arrivals);
  g_hash_table_unref (pop3.known);
  g_array_unref (pop3.listed);
  engine_bulk_free (pop3.bulk);
  g_free (pop3.said);
  g_free (pop3.kept_said);
  return good;
}
