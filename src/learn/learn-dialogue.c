/* Gathers events into exchanges. What it keeps is bounded: exchanges, lines of each, bytes of
 * those, and sessions, which live no longer than their exchanges. */
#include "config.h"

#include "learn-dialogue.h"

#include <string.h>

#include "learn-line.h"

/* Beyond this, lines of an exchange are counted, not kept. */
#define MAX_LINE_BYTES (256 * 1024)
/* A line's record, its GBytes, and what the allocator takes for both and for its text. */
#define LINE_BYTES 240

typedef struct
{
  LearnExchange shown;
  gint64 clock;     /* when it began */
  gsize line_bytes; /* of the lines kept */
} Exchange;

typedef struct
{
  WireConnection *info; /* (nullable) */
  GHashTable *open;     /* number → Exchange that has not ended */
  LearnTls *secured;    /* (nullable) */
  gboolean compressed;
  Exchange *tls, *greeting;
  Exchange *last;  /* the newest of the session (nullable) */
  guint exchanges; /* of it that are kept */
  gboolean greeted;
  gboolean dismissed; /* "* BYE" */
  gint64 opened;      /* clock; 0: not seen */
  guint leaving;      /* POP3: DELEs accepted */
} Session;

struct _LearnDialogue
{
  guint max;
  LearnDialogueFunc func;
  gpointer data;
  GPtrArray *exchanges; /* Exchange, keys without gaps */
  guint64 next_key;
  guint64 next_serial;
  guint64 dropped;
  gsize bytes;          /* of all lines that are kept, and what each costs beside its text */
  GHashTable *sessions; /* connection → Session */
  WireLines *lines;
};

static void
exchange_free (gpointer data)
{
  LearnExchange *exchange = data;

  g_clear_pointer (&exchange->info, wire_connection_unref);
  g_clear_pointer (&exchange->cause, base_cause_unref);
  g_clear_pointer (&exchange->checkpoint, g_variant_unref);
  g_clear_pointer (&exchange->tls, learn_tls_unref);
  g_ptr_array_unref (exchange->lines);
  g_free (exchange->error_line);
  g_free (exchange);
}

static void
session_free (gpointer data)
{
  Session *session = data;

  g_clear_pointer (&session->info, wire_connection_unref);
  g_clear_pointer (&session->secured, learn_tls_unref);
  g_hash_table_unref (session->open);
  g_free (session);
}

LearnDialogue *
learn_dialogue_new (guint max, LearnDialogueFunc func, gpointer data)
{
  LearnDialogue *dialogue = g_new0 (LearnDialogue, 1);

  dialogue->max = MAX (max, 1);
  dialogue->func = func;
  dialogue->data = data;
  dialogue->exchanges = g_ptr_array_new_with_free_func (exchange_free);
  dialogue->next_key = 1;
  dialogue->next_serial = 1;
  dialogue->sessions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, session_free);
  dialogue->lines = wire_lines_new ();
  return dialogue;
}

void
learn_dialogue_free (LearnDialogue *dialogue)
{
  g_hash_table_unref (dialogue->sessions);
  g_ptr_array_unref (dialogue->exchanges);
  wire_lines_free (dialogue->lines);
  g_free (dialogue);
}

static void
tell (LearnDialogue *dialogue, LearnDialogueChange change, const Exchange *exchange)
{
  const LearnExchange *first = dialogue->exchanges->pdata[0];

  if (dialogue->func != NULL)
    dialogue->func (dialogue, change, (guint) (exchange->shown.key - first->key), dialogue->data);
}

/* Sessions and exchanges come and go */

static Session *
get_session (LearnDialogue *dialogue, guint64 connection, WireConnection *info)
{
  Session *session = g_hash_table_lookup (dialogue->sessions, &connection);

  if (session != NULL)
    return session;
  session = g_new0 (Session, 1);
  session->info = info != NULL ? wire_connection_ref (info) : NULL;
  session->open = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  session->greeted = TRUE;
  session->secured = learn_tls_new (info);
  g_hash_table_insert (dialogue->sessions, g_memdup2 (&connection, sizeof connection), session);
  return session;
}

static gsize
cost (const Exchange *exchange)
{
  return exchange->line_bytes + exchange->shown.lines->len * LINE_BYTES;
}

static void
forget (LearnDialogue *dialogue, Exchange *exchange)
{
  Session *session = g_hash_table_lookup (dialogue->sessions, &exchange->shown.connection);

  tell (dialogue, LEARN_DROPPED, exchange);
  dialogue->bytes -= cost (exchange);
  if (session == NULL)
    return;
  g_hash_table_remove (session->open, &exchange->shown.exchange);
  session->tls = session->tls == exchange ? NULL : session->tls;
  session->greeting = session->greeting == exchange ? NULL : session->greeting;
  session->last = session->last == exchange ? NULL : session->last;
  if (--session->exchanges == 0)
    g_hash_table_remove (dialogue->sessions, &exchange->shown.connection);
}

/* Some at once, because all that follow move up; where they are too large, until a sixteenth of the
 * room is free. The newest stays, whatever its size. */
static void
forget_oldest (LearnDialogue *dialogue)
{
  guint many = dialogue->exchanges->len >= dialogue->max ? MAX (dialogue->max / 16, 1) : 0;
  guint n = 0;

  while (n < dialogue->exchanges->len &&
         (n < many ||
          (dialogue->bytes > LEARN_MAX_BYTES / 16 * 15 && n + 1 < dialogue->exchanges->len)))
    forget (dialogue, dialogue->exchanges->pdata[n++]);
  if (n > 0)
    g_ptr_array_remove_range (dialogue->exchanges, 0, n);
}

static const char *const routine[] = {
  LEARN_TLS,  LEARN_GREETING, LEARN_NEWS, "CAPABILITY", "CAPA",   "EHLO",      "HELO",     "LHLO",
  "NOOP",     "IDLE",         "DONE",     "ID",         "ENABLE", "NAMESPACE", "STARTTLS", "STLS",
  "COMPRESS", "LOGOUT",       "UNSELECT", "UTF8",       "LANG",   NULL,
};

const char *const *
learn_dialogue_routine (void)
{
  return routine;
}

static Exchange *
add_exchange (LearnDialogue *dialogue,
              Session *session,
              const WireEvent *event,
              const char *verb,
              guint64 number)
{
  Exchange *exchange = g_new0 (Exchange, 1);
  LearnExchange *shown = &exchange->shown;

  shown->key = dialogue->next_key++;
  shown->serial = event->serial;
  shown->connection = event->connection;
  shown->exchange = number;
  shown->verb = g_intern_string (verb);
  shown->routine = g_strv_contains (routine, verb);
  shown->when = event->when;
  shown->duration = -1;
  shown->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_line_free);
  exchange->clock = event->clock;
  if (session != NULL)
    {
      shown->info = session->info != NULL ? wire_connection_ref (session->info) : NULL;
      if (session->info != NULL && session->info->cause != NULL)
        shown->cause = base_cause_ref (session->info->cause);
      shown->tls = learn_tls_ref (session->secured);
      shown->sealed = session->secured->version != NULL;
      shown->compressed = session->compressed;
      session->last = exchange;
      session->exchanges++;
      if (number != 0)
        g_hash_table_replace (session->open, g_memdup2 (&number, sizeof number), exchange);
    }
  if (dialogue->exchanges->len >= dialogue->max || dialogue->bytes > LEARN_MAX_BYTES)
    forget_oldest (dialogue);
  g_ptr_array_add (dialogue->exchanges, exchange);
  return exchange;
}

static gboolean
is_failure (BaseOutcome outcome)
{
  return outcome == BASE_OUTCOME_TEMPORARY || outcome == BASE_OUTCOME_REFUSED ||
         outcome == BASE_OUTCOME_BAD || outcome == BASE_OUTCOME_LOST;
}

static char *
last_refusal (const LearnExchange *exchange)
{
  for (guint i = exchange->lines->len; i > 0; i--)
    {
      const WireLine *line = exchange->lines->pdata[i - 1];

      if (line->direction == BASE_DIRECTION_IN)
        return learn_line_words (exchange->info != NULL ? exchange->info->protocol : "",
                                 line->text);
    }
  return NULL;
}

static void
finish (Exchange *exchange, BaseOutcome outcome, gint64 clock)
{
  LearnExchange *shown = &exchange->shown;

  shown->done = TRUE;
  shown->held = FALSE;
  shown->outcome = outcome;
  shown->duration = MAX (0, clock - exchange->clock);
  /* Without the language that was wished for, everything goes on as before (RFC 6856 §3.2). */
  if (is_failure (outcome) &&
      !(outcome == BASE_OUTCOME_REFUSED && g_str_equal (shown->verb, "LANG")))
    {
      shown->routine = FALSE;
      if (outcome != BASE_OUTCOME_LOST && !g_str_equal (shown->verb, LEARN_TLS))
        shown->error_line = last_refusal (shown);
    }
}

/* Lines */

static void
count (LearnExchange *exchange, const char *text)
{
  guint number;

  switch (learn_line_news (text, &number))
    {
    case LEARN_LINE_LETTER:
      exchange->letters++;
      break;
    case LEARN_LINE_FETCH:
      exchange->headers++;
      break;
    case LEARN_LINE_EXPUNGED:
      exchange->expunged += number;
      break;
    case LEARN_LINE_OTHER:
    default:
      break;
    }
}

static gsize
line_size (const WireLine *line)
{
  return g_bytes_get_size (line->bytes) + strlen (line->text) +
         (line->head != NULL ? g_bytes_get_size (line->head) : 0);
}

/* The middle goes first: before the last ones, then before the first, which says what it was all
 * about. */
static void
fold_line (Exchange *exchange)
{
  LearnExchange *shown = &exchange->shown;
  guint len = shown->lines->len;

  if (shown->folded == 0)
    shown->fold_at = len > LEARN_LAST_LINES + 1 ? len - LEARN_LAST_LINES - 1 : 1;
  else if (len - shown->fold_at <= LEARN_LAST_LINES && shown->fold_at > 1)
    shown->fold_at--;
  exchange->line_bytes -= line_size (shown->lines->pdata[shown->fold_at]);
  g_ptr_array_remove_index (shown->lines, shown->fold_at);
  shown->folded++;
}

/* (transfer full) for @line */
static void
add_line (LearnDialogue *dialogue, Exchange *exchange, WireLine *line)
{
  LearnExchange *shown = &exchange->shown;
  gsize size = line_size (line);
  guint at = shown->lines->len;

  dialogue->bytes -= cost (exchange);
  if (shown->info != NULL && g_str_equal (shown->info->protocol, "imap"))
    count (shown, line->text);
  /* A command that waited for the server's "+" in its middle began before that. */
  while (at > 0 && line->began > 0 && line->direction == BASE_DIRECTION_OUT &&
         ((WireLine *) shown->lines->pdata[at - 1])->direction == BASE_DIRECTION_IN &&
         ((WireLine *) shown->lines->pdata[at - 1])->clock > line->began)
    at--;
  g_ptr_array_insert (shown->lines, (int) at, line);
  exchange->line_bytes += size;
  while (shown->lines->len > 2 &&
         (shown->lines->len > LEARN_MAX_LINES || exchange->line_bytes > MAX_LINE_BYTES))
    fold_line (exchange);
  dialogue->bytes += cost (exchange);
}

/* The server's first words; SMTP's may be several lines. */
static void
end_greeting (Session *session, const WireEvent *event, const char *text)
{
  BaseOutcome outcome = BASE_OUTCOME_OK;

  if (strlen (text) > 3 && text[3] == '-' && g_ascii_isdigit (text[0]))
    return;
  if (g_str_has_prefix (text, "-ERR") || g_str_has_prefix (text, "* BYE") || text[0] == '5')
    outcome = BASE_OUTCOME_REFUSED;
  else if (text[0] == '4')
    outcome = BASE_OUTCOME_TEMPORARY;
  finish (session->greeting, outcome, event->clock);
  session->greeting = NULL;
  session->greeted = TRUE;
}

/* A line that no command asked for. */
static void
add_unasked_line (LearnDialogue *dialogue, Session *session, const WireEvent *event, WireLine *line)
{
  Exchange *exchange = session->greeting;
  gboolean added = FALSE;

  if (!session->greeted && exchange == NULL)
    {
      exchange = session->greeting = add_exchange (dialogue, session, event, LEARN_GREETING, 0);
      if (session->opened != 0)
        exchange->clock = session->opened;
      added = TRUE;
    }
  else if (exchange == NULL)
    {
      exchange = session->last;
      if (exchange == NULL || !g_str_equal (exchange->shown.verb, LEARN_NEWS))
        {
          exchange = add_exchange (dialogue, session, event, LEARN_NEWS, 0);
          finish (exchange, BASE_OUTCOME_NONE, event->clock);
          added = TRUE;
        }
    }
  if (line->direction == BASE_DIRECTION_IN)
    exchange->shown.bytes_in += g_bytes_get_size (line->bytes);
  else
    exchange->shown.bytes_out += g_bytes_get_size (line->bytes);
  add_line (dialogue, exchange, line);
  if (session->greeting == exchange)
    end_greeting (session, event, line->text);
  tell (dialogue, added ? LEARN_ADDED : LEARN_CHANGED, exchange);
}

static Exchange *
find_exchange (LearnDialogue *dialogue, guint64 connection, guint64 number)
{
  for (guint i = dialogue->exchanges->len; number != 0 && i > 0; i--)
    {
      Exchange *exchange = dialogue->exchanges->pdata[i - 1];

      if (exchange->shown.connection == connection && exchange->shown.exchange == number)
        return exchange;
    }
  return NULL;
}

static gboolean
is_dismissal (const Session *session, const WireLine *line)
{
  return session->info != NULL && g_str_equal (session->info->protocol, "imap") &&
         line->direction == BASE_DIRECTION_IN && g_ascii_strncasecmp (line->text, "* BYE ", 6) == 0;
}

static void
take_line (LearnDialogue *dialogue, Session *session, const WireEvent *event, WireLine *line)
{
  Exchange *exchange = g_hash_table_lookup (session->open, &line->exchange);

  session->dismissed = session->dismissed || is_dismissal (session, line);
  /* What is said after the end of an exchange still belongs to it. */
  if (exchange == NULL)
    exchange = find_exchange (dialogue, line->connection, line->exchange);
  if (exchange == NULL)
    {
      add_unasked_line (dialogue, session, event, line);
      return;
    }
  add_line (dialogue, exchange, line);
  tell (dialogue, LEARN_CHANGED, exchange);
}

/* Lines in brief: of those that would be folded only what counts is looked at. */

static void
count_lines (LearnExchange *exchange, const WireEvent *event)
{
  const char *text = g_bytes_get_data (event->bytes, NULL);
  gsize begin = 0;

  for (guint i = 0; i < event->ends->len; i++)
    {
      gsize end = g_array_index (event->ends, gsize, i);

      if (text[begin] == '*')
        {
          g_autofree char *line = g_strndup (text + begin, end - begin);

          count (exchange, line);
        }
      begin = end;
    }
}

/* More of an exchange whose middle is folded already: its last lines are to come. */
static void
take_lines (LearnDialogue *dialogue, Session *session, const WireEvent *event)
{
  Exchange *exchange = g_hash_table_lookup (session->open, &event->exchange);

  if (exchange == NULL)
    return;
  if (session->info != NULL && g_str_equal (session->info->protocol, "imap"))
    count_lines (&exchange->shown, event);
  exchange->shown.folded += event->ends->len;
  tell (dialogue, LEARN_CHANGED, exchange);
}

static gboolean
is_folding (guint64 connection, guint64 number, gpointer data)
{
  LearnDialogue *dialogue = data;
  Session *session = g_hash_table_lookup (dialogue->sessions, &connection);
  Exchange *exchange = session != NULL ? g_hash_table_lookup (session->open, &number) : NULL;

  return exchange != NULL && exchange->shown.folded > 0;
}

/* Events */

/* Exchanges that overlap share what the line carries. Those that were under way together before are
 * known to: only one that was alone learns it. */
static void
note_shared (Session *session, Exchange *fresh)
{
  GHashTableIter iter;
  gpointer before;

  if (g_hash_table_size (session->open) < 2)
    return;
  fresh->shown.shared = TRUE;
  if (g_hash_table_size (session->open) > 2)
    return;
  g_hash_table_iter_init (&iter, session->open);
  while (g_hash_table_iter_next (&iter, NULL, &before))
    ((Exchange *) before)->shown.shared = TRUE;
}

static void
on_begin (LearnDialogue *dialogue, Session *session, const WireEvent *event)
{
  Exchange *exchange = g_hash_table_lookup (session->open, &event->exchange);
  gboolean added = exchange == NULL;

  if (added)
    exchange = add_exchange (
        dialogue, session, event, event->verb != NULL ? event->verb : "", event->exchange);
  if (added)
    note_shared (session, exchange);
  exchange->clock = event->clock;
  if (exchange->shown.cause == NULL && event->cause != NULL)
    exchange->shown.cause = base_cause_ref (event->cause);
  if (exchange->shown.checkpoint == NULL && event->checkpoint != NULL)
    exchange->shown.checkpoint = g_variant_ref (event->checkpoint);
  if (event->type == WIRE_HELD)
    exchange->shown.held = TRUE;
  session->greeted = TRUE;
  tell (dialogue, added ? LEARN_ADDED : LEARN_CHANGED, exchange);
}

/* What was held is going to be said now, and comes as bytes. */
static void
on_released (LearnDialogue *dialogue, Session *session, const WireEvent *event)
{
  Exchange *exchange = g_hash_table_lookup (session->open, &event->exchange);

  if (exchange == NULL)
    return;
  exchange->shown.held = FALSE;
  exchange->clock = event->clock;
  dialogue->bytes -= cost (exchange);
  for (guint i = exchange->shown.lines->len; i > 0; i--)
    if (((const WireLine *) exchange->shown.lines->pdata[i - 1])->held)
      g_ptr_array_remove_index (exchange->shown.lines, i - 1);
  dialogue->bytes += cost (exchange);
  tell (dialogue, LEARN_CHANGED, exchange);
}

static void
count_end (Session *session, LearnExchange *exchange)
{
  gboolean ok = exchange->outcome == BASE_OUTCOME_OK;

  if (session->info == NULL || !g_str_equal (session->info->protocol, "pop3"))
    return;
  if (ok && g_str_equal (exchange->verb, "RETR"))
    exchange->letters = 1;
  else if (ok && g_str_equal (exchange->verb, "DELE"))
    session->leaving++;
  else if (ok && g_str_equal (exchange->verb, "RSET"))
    session->leaving = 0;
  exchange->leaving = session->leaving;
}

static void
on_end (LearnDialogue *dialogue, Session *session, const WireEvent *event)
{
  Exchange *exchange = g_hash_table_lookup (session->open, &event->exchange);

  if (exchange == NULL)
    return;
  exchange->shown.bytes_in = event->bytes_in;
  exchange->shown.bytes_out = event->bytes_out;
  exchange->shown.carried = event->carried;
  exchange->shown.dismissed = session->dismissed;
  finish (exchange, event->outcome, event->clock);
  count_end (session, &exchange->shown);
  g_hash_table_remove (session->open, &event->exchange);
  tell (dialogue, LEARN_CHANGED, exchange);
}

static void
on_tls (LearnDialogue *dialogue, Session *session, const WireEvent *event)
{
  gboolean added = session->tls == NULL;
  Exchange *exchange;
  g_autoptr (GPtrArray) lines = learn_line_tls (event);

  if (added)
    session->tls = add_exchange (dialogue, session, event, LEARN_TLS, 0);
  exchange = session->tls;
  for (guint i = 0; i < lines->len; i++)
    add_line (dialogue, exchange, lines->pdata[i]);
  if (event->type == WIRE_TLS_MESSAGE && event->direction == BASE_DIRECTION_IN)
    exchange->shown.bytes_in += event->count;
  else if (event->type == WIRE_TLS_MESSAGE)
    exchange->shown.bytes_out += event->count;
  if (event->type == WIRE_TLS_DONE)
    finish (exchange, BASE_OUTCOME_OK, event->clock);
  tell (dialogue, added ? LEARN_ADDED : LEARN_CHANGED, exchange);
}

/* Of TLS's messages an alert alone ends a handshake: whoever says it refuses (RFC 9846 §6.2). */
static gboolean
ends_with_alert (const LearnExchange *exchange)
{
  const WireLine *last =
      exchange->lines->len > 0 ? exchange->lines->pdata[exchange->lines->len - 1] : NULL;

  return last != NULL && g_str_equal (exchange->verb, LEARN_TLS) &&
         g_str_has_prefix (last->text, "Alert");
}

static void
on_closed (LearnDialogue *dialogue, Session *session, const WireEvent *event)
{
  for (guint i = 0; i < dialogue->exchanges->len; i++)
    {
      Exchange *exchange = dialogue->exchanges->pdata[i];

      if (exchange->shown.connection != event->connection || exchange->shown.done)
        continue;
      exchange->shown.dismissed = session->dismissed;
      finish (exchange,
              ends_with_alert (&exchange->shown) ? BASE_OUTCOME_REFUSED : BASE_OUTCOME_LOST,
              event->clock);
      tell (dialogue, LEARN_CHANGED, exchange);
    }
  g_hash_table_remove (dialogue->sessions, &event->connection);
}

static void
on_dropped (LearnDialogue *dialogue, const WireEvent *event)
{
  Exchange *exchange = add_exchange (dialogue, NULL, event, LEARN_DROPPED_EVENTS, 0);

  dialogue->dropped += event->count;
  exchange->shown.folded = event->count;
  finish (exchange, BASE_OUTCOME_NONE, event->clock);
  /* Halves of lines must not be joined over the gap. */
  wire_lines_free (dialogue->lines);
  dialogue->lines = wire_lines_new ();
  tell (dialogue, LEARN_ADDED, exchange);
}

void
learn_dialogue_feed (LearnDialogue *dialogue, const WireEvent *event, WireConnection *connection)
{
  Session *session;
  WireLine *line;

  if (event->type == WIRE_DROPPED)
    {
      on_dropped (dialogue, event);
      return;
    }
  session = get_session (dialogue, event->connection, connection);
  if (event->type == WIRE_LINES)
    {
      take_lines (dialogue, session, event);
      return;
    }
  learn_tls_feed (session->secured, event);
  if (event->type == WIRE_COMPRESSION)
    session->compressed = TRUE;
  if (event->type == WIRE_OPENED)
    {
      session->greeted = FALSE;
      session->opened = event->clock;
    }
  else if (event->type == WIRE_EXCHANGE_BEGIN || event->type == WIRE_HELD)
    {
      on_begin (dialogue, session, event);
    }
  else if (event->type == WIRE_TLS_MESSAGE || event->type == WIRE_TLS_DONE)
    {
      on_tls (dialogue, session, event);
    }
  else if (event->type == WIRE_RELEASED)
    {
      on_released (dialogue, session, event);
    }
  line = wire_lines_feed (dialogue->lines, event);
  if (line != NULL)
    take_line (dialogue, session, event, line);
  if (event->type == WIRE_EXCHANGE_END)
    on_end (dialogue, session, event);
  else if (event->type == WIRE_CLOSED)
    on_closed (dialogue, session, event);
}

gboolean
learn_dialogue_pull (LearnDialogue *dialogue, WireTap *tap, guint max)
{
  guint64 from = MAX (dialogue->next_serial, 1);
  g_autoptr (GPtrArray) events =
      wire_tap_read_brief (tap, from, max, LEARN_LAST_LINES, is_folding, dialogue);
  guint64 known = 0;
  g_autoptr (WireConnection) connection = NULL;

  for (guint i = 0; i < events->len; i++)
    {
      const WireEvent *event = events->pdata[i];

      if (connection == NULL || known != event->connection)
        {
          g_clear_pointer (&connection, wire_connection_unref);
          connection = wire_tap_connection (tap, event->connection);
          known = event->connection;
        }
      learn_dialogue_feed (dialogue, event, connection);
      dialogue->next_serial = event->serial + 1;
    }
  return dialogue->next_serial - from >= max;
}

guint
learn_dialogue_count (LearnDialogue *dialogue)
{
  return dialogue->exchanges->len;
}

LearnExchange *
learn_dialogue_get (LearnDialogue *dialogue, guint position)
{
  return position < dialogue->exchanges->len ? dialogue->exchanges->pdata[position] : NULL;
}

gsize
learn_dialogue_bytes (LearnDialogue *dialogue)
{
  return dialogue->bytes;
}

guint64
learn_dialogue_dropped (LearnDialogue *dialogue)
{
  return dialogue->dropped;
}
