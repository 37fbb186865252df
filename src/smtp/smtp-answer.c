/* The client role's listening side: lines become replies, replies answer the first command said. */
#include "config.h"

#include "smtp-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Of one line's text, for people. */
#define MAX_TEXT 1000

static void
protocol_error (SmtpCore *core, const char *what)
{
  base_core_fail (
      &core->base, BASE_CORE_ERROR_PROTOCOL, _ ("The server broke the rules of SMTP: %s"), what);
}

static void
accept_keywords (SmtpCore *core, const SmtpReply *reply)
{
  smtp_client_forget (core);
  /* The first line greets; the keywords follow. */
  core->keywords = g_strdupv (reply->lines[0] != NULL ? reply->lines + 1 : reply->lines);
}

/* What a good answer changes. */
static void
follow_state (SmtpCore *core, const SmtpPending *pending, const SmtpReply *reply)
{
  switch (pending->command->verb)
    {
    case SMTP_VERB_EHLO:
      accept_keywords (core, reply);
      smtp_core_enter (core, SMTP_STATE_READY);
      break;
    case SMTP_VERB_HELO:
      smtp_client_forget (core);
      smtp_core_enter (core, SMTP_STATE_READY);
      break;
    case SMTP_VERB_MAIL:
      core->accepted = 0;
      smtp_core_enter (core, SMTP_STATE_MAIL);
      break;
    case SMTP_VERB_RCPT:
      core->accepted++;
      smtp_core_enter (core, SMTP_STATE_RCPT);
      break;
    case SMTP_VERB_RSET:
    case SMTP_VERB_DATA:
      core->accepted = 0;
      smtp_core_enter (core, SMTP_STATE_READY);
      break;
    case SMTP_VERB_STARTTLS:
      core->expect = SMTP_EXPECT_TLS;
      core->tls_asked = FALSE;
      break;
    case SMTP_VERB_VRFY:
    case SMTP_VERB_EXPN:
    case SMTP_VERB_HELP:
    case SMTP_VERB_NOOP:
    case SMTP_VERB_QUIT:
    case SMTP_VERB_AUTH:
    case SMTP_VERB_BDAT:
    case SMTP_VERB_BURL:
    case SMTP_VERB_ETRN:
    case SMTP_VERB_ATRN:
    case SMTP_VERB_SEND:
    case SMTP_VERB_SOML:
    case SMTP_VERB_SAML:
    case SMTP_VERB_TURN:
    case SMTP_VERB_UNKNOWN:
    default:
      break;
    }
}

static SmtpEvent *
reply_event (SmtpEventType type, const SmtpPending *pending, const SmtpReply *reply)
{
  SmtpEvent *event = smtp_core_event (
      type, pending != NULL ? pending->exchange : 0, pending != NULL ? pending->command : NULL);

  smtp_reply_copy (reply, &event->reply);
  event->base.outcome = smtp_reply_outcome (reply);
  return event;
}

static void
greeting (SmtpCore *core, const SmtpReply *reply)
{
  SmtpEvent *event = reply_event (SMTP_EVENT_GREETING, NULL, reply);

  if (event->base.outcome == BASE_OUTCOME_OK)
    smtp_core_enter (core, SMTP_STATE_START);
  else
    base_core_close (&core->base);
  smtp_core_add_event (core, event);
}

static void
unsolicited (SmtpCore *core, const SmtpReply *reply)
{
  g_autofree char *text = smtp_reply_dup_text (reply);

  if (reply->code == 421)
    base_core_fail (&core->base,
                    BASE_CORE_ERROR_CLOSED,
                    _ ("The server ended the session; the server said: %s"),
                    text);
  else
    protocol_error (core, _ ("it answered what nobody had asked."));
}

/* 354: the letter may go (RFC 5321 §4.1.1.4). */
static void
send_letter (SmtpCore *core, const SmtpPending *pending)
{
  smtp_core_enter (core, SMTP_STATE_DATA);
  if (pending->raw != NULL)
    return;
  if (core->accepted == 0 || pending->command->body == NULL)
    {
      /* RFC 2920 §3.1: DATA went out before it was known that nobody will get it. */
      core->body = SMTP_BODY_ABANDONED;
      base_core_write_string (&core->base, pending->exchange, ".\r\n", TRUE);
      return;
    }
  core->body = SMTP_BODY_SENDING;
  base_core_write_body (&core->base, pending->exchange, pending->command->body, TRUE);
}

static void
send_response (SmtpCore *core, guint64 exchange, BaseSecret *response)
{
  char *base64 = base_secret_encode (response);
  GString *out = g_string_sized_new (strlen (base64) + 8);

  base_core_add_mask (&core->base, response);
  g_string_append (out, base64);
  base_secret_wipe_string (base64);
  g_string_append (out, "\r\n");
  smtp_core_write_secret_line (core, exchange, out->str, out->len, 0, out->len - 2);
  base_secret_wipe (out->str, out->len);
  g_string_free (out, TRUE);
}

/* 334: the next step of AUTH (RFC 4954 §4). */
static void
challenge (SmtpCore *core, SmtpPending *pending, const char *text, gsize len)
{
  g_autoptr (BaseSecret) given = NULL;
  g_autoptr (BaseSecret) response = g_steal_pointer (&pending->initial);
  GError *error = NULL;

  if (pending->sasl == NULL)
    return;
  if (response == NULL)
    {
      given = base_secret_decode (text, len);
      if (given == NULL)
        {
          protocol_error (core, _ ("its challenge is not base64."));
          return;
        }
      response = sasl_client_step (pending->sasl,
                                   (const guint8 *) base_secret_peek (given, NULL),
                                   base_secret_length (given),
                                   &error);
    }
  if (response == NULL)
    base_core_fail_error (&core->base, error);
  else
    send_response (core, pending->exchange, response);
}

/* The outcome of the letter, when DATA's last reply has come. */
static BaseOutcome
letter_outcome (SmtpCore *core, BaseOutcome outcome)
{
  SmtpBodyState body = core->body;

  core->body = SMTP_BODY_NONE;
  if (body == SMTP_BODY_ABANDONED && outcome == BASE_OUTCOME_OK)
    return BASE_OUTCOME_REFUSED;
  return outcome;
}

static gboolean
is_false_success (SmtpCore *core, const SmtpPending *pending)
{
  if (pending->sasl == NULL || sasl_client_is_done (pending->sasl))
    return FALSE;
  base_core_fail_error (
      &core->base,
      g_error_new_literal (SASL_ERROR,
                           SASL_ERROR_SERVER_PROOF,
                           _ ("The server did not prove that it knows the password.")));
  return TRUE;
}

static void
final_reply (SmtpCore *core, const SmtpPending *pending, const SmtpReply *reply)
{
  SmtpVerb verb = pending->command->verb;
  gboolean cut_short = core->body == SMTP_BODY_SENDING || core->body == SMTP_BODY_AT_DOT;
  SmtpEvent *event = reply_event (SMTP_EVENT_REPLY, pending, reply);

  /* Without a 354 not a byte of the letter was said. */
  cut_short |= verb == SMTP_VERB_DATA && core->body == SMTP_BODY_NONE &&
               core->state != SMTP_STATE_DATA && event->base.outcome == BASE_OUTCOME_OK;
  if (verb == SMTP_VERB_DATA)
    {
      /* Said before the dot, even a 250 accepts nothing. */
      if (cut_short && event->base.outcome == BASE_OUTCOME_OK)
        event->base.outcome = BASE_OUTCOME_REFUSED;
      event->base.outcome = letter_outcome (core, event->base.outcome);
      core->accepted = 0;
      smtp_core_enter (core, SMTP_STATE_READY);
    }
  if (event->base.outcome == BASE_OUTCOME_OK)
    follow_state (core, pending, reply);
  smtp_core_add_event (core, event);
  smtp_client_pop (core);
  if (cut_short)
    protocol_error (core, _ ("it answered before the letter had ended."));
  else if (verb == SMTP_VERB_QUIT)
    base_core_close (&core->base);
}

static void
whole_reply (SmtpCore *core, SmtpReply *reply)
{
  SmtpPending *pending = smtp_client_current (core);

  if (core->state == SMTP_STATE_GREETING)
    {
      greeting (core, reply);
      return;
    }
  if (pending == NULL)
    {
      unsolicited (core, reply);
      return;
    }
  if (reply->code / 100 != 3)
    {
      if (pending->command->verb != SMTP_VERB_AUTH || reply->code / 100 != 2 ||
          !is_false_success (core, pending))
        final_reply (core, pending, reply);
      return;
    }
  if (pending->command->verb == SMTP_VERB_DATA && core->body == SMTP_BODY_NONE &&
      core->state != SMTP_STATE_DATA)
    {
      smtp_core_add_event (core, reply_event (SMTP_EVENT_REPLY, pending, reply));
      send_letter (core, pending);
    }
  else if (pending->command->verb != SMTP_VERB_AUTH)
    {
      protocol_error (core, _ ("it wants more where nothing is left to say."));
    }
}

/* Whether replies to what is asked may carry enhanced codes (RFC 2034 §4). */
static gboolean
has_enhanced (const SmtpCore *core, const SmtpPending *pending)
{
  return core->state != SMTP_STATE_GREETING &&
         (pending == NULL ||
          (pending->command->verb != SMTP_VERB_EHLO && pending->command->verb != SMTP_VERB_HELO));
}

static void
add_line (SmtpCore *core, const SmtpReplyLine *parsed, const char *text, gsize len)
{
  guint status[3];
  gsize skip = 0;
  g_autofree char *masked = g_memdup2 (text, len);

  base_core_mask (&core->base, masked, len);
  if (core->lines == NULL)
    {
      core->lines = g_ptr_array_new_with_free_func (g_free);
      core->reply = (SmtpReply){ 0 };
      core->reply_size = 0;
    }
  /* All lines should have one code; where they differ, the last decides. */
  core->reply.code = parsed->code;
  if (has_enhanced (core, smtp_client_current (core)))
    skip = smtp_enhanced_parse (masked, len, parsed->code, status);
  if (skip > 0)
    {
      core->reply.status_class = status[0];
      core->reply.status_subject = status[1];
      core->reply.status_detail = status[2];
    }
  core->reply_size += len;
  g_ptr_array_add (
      core->lines,
      base_error_quote (len > skip ? masked + skip : "", (gssize) (len - skip), MAX_TEXT));
}

static void
add_spans (SmtpCore *core,
           const SmtpPending *pending,
           gboolean secret,
           const guint8 *line,
           gsize len,
           gsize with_end)
{
  guint64 exchange = pending != NULL ? pending->exchange : 0;

  if (!secret)
    {
      base_core_add_line_span (&core->base, line, with_end, exchange, TRUE);
      return;
    }
  base_core_add_span (&core->base, BASE_SPAN_PLAIN, 4, exchange, FALSE);
  base_core_add_span (&core->base, BASE_SPAN_SECRET, len - 4, exchange, FALSE);
  base_core_add_span (&core->base, BASE_SPAN_PLAIN, with_end - len, exchange, TRUE);
}

void
smtp_answer_line (SmtpCore *core, const guint8 *line, gsize len, gsize with_end)
{
  SmtpPending *pending = smtp_client_current (core);
  SmtpReplyLine parsed;
  SmtpReply reply;
  gboolean step;

  if (!smtp_reply_line_parse (line, len, &parsed))
    {
      base_core_add_line_span (
          &core->base, line, with_end, pending != NULL ? pending->exchange : 0, TRUE);
      protocol_error (core, _ ("its answer does not begin with a code."));
      return;
    }
  step = pending != NULL && pending->command->verb == SMTP_VERB_AUTH && parsed.code / 100 == 3;
  add_spans (core, pending, step && len > 4, line, len, with_end);
  if (step)
    {
      challenge (core, pending, (const char *) line + parsed.text, len - parsed.text);
      return;
    }
  add_line (core, &parsed, (const char *) line + parsed.text, len - parsed.text);
  if (core->lines->len > core->base.limits.count || core->reply_size > core->base.limits.line)
    {
      base_core_fail (&core->base, BASE_CORE_ERROR_LIMIT, _ ("The server's reply is too long."));
      return;
    }
  if (!parsed.last)
    return;
  g_ptr_array_add (core->lines, NULL);
  reply = core->reply;
  reply.lines = (char **) g_ptr_array_free (g_steal_pointer (&core->lines), FALSE);
  whole_reply (core, &reply);
  smtp_reply_clear (&reply);
}
