/* Letters for servers that take seven bits only: what has to be encoded is, and nothing else. */
#include "config.h"

#include "mail-error.h"
#include "mail-init.h"
#include "mail-seven.h"

#include <string.h>

#define HEAD "From: a@x.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=\"b 1\"\r\n"
#define FORWARDED "Content-Type: message/rfc822\r\n\r\nFrom: b@x.example\r\n"

/* @after NULL: a signature would break. */
static const struct
{
  const char *what, *before, *after;
} cases[] = {
  { "seven bits stay as they are",
    HEAD "Content-Transfer-Encoding: 8bit\r\n\r\nhello = \r\n.\r\n",
    HEAD "Content-Transfer-Encoding: 8bit\r\n\r\nhello = \r\n.\r\n" },
  { "text",
    HEAD
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nX: y\r\n\r\n"
    "voil\303\240 = \r\n.\r\nlast",
    HEAD
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nX: "
    "y\r\n\r\nvoil=C3=A0 =3D=20\r\n=2E\r\nlast" },
  { "text without a word about it",
    HEAD "\r\nna\357ve\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n" HEAD "\r\nna=EFve\r\n" },
  { "bytes",
    HEAD
    "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n\377\376",
    HEAD
    "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n//4=\r\n" },
  { "one part of two, and the multipart's own word",
    MIXED
    "Content-Transfer-Encoding: 8bit\r\n\r\npre\r\n--b 1\r\nContent-Transfer-Encoding: "
    "8bit\r\n\r\n\303\251t\303\251\r\n--b 1\r\nX-Kept: exactly\r\n\r\n--b 1 not a line of it  "
    "\r\n--b 1--  \r\nend\r\n",
    MIXED
    "Content-Transfer-Encoding: 7bit\r\n\r\npre\r\n--b 1\r\nContent-Transfer-Encoding: "
    "quoted-printable\r\n\r\n=C3=A9t=C3=A9\r\n--b 1\r\nX-Kept: exactly\r\n\r\n--b 1 not a line of "
    "it  \r\n--b 1--  \r\nend\r\n" },
  { "a part without a header",
    MIXED "\r\n--b 1\r\n\r\n\303\251\r\n--b 1--\r\n",
    "Content-Transfer-Encoding: 7bit\r\n" MIXED
    "\r\n--b 1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9\r\n--b 1--\r\n" },
  { "signed, and of seven bits already, beside one that is not",
    MIXED "\r\n--b 1\r\nContent-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n\r\nx  "
          "\r\n--s--\r\n--b 1\r\n\r\n\303\251\r\n--b 1--\r\n",
    "Content-Transfer-Encoding: 7bit\r\n" MIXED
    "\r\n--b 1\r\nContent-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n\r\nx  \r\n--s--\r\n--b "
    "1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A9\r\n--b 1--\r\n" },
  { "signed, with eight",
    HEAD "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n\r\n\303\251\r\n--s--\r\n",
    NULL },
  { "a forwarded letter",
    HEAD FORWARDED "\r\n\303\251\r\n",
    "Content-Transfer-Encoding: 7bit\r\n" HEAD
    "Content-Type: message/rfc822\r\n\r\nContent-Transfer-Encoding: quoted-printable\r\nFrom: "
    "b@x.example\r\n\r\n=C3=A9\r\n" },
  { "a forwarded letter that its domain signed",
    HEAD FORWARDED "DKIM-Signature: v=1; d=x.example\r\n\r\n\303\251\r\n",
    NULL },
  { "bytes where they should not be",
    HEAD "Content-Transfer-Encoding: Quoted-Printable\r\n\r\na=3D\351\r\n",
    HEAD "Content-Transfer-Encoding: Quoted-Printable\r\n\r\na=3D=E9\r\n" },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* In exactly sized memory, without a NUL behind it. */
      g_autoptr (GBytes) before = g_bytes_new (cases[i].before, strlen (cases[i].before));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) after = mail_seven_bit (before, &error);
      g_autofree char *text = NULL;

      g_test_message ("%s", cases[i].what);
      if (!cases[i].after)
        {
          g_assert_error (error, MAIL_ERROR, MAIL_ERROR_SIGNED);
          continue;
        }
      g_assert_no_error (error);
      text = g_strndup (g_bytes_get_data (after, NULL), g_bytes_get_size (after));
      g_assert_cmpstr (text, ==, cases[i].after);
    }
}

/* Whatever comes: what came out stays as it is the next time. */
static void
test_anything (void)
{
  static const char *const pieces[] = { "Content-Type: multipart/mixed; boundary=b\r\n",
                                        "\r\n",
                                        "--b\r\n",
                                        "--b--\r\n",
                                        "\303\251\r\n",
                                        "Content-Type: message/rfc822\n",
                                        "x",
                                        "\n" };
  g_autoptr (GRand) dice = g_rand_new_with_seed (4);

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) letter = g_string_new ("Subject: s\r\n");
      g_autoptr (GBytes) before = NULL;
      g_autoptr (GBytes) after = NULL;
      g_autoptr (GBytes) again = NULL;

      for (gint n = g_rand_int_range (dice, 0, 12); n > 0; n--)
        g_string_append (letter, pieces[g_rand_int_range (dice, 0, G_N_ELEMENTS (pieces))]);
      if (!memmem (letter->str, letter->len, "\r\n\r\n", 4))
        continue;
      before = g_bytes_new (letter->str, letter->len);
      after = mail_seven_bit (before, NULL);
      again = mail_seven_bit (after, NULL);
      g_assert_true (g_bytes_equal (after, again));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/seven/cases", test_cases);
  g_test_add_func ("/mail/seven/anything", test_anything);
  return g_test_run ();
}
