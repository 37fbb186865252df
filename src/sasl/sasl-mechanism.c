/* The mechanisms by name, the choice among those a server offers, and the errors of this folder. */
#include "config.h"

#include "sasl-mechanism.h"

#include <glib/gi18n-lib.h>

#include "base-error.h"

/* By strength. A certificate's key never leaves its place; with SCRAM the server never learns the
 * password and proves that it knows it, and with -PLUS that nobody stands between; with CRAM-MD5
 * only the listener does not; a token opens less than a password does, and not for long; the last
 * two tell the password to everyone. */
static const SaslMechanism mechanisms[] = {
  { .name = "EXTERNAL", .strength = 80, .client_first = TRUE, .proof = SASL_PROOF_CERTIFICATE },
  { .name = "SCRAM-SHA-256-PLUS",
    .strength = 70,
    .client_first = TRUE,
    .binds = TRUE,
    .proof = SASL_PROOF_PASSWORD },
  { .name = "SCRAM-SHA-1-PLUS",
    .strength = 60,
    .client_first = TRUE,
    .binds = TRUE,
    .proof = SASL_PROOF_PASSWORD },
  { .name = "SCRAM-SHA-256", .strength = 50, .client_first = TRUE, .proof = SASL_PROOF_PASSWORD },
  { .name = "SCRAM-SHA-1", .strength = 40, .client_first = TRUE, .proof = SASL_PROOF_PASSWORD },
  { .name = "CRAM-MD5", .strength = 30, .proof = SASL_PROOF_PASSWORD },
  { .name = "OAUTHBEARER",
    .strength = 28,
    .shows_password = TRUE,
    .client_first = TRUE,
    .proof = SASL_PROOF_TOKEN },
  { .name = "XOAUTH2",
    .strength = 26,
    .shows_password = TRUE,
    .client_first = TRUE,
    .proof = SASL_PROOF_TOKEN },
  { .name = "PLAIN",
    .strength = 20,
    .shows_password = TRUE,
    .client_first = TRUE,
    .proof = SASL_PROOF_PASSWORD },
  { .name = "LOGIN", .strength = 10, .shows_password = TRUE, .proof = SASL_PROOF_PASSWORD },
};

static BaseRetry
sasl_retry (int code)
{
  return code == SASL_ERROR_CHALLENGE ? BASE_RETRY_FINAL : BASE_RETRY_USER;
}

GQuark
sasl_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    {
      GQuark domain = g_quark_from_static_string ("sasl-error");

      base_error_register (domain, sasl_retry);
      g_once_init_leave (&quark, domain);
    }
  return (GQuark) quark;
}

const SaslMechanism *
sasl_mechanism_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mechanisms); i++)
    if (g_ascii_strcasecmp (mechanisms[i].name, name) == 0)
      return &mechanisms[i];
  return NULL;
}

const SaslMechanism *
sasl_mechanism_choose (const char *const *offered,
                       guint proofs,
                       gboolean tls,
                       const BaseBinding *binding,
                       GError **error)
{
  const SaslMechanism *best = NULL;
  gboolean passed_over = FALSE;

  for (; offered != NULL && *offered != NULL; offered++)
    {
      const SaslMechanism *mechanism = sasl_mechanism_find (*offered);

      if (mechanism == NULL || !(mechanism->proof & proofs) ||
          (mechanism->binds && binding == NULL))
        continue;
      if (mechanism->shows_password && !tls)
        passed_over = TRUE;
      else if (best == NULL || mechanism->strength > best->strength)
        best = mechanism;
    }
  if (best == NULL && passed_over)
    g_set_error_literal (error,
                         SASL_ERROR,
                         SASL_ERROR_NO_MECHANISM,
                         _ ("Without encryption this server only takes the password in plain "
                            "text, and Restante does not send it so. "
                            "Choose TLS or STARTTLS in the account’s settings."));
  else if (best == NULL)
    g_set_error_literal (error,
                         SASL_ERROR,
                         SASL_ERROR_NO_MECHANISM,
                         _ ("The server offers no way to sign in that Restante knows. "
                            "Check that host and port are those your provider names."));
  return best;
}
