/* What is in the way is told by engine-connect; what is in the mailbox is asked here. */
#include "config.h"

#include "engine-check.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-connect.h"
#include "engine-credential.h"
#include "engine-error.h"
#include "engine-wait.h"
#include "imap-core.h"
#include "pop3-core.h"
#include "smtp-core.h"

typedef struct
{
  WireTap *tap;
  void (*func) (const EngineCheckResult *result, gpointer data);
  gpointer data;
  gint64 begun;
  guint64 serial;
} Check;

static void
tell (EngineCheckStep step,
      gboolean done,
      NetSession *session,
      const char *detail,
      const GError *error,
      gpointer data)
{
  Check *check = data;
  EngineCheckResult result = {
    .step = step,
    .done = done,
    .error = (GError *) error,
    .connection = session ? net_session_connection (session) : 0,
    .detail = (char *) detail,
  };

  if (!done)
    {
      check->begun = net_clock_now ();
      /* The certificate was shown in the handshake that is over by now. */
      if (step != ENGINE_CHECK_CERTIFICATE)
        check->serial = check->tap ? wire_tap_last_serial (check->tap) + 1 : 0;
    }
  else
    result.microseconds = net_clock_now () - check->begun;
  result.serial = check->serial;
  if (check->func)
    check->func (&result, check->data);
}

static char *
imap_mailbox (const EngineConnect *connect, NetSession *session, GError **error)
{
  ImapCore *core = (ImapCore *) net_session_core (session);
  g_autoptr (BaseEvent) event =
      engine_wait (session,
                   imap_core_submit (core, imap_command_select ("INBOX", TRUE), connect->cause),
                   NULL,
                   NULL,
                   error);
  guint32 exists;

  if (!event)
    return NULL;
  if (event->outcome != BASE_OUTCOME_OK)
    {
      const ImapResponse *response = ((ImapEvent *) event)->response;

      engine_error_set_said (error,
                             ENGINE_ERROR_REFUSED,
                             response ? response->text : NULL,
                             _ ("%s does not open the INBOX"),
                             connect->info->host);
      return NULL;
    }
  exists = imap_core_exists (core);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u message", "%u messages", exists),
                          exists);
}

static char *
pop3_mailbox (const EngineConnect *connect, NetSession *session, GError **error)
{
  Pop3Core *core = (Pop3Core *) net_session_core (session);
  g_autoptr (Pop3Command) command = pop3_command_new (POP3_VERB_STAT);
  g_autoptr (BaseEvent) event =
      engine_wait (session, pop3_core_submit (core, command, connect->cause), NULL, NULL, error);
  guint32 number;

  if (!event)
    return NULL;
  if (event->outcome != BASE_OUTCOME_OK)
    {
      engine_error_set_said (error,
                             ENGINE_ERROR_REFUSED,
                             ((Pop3Event *) event)->status.text,
                             _ ("%s does not open the mailbox"),
                             connect->info->host);
      return NULL;
    }
  number = ((Pop3Event *) event)->number;
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u message", "%u messages", number),
                          number);
}

static guint64
submit_bye (NetSession *session, gboolean imap, const BaseCause *cause)
{
  g_autoptr (Pop3Command) quit = NULL;

  if (imap)
    return imap_core_submit (
        (ImapCore *) net_session_core (session), imap_command_new (IMAP_VERB_LOGOUT), cause);
  quit = pop3_command_new (POP3_VERB_QUIT);
  return pop3_core_submit ((Pop3Core *) net_session_core (session), quit, cause);
}

static gboolean
check_incoming (const EngineConnect *connect, GError **error)
{
  gboolean imap = strcmp (connect->info->protocol, "imap") == 0;
  g_autoptr (NetSession) session =
      imap ? engine_connect_imap (connect, error) : engine_connect_pop3 (connect, error);
  g_autoptr (GError) local = NULL;
  g_autofree char *detail = NULL;

  if (!session)
    return FALSE;
  engine_connect_tell (connect, ENGINE_CHECK_MAILBOX, FALSE, session, NULL, NULL);
  detail = imap ? imap_mailbox (connect, session, &local) : pop3_mailbox (connect, session, &local);
  engine_connect_tell (connect, ENGINE_CHECK_MAILBOX, TRUE, session, detail, local);
  if (!detail)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  engine_connect_bye (session, submit_bye (session, imap, connect->cause), NULL, NULL);
  return TRUE;
}

static gboolean
check_outgoing (const EngineConnect *connect, GError **error)
{
  g_autoptr (NetSession) session = engine_connect_smtp (connect, error);
  g_autoptr (SmtpCommand) quit = smtp_command_new (SMTP_VERB_QUIT, NULL);

  if (!session)
    return FALSE;
  engine_connect_bye (
      session,
      smtp_core_submit ((SmtpCore *) net_session_core (session), quit, connect->cause),
      NULL,
      NULL);
  return TRUE;
}

gboolean
engine_check_account (const StoreAccountInfo *info,
                      BaseSecret *password,
                      WireTap *tap,
                      GCancellable *cancellable,
                      void (*func) (const EngineCheckResult *result, gpointer data),
                      gpointer data,
                      GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_CHECK, info->name);
  g_autoptr (BaseSecret) known = password ? base_secret_ref (password) : NULL;
  EngineCredential credential = { known, engine_credential_proofs (info) };
  Check check = { .tap = tap, .func = func, .data = data };
  EngineConnect connect = {
    .info = info,
    .tap = tap,
    .cancellable = cancellable,
    .cause = cause,
    .step = tell,
    .step_data = &check,
  };

  if (!known && !engine_credential_load (info, FALSE, &credential, error))
    return FALSE;
  if (!known)
    known = credential.secret;
  connect.password = credential.secret;
  connect.proofs = credential.proofs;
  return (strcmp (info->protocol, "smtp") == 0 || check_incoming (&connect, error)) &&
         (!info->smtp_host || !info->smtp_host[0] || check_outgoing (&connect, error));
}
