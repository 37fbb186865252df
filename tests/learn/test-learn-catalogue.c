/* The catalogue as the program finds it: whole in both languages, and never without an answer. */
#include "config.h"

#include <string.h>

#include "learn-catalogue.h"
#include "learn-spelling.h"

static void
test_languages (void)
{
  const LearnCatalogue *english = learn_catalogue_get ("en");
  const LearnCatalogue *french = learn_catalogue_get ("fr_CA.UTF-8");
  const char *const *ids = learn_catalogue_ids (english);
  const char *const *french_ids = learn_catalogue_ids (french);
  guint n = 0;

  g_assert_true (english != french);
  g_assert_true (learn_catalogue_get ("fr") == french);
  g_assert_true (learn_catalogue_get ("de") == english);
  g_assert_true (learn_catalogue_get (NULL) == english);
  for (n = 0; ids[n] != NULL; n++)
    {
      const LearnEntry *entry = learn_catalogue_find (english, ids[n]);
      const LearnEntry *other = learn_catalogue_find (french, ids[n]);

      g_assert_cmpstr (ids[n], ==, french_ids[n]);
      g_assert_nonnull (entry);
      g_assert_nonnull (other);
      g_assert_cmpstr (entry->id, ==, ids[n]);
      g_assert_cmpstr (entry->kind, ==, other->kind);
      g_assert_cmpstr (entry->titles, ==, other->titles);
      g_assert_cmpstr (entry->title, !=, "");
      g_assert_cmpstr (entry->meaning, !=, "");
      g_assert_cmpstr (entry->why, !=, "");
      g_assert_cmpstr (entry->storage, !=, "");
      g_assert_cmpstr (entry->rfc, !=, "");
      g_assert_cmpstr (entry->title, !=, other->title);
      g_assert_true (g_utf8_validate (other->meaning, -1, NULL));
      for (guint i = 0; entry->see[i] != NULL; i++)
        g_assert_nonnull (learn_catalogue_find (english, entry->see[i]));
    }
  g_assert_null (french_ids[n]);
  g_assert_cmpuint (n, >, 700);
}

static void
test_references (void)
{
  const LearnCatalogue *catalogue = learn_catalogue_get ("en");
  const LearnEntry *fetch = learn_catalogue_find (catalogue, "imap.command.capability");

  g_assert_cmpstr (fetch->rfc, ==, "RFC 9051 §6.1.1, RFC 3501 §6.1.1");
  g_assert_true (g_str_has_prefix (fetch->titles, "RFC 9051: "));
  g_assert_nonnull (strstr (fetch->titles, "\nRFC 3501: "));
  for (const char *const *id = learn_catalogue_ids (catalogue); *id != NULL; id++)
    {
      const LearnEntry *entry = learn_catalogue_find (catalogue, *id);

      g_assert_null (strstr (entry->rfc, "§appendix"));
    }
}

static void
test_fallback (void)
{
  static const struct
  {
    const char *id, *found;
  } cases[] = {
    { "imap.command.noop", "imap.command.noop" },
    { "smtp.reply.250-rcpt", "smtp.reply.250-rcpt" },
    { "smtp.reply.250-saml", "smtp.reply.250" },
    { "smtp.reply.457", "smtp.class.45z" },
    { "smtp.reply.457-data", "smtp.class.45z" },
    { "smtp.reply.599", "smtp.class.5yz" },
    { "smtp.reply.299", "smtp.class.2yz" },
    { "smtp.reply.x", "smtp.class.unknown-reply" },
    { "smtp.enhanced.x-7-99", "smtp.class.enhanced-x-7" },
    { "smtp.keyword.x-shiny", "smtp.class.unknown-keyword" },
    { "imap.code.x-shiny", "imap.class.unknown-code" },
    { "imap.capability.xshiny", "imap.class.unknown-capability" },
    { "imap.flag.my-label", "imap.class.unknown-flag" },
    { "imap.response.no-noop", "imap.response.no" },
    { "imap.response.xshiny", "imap.class.unknown-response" },
    { "pop3.reply.err-noop", "pop3.status.err" },
    { "pop3.code.shiny", "pop3.class.unknown-code" },
    { "sasl.mechanism.srp", "sasl.class.unknown-mechanism" },
    { "tls.message.handshake", "tls.class.unknown-message" },
    { "nonsense", "mail.class.unknown-word" },
    { "", "mail.class.unknown-word" },
    { "...", "mail.class.unknown-word" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint french = 0; french < 2; french++)
      {
        const LearnCatalogue *catalogue = learn_catalogue_get (french ? "fr" : "en");

        g_assert_cmpstr (learn_catalogue_explain (catalogue, cases[i].id)->id, ==, cases[i].found);
      }
}

static void
test_pair (void)
{
  const LearnCatalogue *catalogue = learn_catalogue_get ("en");
  const LearnEntry *pair = learn_catalogue_explain (catalogue, "smtp.reply.457");
  const LearnEntry *class = learn_catalogue_find (catalogue, "smtp.class.4yz");
  const LearnEntry *category = learn_catalogue_find (catalogue, "smtp.class.x5z");

  g_assert_true (pair->is_class);
  g_assert_cmpstr (pair->title, ==, class->title);
  g_assert_true (g_str_has_prefix (pair->meaning, class->meaning));
  g_assert_true (g_str_has_suffix (pair->meaning, category->meaning));
}

/* Links are called as the thing is written on the line, or not at all. */
static void
test_spelling (void)
{
  static const struct
  {
    const char *id, *word; /* NULL: none */
  } cases[] = {
    { "imap.command.noop", "NOOP" },
    { "imap.command.uid-fetch", "UID FETCH" },
    { "imap.command.fetch-marks", "FETCH" },
    { "imap.response.ok-select", "OK" },
    { "imap.response.continuation-idle", NULL },
    { "imap.response.greeting", NULL },
    { "imap.code.read-only", "READ-ONLY" },
    { "imap.flag.deleted", "\\Deleted" },
    { "imap.flag.forwarded", NULL },
    { "imap.use.sent", "\\Sent" },
    { "imap.arg.tag", NULL },
    { "pop3.status.ok", "+OK" },
    { "pop3.status.err", "-ERR" },
    { "pop3.reply.err-pass", NULL },
    { "pop3.capability.login-delay", "LOGIN-DELAY" },
    { "smtp.reply.450-rcpt", "450" },
    { "smtp.enhanced.x-7-1", "X.7.1" },
    { "smtp.keyword.8bitmime", "8BITMIME" },
    { "smtp.class.4yz", NULL },
    { "sasl.mechanism.scram-sha-256-plus", "SCRAM-SHA-256-PLUS" },
    { "tls.message.client-hello", "ClientHello" },
    { "tls.alert.close-notify", "close_notify" },
    { "mail.field.message-id", "Message-ID" },
    { "mail.field.dkim-signature", "DKIM-Signature" },
    { "mail.part.boundary", NULL },
  };
  const LearnCatalogue *catalogue = learn_catalogue_get ("en");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const LearnEntry *entry = learn_catalogue_find (catalogue, cases[i].id);
      g_autofree char *word = NULL;

      g_assert_nonnull (entry);
      word = learn_spelling_of (entry);
      g_assert_cmpstr (word, ==, cases[i].word);
    }
}

static gpointer
get_french (gpointer data)
{
  return (gpointer) learn_catalogue_get ("fr");
}

static void
test_threads (void)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", get_french, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (g_thread_join (threads[i]) == (gpointer) learn_catalogue_get ("fr"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* First, so that the threads are those that load it. */
  g_test_add_func ("/learn/catalogue/threads", test_threads);
  g_test_add_func ("/learn/catalogue/languages", test_languages);
  g_test_add_func ("/learn/catalogue/references", test_references);
  g_test_add_func ("/learn/catalogue/fallback", test_fallback);
  g_test_add_func ("/learn/catalogue/pair", test_pair);
  g_test_add_func ("/learn/catalogue/spelling", test_spelling);
  return g_test_run ();
}
