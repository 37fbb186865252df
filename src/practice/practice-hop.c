/* The session from top to bottom: greeting, EHLO, STARTTLS, EHLO, MAIL, RCPT…, DATA, QUIT. */
#include "config.h"

#include "practice-hop.h"

#include <string.h>

#include "mail-report.h"
#include "net-session.h"
#include "smtp-core.h"

#define CONNECT_TIMEOUT (10 * G_USEC_PER_SEC)
/* RFC 5321 §4.5.3.2 names five minutes for most; nobody here is that far away. */
#define SILENCE (60 * G_USEC_PER_SEC)

typedef struct
{
  const PracticeOnward *onward;
  NetSession *session;
  SmtpCore *core;
  guint64 mail, data;
  GArray *rcpts; /* guint64 */
  GPtrArray *answers;
  gboolean refused; /* all of it, before anybody was asked for by name */
  gboolean decided; /* the letter itself was answered */
} Hop;

void
practice_answer_free (PracticeAnswer *answer)
{
  g_free (answer->status);
  g_free (answer->words);
  g_free (answer);
}

static void
set_answer (PracticeAnswer *answer, const SmtpReply *reply)
{
  g_autofree char *text = smtp_reply_dup_text (reply);

  g_free (answer->status);
  g_free (answer->words);
  answer->code = reply->code;
  answer->status =
      reply->status_class != 0
          ? g_strdup_printf (
                "%u.%u.%u", reply->status_class, reply->status_subject, reply->status_detail)
          : g_strdup_printf ("%u.0.0", reply->code / 100);
  answer->words = reply->status_class != 0
                      ? g_strdup_printf ("%u %s %s", reply->code, answer->status, text)
                      : g_strdup_printf ("%u %s", reply->code, text);
}

/* For those who were not refused by themselves. */
static void
answer_the_rest (Hop *hop, const SmtpReply *reply)
{
  for (guint i = 0; i < hop->answers->len; i++)
    {
      PracticeAnswer *answer = hop->answers->pdata[i];

      if (answer->code / 100 < 4)
        set_answer (answer, reply);
    }
}

static void
take_reply (Hop *hop, const SmtpEvent *event)
{
  guint64 exchange = event->base.exchange;

  /* A command that was cut off has no answer; what follows a refused MAIL has none of its own. */
  if (event->reply.code == 0 || hop->refused)
    return;
  for (guint i = 0; i < hop->rcpts->len; i++)
    if (exchange == g_array_index (hop->rcpts, guint64, i))
      set_answer (hop->answers->pdata[i], &event->reply);
  /* What MAIL or the greeting was answered in the negative holds for all. */
  if (event->reply.code >= 400 && (exchange == hop->mail || hop->mail == 0))
    {
      answer_the_rest (hop, &event->reply);
      hop->refused = TRUE;
    }
}

/* Until @exchange has its answer (0: the greeting); %FALSE: the line is gone, or the answer is no.
 */
static gboolean
wait_for (Hop *hop, guint64 exchange)
{
  for (;;)
    {
      g_autoptr (BaseEvent) base = NULL;
      g_autoptr (GError) error = NULL;
      NetStep step = net_session_step (hop->session, FALSE, G_MAXINT64, &base, &error);
      const SmtpEvent *event = (const SmtpEvent *) base;

      if (step == NET_STEP_ERROR || step == NET_STEP_CLOSED)
        return FALSE;
      if (step != NET_STEP_EVENT)
        continue;
      if (base->type == SMTP_EVENT_BEFORE_DOT)
        smtp_core_finish_data (hop->core);
      else if (base->type == SMTP_EVENT_START_TLS && !net_session_start_tls (hop->session, NULL))
        return FALSE;
      if (base->type != SMTP_EVENT_GREETING && base->type != SMTP_EVENT_REPLY)
        continue;
      take_reply (hop, event);
      if (base->exchange == exchange && base->outcome != BASE_OUTCOME_CONTINUE &&
          (base->outcome != BASE_OUTCOME_NONE || base->type == SMTP_EVENT_GREETING))
        {
          if (hop->data != 0 && exchange == hop->data && event->reply.code != 0)
            {
              answer_the_rest (hop, &event->reply);
              hop->decided = TRUE;
            }
          return event->reply.code / 100 == 2;
        }
    }
}

static gboolean
say (Hop *hop, SmtpVerb verb, const char *argument)
{
  g_autoptr (SmtpCommand) command = smtp_command_new (verb, argument);

  return wait_for (hop, smtp_core_submit (hop->core, command, NULL));
}

/* Between servers TLS is taken where it is offered (RFC 3207 §4.1), and done without elsewhere. */
static gboolean
begin_tls (Hop *hop)
{
  if (smtp_core_keyword (hop->core, "STARTTLS") == NULL)
    return TRUE;
  if (!say (hop, SMTP_VERB_STARTTLS, NULL))
    return FALSE;
  while (!net_session_is_encrypted (hop->session))
    {
      g_autoptr (BaseEvent) event = NULL;
      NetStep step = net_session_step (hop->session, FALSE, G_MAXINT64, &event, NULL);

      if (step == NET_STEP_ERROR || step == NET_STEP_CLOSED)
        return FALSE;
      if (step == NET_STEP_EVENT && event->type == SMTP_EVENT_START_TLS &&
          !net_session_start_tls (hop->session, NULL))
        return FALSE;
    }
  return say (hop, SMTP_VERB_EHLO, hop->onward->host->name);
}

static void
hand_over (Hop *hop)
{
  g_autoptr (BaseBody) body = base_body_new_from_bytes (hop->onward->letter);

  hop->mail = smtp_core_submit (hop->core, hop->onward->mail, NULL);
  for (guint i = 0; i < hop->onward->rcpts->len; i++)
    {
      guint64 exchange = smtp_core_submit (hop->core, hop->onward->rcpts->pdata[i], NULL);

      g_array_append_val (hop->rcpts, exchange);
    }
  hop->data = smtp_core_submit_letter (hop->core, body, FALSE, NULL);
  wait_for (hop, hop->data);
  if (!net_session_is_over (hop->session))
    say (hop, SMTP_VERB_QUIT, NULL);
}

/* Whose words the tap hears, and for which letter; between_clear() frees it. */
static void
introduce (const PracticeOnward *onward, gboolean again, WireConnection *between)
{
  g_autoptr (MailMessage) message = mail_message_parse (onward->letter, NULL);
  g_autoptr (MailReport) report = message != NULL ? mail_report_read (message) : NULL;
  const char *subject = message != NULL ? mail_message_get_subject (message) : "";
  BaseCauseKind kind = again            ? BASE_CAUSE_TRY_AGAIN
                       : report != NULL ? BASE_CAUSE_REPORT
                                        : BASE_CAUSE_PASS_ON;

  between->caller = g_strdup (onward->host->name);
  between->caller_address = g_strdup (onward->host->address);
  between->cause = base_cause_new (kind, subject[0] != '\0' ? subject : NULL);
  between->letter = message != NULL ? g_strdup (mail_message_get_message_id (message)) : NULL;
  between->original = report != NULL ? g_strdup (report->message_id) : NULL;
}

static void
between_clear (WireConnection *between)
{
  g_free (between->caller);
  g_free (between->caller_address);
  g_clear_pointer (&between->cause, base_cause_unref);
  g_free (between->letter);
  g_free (between->original);
}

static NetSession *
call (const PracticeShared *shared, const PracticeOnward *onward, gboolean again, SmtpCore *core)
{
  const NetEndpoint endpoint = { .host = "127.0.0.1",
                                 .name = onward->target->mx,
                                 .port = shared->mx_ports[onward->target - practice_domains (NULL)],
                                 .security = NET_SECURITY_STARTTLS,
                                 .ca_file = net_ca_file (shared->ca),
                                 .local_address = onward->host->address };
  WireConnection between = { 0 };
  const NetSessionOptions options = { .tap = shared->hop_tap,
                                      .between = &between,
                                      .cancellable = shared->cancellable,
                                      .connect_timeout = CONNECT_TIMEOUT,
                                      .public_secrets = TRUE };
  NetSession *session;

  if (shared->hop_tap != NULL)
    introduce (onward, again, &between);
  session = net_session_connect (&endpoint, BASE_CORE (core), &options, NULL);
  between_clear (&between);
  return session;
}

/* Who was accepted, but whose letter did not arrive, was not answered: nobody knows. */
static void
finish (Hop *hop)
{
  for (guint i = 0; i < hop->answers->len; i++)
    {
      PracticeAnswer *answer = hop->answers->pdata[i];

      if (answer->code != 0 && (hop->decided || answer->code >= 400))
        continue;
      g_clear_pointer (&answer->status, g_free);
      g_clear_pointer (&answer->words, g_free);
      answer->code = 0;
      answer->status = g_strdup ("4.4.2");
      answer->words = g_strdup ("The line broke");
    }
}

GPtrArray *
practice_hop_hand_over (const PracticeShared *shared, const PracticeOnward *onward, gboolean again)
{
  const BaseLimits limits = { .silence = SILENCE };
  Hop hop = { .onward = onward, .core = smtp_core_new (BASE_ROLE_CLIENT, &limits) };

  hop.rcpts = g_array_new (FALSE, FALSE, sizeof (guint64));
  hop.answers = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_answer_free);
  for (guint i = 0; i < onward->rcpts->len; i++)
    g_ptr_array_add (hop.answers, g_new0 (PracticeAnswer, 1));
  hop.session = call (shared, onward, again, hop.core);
  if (hop.session != NULL && wait_for (&hop, 0) && say (&hop, SMTP_VERB_EHLO, onward->host->name) &&
      begin_tls (&hop))
    hand_over (&hop);
  finish (&hop);
  g_clear_pointer (&hop.session, net_session_free);
  g_array_unref (hop.rcpts);
  return hop.answers;
}
