/* The server role: commands are read as they come and begun one after the other, because what may
 * be said depends on how the one before has ended; refused where the state forbids them. */
#include "config.h"

#include "imap-core-private.h"

#include <string.h>

#include "base-fault.h"

/* Commands read and not yet answered; more stay unread in the framer's input. */
#define TASKS_MAX 1000

static void
task_free (ImapTask *task)
{
  imap_command_unref (task->command);
  g_free (task->mistake);
  g_free (task);
}

void
imap_server_finalize (ImapCore *core)
{
  g_queue_clear_full (&core->tasks, (GDestroyNotify) task_free);
  g_clear_pointer (&core->sasl, sasl_server_free);
  g_free ((char *) core->options.host);
}

void
imap_core_set_server_options (ImapCore *core, const ImapServerOptions *options)
{
  g_free ((char *) core->options.host);
  core->options = *options;
  core->options.host = g_strdup (options->host);
}

static ImapTask *
find_task (ImapCore *core, guint64 exchange)
{
  for (GList *l = core->tasks.head; l != NULL; l = l->next)
    if (((ImapTask *) l->data)->exchange == exchange)
      return l->data;
  return NULL;
}

/* Sending */

static void
send_response (ImapCore *core,
               guint64 exchange,
               ImapResponse *response,
               BaseBody *const *bodies,
               guint n_bodies)
{
  g_autoptr (ImapLine) line = imap_line_new ();
  guint next = 0;

  imap_writer_response_line (response, core->utf8 ? IMAP_WRITER_UTF8 : 0, bodies, n_bodies, line);
  imap_core_write_line (core, exchange, line, &next);
}

static void
refuse (ImapCore *core,
        guint64 exchange,
        const char *tag,
        ImapStatus status,
        const char *code,
        const char *text)
{
  g_autoptr (ImapResponse) response = imap_response_status (tag, status, code, text);

  send_response (core, exchange, response, NULL, 0);
  base_core_end_exchange (&core->base, exchange);
}

static void begin_task (ImapCore *core);

/* The tagged answer ends its command; what it says of the session the caller tells by set_state(),
 * but for the end. */
static void
end_task (ImapCore *core, guint64 exchange, const ImapResponse *response)
{
  ImapTask *task = find_task (core, exchange);

  if (task == NULL || response->tag == NULL)
    return;
  if (task->command->verb == IMAP_VERB_LOGOUT)
    {
      imap_core_enter (core, IMAP_STATE_LOGOUT);
      core->closing = TRUE;
    }
  g_queue_remove (&core->tasks, task);
  task_free (task);
  base_core_end_exchange (&core->base, exchange);
  begin_task (core);
}

/* @response is (transfer full). */
void
imap_core_respond (ImapCore *core, guint64 exchange, ImapResponse *response)
{
  imap_core_respond_fetch (core, exchange, response, NULL, 0);
}

void
imap_core_respond_fetch (ImapCore *core,
                         guint64 exchange,
                         ImapResponse *response,
                         BaseBody *const *bodies,
                         guint n_bodies)
{
  g_autoptr (ImapResponse) owned = response;

  if (base_core_is_over (&core->base))
    return;
  if (owned->type == IMAP_RESPONSE_STATUS && owned->tag == NULL &&
      core->state == IMAP_STATE_GREETING)
    imap_core_follow_response (core, owned);
  send_response (core, exchange, owned, bodies, n_bodies);
  if (owned->type == IMAP_RESPONSE_ENABLED)
    imap_core_follow_response (core, owned);
  end_task (core, exchange, owned);
  if (owned->type == IMAP_RESPONSE_STATUS && owned->status == IMAP_STATUS_BYE &&
      core->state == IMAP_STATE_LOGOUT)
    core->closing = TRUE;
  imap_server_pump (core);
}

void
imap_core_set_state (ImapCore *core, ImapState state, const char *mailbox)
{
  imap_core_enter (core, state);
  imap_core_set_mailbox (core, mailbox);
}

/* The last command, when it is an IDLE that no line has ended yet. */
static ImapTask *
find_idle (ImapCore *core)
{
  ImapTask *task = g_queue_peek_tail (&core->tasks);

  return task != NULL && task->command->verb == IMAP_VERB_IDLE && task->mistake == NULL &&
                 !task->ended
             ? task
             : NULL;
}

static void
end_idle (ImapCore *core, const ImapTask *task)
{
  ImapEvent *event = imap_event_new (IMAP_EVENT_IDLE_DONE, task->exchange);

  core->idle_exchange = 0;
  if (!task->well_ended)
    event->response =
        imap_response_status (task->command->tag, IMAP_STATUS_BAD, NULL, "DONE was expected");
  imap_core_add_event (core, event);
}

void
imap_core_accept_idle (ImapCore *core, guint64 exchange)
{
  const ImapTask *task = find_task (core, exchange);

  core->idle_exchange = exchange;
  base_core_write_string (&core->base, exchange, "+ idling\r\n", TRUE);
  if (task != NULL && task->ended)
    end_idle (core, task);
}

static void
fail_injection (ImapCore *core)
{
  base_core_fail (&core->base,
                  BASE_CORE_ERROR_INJECTION,
                  "The client sent more after STARTTLS, before encryption began.");
}

void
imap_core_accept_tls (ImapCore *core, guint64 exchange)
{
  ImapTask *task = find_task (core, exchange);
  ImapEvent *event;

  if (core->tasks.length > 1 || imap_framer_unread (core->framer) > 0)
    {
      fail_injection (core);
      return;
    }
  event = imap_event_new (IMAP_EVENT_START_TLS, exchange);
  core->starting_tls = TRUE;
  imap_core_respond (core,
                     exchange,
                     imap_response_status (task != NULL ? task->command->tag : NULL,
                                           IMAP_STATUS_OK,
                                           NULL,
                                           "Begin TLS negotiation now"));
  imap_core_add_event (core, event);
}

gboolean
imap_core_may_compress (ImapCore *core)
{
  return core->tasks.length <= 1 && imap_framer_unread (core->framer) == 0;
}

void
imap_server_pump (ImapCore *core)
{
  if (core->closing && base_core_output_empty (&core->base))
    base_core_close (&core->base);
}

/* What may be said when (RFC 9051 §3, §6) */

static gboolean
needs_sign_in (ImapVerb verb)
{
  return verb != IMAP_VERB_CAPABILITY && verb != IMAP_VERB_NOOP && verb != IMAP_VERB_LOGOUT &&
         verb != IMAP_VERB_ID && verb != IMAP_VERB_UNKNOWN;
}

static gboolean
needs_mailbox (ImapVerb verb)
{
  switch ((int) verb)
    {
    case IMAP_VERB_CHECK:
    case IMAP_VERB_CLOSE:
    case IMAP_VERB_UNSELECT:
    case IMAP_VERB_EXPUNGE:
    case IMAP_VERB_SEARCH:
    case IMAP_VERB_SORT:
    case IMAP_VERB_THREAD:
    case IMAP_VERB_FETCH:
    case IMAP_VERB_STORE:
    case IMAP_VERB_COPY:
    case IMAP_VERB_MOVE:
    case IMAP_VERB_REPLACE:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
signs_in (ImapVerb verb)
{
  return verb == IMAP_VERB_LOGIN || verb == IMAP_VERB_AUTHENTICATE || verb == IMAP_VERB_STARTTLS;
}

/* Why @command is refused, or %NULL. */
static const char *
find_objection (ImapCore *core, const ImapCommand *command)
{
  if (core->state == IMAP_STATE_GREETING || core->state == IMAP_STATE_LOGOUT)
    return "Not now";
  if (signs_in (command->verb))
    {
      if (core->state != IMAP_STATE_NOT_AUTHENTICATED)
        return "You are signed in already";
      if (command->verb == IMAP_VERB_STARTTLS && (!core->options.tls_available || core->encrypted))
        return "STARTTLS is not offered here";
      return NULL;
    }
  if (needs_sign_in (command->verb) && core->state == IMAP_STATE_NOT_AUTHENTICATED)
    return "Sign in first";
  if (needs_mailbox (command->verb) && core->state != IMAP_STATE_SELECTED)
    return "Select a mailbox first";
  return NULL;
}

static gboolean
is_too_open (ImapCore *core, const ImapCommand *command)
{
  const SaslMechanism *mechanism =
      command->verb == IMAP_VERB_AUTHENTICATE ? sasl_mechanism_find (command->name) : NULL;

  if (core->encrypted || core->options.plaintext_login)
    return FALSE;
  return command->verb == IMAP_VERB_LOGIN || (mechanism != NULL && mechanism->shows_password);
}

/* AUTHENTICATE */

static void
end_sasl (ImapCore *core)
{
  g_clear_pointer (&core->sasl, sasl_server_free);
  core->sasl_exchange = 0;
}

static void
fail_sasl (ImapCore *core, ImapStatus status, const char *code, const char *text)
{
  guint64 exchange = core->sasl_exchange;
  const ImapTask *task = find_task (core, exchange);

  end_sasl (core);
  g_return_if_fail (task != NULL);
  imap_core_respond (core, exchange, imap_response_status (task->command->tag, status, code, text));
}

/* @response %NULL: none was given yet. */
static void
step_sasl (ImapCore *core, const BaseSecret *response)
{
  g_autoptr (GError) error = NULL;
  const ImapTask *task = find_task (core, core->sasl_exchange);
  ImapEvent *event;

  g_return_if_fail (task != NULL);

  switch (sasl_sign_in_step (&core->base, core->sasl_exchange, core->sasl, response, "+ ", &error))
    {
    case SASL_SERVER_CONTINUE:
      break;
    case SASL_SERVER_OK:
      event = imap_event_new (IMAP_EVENT_SIGN_IN, core->sasl_exchange);
      event->user = g_strdup (sasl_server_user (core->sasl));
      event->command = imap_command_ref (task->command);
      imap_core_add_event (core, event);
      end_sasl (core);
      break;
    case SASL_SERVER_FAILED:
    default:
      if (g_error_matches (error, SASL_ERROR, SASL_ERROR_CHALLENGE))
        fail_sasl (core, IMAP_STATUS_BAD, NULL, "That is no answer to the challenge");
      else
        fail_sasl (core, IMAP_STATUS_NO, "AUTHENTICATIONFAILED", sasl_server_refusal (core->sasl));
      break;
    }
}

static void
begin_sasl (ImapCore *core, guint64 exchange, const ImapCommand *command)
{
  const SaslMechanism *mechanism = sasl_mechanism_find (command->name);

  core->sasl_exchange = exchange;
  if (mechanism == NULL || core->options.lookup == NULL)
    {
      fail_sasl (core, IMAP_STATUS_NO, "CANNOT", "This mechanism is not offered here");
      return;
    }
  core->sasl = sasl_sign_in_serve (&core->base,
                                   mechanism,
                                   core->options.host,
                                   core->options.lookup,
                                   core->options.token_check,
                                   core->options.lookup_data);
  step_sasl (core, command->password);
}

static const char bare_line[] = "A line ends with CR and LF";

/* A line of the client's while it signs in: an answer in base64, or "*" to stop. */
static void
take_sasl_line (ImapCore *core, const ImapFrame *frame)
{
  g_autoptr (BaseSecret) response = NULL;

  if (frame->bare)
    {
      fail_sasl (core, IMAP_STATUS_BAD, NULL, bare_line);
      return;
    }
  if (frame->len == 1 && *frame->text == '*')
    {
      fail_sasl (core, IMAP_STATUS_BAD, NULL, "You stopped signing in");
      return;
    }
  response = base_secret_decode (frame->text, frame->len);
  if (response == NULL)
    fail_sasl (core, IMAP_STATUS_BAD, NULL, "That is not base64");
  else
    step_sasl (core, response);
}

/* Reading */

static void
add_sasl_span (ImapCore *core, const ImapFramed *framed)
{
  gsize end = framed->len;

  while (end > 0 && (framed->bytes[end - 1] == '\n' || framed->bytes[end - 1] == '\r'))
    end--;
  base_core_add_span (&core->base, BASE_SPAN_SECRET, end, core->sasl_exchange, FALSE);
  base_core_add_span (&core->base, BASE_SPAN_PLAIN, framed->len - end, core->sasl_exchange, TRUE);
}

/* The verb of a line whose beginning is here, as imap_command_verb() would say it. */
static const char *
find_verb (const char *text, gsize len)
{
  g_autofree char *line = g_strndup (text, MIN (len, 256));
  g_auto (GStrv) words = g_strsplit_set (line, " \r\n", 4);
  gboolean uid = g_strv_length (words) > 2 && g_ascii_strcasecmp (words[1], "UID") == 0;
  const char *word = words[0] == NULL ? "" : words[1] == NULL ? "" : words[uid ? 2 : 1];
  g_autoptr (ImapCommand) command = imap_command_new (imap_verb_find (word, strlen (word)));

  command->uid = uid;
  command->name = g_strdup (word);
  return imap_command_verb (command);
}

static void
take_text (ImapCore *core, const ImapFramed *framed)
{
  gsize end = framed->secret_from + framed->secret_len;
  const ImapTask *idle = find_idle (core);

  if (!core->in_line)
    {
      core->in_line = TRUE;
      if (core->sasl_exchange != 0)
        core->line_exchange = core->sasl_exchange;
      else if (idle != NULL)
        core->line_exchange = idle->exchange;
      else
        core->line_exchange = base_core_begin_exchange (
            &core->base, NULL, find_verb ((const char *) framed->bytes, framed->len));
    }
  if (core->sasl_exchange != 0)
    {
      add_sasl_span (core, framed);
      return;
    }
  if (framed->secret_len == 0)
    {
      base_core_add_line_span (
          &core->base, framed->bytes, framed->len, core->line_exchange, framed->ends_line);
      return;
    }
  base_core_add_line_span (
      &core->base, framed->bytes, framed->secret_from, core->line_exchange, FALSE);
  base_core_add_span (
      &core->base, BASE_SPAN_SECRET, framed->secret_len, core->line_exchange, FALSE);
  base_core_add_line_span (
      &core->base, framed->bytes + end, framed->len - end, core->line_exchange, framed->ends_line);
}

/* The last word, when what comes next cannot be understood. */
static void
say_bye (ImapCore *core, const char *code, const char *text)
{
  g_autoptr (ImapResponse) bye = imap_response_status (NULL, IMAP_STATUS_BYE, code, text);

  send_response (core, 0, bye, NULL, 0);
  imap_core_enter (core, IMAP_STATE_LOGOUT);
  core->closing = TRUE;
}

/* A literal above the limit is refused before it comes, if its sender waits (RFC 7889 §4). */
static void
refuse_large_literal (ImapCore *core, gboolean sync)
{
  ImapFrame frame = { 0 };
  g_autofree char *tag = NULL;

  if (!sync)
    {
      say_bye (core, "TOOBIG", "That is more than is taken here");
      return;
    }
  frame.text = imap_framer_peek (core->framer, &frame.len);
  tag = imap_parser_tag (&frame);
  refuse (core,
          core->line_exchange,
          tag,
          tag != NULL ? IMAP_STATUS_NO : IMAP_STATUS_BAD,
          "TOOBIG",
          "That is more than is taken here");
  core->in_line = FALSE;
  imap_framer_drop (core->framer);
}

/* A literal that has to wait is asked for. Strangers may not send large ones: nobody would take
 * them. */
static void
take_literal (ImapCore *core, const ImapFramed *framed)
{
  gboolean is_stranger = core->state == IMAP_STATE_NOT_AUTHENTICATED;
  ImapFrame frame = { 0 };
  g_autofree char *tag = NULL;

  if (framed->sync && !(is_stranger && framed->literal.stream != 0))
    {
      base_core_write_string (&core->base, core->line_exchange, "+ Send it\r\n", TRUE);
      return;
    }
  if (!is_stranger || framed->literal.stream == 0)
    return;
  if (!framed->sync)
    {
      base_core_fail (
          &core->base, BASE_CORE_ERROR_LIMIT, "A large literal came before anybody signed in.");
      return;
    }
  frame.text = imap_framer_peek (core->framer, &frame.len);
  tag = imap_parser_tag (&frame);
  refuse (core, core->line_exchange, tag, IMAP_STATUS_BAD, NULL, "Sign in first");
  core->in_line = FALSE;
  imap_framer_drop (core->framer);
}

/* %TRUE: @task is refused, and answered so. */
static gboolean
is_refused (ImapCore *core, const ImapTask *task)
{
  const ImapCommand *command = task->command;
  const char *objection = task->mistake;

  if (objection != NULL)
    {
      refuse (core, task->exchange, command->tag, IMAP_STATUS_BAD, NULL, objection);
      return TRUE;
    }
  if (base_core_has_fault (&core->base, task->exchange, imap_command_verb (command), command->tag))
    return TRUE;
  objection = find_objection (core, command);
  if (objection != NULL)
    {
      refuse (core, task->exchange, command->tag, IMAP_STATUS_BAD, NULL, objection);
      return TRUE;
    }
  if (!is_too_open (core, command))
    return FALSE;
  refuse (core,
          task->exchange,
          command->tag,
          IMAP_STATUS_NO,
          "PRIVACYREQUIRED",
          "Your password may not travel in the open; start TLS first");
  return TRUE;
}

/* The first of the commands that wait, if there is one, has its turn. */
static void
begin_task (ImapCore *core)
{
  ImapTask *task;
  ImapEvent *event;

  if (core->closing || base_core_is_over (&core->base))
    return;
  while ((task = g_queue_peek_head (&core->tasks)) != NULL && is_refused (core, task))
    {
      task_free (g_queue_pop_head (&core->tasks));
      if (base_core_is_over (&core->base))
        return;
    }
  if (task == NULL)
    return;
  if (task->command->verb == IMAP_VERB_AUTHENTICATE)
    {
      begin_sasl (core, task->exchange, task->command);
      return;
    }
  event = imap_event_new (IMAP_EVENT_COMMAND, task->exchange);
  event->command = imap_command_ref (task->command);
  imap_core_add_event (core, event);
}

/* @mistake: why it is none (nullable); it is said when the commands before it are answered. */
static void
take_command (ImapCore *core, ImapCommand *command, const char *mistake)
{
  ImapTask *task;

  if (core->tasks.length >= TASKS_MAX)
    {
      base_core_fail (&core->base, BASE_CORE_ERROR_LIMIT, "More commands came than are answered.");
      return;
    }
  task = g_new0 (ImapTask, 1);
  task->exchange = core->line_exchange;
  task->command = imap_command_ref (command);
  task->mistake = g_strdup (mistake);
  g_queue_push_tail (&core->tasks, task);
  if (command->password != NULL)
    base_core_add_mask (&core->base, command->password);
  if (core->tasks.length == 1)
    begin_task (core);
}

/* Only DONE ends IDLE; anything else is a mistake of the client's, and ends it too. A client that
 * does not wait for the "+" is answered all the same, once the "+" is said. */
static void
take_idle_line (ImapCore *core, ImapTask *task, const ImapFrame *frame)
{
  task->ended = TRUE;
  task->well_ended =
      !frame->bare && frame->len == 4 && g_ascii_strncasecmp (frame->text, "DONE", 4) == 0;
  if (core->idle_exchange == task->exchange)
    end_idle (core, task);
}

/* CHAR = %x01-7F; only between quotes there may be more, and that is UTF-8 (RFC 9051 §9). */
static gboolean
is_text (const ImapFrame *frame)
{
  gboolean quoted = FALSE;

  for (gsize i = 0; i < frame->len; i++)
    {
      if (quoted && frame->text[i] == '\\')
        i++;
      else if (frame->text[i] == '"' || frame->text[i] == '\n')
        quoted = !quoted && frame->text[i] == '"';
      else if (!quoted && (guchar) frame->text[i] > 0x7f)
        return FALSE;
    }
  return g_utf8_validate (frame->text, (gssize) frame->len, NULL);
}

/* Why @frame, which begins with a tag, is no command; %NULL: @command is the one it is. */
static char *
find_mistake (ImapCore *core, const ImapFrame *frame, ImapCommand **command)
{
  ImapFrame own = *frame;
  g_autoptr (GError) error = NULL;

  own.names = TRUE;
  if (frame->bare)
    return g_strdup (bare_line);
  if (!is_text (frame))
    return g_strdup ("What is not ASCII stands in quotes, and in UTF-8");
  *command = imap_parser_command (&own, &core->base.limits, NULL, &error);
  return error != NULL ? g_strdup (error->message) : NULL;
}

static void
take_line (ImapCore *core, const ImapFrame *frame)
{
  g_autoptr (ImapCommand) command = NULL;
  ImapTask *idle = find_idle (core);
  g_autofree char *mistake = NULL;
  g_autofree char *tag = NULL;

  core->in_line = FALSE;
  if (core->sasl_exchange != 0)
    {
      take_sasl_line (core, frame);
      return;
    }
  if (idle != NULL)
    {
      take_idle_line (core, idle, frame);
      return;
    }
  tag = imap_parser_tag (frame);
  mistake = tag == NULL && !frame->bare ? g_strdup ("A command starts with a tag")
                                        : find_mistake (core, frame, &command);
  if (command == NULL)
    {
      command = imap_command_new (IMAP_VERB_UNKNOWN);
      command->tag = g_steal_pointer (&tag);
    }
  take_command (core, command, mistake);
}

void
imap_server_receive (ImapCore *core, const guint8 *bytes, gsize len)
{
  ImapFramerStep step;
  ImapFramed framed;

  if (core->starting_tls)
    {
      fail_injection (core);
      return;
    }
  while (!base_core_is_over (&core->base) && !core->closing &&
         (step = imap_framer_step (core->framer, &bytes, &len, &framed)) != IMAP_FRAMER_NEED_DATA)
    {
      if (step == IMAP_FRAMER_TEXT)
        {
          take_text (core, &framed);
          if (!framed.ends_line && framed.literal.size > core->base.limits.body)
            refuse_large_literal (core, framed.sync);
        }
      else if (step == IMAP_FRAMER_ERROR)
        say_bye (core, NULL, "That line is too long");
      else if (step == IMAP_FRAMER_LINE)
        take_line (core, &framed.frame);
      else
        {
          if (step == IMAP_FRAMER_LITERAL)
            take_literal (core, &framed);
          if (core->in_line && !base_core_is_over (&core->base))
            imap_core_take_step (core, step, &framed);
        }
    }
}

void
imap_server_receive_eof (ImapCore *core)
{
  gboolean in_order = !imap_framer_is_inside (core->framer) && core->tasks.length == 0;

  base_core_add_span (&core->base,
                      BASE_SPAN_SECRET,
                      imap_framer_unread (core->framer),
                      core->in_line ? core->line_exchange : 0,
                      TRUE);
  imap_core_enter (core, IMAP_STATE_LOGOUT);
  if (in_order)
    base_core_close (&core->base);
  else
    base_core_fail (
        &core->base, BASE_CORE_ERROR_CLOSED, "The client closed the connection in the middle.");
}
