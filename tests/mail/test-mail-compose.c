/* Letters written, read back, and prepared for sending. */
#include "config.h"

#include "mail-compose.h"
#include "mail-error.h"
#include "mail-init.h"

#include <glib/gstdio.h>
#include <string.h>

static MailDraft *
make_draft (void)
{
  MailDraft *draft = mail_draft_new ();

  draft->from = mail_address_new ("Ada Lovelace", "ada@b.example");
  g_ptr_array_add (draft->to, mail_address_new ("Zoë", "zoe@x.example"));
  g_ptr_array_add (draft->cc, mail_address_new ("Doe, Jane", "jane@x.example"));
  g_ptr_array_add (draft->bcc, mail_address_new ("", "secret@x.example"));
  draft->subject = g_strdup ("Déjeuner ?");
  draft->text = g_strdup ("À une heure ?\n\n-- \nAda");
  draft->message_id = g_strdup ("1@b.example");
  draft->in_reply_to = g_strdup ("0@b.example");
  draft->references = g_strsplit ("r@b.example 0@b.example", " ", -1);
  draft->date = 1795336860;
  draft->date_offset = 60;
  return draft;
}

static char *
compose (MailDraft *draft, MailComposeMode mode)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mail_compose (draft, mode, &error);
  gsize length = 0;
  const char *data = NULL;

  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &length);
  return g_strndup (data, length);
}

/* RFC 5322 §2.1.1, §2.3 and, but for letters attached, 7-bit. */
static void
assert_lines (const char *text, gboolean ascii)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  g_assert_true (g_str_has_suffix (text, "\r\n"));
  for (char **line = lines; *line != NULL; line++)
    {
      g_assert_cmpuint (strlen (*line), <=, 998);
      g_assert_null (strpbrk (*line, "\r\n"));
    }
  if (ascii)
    g_assert_true (g_str_is_ascii (text));
}

static void
test_exact (void)
{
  g_autoptr (MailDraft) draft = make_draft ();
  g_autofree char *text = compose (draft, MAIL_COMPOSE_SEND);

  g_assert_cmpstr (text,
                   ==,
                   "From: Ada Lovelace <ada@b.example>\r\n"
                   "To: =?UTF-8?Q?Zo=C3=AB?= <zoe@x.example>\r\n"
                   "Cc: \"Doe, Jane\" <jane@x.example>\r\n"
                   "Subject: =?UTF-8?B?RMOpamV1bmVy?= ?\r\n"
                   "Date: Sun, 22 Nov 2026 09:41:00 +0100\r\n"
                   "Message-ID: <1@b.example>\r\n"
                   "In-Reply-To: <0@b.example>\r\n"
                   "References: <r@b.example>\r\n"
                   " <0@b.example>\r\n"
                   "MIME-Version: 1.0\r\n"
                   "Content-Type: text/plain; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: quoted-printable\r\n"
                   "\r\n"
                   "=C3=80 une heure ?\r\n"
                   "\r\n"
                   "--=20\r\n"
                   "Ada\r\n");
}

static void
assert_same_list (GPtrArray *a, GPtrArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    {
      g_assert_cmpstr (
          ((MailAddress *) a->pdata[i])->name, ==, ((MailAddress *) b->pdata[i])->name);
      g_assert_cmpstr (
          ((MailAddress *) a->pdata[i])->address, ==, ((MailAddress *) b->pdata[i])->address);
    }
}

static MailDraft *
read_back (MailDraft *draft)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mail_compose (draft, MAIL_COMPOSE_DRAFT, &error);
  MailDraft *again = NULL;

  g_assert_no_error (error);
  again = mail_draft_from_bytes (bytes, &error);
  g_assert_no_error (error);
  return again;
}

static void
assert_same (MailDraft *draft, MailDraft *again)
{
  g_assert_cmpstr (again->subject, ==, draft->subject);
  g_assert_cmpstr (again->text, ==, draft->text);
  g_assert_cmpstr (again->message_id, ==, draft->message_id);
  g_assert_cmpstr (again->in_reply_to, ==, draft->in_reply_to);
  g_assert_cmpint (again->date, ==, draft->date);
  g_assert_cmpint (again->date_offset, ==, draft->date_offset);
  assert_same_list (again->to, draft->to);
  assert_same_list (again->cc, draft->cc);
  assert_same_list (again->bcc, draft->bcc);
  g_assert_cmpuint (again->attachments->len, ==, draft->attachments->len);
  for (guint i = 0; i < draft->attachments->len; i++)
    {
      const MailAttachment *a = draft->attachments->pdata[i];
      const MailAttachment *b = again->attachments->pdata[i];

      g_assert_cmpstr (b->name, ==, a->name);
      g_assert_cmpstr (b->mime_type, ==, a->mime_type);
      if (a->bytes != NULL)
        g_assert_true (g_bytes_equal (a->bytes, b->bytes));
    }
}

static void
test_draft_round_trip (void)
{
  g_autoptr (MailDraft) draft = make_draft ();
  g_autoptr (MailDraft) again = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\0\1\2\xff binary\r\n.\r\n--=_", 20);
  g_autoptr (GBytes) letter = g_bytes_new_static ("Subject: inner\r\n\r\ncaf\xc3\xa9\r\n", 25);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  g_ptr_array_add (draft->attachments,
                   mail_attachment_new_for_bytes (bytes, "résumé final.pdf", NULL));
  g_ptr_array_add (draft->attachments,
                   mail_attachment_new_for_bytes (letter, "letter.eml", "message/rfc822"));
  g_ptr_array_add (draft->attachments, mail_attachment_new_for_bytes (empty, "empty.txt", NULL));
  g_ptr_array_add (draft->attachments,
                   mail_attachment_new_for_bytes (
                       bytes,
                       "a very long name that has to be written in several pieces because no line "
                       "may be too long, "
                       "as every name with \"quotes\" and 100% of its accents: éèêë.tar.gz",
                       "application/gzip"));
  again = read_back (draft);
  assert_same (draft, again);
}

static void
test_texts (void)
{
  g_autofree char *long_line = g_strnfill (5000, 'x');
  g_autofree char *long_accents = g_strdup (long_line);
  const char *texts[] = {
    "",
    "one line",
    "one line\n",
    "\n\n\n",
    "trailing space \nand tab\t\n",
    "From here\n.\n..\n.dot\n=3D\n",
    "-- \nsignature",
    "> quoted\n>> twice\n\n  indented\n",
    "tabs\tand \x01 control",
    "日本語と📮と é",
    "line one\nFrom line two",
    long_line,
    long_accents,
  };

  for (gsize i = 0; i + 40 < 5000; i += 40)
    memcpy (long_accents + i, "é", 2);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint files = 0; files < 2; files++)
      {
        g_autoptr (MailDraft) draft = make_draft ();
        g_autoptr (MailDraft) again = NULL;
        g_autofree char *text = NULL;
        g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

        g_free (draft->text);
        draft->text = g_strdup (texts[i]);
        if (files > 0)
          g_ptr_array_add (draft->attachments,
                           mail_attachment_new_for_bytes (bytes, "x.bin", NULL));
        text = compose (draft, MAIL_COMPOSE_SEND);
        assert_lines (text, TRUE);
        again = read_back (draft);
        assert_same (draft, again);
      }
}

static void
test_half_written (void)
{
  g_autoptr (MailDraft) draft = mail_draft_new ();
  g_autoptr (MailDraft) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_draft_is_empty (draft));
  g_ptr_array_add (draft->to, mail_address_new ("", "zo"));
  draft->subject = g_strdup ("");
  draft->text = g_strdup ("");
  again = read_back (draft);
  assert_same (draft, again);
  g_assert_nonnull (draft->message_id);
  g_assert_false (mail_draft_is_empty (again));
  g_assert_null (mail_compose (draft, MAIL_COMPOSE_SEND, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_ADDRESS);
}

static void
test_send_errors (void)
{
  g_autoptr (MailDraft) draft = make_draft ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (draft->attachments,
                   mail_attachment_new_for_path ("/nonexistent/r.pdf", NULL, NULL));
  g_assert_null (mail_compose (draft, MAIL_COMPOSE_SEND, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_ATTACHMENT);
  g_clear_error (&error);
  g_ptr_array_set_size (draft->attachments, 0);
  g_ptr_array_set_size (draft->to, 0);
  g_ptr_array_set_size (draft->cc, 0);
  g_ptr_array_set_size (draft->bcc, 0);
  g_assert_null (mail_compose (draft, MAIL_COMPOSE_SEND, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_ADDRESS);
}

/* A header is never what a person typed into a field. */
static void
test_injection (void)
{
  g_autoptr (MailDraft) draft = make_draft ();
  g_autofree char *text = NULL;

  g_free (draft->subject);
  draft->subject = g_strdup ("hello\r\nBcc: evil@x.example");
  g_free (draft->in_reply_to);
  draft->in_reply_to = g_strdup ("a@b>\r\nBcc: evil@x.example");
  g_ptr_array_add (draft->to, mail_address_new ("x\r\nBcc: evil@x.example", "y@x.example"));
  text = compose (draft, MAIL_COMPOSE_SEND);
  g_assert_null (strstr (text, "\nBcc"));
}

static void
test_bcc (void)
{
  const struct
  {
    const char *before;
    const char *after;
  } cases[] = {
    { "To: a\r\nBcc: b\r\nSubject: x\r\n\r\nBcc: body\r\n",
      "To: a\r\nSubject: x\r\n\r\nBcc: body\r\n" },
    { "BCC : b,\r\n c,\r\n\td\r\nTo: a\r\n\r\n", "To: a\r\n\r\n" },
    { "To: a\nbcc: b\n\nx", "To: a\n\nx" },
    { "Resent-Bcc: b\r\nX-Restante-Bcc: c\r\nTo: a\r\n\r\n", "To: a\r\n\r\n" },
    { "Bcc-Like: b\r\n\r\n", "Bcc-Like: b\r\n\r\n" },
    { "Subject: x\rBcc: b\r\r\nTo: a", "Subject: x\r\r\nTo: a" },
    { "junk\nBcc: b\n\n", "junk\n\n" },
    { "Bcc: b", "" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize size = strlen (cases[i].before);
      g_autoptr (GBytes) before = g_bytes_new_take (g_memdup2 (cases[i].before, size), size);
      g_autoptr (GBytes) after = mail_strip_bcc (before);

      g_assert_cmpmem (g_bytes_get_data (after, NULL),
                       g_bytes_get_size (after),
                       cases[i].after,
                       strlen (cases[i].after));
      if (g_str_equal (cases[i].before, cases[i].after))
        g_assert_true (before == after);
    }
}

static void
test_recipients (void)
{
  g_autoptr (MailDraft) draft = make_draft ();
  g_autoptr (GBytes) bytes = mail_compose (draft, MAIL_COMPOSE_DRAFT, NULL);
  g_autoptr (GBytes) stripped = mail_strip_bcc (bytes);
  g_autoptr (GPtrArray) all = mail_get_recipients (bytes);
  g_autoptr (GPtrArray) open = mail_get_recipients (stripped);
  const char *text = "To: a@x.example, A@X.example, friends: b@x.example;, none:;\r\n"
                     "To: =?utf-8?q?Doe=2C_J?= <c@x.example>\r\nCc: a@x.example\r\n\r\n";
  g_autoptr (GBytes) source = g_bytes_new_static (text, strlen (text));
  g_autoptr (GPtrArray) several = mail_get_recipients (source);

  g_assert_cmpuint (all->len, ==, 3);
  g_assert_true (mail_address_list_contains (all, "secret@x.example"));
  g_assert_cmpuint (open->len, ==, 2);
  g_assert_false (mail_address_list_contains (open, "secret@x.example"));
  g_assert_cmpuint (several->len, ==, 3);
}

static void
test_crlf (void)
{
  const struct
  {
    const char *before;
    const char *after;
  } cases[] = {
    { "a\nb\n", "a\r\nb\r\n" },
    { "a\r\nb\r\n", "a\r\nb\r\n" },
    { "a\rb", "a\r\nb" },
    { "\r\r\n\n", "\r\n\r\n\r\n" },
    { "", "" },
    { "no end", "no end" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize size = strlen (cases[i].before);
      g_autoptr (GBytes) before = g_bytes_new_take (g_memdup2 (cases[i].before, size), size);
      g_autoptr (GBytes) after = mail_to_crlf (before);

      g_assert_cmpmem (g_bytes_get_data (after, NULL),
                       g_bytes_get_size (after),
                       cases[i].after,
                       strlen (cases[i].after));
    }
}

static void
test_message_ids (void)
{
  const struct
  {
    const char *from;
    const char *suffix;
  } cases[] = {
    { "ada@b.example", "@b.example" }, { "ada@bücher.example", "@xn--bcher-kva.example" },
    { "ada@localhost", "@localhost" }, { "ada@[127.0.0.1]", "@localhost" },
    { "ada", "@localhost" },           { NULL, "@localhost" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *one = mail_generate_message_id (cases[i].from);
      g_autofree char *other = mail_generate_message_id (cases[i].from);

      g_assert_true (g_str_has_suffix (one, cases[i].suffix));
      g_assert_cmpstr (one, !=, other);
    }
}

static void
test_path (void)
{
  g_autofree char *dir = g_dir_make_tmp ("restante-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "notes.txt", NULL);
  g_autoptr (MailDraft) draft = make_draft ();
  g_autoptr (MailDraft) again = NULL;
  const MailAttachment *attachment = NULL;

  g_assert_true (g_file_set_contents (path, "a\r\nb\xff", -1, NULL));
  g_ptr_array_add (draft->attachments, mail_attachment_new_for_path (path, NULL, NULL));
  again = read_back (draft);
  attachment = again->attachments->pdata[0];
  g_assert_cmpstr (attachment->name, ==, "notes.txt");
  g_assert_cmpstr (attachment->mime_type, ==, "text/plain");
  g_assert_cmpmem (g_bytes_get_data (attachment->bytes, NULL),
                   g_bytes_get_size (attachment->bytes),
                   "a\r\nb\xff",
                   5);
  g_remove (path);
  g_rmdir (dir);
}

/* The same draft, the same bytes; and a boundary that occurs nowhere in what it separates. */
static void
test_boundary (void)
{
  g_autoptr (MailDraft) draft = make_draft ();
  g_autoptr (GBytes) file = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (MailDraft) again = NULL;

  g_ptr_array_add (draft->attachments, mail_attachment_new_for_bytes (file, "x", NULL));
  first = mail_compose (draft, MAIL_COMPOSE_SEND, NULL);
  second = mail_compose (draft, MAIL_COMPOSE_SEND, NULL);
  g_assert_true (g_bytes_equal (first, second));

  g_ptr_array_add (draft->attachments,
                   mail_attachment_new_for_bytes (first, "own.eml", "message/rfc822"));
  again = read_back (draft);
  assert_same (draft, again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/compose/exact", test_exact);
  g_test_add_func ("/mail/compose/draft-round-trip", test_draft_round_trip);
  g_test_add_func ("/mail/compose/texts", test_texts);
  g_test_add_func ("/mail/compose/half-written", test_half_written);
  g_test_add_func ("/mail/compose/send-errors", test_send_errors);
  g_test_add_func ("/mail/compose/injection", test_injection);
  g_test_add_func ("/mail/compose/bcc", test_bcc);
  g_test_add_func ("/mail/compose/recipients", test_recipients);
  g_test_add_func ("/mail/compose/crlf", test_crlf);
  g_test_add_func ("/mail/compose/message-ids", test_message_ids);
  g_test_add_func ("/mail/compose/path", test_path);
  g_test_add_func ("/mail/compose/boundary", test_boundary);
  return g_test_run ();
}
