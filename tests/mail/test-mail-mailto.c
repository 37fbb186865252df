/* Links to write to, as RFC 6068 prints them, as pages write them, and as an attacker would. */
#include "config.h"

#include "mail-compose.h"
#include "mail-init.h"
#include "mail-mailto.h"

#include <string.h>

/* "to | cc | bcc | subject | text", lists as a person would type them. */
static char *
show (const char *uri)
{
  g_autofree char *exact = g_strdup (uri);
  g_autoptr (MailDraft) draft = mail_mailto_parse (exact);
  g_autofree char *to = NULL;
  g_autofree char *cc = NULL;
  g_autofree char *bcc = NULL;

  if (draft == NULL)
    return g_strdup ("none");
  g_assert_cmpuint (draft->attachments->len, ==, 0);
  g_assert_cmpuint (draft->reply_to->len, ==, 0);
  g_assert_null (draft->from);
  g_assert_null (draft->message_id);
  to = mail_address_list_to_text (draft->to);
  cc = mail_address_list_to_text (draft->cc);
  bcc = mail_address_list_to_text (draft->bcc);
  return g_strdup_printf ("%s | %s | %s | %s | %s",
                          to,
                          cc,
                          bcc,
                          draft->subject != NULL ? draft->subject : "-",
                          draft->text != NULL ? draft->text : "-");
}

typedef struct
{
  const char *uri, *expected;
} Row;

static void
check (const Row *rows, gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++)
    {
      g_autofree char *got = show (rows[i].uri);

      g_assert_cmpstr (got, ==, rows[i].expected);
    }
}

/* RFC 6068 §2 and §6. */
static void
test_rfc (void)
{
  static const Row rows[] = {
    { "mailto:chris@example.com", "chris@example.com |  |  | - | -" },
    { "mailto:infobot@example.com?subject=current-issue",
      "infobot@example.com |  |  | current-issue | -" },
    { "mailto:infobot@example.com?body=send%20current-issue%0D%0Asend%20index",
      "infobot@example.com |  |  | - | send current-issue\nsend index" },
    { "mailto:list@example.org?In-Reply-To=%3C3469A91.D10AF4C@example.com%3E",
      "list@example.org |  |  | - | -" },
    { "mailto:majordomo@example.com?body=subscribe%20bamboo-l",
      "majordomo@example.com |  |  | - | subscribe bamboo-l" },
    { "mailto:joe@example.com?cc=bob@example.com&body=hello",
      "joe@example.com | bob@example.com |  | - | hello" },
    { "mailto:addr1@an.example,addr2@an.example",
      "addr1@an.example, addr2@an.example |  |  | - | -" },
    { "mailto:?to=addr1@an.example,addr2@an.example",
      "addr1@an.example, addr2@an.example |  |  | - | -" },
    { "mailto:addr1@an.example?to=addr2@an.example",
      "addr1@an.example, addr2@an.example |  |  | - | -" },
    { "mailto:gorby%25kremvax@example.com", "gorby%kremvax@example.com |  |  | - | -" },
    { "mailto:unlikely%3Faddress@example.com?blat=foop",
      "unlikely?address@example.com |  |  | - | -" },
    { "mailto:Mike%26family@example.org", "Mike&family@example.org |  |  | - | -" },
    { "mailto:%22not%40me%22@example.org", "\"not@me\"@example.org |  |  | - | -" },
    { "mailto:user@example.org?subject=caf%C3%A9", "user@example.org |  |  | café | -" },
    { "mailto:user@example.org?subject=%3D%3Futf-8%3FQ%3Fcaf%3DC3%3DA9%3F%3D",
      "user@example.org |  |  | café | -" },
    { "mailto:user@%E7%B4%8D%E8%B1%86.example.org?subject=Test&body=NATTO",
      "user@納豆.example.org |  |  | Test | NATTO" },
    { "mailto:a@x.example?subject=one+two%2Bthree", "a@x.example |  |  | one+two+three | -" },
  };

  check (rows, G_N_ELEMENTS (rows));
}

/* As pages and other programs write them. */
static void
test_lenient (void)
{
  static const Row rows[] = {
    { "mailto:", " |  |  | - | -" },
    { "mailto:?", " |  |  | - | -" },
    { "mailto:?subject", " |  |  |  | -" },
    { "MailTo:a@x.example?SUBJECT=hi&Bcc=c@x.example", "a@x.example |  | c@x.example | hi | -" },
    { "mailto:a@x.example?subject=100%&body=5%2x", "a@x.example |  |  | 100% | 5%2x" },
    { "mailto:a@x.example?subject=one&subject=two&body=1&body=2", "a@x.example |  |  | one | 1" },
    { "mailto:a@x.example?subject=a=b", "a@x.example |  |  | a=b | -" },
    { "mailto:a@x.example#top", "a@x.example |  |  | - | -" },
    { "mailto:a@x.example?body=one%0Atwo%0Dthree", "a@x.example |  |  | - | one\ntwo\nthree" },
    { "mailto:Ada%20Lovelace%20%3Cada@x.example%3E", "Ada Lovelace <ada@x.example> |  |  | - | -" },
    { "mailto:a@x.example%2Cb@x.example", "a@x.example, b@x.example |  |  | - | -" },
    { "mailto:a@x.example?cc=b@x.example&cc=c@x.example",
      "a@x.example | b@x.example, c@x.example |  | - | -" },
  };

  check (rows, G_N_ELEMENTS (rows));
}

static void
test_hostile (void)
{
  static const Row rows[] = {
    { "https://a.example/mailto:a@x.example", "none" },
    { "mailto", "none" },
    { "a@x.example", "none" },
    /* Nothing is attached, whatever other programs call it. */
    { "mailto:a@x.example?attach=/etc/passwd&attachment=file:///etc/shadow&attached=~/.ssh/id",
      "a@x.example |  |  | - | -" },
    { "mailto:a@x.example?from=boss@x.example&sender=b@x&reply-to=c@x&apparently-to=d@x",
      "a@x.example |  |  | - | -" },
    { "mailto:a@x.example?Content-Type=text/html&X-Restante-Bcc=e@x.example",
      "a@x.example |  |  | - | -" },
    /* No line ends where a header field would begin. */
    { "mailto:a@x.example?subject=hi%0D%0ABcc:%20e@x.example",
      "a@x.example |  |  | hi Bcc: e@x.example | -" },
    { "mailto:a@x.example%0D%0ABcc:e@x.example?subject=x",
      "\"a@x.example\" <Bcc:e@x.example> |  |  | x | -" },
    { "mailto:a@x.example?subject=a%00b%1B[31mc", "a@x.example |  |  | a b [31mc | -" },
    { "mailto:a@x.example?body=a%00b%1B[31mc%7F", "a@x.example |  |  | - | a b[31mc" },
    { "mailto:a@x.example?subject=%FF%FEx", "a@x.example |  |  | \357\277\275\357\277\275x | -" },
    /* A direction override would show another name than is written to. */
    { "mailto:a@x.example?subject=a%E2%80%AEb", "a@x.example |  |  | ab | -" },
  };

  check (rows, G_N_ELEMENTS (rows));
}

static void
test_limits (void)
{
  g_autoptr (GString) uri = g_string_new ("mailto:a@x.example?body=");
  MailDraft *draft;

  while (uri->len < MAIL_MAX_MAILTO)
    g_string_append_c (uri, 'x');
  draft = mail_mailto_parse (uri->str);
  g_assert_nonnull (draft);
  mail_draft_free (draft);
  g_string_append_c (uri, 'x');
  g_assert_null (mail_mailto_parse (uri->str));
}

/* What such a link fills in composes into exactly these header fields. */
static void
test_compose (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  MailDraft *draft = mail_mailto_parse ("mailto:a@x.example?subject=hi%0D%0AX-Evil:%201"
                                        "&body=%0D%0A.%0D%0ABcc:%20e@x.example");

  draft->from = mail_address_new ("Ada", "ada@x.example");
  bytes = mail_compose (draft, MAIL_COMPOSE_SEND, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_nonnull (strstr (text, "Subject: hi X-Evil: 1\r\n"));
  g_assert_null (strstr (text, "\r\nX-Evil"));
  *strstr (text, "\r\n\r\n") = '\0';
  g_assert_null (strstr (text, "Bcc"));
  mail_draft_free (draft);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/mailto/rfc", test_rfc);
  g_test_add_func ("/mail/mailto/lenient", test_lenient);
  g_test_add_func ("/mail/mailto/hostile", test_hostile);
  g_test_add_func ("/mail/mailto/limits", test_limits);
  g_test_add_func ("/mail/mailto/compose", test_compose);
  return g_test_run ();
}
