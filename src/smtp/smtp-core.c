/* What base-lines does not know of an SMTP session: the table of what its lines mean to each role.
 */
#include "config.h"

#include "smtp-core-private.h"

static const char *const states[] = {
  [SMTP_STATE_GREETING] = "greeting", [SMTP_STATE_START] = "start", [SMTP_STATE_READY] = "ready",
  [SMTP_STATE_MAIL] = "mail",         [SMTP_STATE_RCPT] = "rcpt",   [SMTP_STATE_DATA] = "data",
  [SMTP_STATE_QUIT] = "quit",
};

static const char *
command_verb (gconstpointer data)
{
  const SmtpCommand *command = data;

  return command->verb == SMTP_VERB_UNKNOWN ? g_intern_string (command->argument)
                                            : smtp_verb_name (command->verb);
}

static BaseSecret *
command_secret (gconstpointer data)
{
  return ((const SmtpCommand *) data)->secret;
}

static GString *
command_write (gconstpointer data, BaseSecretSpan *secret)
{
  return smtp_command_write (data, secret);
}

static gpointer
command_ref (gpointer command)
{
  return smtp_command_ref (command);
}

static void
command_unref (gpointer command)
{
  smtp_command_unref (command);
}

static void
free_sign_in (gpointer sign_in)
{
  sasl_sign_in_free (sign_in);
}

/* After TLS the client says EHLO again (RFC 3207 §4.2). */
static void
forget (BaseLines *lines)
{
  SmtpCore *core = (SmtpCore *) lines;

  g_clear_pointer (&core->keywords, g_strfreev);
  g_clear_pointer (&core->user, g_free);
  if (lines->state != SMTP_STATE_GREETING)
    base_lines_enter (lines, SMTP_STATE_START);
}

static void
add_start_tls (BaseLines *lines)
{
  base_core_add_event (&lines->core, &smtp_event_new (SMTP_EVENT_START_TLS, 0, NULL)->base);
}

static char **
core_dup_offers (const BaseCore *base)
{
  return g_strdupv (((const SmtpCore *) base)->keywords);
}

static void
core_finalize (BaseCore *base)
{
  SmtpCore *core = (SmtpCore *) base;

  base_pending_clear (&core->lines);
  base_lines_clear (&core->lines);
  g_strfreev (core->keywords);
  g_clear_pointer (&core->texts, g_ptr_array_unref);
  g_free (core->host);
  g_strfreev (core->mechanisms);
  g_free (core->user);
  g_clear_pointer (&core->sasl, sasl_server_free);
  g_clear_pointer (&core->sasl_command, smtp_command_unref);
  g_clear_pointer (&core->data_command, smtp_command_unref);
}

static const BaseLinesClass klass = {
  .core = { .protocol = "smtp",
            .state = base_lines_state,
            .dup_offers = core_dup_offers,
            .finalize = core_finalize,
            .receive = base_lines_receive,
            .receive_eof = base_lines_receive_eof,
            .tls_started = base_lines_tls_started,
            .pump = smtp_client_pump,
            .submit_raw = base_pending_submit_raw,
            .edit = base_pending_edit,
            .checkpoint = base_lines_checkpoint,
            .restore = base_lines_restore,
            .annotate = base_lines_annotate },
  .states = states,
  .n_states = G_N_ELEMENTS (states),

  .command_ref = command_ref,
  .command_unref = command_unref,
  .command_verb = command_verb,
  .command_secret = command_secret,
  .command_read = smtp_client_read,
  .command_write = command_write,

  .answer = smtp_answer_line,
  .group = smtp_client_group,
  .pipelines = smtp_client_pipelines,
  .said = smtp_client_said,
  .step = smtp_client_step,
  .is_leaving = smtp_client_is_leaving,
  .free_sign_in = free_sign_in,

  .command = smtp_server_line,
  .overlong = smtp_server_overlong,
  .command_max = SMTP_MAX_COMMAND,
  .response_max = SMTP_MAX_AUTH_LINE,
  .text = smtp_receive_text,
  .text_end = smtp_server_text_end,

  .forget = forget,
  .add_start_tls = add_start_tls,
  .annotate_command = smtp_annotate_command,
  .annotate_answer = smtp_annotate_answer,
};

SmtpCore *
smtp_core_new (BaseRole role, const BaseLimits *limits)
{
  return base_lines_new (&klass, sizeof (SmtpCore), role, limits);
}

SmtpState
smtp_core_get_state (const SmtpCore *core)
{
  return (SmtpState) core->lines.state;
}

gboolean
smtp_core_is_encrypted (const SmtpCore *core)
{
  return core->lines.encrypted;
}
