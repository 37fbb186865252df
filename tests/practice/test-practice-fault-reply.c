/* Any reply anywhere: what grammar allows is said as it was put together, and what it forbids is
 * refused with words. */
#include "config.h"

#include "practice-fault-reply.h"
#include "practice-fault.h"

static const struct
{
  PracticeFaultReply reply;
  const char *line; /* NULL: refused */
} table[] = {
  { { "smtp", "RCPT", "", "451", "4.7.1", "Later" }, "451 4.7.1 Later" },
  { { "smtp", "RCPT", "", "550", "", "" }, "550" },
  { { "smtp", "RCPT", "", "550", "5.1.1", "" }, "550 5.1.1" },
  { { "mx", ".", "1x", "552", "5.3.4", "Too large" }, "552 5.3.4 Too large" },
  { { "smtp", "CONNECT", "", "421", "", "Later" }, "421 Later" },
  { { "smtp", "VRFY", "", "252", "2.5.2", "Perhaps" }, "252 2.5.2 Perhaps" },
  { { "smtp", "RCPT", "", "250", "", "Fine" }, NULL },     /* a lie */
  { { "smtp", "DATA", "", "354", "", "Go on" }, NULL },    /* no end of an exchange */
  { { "smtp", "RCPT", "", "199", "", "" }, NULL },         /* RFC 5321 §4.2.1 */
  { { "smtp", "RCPT", "", "560", "", "" }, NULL },         /* second digit */
  { { "smtp", "RCPT", "", "45", "", "" }, NULL },          /* two digits */
  { { "smtp", "RCPT", "", "4511", "", "" }, NULL },        /* four */
  { { "smtp", "RCPT", "", "451", "5.7.1", "" }, NULL },    /* RFC 2034 §4: the same class */
  { { "smtp", "RCPT", "", "451", "4.7", "" }, NULL },      /* RFC 3463 §2: three numbers */
  { { "smtp", "RCPT", "", "451", "4.07.1", "" }, NULL },   /* no zero in front */
  { { "smtp", "RCPT", "", "451", "4.1234.1", "" }, NULL }, /* three digits */
  { { "smtp", "EHLO", "", "550", "5.7.1", "" }, NULL },    /* RFC 2034 §4 */
  { { "smtp", "RCPT", "", "451", "", "caf\303\251" }, NULL },
  { { "smtp", "RCPT", "", "451", "", "two\r\n250 lines" }, NULL },
  { { "smtp", "RCPT", "", "451", "", "two\\n250 lines" }, NULL },
  { { "smtp", "FETCH", "", "451", "", "Later" }, NULL }, /* another protocol's */
  { { "mx", "AUTH", "", "535", "", "No" }, NULL },       /* hosts do not sign in */
  { { "pop3", "RETR", "", "", "SYS/TEMP", "Later" }, "-ERR [SYS/TEMP] Later" },
  { { "pop3", "QUIT", "", "", "", "" }, "-ERR" },
  { { "pop3", "RETR", "", "", "SYS//TEMP", "Later" }, NULL },
  { { "pop3", "RETR", "", "", "SYS TEMP", "Later" }, NULL },
  { { "pop3", "RETR", "", "", "", "[SYS/TEMP] Later" }, NULL },
  { { "imap", "FETCH", "#2", "NO", "UNAVAILABLE", "Later" }, "NO [UNAVAILABLE] Later" },
  { { "imap", "SELECT", "", "BAD", "", "What" }, "BAD What" },
  { { "imap", "NOOP", "", "BYE", "", "Later" }, "* BYE Later" },
  { { "imap", "CONNECT", "", "BYE", "UNAVAILABLE", "Later" }, "* BYE [UNAVAILABLE] Later" },
  { { "imap", "APPEND", "", "NO", "BADCHARSET (UTF-8)", "Later" },
    "NO [BADCHARSET (UTF-8)] Later" },
  { { "imap", "CONNECT", "", "NO", "", "Later" }, NULL },
  { { "imap", "FETCH", "", "OK", "", "Done" }, NULL },
  { { "imap", "FETCH", "", "NO", "", "" }, NULL }, /* RFC 9051: text = 1*TEXT-CHAR */
  { { "imap", "FETCH", "", "NO", "A]B", "Later" }, NULL },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *line = practice_fault_reply_line (&table[i].reply, &error);

      g_assert_cmpstr (line, ==, table[i].line);
      if (line == NULL)
        g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      else
        g_assert_no_error (error);
    }
}

/* Every command of every protocol can be answered so, and the office takes what comes out. */
static void
test_anywhere (void)
{
  static const PracticeFaultReply samples[] = { { "smtp", "", "3x", "421", "", "Later" },
                                                { "mx", "", "", "500", "", "What" },
                                                { "pop3", "", "30%", "", "", "Later" },
                                                { "imap", "", "", "BYE", "", "Later" } };
  g_autoptr (PracticeFaults) faults = practice_faults_new (1);

  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      const char *const *commands = practice_fault_commands (samples[i].protocol);

      for (guint j = 0; commands[j] != NULL; j++)
        {
          PracticeFaultReply reply = samples[i];
          g_autofree char *fault = NULL;
          g_autoptr (GError) error = NULL;

          reply.command = commands[j];
          fault = practice_fault_reply_text (&reply, &error);
          g_assert_no_error (error);
          g_assert_true (practice_faults_add (faults, fault, &error));
          g_assert_no_error (error);
        }
    }
}

/* What is on is known, and goes alone: what others have counted stays. */
static void
test_taken_back (void)
{
  g_autoptr (PracticeFaults) faults = practice_faults_new (1);
  g_auto (GStrv) on = NULL;
  g_autofree char *said = NULL;
  gboolean lose = FALSE;

  g_assert_true (practice_faults_add (faults, "1x,reply=smtp:RCPT:451 Later", NULL));
  g_assert_true (practice_faults_add (faults, "reply=smtp:MAIL:451 Later", NULL));
  said = practice_faults_reply (faults, "smtp", "RCPT", &lose);
  g_assert_cmpstr (said, ==, "451 Later");
  g_assert_true (practice_faults_remove (faults, "reply=smtp:MAIL:451 Later"));
  g_assert_false (practice_faults_remove (faults, "reply=smtp:MAIL:451 Later"));
  on = practice_faults_list (faults);
  g_assert_cmpuint (g_strv_length (on), ==, 1);
  g_assert_cmpstr (on[0], ==, "1x,reply=smtp:RCPT:451 Later");
  g_assert_null (practice_faults_reply (faults, "smtp", "MAIL", &lose));
  g_assert_null (practice_faults_reply (faults, "smtp", "RCPT", &lose));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/practice/fault-reply/table", test_table);
  g_test_add_func ("/practice/fault-reply/anywhere", test_anywhere);
  g_test_add_func ("/practice/fault-reply/taken-back", test_taken_back);
  return g_test_run ();
}
