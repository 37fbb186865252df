/* What base-lines does not know of a POP3 session: the table of what its lines mean to each role.
 */
#include "config.h"

#include "pop3-core-private.h"

static const char *const states[] = {
  [POP3_STATE_GREETING] = "greeting",
  [POP3_STATE_AUTHORIZATION] = "AUTHORIZATION",
  [POP3_STATE_TRANSACTION] = "TRANSACTION",
  [POP3_STATE_UPDATE] = "UPDATE",
};

static const char *
command_verb (gconstpointer data)
{
  const Pop3Command *command = data;

  return command->verb == POP3_VERB_UNKNOWN ? g_intern_string (command->name)
                                            : pop3_verb_name (command->verb);
}

static BaseSecret *
command_secret (gconstpointer data)
{
  return ((const Pop3Command *) data)->secret;
}

static GString *
command_write (gconstpointer data, BaseSecretSpan *secret)
{
  return pop3_command_write (data, secret);
}

static gpointer
command_ref (gpointer command)
{
  return pop3_command_ref (command);
}

static void
command_unref (gpointer command)
{
  pop3_command_unref (command);
}

static void
free_sign_in (gpointer sign_in)
{
  sasl_sign_in_free (sign_in);
}

static void
forget (BaseLines *lines)
{
  Pop3Core *core = (Pop3Core *) lines;

  g_clear_pointer (&core->capabilities, g_strfreev);
  core->knows_capabilities = FALSE;
  g_clear_pointer (&core->user, g_free);
}

static void
add_start_tls (BaseLines *lines)
{
  base_core_add_event (&lines->core, &pop3_event_new (POP3_EVENT_START_TLS, 0, NULL)->base);
}

static char **
core_dup_offers (const BaseCore *base)
{
  const Pop3Core *core = (const Pop3Core *) base;

  return core->knows_capabilities ? g_strdupv (core->capabilities) : NULL;
}

static void
core_finalize (BaseCore *base)
{
  Pop3Core *core = (Pop3Core *) base;

  base_pending_clear (&core->lines);
  base_lines_clear (&core->lines);
  g_free (core->stamp);
  g_strfreev (core->capabilities);
  pop3_status_clear (&core->status);
  g_clear_pointer (&core->words, g_ptr_array_unref);
  g_free (core->host);
  g_strfreev (core->mechanisms);
  g_free (core->user);
  g_clear_pointer (&core->sasl, sasl_server_free);
  g_clear_pointer (&core->sasl_command, pop3_command_unref);
  g_clear_pointer (&core->answering, pop3_command_unref);
}

static const BaseLinesClass klass = {
  .core = { .protocol = "pop3",
            .state = base_lines_state,
            .dup_offers = core_dup_offers,
            .finalize = core_finalize,
            .receive = base_lines_receive,
            .receive_eof = base_lines_receive_eof,
            .tls_started = base_lines_tls_started,
            .pump = base_pending_pump,
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
  .command_read = pop3_client_read,
  .command_write = command_write,

  .answer = pop3_answer_line,
  .group = pop3_client_group,
  .pipelines = pop3_client_pipelines,
  .said = pop3_client_said,
  .step = pop3_client_step,
  .is_leaving = pop3_client_is_leaving,
  .free_sign_in = free_sign_in,
  .text = pop3_answer_text,
  .text_end = pop3_answer_text_end,

  .command = pop3_server_line,
  .overlong = pop3_server_overlong,
  .command_max = POP3_MAX_COMMAND,
  .response_max = POP3_MAX_AUTH_LINE,

  .forget = forget,
  .add_start_tls = add_start_tls,
  .annotate_command = pop3_annotate_command,
  .annotate_answer = pop3_annotate_answer,
};

Pop3Core *
pop3_core_new (BaseRole role, const BaseLimits *limits)
{
  return base_lines_new (&klass, sizeof (Pop3Core), role, limits);
}

Pop3State
pop3_core_get_state (const Pop3Core *core)
{
  return (Pop3State) core->lines.state;
}

gboolean
pop3_core_is_encrypted (const Pop3Core *core)
{
  return core->lines.encrypted;
}

const char *
pop3_core_timestamp (const Pop3Core *core)
{
  return core->stamp;
}
