/* The POP3 counter: the maildrop is INBOX as it was when the session began; what DELE marks goes at
 * QUIT and not before (RFC 1939 §6). */
#include "config.h"

#include "practice-connection.h"

#include <string.h>

#include "pop3-server.h"

/* RFC 1939 §3: at least ten minutes. */
#define SILENCE (10 * 60 * G_USEC_PER_SEC)

typedef struct
{
  guint32 uid;
  guint32 name; /* of its UIDL: the UID */
  gboolean deleted;
  PracticeMessage *message;
} Letter;

typedef struct
{
  PracticeConnection base;
  PracticeMailbox *inbox;
  GArray *letters; /* Letter */
  guint32 uidvalidity;
  gboolean utf8; /* the client takes headers in UTF-8 */
} PracticePop3;

static Pop3Core *
core_of (PracticePop3 *pop3)
{
  return (Pop3Core *) pop3->base.core;
}

static void
letter_clear (gpointer data)
{
  Letter *letter = data;

  practice_message_unref (letter->message);
}

static BaseCore *
pop3_open (PracticeConnection *connection, const BaseLimits *limits)
{
  PracticePop3 *pop3 = (PracticePop3 *) connection;
  const Pop3ServerOptions options = { .host = "practice.example",
                                      .lookup = practice_user_lookup,
                                      .lookup_data = connection->shared->store,
                                      .token_check = practice_token_check,
                                      .mechanisms = practice_mechanism_names,
                                      .tls_available = !connection->hides_tls,
                                      .plaintext_login = connection->shared->plaintext_login };
  Pop3Core *core = pop3_core_new (BASE_ROLE_SERVER, limits);

  pop3_core_set_server_options (core, &options);
  pop3->letters = g_array_new (FALSE, FALSE, sizeof (Letter));
  g_array_set_clear_func (pop3->letters, letter_clear);
  return BASE_CORE (core);
}

static void
pop3_greet (PracticeConnection *connection)
{
  PracticePop3 *pop3 = (PracticePop3 *) connection;
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *stamp = g_strdup_printf ("<%.13s@practice.example>", id);

  pop3_core_greet (core_of (pop3), "Restante practice post office.", stamp);
}

static void
pop3_close (PracticeConnection *connection)
{
  PracticePop3 *pop3 = (PracticePop3 *) connection;
  PracticeStore *store = connection->shared->store;

  practice_store_lock (store);
  if (connection->account != NULL)
    connection->account->maildrop_locked = FALSE;
  g_clear_pointer (&pop3->inbox, practice_mailbox_unref);
  practice_store_unlock (store);
  g_array_unref (pop3->letters);
}

static void
take_snapshot (PracticePop3 *pop3)
{
  const PracticeShared *shared = pop3->base.shared;
  PracticeMailbox *inbox = practice_account_inbox (pop3->base.account);
  gboolean same = practice_faults_happen (shared->faults, PRACTICE_FAULT_SAME_UIDL, NULL, NULL);

  if (practice_faults_happen (shared->faults, PRACTICE_FAULT_NEW_UIDVALIDITY, NULL, NULL))
    {
      inbox = practice_store_renumber (shared->store, pop3->base.account, inbox);
      (void) practice_store_commit (shared->store, NULL);
    }
  pop3->inbox = practice_mailbox_ref (inbox);
  pop3->uidvalidity = pop3->inbox->uidvalidity;
  for (guint i = 0; i < practice_mailbox_count (pop3->inbox); i++)
    {
      const PracticeEntry *entry = practice_mailbox_get (pop3->inbox, i);
      const PracticeEntry *named = practice_mailbox_get (pop3->inbox, same ? i / 2 * 2 : i);
      Letter letter = { .uid = entry->uid,
                        .name = named->uid,
                        .message = practice_message_ref (entry->message) };

      g_array_append_val (pop3->letters, letter);
    }
}

/* Seconds between two visits (RFC 2449 §6.6); 0: none. */
static guint64
login_delay (PracticePop3 *pop3)
{
  guint64 seconds = 0;

  practice_faults_are_set (pop3->base.shared->faults, PRACTICE_FAULT_LOGIN_DELAY, &seconds);
  return seconds;
}

/* Why @account's maildrop cannot be had now, and the code of that; %NULL: it can. */
static const char *
find_objection (PracticePop3 *pop3, const PracticeAccount *account, const char **code)
{
  gint64 delay = (gint64) login_delay (pop3) * G_USEC_PER_SEC;

  if (account->maildrop_locked)
    {
      *code = "IN-USE";
      return "Another session has this mailbox.";
    }
  if (account->maildrop_opened > 0 &&
      practice_store_clock (pop3->base.shared->store) - account->maildrop_opened < delay)
    {
      *code = "LOGIN-DELAY";
      return "You were here just now; come back later.";
    }
  return NULL;
}

static void
sign_in (PracticePop3 *pop3, const Pop3Event *event)
{
  PracticeStore *store = pop3->base.shared->store;
  PracticeAccount *account;
  const char *code = NULL;
  const char *objection;

  practice_store_lock (store);
  account = practice_store_account (store, practice_user_find (event->user));
  objection = find_objection (pop3, account, &code);
  if (objection == NULL)
    {
      account->maildrop_locked = TRUE;
      account->maildrop_opened = practice_store_clock (store);
      pop3->base.account = account;
      take_snapshot (pop3);
    }
  practice_store_unlock (store);
  pop3_core_reply (core_of (pop3),
                   event->base.exchange,
                   objection == NULL,
                   code,
                   objection == NULL ? "The mailbox is yours." : objection);
}

static gboolean
offers (gconstpointer core, const char *name)
{
  return pop3_core_offers_mechanism (core, name);
}

static void
say_capa (PracticePop3 *pop3, guint64 exchange)
{
  Pop3Core *core = core_of (pop3);
  gboolean encrypted = pop3_core_is_encrypted (core);
  g_autofree char *mechanisms = practice_mechanisms (offers, core, "");
  g_autofree char *sasl = g_strconcat ("SASL ", mechanisms, NULL);
  g_autofree char *delay = g_strdup_printf ("LOGIN-DELAY %" G_GUINT64_FORMAT, login_delay (pop3));
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  g_ptr_array_add (lines, (gpointer) "TOP");
  g_ptr_array_add (lines, (gpointer) "UIDL");
  g_ptr_array_add (lines, (gpointer) "RESP-CODES");
  g_ptr_array_add (lines, (gpointer) "AUTH-RESP-CODE");
  g_ptr_array_add (lines, (gpointer) "PIPELINING");
  g_ptr_array_add (lines, (gpointer) "EXPIRE NEVER");
  if (login_delay (pop3) > 0)
    g_ptr_array_add (lines, delay);
  g_ptr_array_add (lines, (gpointer) "UTF8");
  g_ptr_array_add (lines, (gpointer) "LANG");
  if (encrypted || pop3->base.shared->plaintext_login)
    g_ptr_array_add (lines, (gpointer) "USER");
  if (mechanisms[0] != '\0')
    g_ptr_array_add (lines, sasl);
  if (!encrypted && !pop3->base.hides_tls && pop3_core_get_state (core) == POP3_STATE_AUTHORIZATION)
    g_ptr_array_add (lines, (gpointer) "STLS");
  g_ptr_array_add (lines, (gpointer) "IMPLEMENTATION Restante");
  g_ptr_array_add (lines, NULL);
  pop3_core_reply_lines (
      core, exchange, "This can be done here:", (const char *const *) lines->pdata);
}

/* The letter a command names; %NULL: refused already. */
static Letter *
letter_of (PracticePop3 *pop3, const Pop3Event *event)
{
  guint32 number = event->command->number;
  Letter *letter = NULL;

  if (number <= pop3->letters->len)
    letter = &g_array_index (pop3->letters, Letter, number - 1);
  if (letter != NULL && !letter->deleted)
    return letter;
  pop3_core_reply (core_of (pop3),
                   event->base.exchange,
                   FALSE,
                   NULL,
                   letter != NULL ? "You have marked that letter as deleted."
                                  : "There is no such letter.");
  return NULL;
}

static char *
format_line (const PracticePop3 *pop3, Pop3Verb verb, guint number)
{
  const Letter *letter = &g_array_index (pop3->letters, Letter, number - 1);

  if (verb == POP3_VERB_LIST)
    return g_strdup_printf ("%u %zu", number, practice_message_size (letter->message));
  return g_strdup_printf ("%u %u.%u", number, pop3->uidvalidity, letter->name);
}

/* LIST and UIDL, of one letter or of all. */
static void
say_list (PracticePop3 *pop3, const Pop3Event *event)
{
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *text = NULL;

  if (event->command->number != 0)
    {
      if (letter_of (pop3, event) == NULL)
        return;
      text = format_line (pop3, event->command->verb, event->command->number);
      pop3_core_reply (core_of (pop3), event->base.exchange, TRUE, NULL, text);
      return;
    }
  lines = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < pop3->letters->len; i++)
    {
      if (!g_array_index (pop3->letters, Letter, i).deleted)
        g_ptr_array_add (lines, format_line (pop3, event->command->verb, i + 1));
    }
  text = g_strdup_printf (lines->len == 1 ? "%u letter" : "%u letters", lines->len);
  g_ptr_array_add (lines, NULL);
  pop3_core_reply_lines (
      core_of (pop3), event->base.exchange, text, (const char *const *) lines->pdata);
}

static void
say_stat (PracticePop3 *pop3, const Pop3Event *event)
{
  g_autofree char *text = NULL;
  guint64 size = 0;
  guint count = 0;

  for (guint i = 0; i < pop3->letters->len; i++)
    {
      const Letter *letter = &g_array_index (pop3->letters, Letter, i);

      if (letter->deleted)
        continue;
      count++;
      size += practice_message_size (letter->message);
    }
  text = g_strdup_printf ("%u %" G_GUINT64_FORMAT, count, size);
  pop3_core_reply (core_of (pop3), event->base.exchange, TRUE, NULL, text);
}

/* The header with its empty line, and @lines more. */
static gsize
top_length (const char *source, gsize len, guint lines)
{
  const char *body = memmem (source, len, "\r\n\r\n", 4);
  gsize at;

  if (body == NULL)
    return len;
  at = (gsize) (body - source) + 4;
  for (; lines > 0 && at < len; lines--)
    {
      const char *end = memchr (source + at, '\n', len - at);

      at = end != NULL ? (gsize) (end - source) + 1 : len;
    }
  return at;
}

/* RFC 6856 §2: headers in UTF-8 are for those who asked for them. */
static gboolean
is_understood (const PracticePop3 *pop3, const char *source, gsize len)
{
  gsize header = top_length (source, len, 0);

  for (gsize i = 0; !pop3->utf8 && i < header; i++)
    {
      if ((guchar) source[i] >= 0x80)
        return FALSE;
    }
  return TRUE;
}

static void
say_letter (PracticePop3 *pop3, const Pop3Event *event)
{
  const Letter *letter = letter_of (pop3, event);
  g_autoptr (GBytes) source = NULL;
  g_autoptr (GBytes) part = NULL;
  g_autoptr (BaseBody) body = NULL;
  g_autofree char *text = NULL;
  gsize len;
  const char *bytes;

  if (letter == NULL)
    return;
  source = practice_message_dup_source (letter->message);
  bytes = g_bytes_get_data (source, &len);
  if (!is_understood (pop3, bytes, len))
    {
      pop3_core_reply (core_of (pop3),
                       event->base.exchange,
                       FALSE,
                       "UTF8",
                       "Its header is in UTF-8; say UTF8 before signing in.");
      return;
    }
  if (event->command->verb == POP3_VERB_TOP)
    {
      len = top_length (bytes, len, event->command->lines);
      text = g_strdup ("The top of it:");
    }
  else
    {
      text = g_strdup_printf (len == 1 ? "%zu octet" : "%zu octets", len);
    }
  part = g_bytes_new_from_bytes (source, 0, len);
  body = base_body_new_from_bytes (part);
  pop3_core_reply_body (core_of (pop3), event->base.exchange, text, body);
}

static void
say_dele (PracticePop3 *pop3, const Pop3Event *event)
{
  Letter *letter = letter_of (pop3, event);

  if (letter == NULL)
    return;
  letter->deleted = TRUE;
  pop3_core_reply (
      core_of (pop3), event->base.exchange, TRUE, NULL, "Marked; it goes when you say QUIT.");
}

/* The UPDATE state. */
static void
say_quit (PracticePop3 *pop3, const Pop3Event *event)
{
  PracticeStore *store = pop3->base.shared->store;
  g_autofree char *text = NULL;
  guint gone = 0;
  gboolean ok;

  practice_store_lock (store);
  for (guint i = 0; i < pop3->letters->len; i++)
    {
      const Letter *letter = &g_array_index (pop3->letters, Letter, i);

      if (letter->deleted && practice_mailbox_remove (pop3->inbox, letter->uid))
        gone++;
    }
  ok = practice_store_commit (store, NULL);
  practice_store_unlock (store);
  if (!ok)
    {
      /* RFC 1939 §6: they are there again at the next visit. */
      pop3_core_reply (core_of (pop3),
                       event->base.exchange,
                       FALSE,
                       "SYS/TEMP",
                       "Nothing was deleted: the disk does not take it.");
      return;
    }
  text = gone > 0 ? g_strdup_printf ("Goodbye; %u deleted.", gone) : g_strdup ("Goodbye.");
  pop3_core_reply (core_of (pop3), event->base.exchange, TRUE, NULL, text);
}

/* RFC 6856 §2 */
static void
say_utf8 (PracticePop3 *pop3, const Pop3Event *event)
{
  gboolean early = pop3_core_get_state (core_of (pop3)) == POP3_STATE_AUTHORIZATION;

  pop3->utf8 = pop3->utf8 || early;
  pop3_core_reply (core_of (pop3),
                   event->base.exchange,
                   early,
                   NULL,
                   early ? "UTF-8 from here on." : "UTF8 comes before signing in.");
}

/* The office's own words are English (RFC 6856 §3). */
static void
say_lang (PracticePop3 *pop3, const Pop3Event *event)
{
  static const char *const languages[] = { "en English", "i-default English", NULL };
  const char *tag = event->command->name;

  if (tag == NULL)
    pop3_core_reply_lines (
        core_of (pop3), event->base.exchange, "These languages are spoken here:", languages);
  else if (g_ascii_strcasecmp (tag, "i-default") == 0)
    pop3_core_reply (
        core_of (pop3), event->base.exchange, TRUE, NULL, "i-default We speak English here.");
  else if (g_ascii_strcasecmp (tag, "en") == 0 || strcmp (tag, "*") == 0)
    pop3_core_reply (core_of (pop3), event->base.exchange, TRUE, NULL, "en We speak English here.");
  else
    pop3_core_reply (
        core_of (pop3), event->base.exchange, FALSE, NULL, "That language is not spoken here.");
}

static void
say_command (PracticePop3 *pop3, const Pop3Event *event)
{
  guint64 exchange = event->base.exchange;

  switch (event->command->verb)
    {
    case POP3_VERB_CAPA:
      say_capa (pop3, exchange);
      break;
    case POP3_VERB_STLS:
      /* Nothing that was settled in the open holds inside (RFC 6856 §2). */
      if (pop3->utf8)
        pop3_core_reply (core_of (pop3), exchange, FALSE, NULL, "STLS comes before UTF8.");
      else
        pop3_core_accept_tls (core_of (pop3), exchange);
      break;
    case POP3_VERB_STAT:
      say_stat (pop3, event);
      break;
    case POP3_VERB_LIST:
    case POP3_VERB_UIDL:
      say_list (pop3, event);
      break;
    case POP3_VERB_RETR:
    case POP3_VERB_TOP:
      say_letter (pop3, event);
      break;
    case POP3_VERB_DELE:
      say_dele (pop3, event);
      break;
    case POP3_VERB_NOOP:
      pop3_core_reply (core_of (pop3), exchange, TRUE, NULL, "Still here.");
      break;
    case POP3_VERB_RSET:
      for (guint i = 0; i < pop3->letters->len; i++)
        g_array_index (pop3->letters, Letter, i).deleted = FALSE;
      pop3_core_reply (core_of (pop3), exchange, TRUE, NULL, "All marks are taken back.");
      break;
    case POP3_VERB_QUIT:
      say_quit (pop3, event);
      break;
    case POP3_VERB_UTF8:
      say_utf8 (pop3, event);
      break;
    case POP3_VERB_LANG:
      say_lang (pop3, event);
      break;
    case POP3_VERB_USER:
    case POP3_VERB_PASS:
    case POP3_VERB_APOP:
    case POP3_VERB_AUTH:
    case POP3_VERB_UNKNOWN:
    default:
      pop3_core_reply (core_of (pop3), exchange, FALSE, NULL, "This is not offered here.");
    }
}

static void
pop3_event (PracticeConnection *connection, const BaseEvent *base)
{
  PracticePop3 *pop3 = (PracticePop3 *) connection;
  const Pop3Event *event = (const Pop3Event *) base;

  switch ((Pop3EventType) base->type)
    {
    case POP3_EVENT_COMMAND:
      say_command (pop3, event);
      break;
    case POP3_EVENT_SIGN_IN:
      sign_in (pop3, event);
      break;
    case POP3_EVENT_START_TLS:
      connection->start_tls = TRUE;
      break;
    case POP3_EVENT_GREETING:
    case POP3_EVENT_ENTRY:
    case POP3_EVENT_BODY_BEGIN:
    case POP3_EVENT_BODY_DATA:
    case POP3_EVENT_DONE:
    case POP3_EVENT_CHALLENGE:
    default:
      g_assert_not_reached ();
    }
}

const PracticeProtocol practice_pop3 = {
  .name = "pop3",
  .silence = SILENCE,
  .size = sizeof (PracticePop3),
  .open = pop3_open,
  .greet = pop3_greet,
  .event = pop3_event,
  .close = pop3_close,
};
