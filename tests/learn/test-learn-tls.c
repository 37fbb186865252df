/* What TLS shows and hides: handshakes step by step, names in certificates, and what somebody on
 * the network is told. The events come through a real tap, as net reports them. */
#include "config.h"

#include "learn-eavesdropper.h"
#include "learn-wording.h"
#include "learn-tls.h"
#include "test-stage.h"

#include <string.h>

#define PASSWORD "correct horse"

static void
imap_init (Stage *stage, const char *host, guint16 port, gboolean public_secrets)
{
  WireConnection like = stage_like ("imap", host, port);

  like.address = (char *) "192.0.2.7";
  like.public_secrets = public_secrets;
  stage_init (stage, &like, 0, 100, NULL, NULL);
}

static void
say (Stage *stage, BaseDirection direction, guint64 exchange, BaseSpanKind kind, const char *text)
{
  stage->exchange = exchange;
  stage_say (stage, direction, kind, text, strlen (text), g_str_has_suffix (text, "\n"));
}

static void
server (Stage *stage, guint64 exchange, const char *text)
{
  say (stage, BASE_DIRECTION_IN, exchange, BASE_SPAN_PLAIN, text);
}

static void
client (Stage *stage, guint64 exchange, const char *verb, const char *text)
{
  wire_tap_exchange_begin (stage->tap, stage->connection, exchange, verb, NULL, NULL);
  say (stage, BASE_DIRECTION_OUT, exchange, BASE_SPAN_PLAIN, text);
}

static void
login (Stage *stage, guint64 exchange)
{
  client (stage, exchange, "LOGIN", "a LOGIN ada ");
  say (stage, BASE_DIRECTION_OUT, exchange, BASE_SPAN_SECRET, PASSWORD);
  say (stage, BASE_DIRECTION_OUT, exchange, BASE_SPAN_PLAIN, "\r\n");
  server (stage, exchange, "a OK welcome\r\n");
  wire_tap_exchange_end_carried (
      stage->tap, stage->connection, exchange, BASE_OUTCOME_OK, &(WireCarried){ 120, 61, 2, 1 });
}

static void
handshake (Stage *stage, const char *version, const char *names)
{
  static const char *const modern[] = { "<ServerHello",         "<ChangeCipherSpec",
                                        "<EncryptedExtensions", "<Certificate",
                                        "<CertificateVerify",   "<Finished",
                                        ">ChangeCipherSpec",    ">Finished" };
  static const char *const old[] = { "<ServerHello",     "<Certificate",       "<ServerKeyExchange",
                                     "<ServerHelloDone", ">ClientKeyExchange", ">ChangeCipherSpec",
                                     ">Finished",        "<ChangeCipherSpec",  "<Finished" };
  gboolean is_new = g_str_equal (version, "TLSv1.3");
  const char *const *messages = is_new ? modern : old;
  g_autoptr (GPtrArray) chain =
      g_ptr_array_new_with_free_func ((GDestroyNotify) wire_certificate_free);
  WireCertificate *certificate = g_new0 (WireCertificate, 1);

  certificate->subject = g_strdup ("mail.example");
  certificate->names = g_strdup (names);
  g_ptr_array_add (chain, certificate);
  wire_tap_tls_hello (stage->tap,
                      stage->connection,
                      BASE_DIRECTION_OUT,
                      "ClientHello",
                      517,
                      "sni=mail.example alpn=");
  for (guint i = 0; i < (is_new ? G_N_ELEMENTS (modern) : G_N_ELEMENTS (old)); i++)
    wire_tap_tls_message (stage->tap,
                          stage->connection,
                          *messages[i] == '<' ? BASE_DIRECTION_IN : BASE_DIRECTION_OUT,
                          messages[i] + 1,
                          40);
  wire_tap_tls_done (stage->tap, stage->connection, version, "ECDHE-RSA-AES256-GCM-SHA384", chain);
}

static const LearnExchange *
last (Stage *stage)
{
  stage_pull (stage);
  return learn_dialogue_get (stage->dialogue, learn_dialogue_count (stage->dialogue) - 1);
}

/* The first exchange with this verb. */
static const LearnExchange *
find (Stage *stage, const char *verb)
{
  (void) last (stage);
  for (guint i = 0; i < learn_dialogue_count (stage->dialogue); i++)
    if (g_str_equal (learn_dialogue_get (stage->dialogue, i)->verb, verb))
      return learn_dialogue_get (stage->dialogue, i);
  g_assert_not_reached ();
}

static char *
seen (const LearnExchange *exchange)
{
  g_autoptr (GPtrArray) all = learn_eavesdropper_see (exchange);

  return learn_eavesdropper_text (all);
}

static void
assert_has (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” is not in:\n%s", part, text);
}

static void
assert_lacks (const char *text, const char *part)
{
  if (strstr (text, part) != NULL)
    g_error ("“%s” is in:\n%s", part, text);
}

/* TLS from the first byte: the network reads the name and the sizes, and nothing that was said. */
static void
test_immediate (void)
{
  Stage stage;
  const LearnExchange *exchange;
  const LearnTls *tls;
  g_autofree char *text = NULL;
  g_autofree char *greeting = NULL;
  g_autofree char *steps = NULL;

  imap_init (&stage, "mail.example", 993, FALSE);
  handshake (&stage, "TLSv1.3", "*.example, mail.example");
  server (&stage, 0, "* OK ready\r\n");
  login (&stage, 1);
  exchange = last (&stage);
  tls = exchange->tls;
  g_assert_true (exchange->sealed);
  g_assert_cmpuint (exchange->carried.bytes_in, ==, 120);
  g_assert_null (tls->asked);
  g_assert_false (tls->words);
  g_assert_cmpstr (tls->version, ==, "TLSv1.3");
  g_assert_cmpstr (tls->server_name, ==, "mail.example");
  g_assert_null (tls->alpn);
  g_assert_cmpuint (tls->steps->len, ==, 9);
  text = seen (exchange);
  assert_has (text, "192.0.2.7, port 993");
  assert_has (text, "IMAP");
  assert_has (text, "(SNI): mail.example");
  assert_has (text, "→ 1 record, 61 bytes");
  assert_has (text, "← 2 records, 120 bytes");
  assert_has (text, "Not seen");
  assert_lacks (text, "LOGIN");
  assert_lacks (text, " ada ");
  assert_lacks (text, "OK");
  greeting = seen (find (&stage, LEARN_GREETING));
  assert_lacks (greeting, "ready");
  /* The greetings of both are readable, the certificate is not. */
  steps = seen (find (&stage, LEARN_TLS));
  assert_has (steps, "→ ClientHello, 517 bytes\n← ServerHello, 40 bytes\n← ChangeCipherSpec");
  assert_has (steps, "← encrypted, 40 bytes");
  assert_lacks (steps, "← Certificate");
  stage_clear (&stage);
}

/* STARTTLS: all that went before is read, and nothing after. Before TLS 1.3 the certificate is. */
static void
test_starttls (void)
{
  Stage stage;
  const LearnExchange *exchange;
  g_autofree char *begin = NULL;
  g_autofree char *before = NULL;
  g_autofree char *steps = NULL;
  g_autofree char *after = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (GPtrArray) exchanges = g_ptr_array_new ();
  g_autoptr (GPtrArray) all = NULL;

  imap_init (&stage, "mail.example", 143, FALSE);
  server (&stage, 0, "* OK [CAPABILITY IMAP4rev2 STARTTLS] ready\r\n");
  client (&stage, 1, "STARTTLS", "a STARTTLS\r\n");
  server (&stage, 1, "a OK begin\r\n");
  wire_tap_exchange_end (stage.tap, stage.connection, 1, BASE_OUTCOME_OK);
  handshake (&stage, "TLSv1.2", "*.example");
  login (&stage, 2);
  exchange = last (&stage);
  g_assert_cmpstr (exchange->tls->asked, ==, "STARTTLS");
  g_assert_true (exchange->tls->words);
  begin = learn_tls_begin_text (exchange->tls);
  assert_has (begin, "STARTTLS");
  before = seen (find (&stage, "STARTTLS"));
  assert_has (before, "→ a STARTTLS\n← a OK begin");
  steps = seen (find (&stage, LEARN_TLS));
  assert_has (steps, "← Certificate, 40 bytes");
  assert_lacks (steps, "→ Finished");
  after = seen (exchange);
  assert_lacks (after, "LOGIN");
  for (guint i = 0; i < learn_dialogue_count (stage.dialogue); i++)
    g_ptr_array_add (exchanges, learn_dialogue_get (stage.dialogue, i));
  all = learn_eavesdropper_see_all (exchanges);
  whole = learn_eavesdropper_text (all);
  assert_has (whole, "← * OK [CAPABILITY IMAP4rev2 STARTTLS] ready\n→ a STARTTLS");
  assert_lacks (whole, "LOGIN");
  stage_clear (&stage);
}

/* No TLS: everything. What is hidden here because it is real was not hidden there, and is marked.
 */
static void
test_plain (gconstpointer data)
{
  gboolean practice = GPOINTER_TO_INT (data);
  Stage stage;
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *text = NULL;
  gboolean masked = FALSE;

  imap_init (&stage, "mail.example", 143, practice);
  server (&stage, 0, "* OK ready\r\n");
  login (&stage, 1);
  all = learn_eavesdropper_see (last (&stage));
  text = learn_eavesdropper_text (all);
  assert_has (text, "→ a LOGIN ada ");
  for (guint i = 0; i < all->len; i++)
    masked = masked || ((LearnSeen *) all->pdata[i])->masked;
  g_assert_true (masked != practice);
  if (practice)
    assert_has (text, PASSWORD);
  else
    assert_lacks (text, PASSWORD);
  stage_clear (&stage);
}

static void
test_alert (void)
{
  Stage stage;
  const LearnTlsStep *step;
  g_autofree char *agreed = NULL;
  const LearnExchange *exchange;

  imap_init (&stage, "mail.example", 993, FALSE);
  wire_tap_tls_hello (stage.tap, stage.connection, BASE_DIRECTION_OUT, "ClientHello", 517, NULL);
  wire_tap_tls_message (
      stage.tap, stage.connection, BASE_DIRECTION_IN, "Alert: protocol version", 2);
  exchange = last (&stage);
  step = exchange->tls->steps->pdata[1];
  g_assert_true (learn_tls_step_is_readable (exchange->tls, step));
  g_assert_cmpstr (learn_tls_step_entry (step, "en")->id, ==, "tls.alert.protocol-version");
  agreed = learn_tls_agreed_text (exchange->tls);
  assert_has (agreed, "no end");
  stage_clear (&stage);
}

/* RFC 9525 §6.3, RFC 6125 appendix B. */
static void
test_names (void)
{
  static const struct
  {
    const char *host, *names;
    LearnNameMatch match;
    const char *which;
  } rows[] = {
    { "mail.example.org", "mail.example.org", LEARN_NAME_EXACT, "mail.example.org" },
    { "MAIL.example.org", "mail.Example.ORG", LEARN_NAME_EXACT, "mail.Example.ORG" },
    { "mail.example.org", "*.example.org, www.example.org", LEARN_NAME_WILDCARD, "*.example.org" },
    { "mail.example.org", "*.example.org, mail.example.org", LEARN_NAME_EXACT, "mail.example.org" },
    { "a.mail.example.org", "*.example.org", LEARN_NAME_NONE, NULL },
    { "example.org", "*.example.org", LEARN_NAME_NONE, NULL },
    { "example.org", "*.org", LEARN_NAME_NONE, NULL },
    { "mail.example.org", "m*.example.org", LEARN_NAME_NONE, NULL },
    { "mail.example.org", "mail.*.org", LEARN_NAME_NONE, NULL },
    { "mail.example.org", "", LEARN_NAME_NONE, NULL },
    { "192.0.2.7", "mail.example.org, 192.0.2.7", LEARN_NAME_ADDRESS, "192.0.2.7" },
    { "2001:db8::1", "2001:DB8:0:0:0:0:0:1", LEARN_NAME_ADDRESS, "2001:DB8:0:0:0:0:0:1" },
    { "192.0.2.7", "*.0.2.7", LEARN_NAME_NONE, NULL },
    { "bücher.example", "xn--bcher-kva.example", LEARN_NAME_EXACT, "xn--bcher-kva.example" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *which = NULL;

      g_assert_cmpint (learn_tls_match (rows[i].host, rows[i].names, &which), ==, rows[i].match);
      g_assert_cmpstr (which, ==, rows[i].which);
    }
}

/* Both directions, as said and as carried; what overlapped has no number of its own. */
static void
test_bytes (void)
{
  static const WireCarried carried = { 120, 61, 2, 1 };
  Stage stage;
  g_autofree char *sealed = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *alone = NULL;
  g_autofree char *packed = NULL;
  g_autofree char *open = NULL;
  g_autofree char *network = NULL;
  g_autofree char *hands = NULL;

  imap_init (&stage, "mail.example", 993, FALSE);
  handshake (&stage, "TLSv1.3", "mail.example");
  login (&stage, 1);
  sealed = learn_exchange_bytes (find (&stage, "LOGIN"));
  /* What is hidden counts, too. */
  g_assert_cmpstr (
      sealed,
      ==,
      "27 bytes sent, 14 bytes received. On the line, encrypted: 61 bytes and 120 bytes.");
  hands = learn_exchange_bytes (find (&stage, LEARN_TLS));
  assert_lacks (hands, "On the line");
  /* Two at once: whichever ends first is told of all that passed. */
  client (&stage, 2, "NOOP", "b NOOP\r\n");
  client (&stage, 3, "CHECK", "c CHECK\r\n");
  server (&stage, 2, "b OK\r\n");
  wire_tap_exchange_end_carried (stage.tap, stage.connection, 2, BASE_OUTCOME_OK, &carried);
  server (&stage, 3, "c OK\r\n");
  wire_tap_exchange_end (stage.tap, stage.connection, 3, BASE_OUTCOME_OK);
  first = learn_exchange_bytes (find (&stage, "NOOP"));
  second = learn_exchange_bytes (find (&stage, "CHECK"));
  assert_has (first, "8 bytes sent, 6 bytes received. ");
  assert_has (first, "together with what was said at the same time");
  assert_has (second, "together with what was said at the same time");
  network = seen (find (&stage, "NOOP"));
  assert_has (network, "← 2 records, 120 bytes");
  assert_has (network, "Counted together with what was said at the same time.");
  client (&stage, 4, "COMPRESS", "d COMPRESS DEFLATE\r\n");
  server (&stage, 4, "d OK\r\n");
  wire_tap_exchange_end_carried (stage.tap, stage.connection, 4, BASE_OUTCOME_OK, &carried);
  alone = learn_exchange_bytes (find (&stage, "COMPRESS"));
  assert_has (alone, "On the line, encrypted: 61 bytes and 120 bytes.");
  wire_tap_compressed (stage.tap, stage.connection, "DEFLATE");
  client (&stage, 5, "SEARCH", "e SEARCH ALL\r\n");
  server (&stage, 5, "e OK\r\n");
  wire_tap_exchange_end_carried (stage.tap, stage.connection, 5, BASE_OUTCOME_OK, &carried);
  packed = learn_exchange_bytes (find (&stage, "SEARCH"));
  assert_has (packed, "On the line, compressed and encrypted: 61 bytes and 120 bytes.");
  stage_clear (&stage);

  imap_init (&stage, "mail.example", 143, FALSE);
  client (&stage, 1, "NOOP", "b NOOP\r\n");
  server (&stage, 1, "b OK\r\n");
  wire_tap_exchange_end (stage.tap, stage.connection, 1, BASE_OUTCOME_OK);
  open = learn_exchange_bytes (find (&stage, "NOOP"));
  g_assert_cmpstr (open, ==, "8 bytes sent, 6 bytes received.");
  stage_clear (&stage);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/tls/immediate", test_immediate);
  g_test_add_func ("/learn/tls/starttls", test_starttls);
  g_test_add_data_func ("/learn/tls/plain", GINT_TO_POINTER (FALSE), test_plain);
  g_test_add_data_func ("/learn/tls/plain/practice", GINT_TO_POINTER (TRUE), test_plain);
  g_test_add_func ("/learn/tls/alert", test_alert);
  g_test_add_func ("/learn/tls/names", test_names);
  g_test_add_func ("/learn/tls/bytes", test_bytes);
  return g_test_run ();
}
