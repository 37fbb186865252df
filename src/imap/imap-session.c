/* The session's state, and what both roles do with it. */
#include "config.h"

#include "imap-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

void
imap_core_add_event (ImapCore *core, ImapEvent *event)
{
  base_core_add_event (&core->base, &event->base);
}

void
imap_core_enter (ImapCore *core, ImapState state)
{
  if (core->state == state)
    return;
  core->state = state;
  if (state != IMAP_STATE_SELECTED)
    imap_core_set_mailbox (core, NULL);
}

void
imap_core_set_mailbox (ImapCore *core, const char *mailbox)
{
  g_autofree char *old = core->mailbox;

  core->mailbox = g_strdup (mailbox);
  core->exists = 0;
}

void
imap_core_forget_capabilities (ImapCore *core)
{
  g_clear_pointer (&core->capabilities, g_hash_table_unref);
  core->capabilities_fresh = FALSE;
}

static void
enter_utf8 (ImapCore *core)
{
  core->utf8 = TRUE;
  imap_framer_set_utf8 (core->framer, TRUE);
}

void
imap_core_learn_capabilities (ImapCore *core, char **words)
{
  g_clear_pointer (&core->capabilities, g_hash_table_unref);
  core->capabilities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  core->capabilities_fresh = TRUE;
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    g_hash_table_add (core->capabilities, g_ascii_strup (words[i], -1));
  /* Who speaks nothing older need not be asked for it (RFC 9051 §6.3.1). */
  if (core->base.role == BASE_ROLE_CLIENT && imap_core_has_capability (core, "IMAP4REV2") &&
      !imap_core_has_capability (core, "IMAP4REV1"))
    enter_utf8 (core);
}

/* Jobs */

ImapJob *
imap_job_new (ImapCommand *command)
{
  ImapJob *job = g_new0 (ImapJob, 1);

  job->command = command;
  return job;
}

void
imap_job_free (ImapJob *job)
{
  imap_command_unref (job->command);
  g_clear_pointer (&job->sign_in, sasl_sign_in_free);
  g_clear_pointer (&job->line, imap_line_free);
  g_clear_pointer (&job->raw, g_bytes_unref);
  g_free (job);
}

ImapJob *
imap_core_find_job (ImapCore *core, const char *tag, gsize len)
{
  for (GList *l = core->flight.head; l != NULL; l = l->next)
    {
      ImapJob *job = l->data;

      if (job->command->tag != NULL && strlen (job->command->tag) == len &&
          memcmp (job->command->tag, tag, len) == 0)
        return job;
    }
  return NULL;
}

/* Following what is said */

static void
follow_numbers (ImapCore *core, const ImapResponse *response)
{
  guint64 gone = 0;

  if (response->type == IMAP_RESPONSE_EXISTS)
    core->exists = response->number;
  else if (response->type == IMAP_RESPONSE_EXPUNGE)
    gone = 1;
  else if (response->type == IMAP_RESPONSE_VANISHED && !response->earlier)
    gone = imap_set_count (response->set);
  core->exists -= (guint32) MIN (gone, core->exists);
}

static void
learn_enabled (ImapCore *core, char **words)
{
  if (core->enabled == NULL)
    core->enabled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; words && words[i]; i++)
    g_hash_table_add (core->enabled, g_ascii_strup (words[i], -1));
  if (imap_core_is_enabled (core, "IMAP4rev2") || imap_core_is_enabled (core, "UTF8=ACCEPT"))
    enter_utf8 (core);
}

/* Two names that read alike: the one that can be written again is meant. */
static void
learn_wire_name (ImapCore *core, const ImapList *list)
{
  if (list->wire_name != NULL)
    imap_core_set_wire_name (core, list->name, list->wire_name);
  else
    g_hash_table_remove (core->wire_names, list->name);
}

void
imap_core_set_wire_name (ImapCore *core, const char *name, const char *wire_name)
{
  g_hash_table_replace (core->wire_names, g_strdup (name), g_strdup (wire_name));
}

void
imap_core_follow_response (ImapCore *core, const ImapResponse *response)
{
  if (response->type == IMAP_RESPONSE_CAPABILITY)
    imap_core_learn_capabilities (core, response->words);
  else if (response->type == IMAP_RESPONSE_STATUS && response->code.type == IMAP_CODE_CAPABILITY)
    imap_core_learn_capabilities (core, response->code.words);
  else if (response->type == IMAP_RESPONSE_ENABLED)
    learn_enabled (core, response->words);
  else if (response->type == IMAP_RESPONSE_LIST && core->base.role == BASE_ROLE_CLIENT)
    learn_wire_name (core, response->list);
  if (response->type == IMAP_RESPONSE_STATUS && response->tag == NULL &&
      core->state == IMAP_STATE_GREETING)
    imap_core_enter (core,
                     response->status == IMAP_STATUS_BYE       ? IMAP_STATE_LOGOUT
                     : response->status == IMAP_STATUS_PREAUTH ? IMAP_STATE_AUTHENTICATED
                                                               : IMAP_STATE_NOT_AUTHENTICATED);
  follow_numbers (core, response);
}

/* After the sign-in a server may offer other things than before (RFC 9051 §6.2.2). */
static void
follow_sign_in (ImapCore *core)
{
  gboolean fresh = core->capabilities_fresh;

  imap_core_enter (core, IMAP_STATE_AUTHENTICATED);
  if (!fresh)
    imap_core_forget_capabilities (core);
}

void
imap_core_follow_done (ImapCore *core, const ImapCommand *command, const ImapResponse *done)
{
  gboolean ok = done->status == IMAP_STATUS_OK;

  switch ((int) command->verb)
    {
    case IMAP_VERB_LOGIN:
    case IMAP_VERB_AUTHENTICATE:
      if (ok && core->state == IMAP_STATE_NOT_AUTHENTICATED)
        follow_sign_in (core);
      break;
    case IMAP_VERB_SELECT:
    case IMAP_VERB_EXAMINE:
      if (ok)
        imap_core_enter (core, IMAP_STATE_SELECTED);
      else if (done->status == IMAP_STATUS_NO && core->state == IMAP_STATE_SELECTED)
        /* The old mailbox is closed even so (RFC 9051 §6.3.2). */
        imap_core_enter (core, IMAP_STATE_AUTHENTICATED);
      break;
    case IMAP_VERB_CLOSE:
    case IMAP_VERB_UNSELECT:
      if (ok && core->state == IMAP_STATE_SELECTED)
        imap_core_enter (core, IMAP_STATE_AUTHENTICATED);
      break;
    case IMAP_VERB_LOGOUT:
      imap_core_enter (core, IMAP_STATE_LOGOUT);
      break;
    default:
      break;
    }
}

/* Reading, the part both roles share */

/* "* 12 FETCH (UID 7 BODY[1.2] {48213}": the number and the section of a literal. */
static void
describe_literal (ImapCore *core, ImapEvent *event)
{
  gsize len;
  const char *text = imap_framer_peek (core->framer, &len);
  const char *mark = memrchr (text, '{', len);
  const char *open;
  const char *close;

  if (core->base.role != BASE_ROLE_CLIENT || mark == NULL || len < 3)
    return;
  for (const char *p = text + 2; p < mark && g_ascii_isdigit (*p); p++)
    event->sequence = event->sequence * 10 + (guint32) (*p - '0');
  close = memrchr (text, ']', (gsize) (mark - text));
  open = close != NULL ? memrchr (text, '[', (gsize) (close - text)) : NULL;
  if (open != NULL && mark - close < 16)
    {
      g_autofree char *section = g_strndup (open + 1, (gsize) (close - open - 1));

      event->section = g_ascii_strup (section, -1);
    }
  else if (mark - text >= 7 && g_ascii_strncasecmp (mark - 7, "RFC822 ", 7) == 0)
    event->section = g_strdup ("");
  else if (mark - text >= 14 && g_ascii_strncasecmp (mark - 14, "RFC822.HEADER ", 14) == 0)
    event->section = g_strdup ("HEADER");
  else if (mark - text >= 12 && g_ascii_strncasecmp (mark - 12, "RFC822.TEXT ", 12) == 0)
    event->section = g_strdup ("TEXT");
}

static void
add_literal_event (ImapCore *core, ImapEventType type, const ImapFramed *framed)
{
  ImapEvent *event = imap_event_new (type, core->line_exchange);

  event->stream = framed->literal.stream;
  event->size = framed->literal.size;
  if (type == IMAP_EVENT_LITERAL_BEGIN)
    describe_literal (core, event);
  else if (type == IMAP_EVENT_LITERAL_DATA)
    event->data = g_bytes_new (framed->bytes, framed->len);
  imap_core_add_event (core, event);
}

static void
add_literal_span (ImapCore *core, const ImapFramed *framed)
{
  if (framed->literal.body || framed->literal.secret)
    base_core_add_span (&core->base,
                        framed->literal.secret ? BASE_SPAN_SECRET : BASE_SPAN_BODY,
                        framed->len,
                        core->line_exchange,
                        FALSE);
  else
    base_core_add_line_span (&core->base, framed->bytes, framed->len, core->line_exchange, FALSE);
}

gboolean
imap_core_take_step (ImapCore *core, ImapFramerStep step, const ImapFramed *framed)
{
  switch (step)
    {
    case IMAP_FRAMER_LITERAL:
      if (framed->literal.stream != 0)
        add_literal_event (core, IMAP_EVENT_LITERAL_BEGIN, framed);
      return TRUE;
    case IMAP_FRAMER_LITERAL_WHOLE:
      add_literal_span (core, framed);
      return TRUE;
    case IMAP_FRAMER_LITERAL_DATA:
      add_literal_span (core, framed);
      add_literal_event (core, IMAP_EVENT_LITERAL_DATA, framed);
      return TRUE;
    case IMAP_FRAMER_LITERAL_END:
      add_literal_event (core, IMAP_EVENT_LITERAL_END, framed);
      return TRUE;
    case IMAP_FRAMER_ERROR:
      base_core_fail (&core->base,
                      BASE_CORE_ERROR_LIMIT,
                      _ ("What the other side sent was refused: %s."),
                      _ (framed->error));
      return TRUE;
    case IMAP_FRAMER_NEED_DATA:
    case IMAP_FRAMER_TEXT:
    case IMAP_FRAMER_LINE:
    default:
      return FALSE;
    }
}

gboolean
imap_core_write_line (ImapCore *core, guint64 exchange, ImapLine *line, guint *next)
{
  while (*next < line->pieces->len)
    {
      const ImapPiece *piece = &g_array_index (line->pieces, ImapPiece, *next);

      (*next)++;
      if (piece->body != NULL)
        base_core_write_body (&core->base, exchange, piece->body, FALSE);
      else
        base_core_write (&core->base,
                         piece->kind,
                         exchange,
                         line->text->str + piece->offset,
                         piece->len,
                         *next == line->pieces->len);
      if (piece->wait)
        break;
    }
  return *next == line->pieces->len;
}

/* Asked by anyone */

ImapState
imap_core_get_state (const ImapCore *core)
{
  return core->state;
}

gboolean
imap_core_knows_capabilities (const ImapCore *core)
{
  return core->capabilities != NULL;
}

gboolean
imap_core_is_enabled (const ImapCore *core, const char *name)
{
  g_autofree char *upper = g_ascii_strup (name, -1);

  return core->enabled != NULL && g_hash_table_contains (core->enabled, upper);
}

char *
imap_core_capability_value (const ImapCore *core, const char *name)
{
  g_autofree char *upper = g_ascii_strup (name, -1);
  g_autofree char *prefix = g_strconcat (upper, "=", NULL);
  GHashTableIter iter;
  gpointer word;

  if (core->capabilities == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, core->capabilities);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (g_str_has_prefix (word, prefix))
      return g_strdup ((const char *) word + strlen (prefix));
  return NULL;
}

gboolean
imap_core_offers (const ImapCore *core, const char *name)
{
  static const char *const of_rev2[] = {
    "BINARY",      "ENABLE",  "ESEARCH",   "IDLE",    "LIST-EXTENDED", "LIST-STATUS",
    "LITERAL-",    "MOVE",    "NAMESPACE", "SASL-IR", "SEARCHRES",     "SPECIAL-USE",
    "STATUS=SIZE", "UIDPLUS", "UNSELECT",  NULL,
  };
  g_autofree char *upper = g_ascii_strup (name, -1);

  return imap_core_has_capability (core, upper) ||
         (g_strv_contains (of_rev2, upper) && imap_core_has_capability (core, "IMAP4REV2"));
}

gboolean
imap_core_has_capability (const ImapCore *core, const char *name)
{
  g_autofree char *upper = g_ascii_strup (name, -1);

  return core->capabilities != NULL && g_hash_table_contains (core->capabilities, upper);
}

char **
imap_core_mechanisms (const ImapCore *core)
{
  GPtrArray *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer word;

  if (core->capabilities != NULL)
    {
      g_hash_table_iter_init (&iter, core->capabilities);
      while (g_hash_table_iter_next (&iter, &word, NULL))
        if (g_str_has_prefix (word, "AUTH="))
          g_ptr_array_add (names, g_strdup ((const char *) word + 5));
    }
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

const char *
imap_core_mailbox (const ImapCore *core)
{
  return core->mailbox;
}

guint32
imap_core_exists (const ImapCore *core)
{
  return core->exists;
}
