/* The mechanisms as the RFCs' own examples speak them, both sides against each other, and what a
 * hostile server may try. */
#include "sasl-mechanism.h"

#include <string.h>

#define SHA1_FIRST "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"
#define SHA1_SERVER "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
#define SHA1_FINAL \
  "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
#define SHA1_PROOF "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="

#define SHA256_FIRST "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
#define SHA256_SERVER \
  "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define SHA256_FINAL                                             \
  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," \
  "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define SHA256_PROOF "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

static SaslClient *
new_client (const char *mechanism, const char *user, const char *password)
{
  g_autoptr (BaseSecret) secret = base_secret_new (password, -1);

  return sasl_client_new (sasl_mechanism_find (mechanism), user, secret);
}

/* The challenge is given in memory of exactly its size, as it comes from a decoder. */
static BaseSecret *
step (SaslClient *client, const char *challenge, GError **error)
{
  gsize len = challenge != NULL ? strlen (challenge) : 0;
  g_autofree guint8 *exact = challenge != NULL ? g_memdup2 (challenge, MAX (len, 1)) : NULL;

  return sasl_client_step (client, exact, len, error);
}

static void
assert_step (SaslClient *client, const char *challenge, const char *expected, gssize expected_len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) response = step (client, challenge, &error);
  gsize len;
  gsize wanted = expected_len < 0 ? strlen (expected) : (gsize) expected_len;
  const char *bytes;

  g_assert_no_error (error);
  g_assert_nonnull (response);
  bytes = base_secret_peek (response, &len);
  g_assert_cmpmem (bytes, len, expected, wanted);
}

static void
assert_fails (SaslClient *client, const char *challenge, SaslError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BaseSecret) response = step (client, challenge, &error);

  g_assert_null (response);
  g_assert_error (error, SASL_ERROR, (int) code);
  g_assert_false (sasl_client_is_done (client));
}

static void
test_plain (void)
{
  g_autoptr (SaslClient) client = new_client ("plain", "tim", "tanstaaftanstaaf");

  assert_step (client, NULL, "\0tim\0tanstaaftanstaaf", 21);
  g_assert_true (sasl_client_is_done (client));
  assert_fails (client, "", SASL_ERROR_CHALLENGE);
}

static void
test_login (void)
{
  g_autoptr (SaslClient) client = new_client ("LOGIN", "ada@example.org", "sécret");

  assert_step (client, "User Name", "ada@example.org", -1);
  g_assert_false (sasl_client_is_done (client));
  assert_step (client, "Mot de passe", "sécret", -1);
  g_assert_true (sasl_client_is_done (client));
}

static void
test_cram_md5 (void)
{
  g_autoptr (SaslClient) client = new_client ("CRAM-MD5", "tim", "tanstaaftanstaaf");
  g_autoptr (SaslClient) unasked = new_client ("CRAM-MD5", "tim", "tanstaaftanstaaf");

  assert_step (client,
               "<1896.697170952@postoffice.reston.mci.net>",
               "tim b913a602c7eda7a495b4e6e7334d3890",
               -1);
  g_assert_true (sasl_client_is_done (client));
  assert_fails (unasked, "", SASL_ERROR_CHALLENGE);
}

static void
test_scram_vectors (void)
{
  g_autoptr (SaslClient) sha1 = new_client ("SCRAM-SHA-1", "user", "pencil");
  g_autoptr (SaslClient) sha256 = new_client ("scram-sha-256", "user", "pencil");

  sasl_client_set_nonce (sha1, "fyko+d2lbbFgONRv9qkxdawL");
  assert_step (sha1, NULL, SHA1_FIRST, -1);
  assert_step (sha1, SHA1_SERVER, SHA1_FINAL, -1);
  g_assert_false (sasl_client_is_done (sha1));
  assert_step (sha1, SHA1_PROOF, "", -1);
  g_assert_true (sasl_client_is_done (sha1));

  sasl_client_set_nonce (sha256, "rOprNGfwEbeRWgbNEkqO");
  assert_step (sha256, "", SHA256_FIRST, -1);
  assert_step (sha256, SHA256_SERVER, SHA256_FINAL, -1);
  assert_step (sha256, SHA256_PROOF, "", -1);
  g_assert_true (sasl_client_is_done (sha256));
}

/* What the server says first, when it does not mean well or was cut. */
static void
test_scram_hostile_first (void)
{
  static const char *const firsts[] = {
    "",
    "r=",
    "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", /* our nonce alone */
    "r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "r=rOprNGfwEbeRWgbNEkq,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "m=new,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22Za,i=4096",
    "r=rOprNGfwEbeRWgbNEkqOx,s=***,i=4096",
    "r=rOprNGfwEbeRWgbNEkqOx,i=4096,s=W22ZaJ0SNY7soEsUEjb6gQ==",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-4096",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4294967295",
    "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999999999999",
    "e=unknown-user",
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (firsts); i++)
    {
      g_autoptr (SaslClient) client = new_client ("SCRAM-SHA-256", "user", "pencil");

      sasl_client_set_nonce (client, "rOprNGfwEbeRWgbNEkqO");
      assert_step (client, NULL, SHA256_FIRST, -1);
      assert_fails (client, firsts[i], SASL_ERROR_CHALLENGE);
      /* It does not come back to life. */
      assert_fails (client, SHA256_SERVER, SASL_ERROR_CHALLENGE);
    }
}

static void
test_scram_hostile_final (void)
{
  static const struct
  {
    const char *final;
    SaslError code;
  } finals[] = {
    { "", SASL_ERROR_CHALLENGE },
    { "v=", SASL_ERROR_SERVER_PROOF },
    { "v=AAAA", SASL_ERROR_SERVER_PROOF },
    { "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", SASL_ERROR_SERVER_PROOF },
    { "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4", SASL_ERROR_CHALLENGE },
    { "e=invalid-proof", SASL_ERROR_REFUSED },
    { "OK", SASL_ERROR_CHALLENGE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (finals); i++)
    {
      g_autoptr (SaslClient) client = new_client ("SCRAM-SHA-256", "user", "pencil");

      sasl_client_set_nonce (client, "rOprNGfwEbeRWgbNEkqO");
      assert_step (client, NULL, SHA256_FIRST, -1);
      assert_step (client, SHA256_SERVER, SHA256_FINAL, -1);
      assert_fails (client, finals[i].final, finals[i].code);
    }
}

static void
test_no_nul (void)
{
  g_autoptr (SaslClient) client = new_client ("SCRAM-SHA-1", "user", "pencil");
  g_autoptr (BaseSecret) first = sasl_client_step (client, NULL, 0, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (sasl_client_step (client, (const guint8 *) "r=a\0b,s=QQ==,i=4096", 19, &error));
  g_assert_error (error, SASL_ERROR, SASL_ERROR_CHALLENGE);
}

static void
test_nonces_differ (void)
{
  g_autoptr (SaslClient) a = new_client ("SCRAM-SHA-256", "a,b=c", "pencil");
  g_autoptr (SaslClient) b = new_client ("SCRAM-SHA-256", "a,b=c", "pencil");
  g_autoptr (BaseSecret) first_a = step (a, NULL, NULL);
  g_autoptr (BaseSecret) first_b = step (b, NULL, NULL);

  g_assert_true (g_str_has_prefix (base_secret_peek (first_a, NULL), "n,,n=a=2Cb=3Dc,r="));
  g_assert_cmpuint (base_secret_length (first_a), >=, 17 + 24);
  g_assert_false (base_secret_equal (first_a, first_b));
}

static void
test_choose (void)
{
  static const struct
  {
    const char *offered[6];
    gboolean tls, binds;
    const char *chosen;
    guint proofs; /* 0: a password */
  } cases[] = {
    { { "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256" },
      TRUE,
      FALSE,
      "SCRAM-SHA-256" },
    { { "SCRAM-SHA-1", "PLAIN" }, FALSE, FALSE, "SCRAM-SHA-1" },
    { { "login", "plain" }, TRUE, FALSE, "PLAIN" },
    { { "cram-md5", "plain" }, FALSE, FALSE, "CRAM-MD5" },
    { { "LOGIN" }, TRUE, FALSE, "LOGIN" },
    { { "PLAIN", "LOGIN" }, FALSE, FALSE, NULL },
    { { "GSSAPI", "XOAUTH2", "SCRAM-SHA-256-PLUS" }, TRUE, FALSE, NULL },
    { { "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN" }, TRUE, FALSE, "SCRAM-SHA-256" },
    { { "PLAIN", "SCRAM-SHA-256", "scram-sha-256-plus" }, TRUE, TRUE, "SCRAM-SHA-256-PLUS" },
    { { "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS" }, TRUE, TRUE, "SCRAM-SHA-1-PLUS" },
    { { NULL }, TRUE, FALSE, NULL },
    { { "PLAIN", "XOAUTH2", "OAUTHBEARER" }, TRUE, FALSE, "OAUTHBEARER", SASL_PROOF_TOKEN },
    { { "PLAIN", "XOAUTH2" }, TRUE, FALSE, "XOAUTH2", SASL_PROOF_TOKEN },
    { { "XOAUTH2", "OAUTHBEARER" }, FALSE, FALSE, NULL, SASL_PROOF_TOKEN },
    { { "PLAIN", "SCRAM-SHA-256" }, TRUE, FALSE, NULL, SASL_PROOF_TOKEN },
    { { "SCRAM-SHA-256-PLUS", "EXTERNAL" },
      TRUE,
      TRUE,
      "EXTERNAL",
      SASL_PROOF_PASSWORD | SASL_PROOF_CERTIFICATE },
    { { "PLAIN", "EXTERNAL" }, TRUE, FALSE, "PLAIN" },
  };

  g_autoptr (GBytes) data = g_bytes_new_static ("x", 1);
  const BaseBinding binding = { "tls-exporter", data };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      const SaslMechanism *chosen =
          sasl_mechanism_choose (cases[i].offered,
                                 cases[i].proofs != 0 ? cases[i].proofs : SASL_PROOF_PASSWORD,
                                 cases[i].tls,
                                 cases[i].binds ? &binding : NULL,
                                 &error);

      g_assert_cmpstr (chosen != NULL ? chosen->name : NULL, ==, cases[i].chosen);
      if (chosen == NULL)
        g_assert_error (error, SASL_ERROR, SASL_ERROR_NO_MECHANISM);
      else
        g_assert_no_error (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sasl/client/plain", test_plain);
  g_test_add_func ("/sasl/client/login", test_login);
  g_test_add_func ("/sasl/client/cram-md5", test_cram_md5);
  g_test_add_func ("/sasl/client/scram-vectors", test_scram_vectors);
  g_test_add_func ("/sasl/client/scram-hostile-first", test_scram_hostile_first);
  g_test_add_func ("/sasl/client/scram-hostile-final", test_scram_hostile_final);
  g_test_add_func ("/sasl/client/no-nul", test_no_nul);
  g_test_add_func ("/sasl/client/nonces-differ", test_nonces_differ);
  g_test_add_func ("/sasl/choose", test_choose);
  return g_test_run ();
}
