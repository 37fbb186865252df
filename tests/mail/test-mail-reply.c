/* Who gets the answer, what it is called, what it quotes; and what belongs to one conversation. */
#include "config.h"

#include "mail-init.h"
#include "mail-reply.h"
#include "mail-thread.h"

#include <string.h>

static MailMessage *
parse (const char *text)
{
  g_autoptr (GBytes) source = g_bytes_new (text, strlen (text));

  return mail_message_parse (source, NULL);
}

static char *
join (GPtrArray *list)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (
        out, "%s%s", i > 0 ? " " : "", ((MailAddress *) list->pdata[i])->address);
  return g_string_free (out, FALSE);
}

static GPtrArray *
own_addresses (void)
{
  return mail_address_parse_list ("Me <me@x.example>, Me too <me@work.example>");
}

static void
test_recipients (void)
{
  const struct
  {
    const char *header;
    MailReplyMode mode;
    const char *from;
    const char *to;
    const char *cc;
  } cases[] = {
    { "From: a@b.example\nTo: me@x.example\n",
      MAIL_REPLY_SENDER,
      "me@x.example",
      "a@b.example",
      "" },
    { "From: a@b.example\nTo: ME@Work.example\n",
      MAIL_REPLY_SENDER,
      "me@work.example",
      "a@b.example",
      "" },
    { "From: a@b.example\nReply-To: r@b.example\nTo: me@x.example\n",
      MAIL_REPLY_SENDER,
      "me@x.example",
      "r@b.example",
      "" },
    { "From: a@b.example\nTo: me@x.example, c@b.example\nCc: d@b.example, a@b.example, "
      "me@work.example\n",
      MAIL_REPLY_ALL,
      "me@x.example",
      "a@b.example",
      "c@b.example d@b.example" },
    { "From: a@b.example\nTo: me@x.example, c@b.example\nCc: d@b.example\n",
      MAIL_REPLY_SENDER,
      "me@x.example",
      "a@b.example",
      "" },
    { "From: me@x.example\nTo: c@b.example\nCc: d@b.example\n",
      MAIL_REPLY_ALL,
      "me@x.example",
      "c@b.example",
      "d@b.example" },
    { "From: me@x.example\nTo: c@b.example\n",
      MAIL_REPLY_SENDER,
      "me@x.example",
      "c@b.example",
      "" },
    { "From: a@b.example\nTo: dev@l.example\nList-Post: <mailto:dev@l.example>\n",
      MAIL_REPLY_LIST,
      "me@x.example",
      "dev@l.example",
      "" },
    { "From: a@b.example\nTo: dev@l.example\nList-Post: NO\n",
      MAIL_REPLY_LIST,
      "me@x.example",
      "a@b.example",
      "" },
    { "Sender: s@b.example\nTo: undisclosed-recipients:;\n",
      MAIL_REPLY_ALL,
      "me@x.example",
      "s@b.example",
      "" },
    { "Subject: from nobody\n", MAIL_REPLY_ALL, "me@x.example", "", "" },
  };
  g_autoptr (GPtrArray) own = own_addresses ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (cases[i].header, "\nhi\n", NULL);
      g_autoptr (MailMessage) message = parse (text);
      g_autoptr (MailDraft) draft = mail_reply (message, own, cases[i].mode);
      g_autofree char *to = join (draft->to);
      g_autofree char *cc = join (draft->cc);

      g_test_message ("%s", cases[i].header);
      g_assert_cmpstr (draft->from->address, ==, cases[i].from);
      g_assert_cmpstr (to, ==, cases[i].to);
      g_assert_cmpstr (cc, ==, cases[i].cc);
    }
}

static void
test_subjects (void)
{
  const struct
  {
    const char *subject;
    const char *reply;
    const char *forward;
    const char *base;
    gboolean is_reply;
  } cases[] = {
    { "lunch?", "Re: lunch?", "Fwd: lunch?", "lunch?", FALSE },
    { "Re: lunch?", "Re: lunch?", "Fwd: Re: lunch?", "lunch?", TRUE },
    { "RE: re: Re[2]: lunch?", "Re: lunch?", "Fwd: RE: re: Re[2]: lunch?", "lunch?", TRUE },
    { "Ré : déjeuner", "Re: déjeuner", "Fwd: Ré : déjeuner", "déjeuner", TRUE },
    { "RÉ : déjeuner", "Re: déjeuner", "Fwd: RÉ : déjeuner", "déjeuner", TRUE },
    { "Re\xc2\xa0: déjeuner", "Re: déjeuner", "Fwd: Re\xc2\xa0: déjeuner", "déjeuner", TRUE },
    { "AW: Termin", "Re: Termin", "Fwd: AW: Termin", "termin", TRUE },
    { "TR: facture", "Re: TR: facture", "Fwd: facture", "facture", TRUE },
    { "Fwd: FW: WG: x", "Re: Fwd: FW: WG: x", "Fwd: x", "x", TRUE },
    { "[dev] Re: [dev] x", "Re: [dev] Re: [dev] x", "Fwd: [dev] Re: [dev] x", "x", TRUE },
    { "x (fwd)", "Re: x (fwd)", "Fwd: x (fwd)", "x", TRUE },
    { "[only]", "Re: [only]", "Fwd: [only]", "[only]", FALSE },
    { "Result: x", "Re: Result: x", "Fwd: Result: x", "result: x", FALSE },
    { "Regarding lunch", "Re: Regarding lunch", "Fwd: Regarding lunch", "regarding lunch", FALSE },
    { "Re:", "Re: ", "Fwd: Re:", "", TRUE },
    { "回复：你好", "Re: 你好", "Fwd: 回复：你好", "你好", TRUE },
    { "", "Re: ", "Fwd: ", "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *reply = mail_reply_subject (cases[i].subject);
      g_autofree char *forward = mail_forward_subject (cases[i].subject);
      gboolean is_reply = FALSE;
      g_autofree char *base = mail_thread_base_subject (cases[i].subject, &is_reply);

      g_assert_cmpstr (reply, ==, cases[i].reply);
      g_assert_cmpstr (forward, ==, cases[i].forward);
      g_assert_cmpstr (base, ==, cases[i].base);
      g_assert_cmpint (is_reply, ==, cases[i].is_reply);
    }
}

static void
test_quote (void)
{
  const struct
  {
    const char *text;
    const char *quoted;
  } cases[] = {
    { "hello\n", "> hello\n" },
    { "hello", "> hello\n" },
    { "a\n\nb\n", "> a\n>\n> b\n" },
    { "> old\nnew\n", ">> old\n> new\n" },
    { "text\n-- \nsignature\n", "> text\n" },
    { "text\n\n\n", "> text\n" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *quoted = mail_quote (cases[i].text);

      g_assert_cmpstr (quoted, ==, cases[i].quoted);
    }
}

static void
test_reply_text (void)
{
  g_autoptr (GPtrArray) own = own_addresses ();
  g_autoptr (MailMessage) message =
      parse ("From: Ada <a@b.example>\nTo: me@x.example\nSubject: lunch?\nMessage-ID: <2@b>\n"
             "References: <0@b> <1@b>\nDate: Sun, 22 Nov 2026 09:41:00 +0000\n\nToday?\n");
  g_autoptr (MailDraft) draft = mail_reply (message, own, MAIL_REPLY_SENDER);
  g_autofree char *references = g_strjoinv (" ", draft->references);

  g_assert_cmpstr (draft->text, ==, "\n\nOn 2026-11-22 09:41, Ada wrote:\n> Today?\n");
  g_assert_cmpstr (draft->in_reply_to, ==, "2@b");
  g_assert_cmpstr (references, ==, "0@b 1@b 2@b");
}

static void
test_forward (void)
{
  g_autoptr (GPtrArray) own = own_addresses ();
  g_autoptr (MailMessage) message =
      parse ("From: Ada <a@b.example>\nTo: me@x.example\nSubject: the report!\n"
             "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee file\n--b\n"
             "Content-Type: application/pdf; name=r.pdf\n\n%PDF\n--b--\n");
  g_autoptr (MailDraft) inlined = mail_forward (message, own, MAIL_FORWARD_INLINE);
  g_autoptr (MailDraft) attached = mail_forward (message, own, MAIL_FORWARD_ATTACHED);
  const MailAttachment *file = inlined->attachments->pdata[0];
  const MailAttachment *letter = attached->attachments->pdata[0];

  g_assert_cmpuint (inlined->to->len, ==, 0);
  g_assert_cmpstr (inlined->subject, ==, "Fwd: the report!");
  g_assert_cmpstr (inlined->text,
                   ==,
                   "\n\n---------- Forwarded letter ----------\nFrom: Ada <a@b.example>\n"
                   "Subject: the report!\nTo: me@x.example\n\nsee file");
  g_assert_cmpstr (file->name, ==, "r.pdf");
  g_assert_cmpmem (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes), "%PDF", 4);
  g_assert_cmpstr (letter->name, ==, "the report.eml");
  g_assert_cmpstr (letter->mime_type, ==, "message/rfc822");
  g_assert_true (g_bytes_equal (letter->bytes, mail_message_get_source (message)));
}

static void
test_thread_keys (void)
{
  const char *const references[] = { "root@b", "1@b", NULL };
  const char *const none[] = { NULL };
  g_autofree char *by_reference = mail_thread_key ("2@b", "1@b", references);
  g_autofree char *by_parent = mail_thread_key ("2@b", "1@b", none);
  g_autofree char *alone = mail_thread_key ("2@b", NULL, NULL);
  g_autofree char *nothing = mail_thread_key (NULL, NULL, NULL);

  g_assert_cmpstr (by_reference, ==, "root@b");
  g_assert_cmpstr (by_parent, ==, "1@b");
  g_assert_cmpstr (alone, ==, "2@b");
  g_assert_null (nothing);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/reply/recipients", test_recipients);
  g_test_add_func ("/mail/reply/subjects", test_subjects);
  g_test_add_func ("/mail/reply/quote", test_quote);
  g_test_add_func ("/mail/reply/text", test_reply_text);
  g_test_add_func ("/mail/reply/forward", test_forward);
  g_test_add_func ("/mail/reply/thread-keys", test_thread_keys);
  return g_test_run ();
}
