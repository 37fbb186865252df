/* The session: waiting for answers. What the server says by itself between two answers is noted
 * here for all kinds of work. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-wait.h"

static void
free_event (gpointer event)
{
  base_event_unref (event);
}

static void
free_response (gpointer response)
{
  imap_response_unref (response);
}

static void
free_stream (gpointer stream)
{
  engine_stream_unref (stream);
}

/* Folders whose names are no modified UTF-7 can be opened without being listed first. */
static void
tell_wire_names (EngineImap *imap)
{
  g_autoptr (GPtrArray) folders = store_reader_folders (imap->reader, NULL);

  for (guint i = 0; folders && i < folders->len; i++)
    {
      const StoreFolder *folder = g_ptr_array_index (folders, i);
      g_autofree char *bytes =
          folder->wire_name
              ? g_convert (folder->wire_name, -1, "ISO-8859-1", "UTF-8", NULL, NULL, NULL)
              : NULL;

      if (bytes)
        imap_core_set_wire_name (imap->core, folder->name, bytes);
    }
}

EngineImap *
engine_imap_new (const StoreAccountInfo *info,
                 StoreMailbase *mailbase,
                 NetSession *session,
                 const EngineWork *work,
                 GError **error)
{
  StoreReader *reader = store_mailbase_reader (mailbase, error);
  EngineImap *imap;

  if (!reader)
    {
      net_session_free (session);
      return NULL;
    }
  imap = g_new0 (EngineImap, 1);
  imap->info = info;
  imap->mailbase = store_mailbase_ref (mailbase);
  imap->reader = reader;
  imap->session = session;
  imap->core = (ImapCore *) net_session_core (session);
  imap->bulk = engine_bulk_new (mailbase, STORE_PRIORITY_BULK);
  if (work)
    imap->work = *work;
  tell_wire_names (imap);
  imap->elsewhere = g_ptr_array_new_with_free_func (free_response);
  imap->looked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  imap->uncounted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  imap->done = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_event);
  imap->streams = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_stream);
  return imap;
}

void
engine_imap_only_read (EngineImap *imap, StorePriority priority)
{
  imap->reading = TRUE;
  engine_bulk_free (imap->bulk);
  imap->bulk = engine_bulk_new (imap->mailbase, priority);
}

/* Answers that nobody waited for. */
static void
hear_last (BaseEvent *event, gpointer data)
{
  engine_imap_take (data, event);
}

void
engine_imap_free (EngineImap *imap)
{
  imap->func = NULL;
  if (!net_session_is_over (imap->session) && !imap->held)
    engine_connect_bye (imap->session,
                        engine_imap_submit (imap, imap_command_new (IMAP_VERB_LOGOUT)),
                        hear_last,
                        imap);
  g_hash_table_unref (imap->done);
  g_hash_table_unref (imap->streams);
  g_hash_table_unref (imap->looked);
  g_hash_table_unref (imap->uncounted);
  g_ptr_array_unref (imap->elsewhere);
  engine_bulk_free (imap->bulk);
  g_clear_pointer (&imap->folder, store_folder_unref);
  g_free (imap->prefix);
  g_free (imap->refusal.said);
  engine_imap_forget_told (imap);
  store_reader_free (imap->reader);
  net_session_free (imap->session);
  store_mailbase_unref (imap->mailbase);
  g_free (imap);
}

gboolean
engine_imap_has (EngineImap *imap, const char *capability)
{
  return imap_core_offers (imap->core, capability);
}

guint64
engine_imap_submit (EngineImap *imap, ImapCommand *command)
{
  guint64 exchange;

  if (!imap->hold)
    return imap_core_submit (imap->core, command, imap->cause);
  imap->hold = FALSE;
  imap->held = TRUE;
  base_core_hold (BASE_CORE (imap->core));
  exchange = imap_core_submit (imap->core, command, imap->cause);
  net_session_report_held (imap->session);
  return exchange;
}

guint
engine_imap_flags (const ImapFlags *flags, char **keywords)
{
  /* The numbers of the system flags are the same in both. */
  guint bits = flags->bits & (STORE_FLAG_SEEN | STORE_FLAG_ANSWERED | STORE_FLAG_FLAGGED |
                              STORE_FLAG_DELETED | STORE_FLAG_DRAFT);

  for (guint i = 0; flags->keywords && flags->keywords[i]; i++)
    if (g_ascii_strcasecmp (flags->keywords[i], "$Forwarded") == 0)
      bits |= STORE_FLAG_FORWARDED;
  if (keywords)
    *keywords = flags->keywords ? g_strjoinv (" ", flags->keywords) : g_strdup ("");
  return bits;
}

/* RFC 5465 §5.8: too much happened for the server to tell; it tells no more. */
static void
note_status (EngineImap *imap, const ImapCode *code)
{
  /* RFC 9585: a command takes its time, and this is how far it is, where that is known. */
  if (code->type == IMAP_CODE_INPROGRESS && (code->number > 0 || code->goal > 0) &&
      imap->work.progress)
    imap->work.progress (_ ("The server is at work"), code->number, code->goal, imap->work.data);
  if (code->type != IMAP_CODE_NOTIFICATIONOVERFLOW)
    return;
  imap->notified = imap->notify_asked = FALSE;
  imap->tree = TRUE;
}

static void
note_response (EngineImap *imap, const ImapResponse *response)
{
  switch (response->type)
    {
    case IMAP_RESPONSE_EXISTS:
      if (response->number == imap->exists)
        break;
      imap->news = TRUE;
      imap->exists = response->number;
      break;
    case IMAP_RESPONSE_EXPUNGE:
    case IMAP_RESPONSE_VANISHED:
      /* Which they were is looked up: one that we moved ourselves vanishes from here, too. */
      imap->exists = imap_core_exists (imap->core);
      imap->news = TRUE;
      break;
    case IMAP_RESPONSE_FETCH:
      if (!imap->func)
        engine_imap_note_flags (imap, response->fetch);
      break;
    case IMAP_RESPONSE_STATUS_ITEMS:
      if (imap->notified && !imap->func)
        g_ptr_array_add (imap->elsewhere, imap_response_ref ((ImapResponse *) response));
      break;
    case IMAP_RESPONSE_LIST:
      imap->tree = imap->tree || (imap->notified && !imap->func);
      break;
    case IMAP_RESPONSE_STATUS:
      note_status (imap, &response->code);
      break;
    case IMAP_RESPONSE_NAMESPACE:
    case IMAP_RESPONSE_ID:
      engine_imap_begin_told (imap, response);
      break;
    case IMAP_RESPONSE_QUOTA:
      engine_imap_quota_told (imap, response->quota);
      break;
    case IMAP_RESPONSE_CONTINUE:
    case IMAP_RESPONSE_CAPABILITY:
    case IMAP_RESPONSE_ENABLED:
    case IMAP_RESPONSE_SEARCH:
    case IMAP_RESPONSE_ESEARCH:
    case IMAP_RESPONSE_THREAD:
    case IMAP_RESPONSE_FLAGS:
    case IMAP_RESPONSE_RECENT:
    case IMAP_RESPONSE_QUOTAROOT:
    case IMAP_RESPONSE_UNKNOWN:
    default:
      break;
    }
}

static void
gather_literal (EngineImap *imap, const ImapEvent *event)
{
  GByteArray *array;
  gconstpointer bytes;
  gsize len;

  if (event->base.type == IMAP_EVENT_LITERAL_BEGIN)
    g_hash_table_replace (
        imap->gathered, g_memdup2 (&event->stream, sizeof event->stream), g_byte_array_new ());
  if (event->base.type != IMAP_EVENT_LITERAL_DATA)
    return;
  array = g_hash_table_lookup (imap->gathered, &event->stream);
  bytes = g_bytes_get_data (event->data, &len);
  if (array)
    g_byte_array_append (array, bytes, (guint) len);
}

static gboolean
is_literal (const ImapEvent *event)
{
  return event->base.type == IMAP_EVENT_LITERAL_BEGIN ||
         event->base.type == IMAP_EVENT_LITERAL_DATA || event->base.type == IMAP_EVENT_LITERAL_END;
}

/* Literals above the limit are fed to the store while they arrive. TRUE: the event was one. */
static gboolean
take_literal (EngineImap *imap, ImapEvent *event)
{
  EngineStream *stream;
  gconstpointer bytes;
  gsize len;

  switch ((ImapEventType) event->base.type)
    {
    case IMAP_EVENT_LITERAL_BEGIN:
      g_hash_table_replace (imap->streams,
                            g_memdup2 (&event->stream, sizeof event->stream),
                            engine_stream_new (imap->bulk));
      return TRUE;
    case IMAP_EVENT_LITERAL_DATA:
      stream = g_hash_table_lookup (imap->streams, &event->stream);
      bytes = g_bytes_get_data (event->data, &len);
      if (stream)
        engine_stream_append (stream, bytes, len);
      return TRUE;
    case IMAP_EVENT_LITERAL_END:
      return TRUE;
    case IMAP_EVENT_GREETING:
    case IMAP_EVENT_RESPONSE:
    case IMAP_EVENT_DONE:
    case IMAP_EVENT_IDLING:
    case IMAP_EVENT_AUTHENTICATED:
    case IMAP_EVENT_START_TLS:
    case IMAP_EVENT_COMMAND:
    case IMAP_EVENT_IDLE_DONE:
    case IMAP_EVENT_SIGN_IN:
    default:
      return FALSE;
    }
}

guint64
engine_imap_take (EngineImap *imap, BaseEvent *base)
{
  ImapEvent *event = (ImapEvent *) base;

  if (base->outcome != BASE_OUTCOME_NONE && base->outcome != BASE_OUTCOME_CONTINUE)
    {
      guint64 *key = g_memdup2 (&base->exchange, sizeof base->exchange);

      g_hash_table_insert (imap->done, key, base_event_ref (base));
      return base->exchange;
    }
  if (imap->gathered && is_literal (event))
    {
      gather_literal (imap, event);
      return 0;
    }
  if (take_literal (imap, event))
    return 0;
  if (base->type == IMAP_EVENT_RESPONSE)
    note_response (imap, event->response);
  if (imap->func)
    imap->func (imap, event, imap->func_data);
  return 0;
}

ImapEvent *
engine_imap_wait (EngineImap *imap, guint64 exchange, GError **error)
{
  for (;;)
    {
      g_autoptr (BaseEvent) event = NULL;
      gpointer key, found;

      if (g_hash_table_steal_extended (imap->done, &exchange, &key, &found))
        {
          g_free (key);
          /* No answer is no refusal: why the line was cut is told by the step after. */
          if (((BaseEvent *) found)->outcome != BASE_OUTCOME_LOST)
            return found;
          base_event_unref (found);
        }
      switch (net_session_step (imap->session, imap->held, G_MAXINT64, &event, error))
        {
        case NET_STEP_EVENT:
          engine_imap_take (imap, event);
          break;
        case NET_STEP_CLOSED:
          engine_wait_set_closed (imap->session, error);
          return NULL;
        case NET_STEP_ERROR:
          return NULL;
        case NET_STEP_WOKEN:
          if (imap->work.released && imap->work.released (imap->work.data))
            {
              imap->held = FALSE;
              net_session_release (imap->session);
            }
          break;
        case NET_STEP_LATER:
        default:
          break;
        }
    }
}

/* The lowest UID that a command reached before the server's limit; 0: it did all. @before: what it
 * was below, 0: everything. */
static guint32
stopped_at (const ImapEvent *event, guint32 before)
{
  const ImapCode *code = event->response ? &event->response->code : NULL;

  if (!code || code->type != IMAP_CODE_MESSAGELIMIT || event->base.outcome != BASE_OUTCOME_OK ||
      code->goal > G_MAXUINT32 || (before != 0 && code->goal >= before))
    return 0;
  return (guint32) code->goal;
}

gboolean
engine_imap_run_down (
    EngineImap *imap, EngineImapBelowFunc command, gpointer data, const char *what, GError **error)
{
  guint32 below = 0;

  do
    {
      g_autoptr (BaseEvent) event = (BaseEvent *) engine_imap_wait (
          imap, engine_imap_submit (imap, command (imap, below, data)), error);

      if (!event)
        return FALSE;
      if (event->outcome != BASE_OUTCOME_OK)
        {
          engine_imap_set_refused (imap, (ImapEvent *) event, what, error);
          return FALSE;
        }
      below = stopped_at ((ImapEvent *) event, below);
    }
  while (below > 1);
  return TRUE;
}

guint
engine_imap_message_limit (EngineImap *imap)
{
  g_autofree char *value = imap_core_capability_value (imap->core, "MESSAGELIMIT");
  guint64 limit = value ? g_ascii_strtoull (value, NULL, 10) : 0;

  return limit > 0 && limit < G_MAXUINT ? (guint) limit : G_MAXUINT;
}

void
engine_imap_set_refused (EngineImap *imap, const ImapEvent *event, const char *what, GError **error)
{
  const char *said = event->response ? event->response->text : NULL;

  imap->refusal.code = event->response ? event->response->code.type : IMAP_CODE_NONE;
  g_free (imap->refusal.said);
  imap->refusal.said = g_strdup (said);
  imap->quota.stale = imap->quota.stale || imap->refusal.code == IMAP_CODE_OVERQUOTA;
  if (event->base.outcome == BASE_OUTCOME_TEMPORARY)
    engine_error_set_said (error, ENGINE_ERROR_TEMPORARY, said, _ ("%s: try again later"), what);
  else
    engine_error_set_said (error, ENGINE_ERROR_REFUSED, said, "%s", what);
}

gboolean
engine_imap_wait_ok (EngineImap *imap, guint64 exchange, const char *what, GError **error)
{
  g_autoptr (BaseEvent) event = (BaseEvent *) engine_imap_wait (imap, exchange, error);

  if (!event)
    return FALSE;
  if (event->outcome == BASE_OUTCOME_OK)
    return TRUE;
  engine_imap_set_refused (imap, (ImapEvent *) event, what, error);
  return FALSE;
}

gboolean
engine_imap_run (EngineImap *imap, ImapCommand *command, const char *what, GError **error)
{
  return engine_imap_wait_ok (imap, engine_imap_submit (imap, command), what, error);
}
