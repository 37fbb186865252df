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
  g_clear_pointer (&core->keywords, g_strfreev);
  /* The first line greets; the keywords follow. */
  core->keywords = g_strdupv (reply->lines[0] != NULL ? reply->lines + 1 : reply->lines);
}

/* What a good answer changes. */
static void
follow_state (SmtpCore *core, const BasePending *pending, const SmtpReply *reply)
{
  switch (smtp_pending_command (pending)->verb)
    {
    case SMTP_VERB_EHLO:
      accept_keywords (core, reply);
      base_lines_enter (&core->lines, SMTP_STATE_READY);
      break;
    case SMTP_VERB_HELO:
      g_clear_pointer (&core->keywords, g_strfreev);
      base_lines_enter (&core->lines, SMTP_STATE_READY);
      break;
    case SMTP_VERB_MAIL:
      base_lines_enter (&core->lines, SMTP_STATE_MAIL);
      break;
    case SMTP_VERB_RCPT:
      /* After a refused MAIL there is no letter to accept recipients for, whatever the server says.
       */
      if (core->lines.state == SMTP_STATE_READY)
        break;
      core->accepted++;
      base_lines_enter (&core->lines, SMTP_STATE_RCPT);
      break;
    case SMTP_VERB_RSET:
    case SMTP_VERB_DATA:
      core->accepted = 0;
      base_lines_enter (&core->lines, SMTP_STATE_READY);
      break;
    case SMTP_VERB_STARTTLS:
      base_lines_expect_tls (&core->lines);
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
reply_event (SmtpEventType type, const BasePending *pending, const SmtpReply *reply)
{
  SmtpEvent *event = smtp_event_new (
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
    base_lines_enter (&core->lines, SMTP_STATE_START);
  else
    base_core_close (&core->base);
  base_core_add_event (&core->base, &event->base);
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

static void
final_reply (SmtpCore *core, const BasePending *pending, const SmtpReply *reply)
{
  SmtpVerb verb = smtp_pending_command (pending)->verb;
  SmtpEvent *event = reply_event (SMTP_EVENT_REPLY, pending, reply);
  gboolean possible = TRUE;

  if (verb == SMTP_VERB_DATA || verb == SMTP_VERB_BDAT)
    possible = smtp_letter_answered (core, pending, event);
  if (verb == SMTP_VERB_MAIL)
    {
      core->accepted = 0;
      core->chunk_failed = FALSE;
    }
  if (event->base.outcome == BASE_OUTCOME_OK)
    follow_state (core, pending, reply);
  base_core_add_event (&core->base, &event->base);
  base_pending_pop (&core->lines);
  if (!possible)
    protocol_error (core, _ ("it answered before the letter had ended."));
  else if (verb == SMTP_VERB_QUIT)
    base_core_close (&core->base);
  else if (verb == SMTP_VERB_MAIL || verb == SMTP_VERB_RCPT || verb == SMTP_VERB_BDAT)
    smtp_letter_drop (core, reply);
}

static void
whole_reply (SmtpCore *core, SmtpReply *reply)
{
  BasePending *pending = base_pending_current (&core->lines);

  if (core->lines.state == SMTP_STATE_GREETING)
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
      if (smtp_pending_command (pending)->verb != SMTP_VERB_AUTH || reply->code / 100 != 2 ||
          pending->sign_in == NULL || sasl_sign_in_check (pending->sign_in, &core->base))
        final_reply (core, pending, reply);
      return;
    }
  if (smtp_pending_command (pending)->verb == SMTP_VERB_DATA && core->body == SMTP_BODY_NONE &&
      core->lines.state != SMTP_STATE_DATA)
    {
      base_core_add_event (&core->base, &reply_event (SMTP_EVENT_REPLY, pending, reply)->base);
      smtp_letter_begin (core, pending);
    }
  else if (smtp_pending_command (pending)->verb != SMTP_VERB_AUTH)
    {
      protocol_error (core, _ ("it wants more where nothing is left to say."));
    }
}

/* Whether replies to what is asked may carry enhanced codes (RFC 2034 §4). */
static gboolean
has_enhanced (const SmtpCore *core, const BasePending *pending)
{
  return core->lines.state != SMTP_STATE_GREETING &&
         (pending == NULL || (smtp_pending_command (pending)->verb != SMTP_VERB_EHLO &&
                              smtp_pending_command (pending)->verb != SMTP_VERB_HELO));
}

static void
add_line (SmtpCore *core, const SmtpReplyLine *parsed, const char *text, gsize len)
{
  guint status[3];
  gsize skip = 0;
  g_autofree char *masked = g_memdup2 (text, len);

  base_core_mask (&core->base, masked, len);
  if (core->texts == NULL)
    {
      core->texts = g_ptr_array_new_with_free_func (g_free);
      core->reply = (SmtpReply){ 0 };
      core->reply_size = 0;
    }
  /* All lines should have one code; where they differ, the last decides. */
  core->reply.code = parsed->code;
  if (has_enhanced (core, base_pending_current (&core->lines)))
    skip = smtp_enhanced_parse (masked, len, parsed->code, status);
  if (skip > 0)
    {
      core->reply.status_class = status[0];
      core->reply.status_subject = status[1];
      core->reply.status_detail = status[2];
    }
  core->reply_size += len;
  g_ptr_array_add (
      core->texts,
      base_error_quote (len > skip ? masked + skip : "", (gssize) (len - skip), MAX_TEXT));
}

/* 334: the next step of AUTH (RFC 4954 §4). */
static void
challenge (SmtpCore *core, const BasePending *pending, const guint8 *line, gsize len, gsize text)
{
  if (pending->sign_in != NULL)
    sasl_sign_in_answer (
        pending->sign_in, &core->base, pending->exchange, (const char *) line + text, len - text);
  else
    {
      /* It was typed: only the person knows what to answer. */
      SmtpEvent *event = smtp_event_new (SMTP_EVENT_REPLY, pending->exchange, pending->command);

      event->reply.code = 334;
      event->base.outcome = BASE_OUTCOME_CONTINUE;
      base_core_add_event (&core->base, &event->base);
    }
}

void
smtp_answer_line (BaseLines *lines, const guint8 *line, gsize len, gsize with_end)
{
  SmtpCore *core = (SmtpCore *) lines;
  const BasePending *pending = base_pending_current (lines);
  guint64 exchange = base_pending_exchange (lines);
  SmtpReplyLine parsed;
  SmtpReply reply;

  if (!smtp_reply_line_parse (line, len, &parsed))
    {
      base_core_add_line_span (&core->base, line, with_end, exchange, TRUE);
      protocol_error (core, _ ("its answer does not begin with a code."));
      return;
    }
  if (pending != NULL && smtp_pending_command (pending)->verb == SMTP_VERB_AUTH &&
      parsed.code / 100 == 3)
    {
      BaseSecretSpan secret = { parsed.text, len - parsed.text };

      base_core_add_secret_span (&core->base, &secret, with_end, exchange);
      challenge (core, pending, line, len, parsed.text);
      return;
    }
  base_core_add_line_span (&core->base, line, with_end, exchange, TRUE);
  add_line (core, &parsed, (const char *) line + parsed.text, len - parsed.text);
  if (core->texts->len > core->base.limits.count || core->reply_size > core->base.limits.line)
    {
      base_core_fail (&core->base, BASE_CORE_ERROR_LIMIT, _ ("The server’s reply is too long."));
      return;
    }
  if (!parsed.last)
    return;
  g_ptr_array_add (core->texts, NULL);
  reply = core->reply;
  reply.lines = (char **) g_ptr_array_free (g_steal_pointer (&core->texts), FALSE);
  whole_reply (core, &reply);
  smtp_reply_clear (&reply);
}
