/* Messages as they really arrive, and as they should not. */
#include "config.h"

#include "base-json.h"
#include "mail-init.h"
#include "mail-inspect.h"
#include "mail-message.h"
#include "mail-summary.h"

#include <string.h>

static MailMessage *
parse (const char *text)
{
  gsize length = strlen (text);
  g_autoptr (GBytes) source = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;
  MailMessage *message = mail_message_parse (source, &error);

  g_assert_no_error (error);
  return message;
}

/* The tree in one line: "multipart/mixed(text/plain image/png)". */
static void
show_tree (GString *out, const MailPart *part)
{
  guint n = mail_part_get_n_children (part);

  g_string_append (out, mail_part_get_mime_type (part));
  for (guint i = 0; i < n; i++)
    {
      g_string_append_c (out, i == 0 ? '(' : ' ');
      show_tree (out, mail_part_get_child (part, i));
    }
  if (n > 0)
    g_string_append_c (out, ')');
}

typedef struct
{
  const char *what;
  const char *source;
  const char *subject;
  const char *tree;
  const char *body;        /* as plain text */
  const char *attachments; /* names, joined with "|" */
  MailDefects defects;
} Case;

static const Case cases[] = {
  { "nothing at all", "", "", "text/plain", "", "", MAIL_DEFECT_NO_HEADER },
  { "only a body", "\r\nhello\r\n", "", "text/plain", "hello\n", "", MAIL_DEFECT_NO_HEADER },
  { "only a header", "Subject: x", "x", "text/plain", "", "", 0 },
  { "a plain letter",
    "From: Ada <ada@b.example>\r\nSubject: lunch?\r\n\r\nToday at one?\r\n",
    "lunch?",
    "text/plain",
    "Today at one?\n",
    "",
    0 },
  { "out of an mbox",
    "From ada@b.example Sun Nov 22 09:41:00 2026\nSubject: x\n\nhi\n",
    "x",
    "text/plain",
    "hi\n",
    "",
    0 },
  { "no charset, windows bytes",
    "Subject: x\r\nContent-Type: text/plain\r\n\r\ncaf\xe9 \x80\r\n",
    "x",
    "text/plain",
    "café €\n",
    "",
    0 },
  { "raw UTF-8 in the header",
    "Subject: d\xc3\xa9jeuner\r\n\r\nx",
    "déjeuner",
    "text/plain",
    "x",
    "",
    0 },
  { "Japanese",
    "Subject: =?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=\r\n"
    "Content-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\x1b$BF|K\\8l\x1b(B\r\n",
    "日本語",
    "text/plain",
    "日本語\n",
    "",
    0 },
  { "Russian",
    "Subject: =?koi8-r?B?8NLJ18XU?=\r\nContent-Type: text/plain; charset=\"koi8-r\"\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n\xf0\xd2\xc9\xd7\xc5\xd4\r\n",
    "Привет",
    "text/plain",
    "Привет\n",
    "",
    0 },
  { "Gmail's alternative",
    "MIME-Version: 1.0\r\nSubject: x\r\n"
    "Content-Type: multipart/alternative; boundary=\"000000000000a\"\r\n\r\n"
    "--000000000000a\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nOn y va =E2=80=94 =\r\nok\r\n\r\n"
    "--000000000000a\r\nContent-Type: text/html; charset=\"UTF-8\"\r\n\r\n"
    "<div dir=\"ltr\">On y va</div>\r\n\r\n--000000000000a--\r\n",
    "x",
    "multipart/alternative(text/plain text/html)",
    "On y va — ok\n",
    "",
    0 },
  { "Outlook: related inside mixed, an embedded picture and a file",
    "Subject: x\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"_004_\"\r\n\r\n"
    "--_004_\r\nContent-Type: multipart/related;\r\n\tboundary=\"_003_\";\r\n"
    "\ttype=\"multipart/alternative\"\r\n\r\n"
    "--_003_\r\nContent-Type: multipart/alternative;\r\n\tboundary=\"_002_\"\r\n\r\n"
    "--_002_\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n\r\nHi\r\n"
    "--_002_\r\nContent-Type: text/html; charset=\"us-ascii\"\r\n\r\n"
    "<p>Hi</p><img src=\"cid:image001.png@01D\">\r\n--_002_--\r\n\r\n"
    "--_003_\r\nContent-Type: image/png; name=\"image001.png\"\r\n"
    "Content-ID: <image001.png@01D>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n"
    "--_003_--\r\n\r\n--_004_\r\nContent-Type: application/pdf; name=\"r.pdf\"\r\n"
    "Content-Disposition: attachment; filename=\"r.pdf\"\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--_004_--\r\n",
    "x",
    "multipart/mixed(multipart/related(multipart/alternative(text/plain text/html) image/png) "
    "application/pdf)",
    "Hi",
    "r.pdf",
    0 },
  { "Apple Mail: a file between two texts",
    "Subject: x\nContent-Type: multipart/mixed; boundary=Apple-Mail-1\n\n"
    "--Apple-Mail-1\nContent-Type: text/plain\n\nbefore\n"
    "--Apple-Mail-1\nContent-Disposition: inline; filename=a.pdf\n"
    "Content-Type: application/pdf; name=a.pdf\n\n%PDF\n"
    "--Apple-Mail-1\nContent-Type: text/plain\n\nafter\n--Apple-Mail-1--\n",
    "x",
    "multipart/mixed(text/plain application/pdf text/plain)",
    "before\n\nafter",
    "a.pdf",
    0 },
  { "a mailing list's footer",
    "Subject: [dev] x\nList-Id: Developers <dev.lists.example>\n"
    "Content-Type: multipart/mixed; boundary=\"===1==\"\n\n"
    "--===1==\nContent-Type: text/plain; charset=utf-8\n\nletter\n"
    "--===1==\nContent-Type: text/plain; charset=us-ascii\nContent-Disposition: inline\n\n"
    "____\ndev mailing list\n--===1==--\n",
    "[dev] x",
    "multipart/mixed(text/plain text/plain)",
    "letter\n\n____\ndev mailing list",
    "",
    0 },
  { "winmail.dat",
    "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee file\r\n"
    "--b\r\nContent-Type: application/ms-tnef; name=\"winmail.dat\"\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\neJ8+Ig==\r\n--b--\r\n",
    "x",
    "multipart/mixed(text/plain application/ms-tnef)",
    "see file",
    "winmail.dat",
    0 },
  { "only HTML",
    "Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Un <b>caf\xc3\xa9</b></p>",
    "x",
    "text/html",
    "Un café\n",
    "",
    0 },
  { "HTML that names its own charset",
    "Subject: x\r\nContent-Type: text/html\r\n\r\n"
    "<meta charset=\"koi8-r\"><p>\xf0\xd2\xc9\xd7\xc5\xd4</p>",
    "x",
    "text/html",
    "Привет\n",
    "",
    0 },
  { "a name in RFC 2231 continuations",
    "Subject: x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n"
    " filename*0*=utf-8''r%C3%A9sum;\r\n filename*1*=%C3%A9%20;\r\n "
    "filename*2=\"final.pdf\"\r\n\r\nx",
    "x",
    "application/octet-stream",
    "",
    "résumé final.pdf",
    0 },
  { "a name in RFC 2047, which is not allowed there",
    "Subject: x\r\nContent-Type: application/pdf;\r\n "
    "name=\"=?utf-8?Q?r=C3=A9sum=C3=A9.pdf?=\"\r\n\r\nx",
    "x",
    "application/pdf",
    "",
    "résumé.pdf",
    0 },
  { "a name in raw bytes",
    "Subject: x\r\nContent-Type: application/pdf; name=\"r\xe9sum\xe9.pdf\"\r\n\r\nx",
    "x",
    "application/pdf",
    "",
    "résumé.pdf",
    0 },
  { "a name that climbs out of its folder",
    "Subject: x\r\nContent-Type: application/pdf\r\n"
    "Content-Disposition: attachment; filename=\"../../.ssh/authorized_keys\"\r\n\r\nx",
    "x",
    "application/pdf",
    "",
    "authorized_keys",
    0 },
  { "cut in the middle",
    "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst\r\n--b\r\n"
    "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBE",
    "x",
    "multipart/mixed(text/plain application/pdf)",
    "first",
    "a.pdf",
    MAIL_DEFECT_TRUNCATED },
  { "a boundary that is never used",
    "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nhello\r\n",
    "x",
    "multipart/mixed(text/plain)",
    "hello\n",
    "",
    MAIL_DEFECT_NO_BOUNDARY },
  { "another boundary than named",
    "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--c\r\nContent-Type: text/plain\r\n\r\nhello\r\n--c--\r\n",
    "x",
    "multipart/mixed(text/plain)",
    "hello",
    "",
    MAIL_DEFECT_NO_BOUNDARY },
  { "no boundary named",
    "Subject: x\r\nContent-Type: multipart/alternative\r\n\r\n"
    "--c\r\nContent-Type: text/plain\r\n\r\nhello\r\n--c--\r\n",
    "x",
    "multipart/alternative(text/plain)",
    "hello",
    "",
    MAIL_DEFECT_NO_BOUNDARY },
  { "an inner multipart that is never closed",
    "Subject: x\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n"
    "Content-Type: multipart/alternative; boundary=outer\r\n\r\n--outer\r\n\r\nhello\r\n"
    "--out\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n--out--\r\n",
    "x",
    "multipart/mixed(multipart/alternative(text/plain) image/png)",
    "hello",
    "a.png",
    MAIL_DEFECT_TRUNCATED },
  { "an empty part and an empty multipart",
    "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b--\r\n",
    "x",
    "multipart/mixed(text/plain text/plain)",
    "",
    "",
    0 },
  { "a forwarded letter",
    "Subject: Fwd: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n"
    "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ninner "
    "text\r\n--c--\r\n\r\n--b--\r\n",
    "Fwd: x",
    "multipart/mixed(text/plain message/rfc822(multipart/mixed(text/plain)))",
    "see below",
    "(none)",
    0 },
  { "a digest",
    "Subject: x\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n"
    "Subject: one\r\n\r\n1\r\n--b\r\n\r\nSubject: two\r\n\r\n2\r\n--b--\r\n",
    "x",
    "multipart/digest(message/rfc822(text/plain) message/rfc822(text/plain))",
    "",
    "(none)|(none)",
    0 },
  { "a bounce",
    "Subject: x\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    "--b\r\n\r\nYour letter could not be delivered.\r\n--b\r\n"
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; b.example\r\n--b--\r\n",
    "x",
    "multipart/report(text/plain message/delivery-status)",
    "Your letter could not be delivered.",
    "(none)",
    0 },
  { "an unreadable type",
    "Subject: x\r\nContent-Type: ;;;\r\n\r\nhello",
    "x",
    "text/plain",
    "hello",
    "",
    0 },
  { "format=flowed",
    "Subject: x\r\nContent-Type: text/plain; format=flowed\r\n\r\nA long \r\nline.\r\n> quoted "
    "\r\n> too.\r\n",
    "x",
    "text/plain",
    "A long line.\n> quoted too.\n",
    "",
    0 },
  { "broken base64",
    "Subject: x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\naGV!!sbG8\r\n",
    "x",
    "text/plain",
    "hello",
    "",
    0 },
};

static void
check_case (const Case *one)
{
  g_autoptr (MailMessage) message = parse (one->source);
  g_autoptr (GString) tree = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *body = mail_message_dup_body_text (message, 0);
  GPtrArray *attachments = mail_message_get_attachments (message);

  g_test_message ("%s", one->what);
  show_tree (tree, mail_message_get_root (message));
  for (guint i = 0; i < attachments->len; i++)
    {
      const char *name = mail_part_get_name (attachments->pdata[i]);

      g_string_append_printf (names, "%s%s", i > 0 ? "|" : "", name != NULL ? name : "(none)");
    }
  g_assert_cmpstr (mail_message_get_subject (message), ==, one->subject);
  g_assert_cmpstr (tree->str, ==, one->tree);
  g_assert_cmpstr (body, ==, one->body);
  g_assert_cmpstr (names->str, ==, one->attachments);
  g_assert_cmpuint (mail_message_get_defects (message), ==, one->defects);
}

/* Everything that can be asked of a message, asked. */
static void
exercise (MailMessage *message)
{
  g_autofree char *json = mail_inspect_json (message);
  g_autofree char *text = mail_inspect_text (message);
  g_autofree char *structure = mail_inspect_structure (message);
  g_autofree char *preview = mail_preview_from_message (message);
  g_autoptr (MailSummary) summary = mail_summary_from_message (message);

  g_assert_true (g_utf8_validate (json, -1, NULL));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_utf8_validate (structure, -1, NULL));
  g_assert_true (g_utf8_validate (preview, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (preview, -1), <=, MAIL_PREVIEW_CHARACTERS);
  for (guint i = 0; i < mail_message_get_n_parts (message); i++)
    {
      const MailPart *part = mail_message_get_part (message, i);
      g_autoptr (GBytes) contents = mail_part_decode (part);

      g_assert_cmpuint (mail_part_get_index (part), ==, i);
      g_assert_true (g_utf8_validate (mail_part_get_mime_type (part), -1, NULL));
      if (mail_part_get_name (part) != NULL)
        g_assert_true (g_utf8_validate (mail_part_get_name (part), -1, NULL));
    }
}

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MailMessage) message = parse (cases[i].source);

      check_case (&cases[i]);
      exercise (message);
    }
}

/* A file can end anywhere. */
static void
test_cut_everywhere (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize cut = 0; cut < strlen (cases[i].source); cut++)
      {
        g_autoptr (GBytes) source = g_bytes_new_take (g_memdup2 (cases[i].source, cut), cut);
        g_autoptr (MailMessage) message = mail_message_parse (source, NULL);

        exercise (message);
      }
}

static void
test_headers (void)
{
  g_autoptr (MailMessage) message = parse (
      "Received: by b.example; Sun, 22 Nov 2026 09:41:01 +0100\r\n"
      "From: =?utf-8?Q?Ad=C3=A8le?= <adele@b.example>\r\nSender: list@b.example\r\n"
      "Reply-To: talk@b.example\r\nTo: a@x.example, Bob <b@x.example>\r\nCc: c@x.example\r\n"
      "Bcc: d@x.example\r\nDate: Sun, 22 Nov 2026 09:41:00 +0100\r\nMessage-ID: <1@b.example>\r\n"
      "In-Reply-To: <0@b.example>\r\nReferences: <r@b.example>\r\n <0@b.example>\r\n"
      "List-Id: Talk <talk.b.example>\r\nReceived: second\r\n\r\nhi\r\n");
  g_autofree char *second = mail_message_dup_header (message, "received", 1);
  g_autofree char *third = mail_message_dup_header (message, "received", 2);
  const MailAddress *from = mail_message_get_from (message)->pdata[0];
  gint64 utc = 0;
  int offset = 0;

  g_assert_cmpstr (from->name, ==, "Adèle");
  g_assert_cmpstr (from->address, ==, "adele@b.example");
  g_assert_cmpuint (mail_message_get_sender (message)->len, ==, 1);
  g_assert_cmpuint (mail_message_get_reply_to (message)->len, ==, 1);
  g_assert_cmpuint (mail_message_get_to (message)->len, ==, 2);
  g_assert_cmpuint (mail_message_get_cc (message)->len, ==, 1);
  g_assert_cmpuint (mail_message_get_bcc (message)->len, ==, 1);
  g_assert_true (mail_message_get_date (message, &utc, &offset));
  g_assert_cmpint (utc, ==, 1795336860);
  g_assert_cmpint (offset, ==, 60);
  g_assert_cmpstr (mail_message_get_message_id (message), ==, "1@b.example");
  g_assert_cmpstr (mail_message_get_in_reply_to (message), ==, "0@b.example");
  g_assert_cmpstr (mail_message_get_references (message)[0], ==, "r@b.example");
  g_assert_cmpstr (mail_message_get_references (message)[1], ==, "0@b.example");
  g_assert_cmpstr (mail_message_get_list_id (message), ==, "Talk <talk.b.example>");
  g_assert_cmpstr (second, ==, "second");
  g_assert_null (third);
}

/* IMAP answers BODY[2.MIME] and BODY[2] from these. */
static void
test_spans (void)
{
  const char *text =
      "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n"
      "--b\r\n\r\none\r\n--b  \r\nContent-Type: text/plain\r\n\r\ntwo\r\n\r\n--b--\r\nend\r\n";
  g_autoptr (MailMessage) message = parse (text);
  MailPartSpan one = mail_part_get_span (mail_message_get_part (message, 1));
  MailPartSpan two = mail_part_get_span (mail_message_get_part (message, 2));

  g_assert_cmpuint (one.header_length, ==, 2);
  g_assert_cmpmem (text + one.body, one.body_length, "one", 3);
  g_assert_cmpmem (text + two.header, two.header_length, "Content-Type: text/plain\r\n\r\n", 28);
  g_assert_cmpmem (text + two.body, two.body_length, "two\r\n", 5);
}

static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new ("Subject: deep\r\n");
  g_autoptr (MailMessage) message = NULL;
  const MailPart *part = NULL;
  guint depth = 0;

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (
        text, "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n--b%u\r\n", i, i);
  g_string_append (text, "\r\nat the bottom\r\n");
  message = parse (text->str);
  for (part = mail_message_get_root (message); mail_part_get_n_children (part) > 0; depth++)
    part = mail_part_get_child (part, 0);
  g_assert_cmpuint (depth, ==, MAIL_MAX_DEPTH);
  g_assert_true (mail_message_get_defects (message) & MAIL_DEFECT_TOO_DEEP);
  exercise (message);
}

static void
test_many_parts (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
  g_autoptr (MailMessage) message = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "--b\r\n\r\nx\r\n");
  message = parse (text->str);
  g_assert_cmpuint (mail_message_get_n_parts (message), <=, MAIL_MAX_PARTS);
  g_assert_true (mail_message_get_defects (message) & MAIL_DEFECT_TOO_MANY);
}

static void
test_megabyte_header (void)
{
  g_autofree char *filler = g_strnfill (4 * 1024 * 1024, 'x');
  const char *const names[] = { "Subject", "From", "References", "Content-Type", "Date", "X" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = g_strconcat (names[i], ": ", filler, "\r\n\r\nbody\r\n", NULL);
      g_autoptr (MailMessage) message = parse (text);

      exercise (message);
    }
}

static void
test_nul_bytes (void)
{
  static const char text[] =
      "Subject: a\0b\r\nContent-Type: text/plain; name=\"a\0.exe\"\r\n\r\nx\0y\r\n";
  g_autoptr (GBytes) source = g_bytes_new (text, sizeof text - 1);
  g_autoptr (MailMessage) message = mail_message_parse (source, NULL);
  g_autofree char *body = mail_part_dup_text (mail_message_get_root (message), 0);

  g_assert_cmpstr (mail_message_get_subject (message),
                   ==,
                   "a\xef\xbf\xbd"
                   "b");
  g_assert_cmpstr (body, ==, "x\xef\xbf\xbdy\n");
  exercise (message);
}

static void
test_random (void)
{
  for (guint seed = 0; seed < 3000; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      const Case *one = &cases[seed % G_N_ELEMENTS (cases)];
      gsize length = strlen (one->source);
      char *bytes = g_memdup2 (one->source, length);
      g_autoptr (GBytes) source = NULL;
      g_autoptr (MailMessage) message = NULL;

      for (gsize i = 0; i < 1 + length / 40 && length > 0; i++)
        bytes[g_rand_int_range (rand, 0, (gint32) length)] = (char) g_rand_int_range (rand, 0, 256);
      source = g_bytes_new_take (bytes, length);
      message = mail_message_parse (source, NULL);
      exercise (message);
    }
}

static void
test_sizes (void)
{
  g_autoptr (MailMessage) message =
      parse ("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
             "aGVsbG8g\r\nd29ybGQ=\r\n");
  g_autoptr (GBytes) contents = mail_part_decode (mail_message_get_root (message));

  g_assert_cmpuint (mail_part_get_size (mail_message_get_root (message)), ==, 11);
  g_assert_cmpmem (
      g_bytes_get_data (contents, NULL), g_bytes_get_size (contents), "hello world", 11);
}

static void
test_inspect (void)
{
  g_autoptr (MailMessage) message = parse (
      "From: Ada <ada@b.example>\r\nTo: b@x.example\r\nSubject: x\r\nMessage-ID: <1@b>\r\n"
      "Date: Sun, 22 Nov 2026 09:41:00 +0100\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\n\r\nhi\r\n--b\r\nContent-Type: text/csv; charset=utf-8\r\n"
      "Content-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--b--\r\n");
  g_autofree char *json = mail_inspect_json (message);
  g_autofree char *structure = mail_inspect_structure (message);
  g_autoptr (GBytes) junk = g_bytes_new_static ("\x7f"
                                                "ELF\0",
                                                5);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (
      json,
      ==,
      "{\"subject\":\"x\",\"from\":\"Ada <ada@b.example>\",\"to\":\"b@x.example\",\"cc\":\"\","
      "\"date\":\"2026-11-22T09:41:00+01:00\",\"message_id\":\"<1@b>\",\"parts\":[{"
      "\"type\":\"multipart/mixed\",\"charset\":null,\"name\":null,\"size\":118,"
      "\"disposition\":null,\"text\":null,\"parts\":["
      "{\"type\":\"text/plain\",\"charset\":null,\"name\":null,\"size\":2,\"disposition\":null,"
      "\"text\":\"hi\",\"parts\":[]},"
      "{\"type\":\"text/csv\",\"charset\":\"utf-8\",\"name\":\"a.csv\",\"size\":3,"
      "\"disposition\":\"attachment\",\"text\":\"1,2\",\"parts\":[]}]}]}");
  g_assert_cmpstr (structure,
                   ==,
                   "multipart/mixed; 7bit; 118\n  1 text/plain; 7bit; 2\n"
                   "  2 text/csv; charset=utf-8; name=\"a.csv\"; attachment; 7bit; 3\n");
  g_assert_null (mail_inspect_parse (junk, &error));
  g_assert_nonnull (error);
}

static void
test_summary (void)
{
  const char *header =
      "From: Ada <ada@b.example>\r\nTo: b@x.example\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\nMessage-ID: <1@b>\r\n\r\nnot read";
  g_autoptr (MailSummary) summary = mail_summary_from_headers (header, strlen (header));
  g_autofree char *preview = mail_preview_from_text (
      "Hello   there,\n\nOn Sunday, Bob wrote:\n> old words\n> more\nnew words\n-- \nAda\n");
  g_autofree char *only_quote = mail_preview_from_text ("> old words\n");

  g_assert_cmpstr (summary->subject, ==, "café");
  g_assert_cmpstr (summary->from_name, ==, "Ada");
  g_assert_cmpstr (summary->from_address, ==, "ada@b.example");
  g_assert_cmpstr (summary->message_id, ==, "1@b");
  g_assert_null (summary->in_reply_to);
  g_assert_true (summary->has_attachment);
  g_assert_false (summary->has_date);
  g_assert_cmpstr (preview, ==, "Hello there, new words");
  g_assert_cmpstr (only_quote, ==, "> old words");
  for (gsize cut = 0; cut < strlen (header); cut++)
    {
      g_autofree char *exact = g_memdup2 (header, cut);
      g_autoptr (MailSummary) part = mail_summary_from_headers (exact, cut);

      g_assert_nonnull (part->subject);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/message/table", test_table);
  g_test_add_func ("/mail/message/cut-everywhere", test_cut_everywhere);
  g_test_add_func ("/mail/message/headers", test_headers);
  g_test_add_func ("/mail/message/spans", test_spans);
  g_test_add_func ("/mail/message/deep", test_deep);
  g_test_add_func ("/mail/message/many-parts", test_many_parts);
  g_test_add_func ("/mail/message/megabyte-header", test_megabyte_header);
  g_test_add_func ("/mail/message/nul-bytes", test_nul_bytes);
  g_test_add_func ("/mail/message/random", test_random);
  g_test_add_func ("/mail/message/sizes", test_sizes);
  g_test_add_func ("/mail/message/inspect", test_inspect);
  g_test_add_func ("/mail/message/summary", test_summary);
  return g_test_run ();
}
