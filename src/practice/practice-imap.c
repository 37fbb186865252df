/* The IMAP counter: IMAP4rev1 with the extensions it names, one command at a time, each with the
 * store locked while it works. */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

/* RFC 9051 §5.4: at least thirty minutes. */
#define SILENCE (30 * 60 * G_USEC_PER_SEC)

static BaseCore *
imap_open (PracticeConnection *connection, const BaseLimits *given)
{
  PracticeImap *imap = (PracticeImap *) connection;
  const ImapServerOptions options = { .host = "practice.example",
                                      .lookup = practice_user_lookup,
                                      .lookup_data = connection->shared->store,
                                      .token_check = practice_token_check,
                                      .tls_available = !connection->hides_tls,
                                      .plaintext_login = connection->shared->plaintext_login };
  BaseLimits limits = *given;
  ImapCore *core;

  limits.body = PRACTICE_IMAP_MAX_LETTER;
  core = imap_core_new (BASE_ROLE_SERVER, &limits);
  imap_core_set_server_options (core, &options);
  imap->view = g_array_new (FALSE, FALSE, sizeof (PracticeSeen));
  imap->saved = g_array_new (FALSE, FALSE, sizeof (guint32));
  imap->literals = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_byte_array_unref);
  return BASE_CORE (core);
}

static void
imap_close (PracticeConnection *connection)
{
  PracticeImap *imap = (PracticeImap *) connection;

  practice_store_lock (connection->shared->store);
  practice_imap_notify_end (imap);
  practice_imap_view_close (imap);
  practice_store_unlock (connection->shared->store);
  g_array_unref (imap->view);
  g_array_unref (imap->saved);
  g_hash_table_unref (imap->literals);
  g_free (imap->idle_tag);
}

/* CAPABILITY */

static gboolean
offers (gconstpointer data, const char *name)
{
  const PracticeConnection *connection = data;
  const SaslMechanism *mechanism = sasl_mechanism_find (name);
  const BaseBinding *binding = connection->session != NULL
                                   ? base_core_binding (net_session_core (connection->session))
                                   : NULL;

  return mechanism != NULL && (!mechanism->binds || binding != NULL) &&
         (!mechanism->shows_password || connection->shared->plaintext_login ||
          (connection->session != NULL && net_session_is_encrypted (connection->session)));
}

/* What may be done now, as one line of words. (transfer full) */
static char *
capabilities (PracticeImap *imap)
{
  gboolean encrypted = net_session_is_encrypted (imap->base.session);
  gboolean open = !encrypted && !imap->base.shared->plaintext_login;
  g_autofree char *mechanisms = practice_mechanisms (offers, &imap->base, "AUTH=");

  if (imap->base.account != NULL)
    return g_strconcat (
        "IMAP4rev1 IMAP4rev2 LITERAL+ ID IDLE NAMESPACE UIDPLUS MOVE UNSELECT SPECIAL-USE CHILDREN "
        "ENABLE CONDSTORE QRESYNC ESEARCH SEARCHRES WITHIN LIST-EXTENDED LIST-STATUS STATUS=SIZE "
        "QUOTA QUOTA=RES-STORAGE OBJECTID SAVEDATE PREVIEW APPENDLIMIT=67108864 REPLACE "
        "BINARY MULTIAPPEND SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES "
        "UTF8=ACCEPT PARTIAL UIDONLY NOTIFY",
        imap->base.deflated ? "" : " COMPRESS=DEFLATE",
        NULL);
  return g_strdup_printf ("IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID%s%s %s",
                          encrypted || imap->base.hides_tls ? "" : " STARTTLS",
                          open ? " LOGINDISABLED" : "",
                          mechanisms);
}

static void
say_capability (PracticeImap *imap, const ImapEvent *event)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_CAPABILITY);
  g_autofree char *words = capabilities (imap);

  response->words = g_strsplit (words, " ", -1);
  practice_imap_respond (imap, event->base.exchange, response);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "That can be done here");
}

static void
imap_greet (PracticeConnection *connection)
{
  PracticeImap *imap = (PracticeImap *) connection;
  g_autofree char *words = capabilities (imap);
  g_autofree char *code = g_strconcat ("CAPABILITY ", words, NULL);

  practice_imap_respond (
      imap, 0, imap_response_status (NULL, IMAP_STATUS_OK, code, "Restante practice post office"));
}

/* Signing in */

static void
sign_in (PracticeImap *imap, const ImapEvent *event, const char *user)
{
  g_autofree char *words = NULL;
  g_autofree char *code = NULL;

  imap->base.account = practice_store_account (imap->base.shared->store, practice_user_find (user));
  imap_core_set_state (practice_imap_core (imap), IMAP_STATE_AUTHENTICATED, NULL);
  words = capabilities (imap);
  code = g_strconcat ("CAPABILITY ", words, NULL);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, code, "Your mailboxes are open");
}

static void
say_login (PracticeImap *imap, const ImapEvent *event)
{
  g_autoptr (BaseSecret) password = practice_user_lookup (event->command->user, NULL);

  if (password != NULL && base_secret_equal (password, event->command->password))
    sign_in (imap, event, event->command->user);
  else
    practice_imap_finish (
        imap, event, IMAP_STATUS_NO, "AUTHENTICATIONFAILED", "The name or the password is wrong");
}

/* The rest */

static void
say_id (PracticeImap *imap, const ImapEvent *event)
{
  static const char *const id[] = {
    "name", "Restante practice post office", "version", VERSION, NULL
  };
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_ID);

  response->words = g_strdupv ((char **) id);
  practice_imap_respond (imap, event->base.exchange, response);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "Pleased to meet you");
}

static void
say_logout (PracticeImap *imap, const ImapEvent *event)
{
  practice_imap_view_close (imap);
  practice_imap_respond (
      imap, event->base.exchange, imap_response_status (NULL, IMAP_STATUS_BYE, NULL, "Goodbye"));
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "Until next time");
}

static void
begin_idle (PracticeImap *imap, const ImapEvent *event)
{
  imap->idle = event->base.exchange;
  g_free (imap->idle_tag);
  imap->idle_tag = g_strdup (event->command->tag);
  imap->base.idle = TRUE;
  imap_core_accept_idle (practice_imap_core (imap), imap->idle);
  practice_imap_view_sync (imap, imap->idle, TRUE);
}

static void
end_idle (PracticeImap *imap, const ImapEvent *event)
{
  imap->base.idle = imap->notify != NULL;
  imap->idle = 0;
  practice_imap_respond (
      imap,
      event->base.exchange,
      event->response != NULL
          ? imap_response_ref (event->response)
          : imap_response_status (imap->idle_tag, IMAP_STATUS_OK, NULL, "Enough waited"));
}

/* The bytes of a letter that came with a command, whole or as a stream. (nullable) */
static GBytes *
take_letter (PracticeImap *imap, const ImapString *data)
{
  GByteArray *streamed =
      data->stream != 0 ? g_hash_table_lookup (imap->literals, &data->stream) : NULL;

  if (streamed != NULL)
    return g_bytes_new (streamed->data, streamed->len);
  return data->bytes != NULL ? g_bytes_ref (data->bytes) : NULL;
}

static void
say_append (PracticeImap *imap, const ImapEvent *event)
{
  const ImapCommand *command = event->command;
  g_autoptr (GPtrArray) letters = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  g_ptr_array_add (letters, take_letter (imap, &command->data));
  for (guint i = 0; command->more != NULL && i < command->more->len; i++)
    g_ptr_array_add (letters,
                     take_letter (imap, &g_array_index (command->more, ImapAppended, i).data));
  g_hash_table_remove_all (imap->literals);
  practice_imap_append (imap, event, letters);
}

/* What is said after the OK is compressed, and the client's next byte is too (RFC 4978). */
static void
say_compress (PracticeImap *imap, const ImapEvent *event)
{
  PracticeConnection *connection = &imap->base;

  if (connection->deflated)
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "COMPRESSIONACTIVE", "It is compressed already");
      return;
    }
  if (strcmp (event->command->name, "DEFLATE") != 0)
    {
      practice_imap_finish (imap, event, IMAP_STATUS_NO, "CANNOT", "DEFLATE is the only way here");
      return;
    }
  if (!imap_core_may_compress (practice_imap_core (imap)))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_BAD, NULL, "Nothing may follow COMPRESS before its answer");
      return;
    }
  connection->deflated = TRUE;
  connection->start_deflate = TRUE;
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "Compressed from here on");
}

static void
say_nothing_new (PracticeImap *imap, const ImapEvent *event)
{
  practice_imap_view_sync (imap, event->base.exchange, TRUE);
  practice_imap_finish (imap, event, IMAP_STATUS_OK, NULL, "Still here");
}

/* Numbers of places are not used any more (RFC 9586 §3). */
static gboolean
needs_uid (const ImapCommand *command)
{
  switch ((int) command->verb)
    {
    case IMAP_VERB_FETCH:
    case IMAP_VERB_STORE:
    case IMAP_VERB_COPY:
    case IMAP_VERB_MOVE:
    case IMAP_VERB_REPLACE:
      return !command->uid && !imap_set_is_saved (command->set);
    case IMAP_VERB_SEARCH:
    case IMAP_VERB_SORT:
    case IMAP_VERB_THREAD:
      return !command->uid;
    default:
      return FALSE;
    }
}

static void
say_command (PracticeImap *imap, const ImapEvent *event)
{
  if ((imap->enabled & PRACTICE_IMAP_UIDONLY) != 0 && needs_uid (event->command))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_BAD, "UIDREQUIRED", "Numbers of places are not used here");
      return;
    }
  switch (event->command->verb)
    {
    case IMAP_VERB_CAPABILITY:
      say_capability (imap, event);
      break;
    case IMAP_VERB_NOOP:
    case IMAP_VERB_CHECK:
      say_nothing_new (imap, event);
      break;
    case IMAP_VERB_LOGOUT:
      say_logout (imap, event);
      break;
    case IMAP_VERB_STARTTLS:
      imap_core_accept_tls (practice_imap_core (imap), event->base.exchange);
      break;
    case IMAP_VERB_LOGIN:
      say_login (imap, event);
      break;
    case IMAP_VERB_ID:
      say_id (imap, event);
      break;
    case IMAP_VERB_IDLE:
      begin_idle (imap, event);
      break;
    case IMAP_VERB_COMPRESS:
      say_compress (imap, event);
      break;
    case IMAP_VERB_REPLACE:
    case IMAP_VERB_APPEND:
      say_append (imap, event);
      break;
    case IMAP_VERB_SELECT:
    case IMAP_VERB_EXAMINE:
    case IMAP_VERB_CREATE:
    case IMAP_VERB_DELETE:
    case IMAP_VERB_RENAME:
    case IMAP_VERB_SUBSCRIBE:
    case IMAP_VERB_UNSUBSCRIBE:
    case IMAP_VERB_LIST:
    case IMAP_VERB_LSUB:
    case IMAP_VERB_NAMESPACE:
    case IMAP_VERB_STATUS:
      practice_imap_folders (imap, event);
      break;
    case IMAP_VERB_SEARCH:
    case IMAP_VERB_SORT:
    case IMAP_VERB_THREAD:
      practice_imap_search (imap, event);
      break;
    case IMAP_VERB_FETCH:
      practice_imap_fetch (imap, event);
      break;
    case IMAP_VERB_CLOSE:
    case IMAP_VERB_UNSELECT:
    case IMAP_VERB_EXPUNGE:
    case IMAP_VERB_STORE:
    case IMAP_VERB_COPY:
    case IMAP_VERB_MOVE:
      practice_imap_change (imap, event);
      break;
    case IMAP_VERB_ENABLE:
      practice_imap_enable (imap, event);
      break;
    case IMAP_VERB_GETQUOTA:
    case IMAP_VERB_GETQUOTAROOT:
      practice_imap_quota (imap, event);
      break;
    case IMAP_VERB_NOTIFY:
      practice_imap_notify (imap, event);
      break;
    case IMAP_VERB_AUTHENTICATE:
    case IMAP_VERB_UNKNOWN:
    default:
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This command is not known here");
    }
}

static void
keep_literal (PracticeImap *imap, const ImapEvent *event)
{
  if (event->base.type == IMAP_EVENT_LITERAL_BEGIN)
    g_hash_table_insert (
        imap->literals, g_memdup2 (&event->stream, sizeof event->stream), g_byte_array_new ());
  else if (event->base.type == IMAP_EVENT_LITERAL_DATA)
    g_byte_array_append (g_hash_table_lookup (imap->literals, &event->stream),
                         g_bytes_get_data (event->data, NULL),
                         (guint) g_bytes_get_size (event->data));
}

static gboolean
creates_letters (ImapVerb verb)
{
  return verb == IMAP_VERB_APPEND || verb == IMAP_VERB_REPLACE || verb == IMAP_VERB_COPY ||
         verb == IMAP_VERB_MOVE;
}

static void
hang_up (PracticeImap *imap, const char *text)
{
  practice_imap_view_close (imap);
  imap_core_set_state (practice_imap_core (imap), IMAP_STATE_LOGOUT, NULL);
  practice_imap_respond (imap, 0, imap_response_status (NULL, IMAP_STATUS_BYE, NULL, text));
}

static gboolean
leaves_mailbox (ImapVerb verb)
{
  return verb == IMAP_VERB_SELECT || verb == IMAP_VERB_EXAMINE || verb == IMAP_VERB_CLOSE ||
         verb == IMAP_VERB_UNSELECT || verb == IMAP_VERB_LOGOUT;
}

/* UIDs must not change during a session (RFC 9051 §2.3.1.1): it ends, and nothing is said to have
 * been removed. The next one is told of the new UIDVALIDITY. */
static gboolean
has_lost_its_names (const PracticeImap *imap)
{
  return imap->mailbox != NULL && imap->mailbox->renumbered;
}

static void
end_without_names (PracticeImap *imap)
{
  hang_up (imap, "This mailbox has been numbered anew; come again");
}

static void
imap_event (PracticeConnection *connection, const BaseEvent *base)
{
  PracticeImap *imap = (PracticeImap *) connection;
  const ImapEvent *event = (const ImapEvent *) base;

  practice_store_lock (connection->shared->store);
  if (base->type == IMAP_EVENT_COMMAND && has_lost_its_names (imap) &&
      !leaves_mailbox (event->command->verb))
    {
      end_without_names (imap);
      practice_store_unlock (connection->shared->store);
      return;
    }
  switch ((ImapEventType) base->type)
    {
    case IMAP_EVENT_COMMAND:
      practice_imap_notify_sync (imap);
      imap->creates = creates_letters (event->command->verb);
      say_command (imap, event);
      imap->creates = FALSE;
      practice_imap_notify_is_known (imap);
      break;
    case IMAP_EVENT_SIGN_IN:
      sign_in (imap, event, event->user);
      break;
    case IMAP_EVENT_IDLE_DONE:
      end_idle (imap, event);
      break;
    case IMAP_EVENT_LITERAL_BEGIN:
    case IMAP_EVENT_LITERAL_DATA:
    case IMAP_EVENT_LITERAL_END:
      keep_literal (imap, event);
      break;
    case IMAP_EVENT_START_TLS:
      connection->start_tls = TRUE;
      break;
    case IMAP_EVENT_GREETING:
    case IMAP_EVENT_RESPONSE:
    case IMAP_EVENT_DONE:
    case IMAP_EVENT_IDLING:
    case IMAP_EVENT_AUTHENTICATED:
    default:
      g_assert_not_reached ();
    }
  practice_store_unlock (connection->shared->store);
}

/* While the client idles, or after NOTIFY, it is told at once. */
static void
imap_woken (PracticeConnection *connection)
{
  PracticeImap *imap = (PracticeImap *) connection;
  const ImapNotifyGroup *selected = practice_imap_notify_selected (imap);

  practice_store_lock (connection->shared->store);
  if (has_lost_its_names (imap))
    {
      end_without_names (imap);
      practice_store_unlock (connection->shared->store);
      return;
    }
  practice_imap_notify_sync (imap);
  if (imap->idle != 0 || imap->notify != NULL)
    practice_imap_view_sync (imap,
                             imap->idle,
                             imap->idle != 0 ||
                                 (selected != NULL && selected->scope == IMAP_NOTIFY_SELECTED));
  practice_store_unlock (connection->shared->store);
}

const PracticeProtocol practice_imap = {
  .name = "imap",
  .silence = SILENCE,
  .size = sizeof (PracticeImap),
  .open = imap_open,
  .greet = imap_greet,
  .event = imap_event,
  .woken = imap_woken,
  .close = imap_close,
};
