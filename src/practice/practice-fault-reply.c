/* RFC 5321 §4.2:  Reply-code = %x32-35 %x30-35 %x30-39
 * RFC 3463 §2:    status-code = class "." subject "." detail; class "2" / "4" / "5"
 * RFC 2449 §8:    resp-code = "[" resp-level *("/" resp-level) "]"
 * RFC 9051 §9:    resp-text = ["[" resp-text-code "]" SP] text
 *                 resp-text-code = atom [SP 1*<any TEXT-CHAR except "]">] */
#include "config.h"

#include "practice-fault-reply.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static const char *const smtp_commands[] = { "CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL",
                                             "RCPT",    "DATA", ".",        "RSET", "NOOP",
                                             "VRFY",    "HELP", "QUIT",     "*",    NULL };
static const char *const mx_commands[] = { "CONNECT", "EHLO", "STARTTLS", "MAIL", "RCPT",
                                           "DATA",    ".",    "RSET",     "NOOP", "VRFY",
                                           "HELP",    "QUIT", "*",        NULL };
static const char *const pop3_commands[] = { "CONNECT", "CAPA", "STLS", "AUTH", "USER", "PASS",
                                             "APOP",    "STAT", "LIST", "UIDL", "RETR", "TOP",
                                             "DELE",    "RSET", "NOOP", "QUIT", "*",    NULL };
static const char *const imap_commands[] = {
  "CONNECT",  "CAPABILITY", "STARTTLS", "AUTHENTICATE", "LOGIN",  "ENABLE", "LIST",
  "STATUS",   "SELECT",     "EXAMINE",  "FETCH",        "SEARCH", "STORE",  "COPY",
  "MOVE",     "APPEND",     "EXPUNGE",  "CREATE",       "RENAME", "DELETE", "SUBSCRIBE",
  "GETQUOTA", "NOTIFY",     "IDLE",     "NOOP",         "LOGOUT", "*",      NULL
};

const char *const *
practice_fault_commands (const char *protocol)
{
  if (strcmp (protocol, "imap") == 0)
    return imap_commands;
  if (strcmp (protocol, "pop3") == 0)
    return pop3_commands;
  return strcmp (protocol, "mx") == 0 ? mx_commands : smtp_commands;
}

static gboolean
fail (GError **error, const char *words)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, words);
  return FALSE;
}

static gboolean
is_one_of (const char *word, const char *const *words)
{
  return g_strv_contains (words, word);
}

/* SMTP */

static gboolean
check_code (const PracticeFaultReply *reply, GError **error)
{
  /* Of these nothing is expected: whoever hears that they were done was not deceived. */
  static const char *const harmless[] = { "NOOP", "VRFY", "HELP", "QUIT", NULL };
  const char *code = reply->code;

  if (strlen (code) != 3 || strspn (code, "0123456789") != 3)
    return fail (error, _ ("A reply code has three digits: 451."));
  if (code[0] == '2' && !is_one_of (reply->command, harmless))
    return fail (error,
                 _ ("2 says that it was done, and here nothing is done. Only NOOP, VRFY, HELP and "
                    "QUIT may be answered so."));
  if (code[0] != '2' && code[0] != '4' && code[0] != '5')
    return fail (error, _ ("A refusal begins with 4 (not now) or 5 (never like this)."));
  if (code[1] > '5')
    return fail (error, _ ("The second digit is 0 to 5: RFC 5321 knows no other."));
  return TRUE;
}

/* One to three digits without a zero in front of others. */
static gboolean
is_number (const char *text)
{
  gsize len = strlen (text);

  return len >= 1 && len <= 3 && strspn (text, "0123456789") == len && (text[0] != '0' || len == 1);
}

static gboolean
check_enhanced (const PracticeFaultReply *reply, GError **error)
{
  /* RFC 2034 §4 */
  static const char *const without[] = { "CONNECT", "EHLO", NULL };
  g_auto (GStrv) parts = g_strsplit (reply->detail, ".", -1);

  if (reply->detail[0] == '\0')
    return TRUE;
  if (is_one_of (reply->command, without))
    return fail (error, _ ("The greeting and EHLO are answered without an enhanced code."));
  if (g_strv_length (parts) != 3 || !is_number (parts[0]) || !is_number (parts[1]) ||
      !is_number (parts[2]))
    return fail (error, _ ("An enhanced code is three numbers with dots between: 4.7.1."));
  if (parts[0][0] != reply->code[0] || parts[0][1] != '\0')
    return fail (error,
                 _ ("An enhanced code begins with the digit that the reply code begins with."));
  return TRUE;
}

/* POP3 and IMAP */

static gboolean
check_bracketed (const PracticeFaultReply *reply, GError **error)
{
  gboolean imap = strcmp (reply->protocol, "imap") == 0;
  gsize first = strcspn (reply->detail, " ");

  for (const char *p = reply->detail; *p != '\0'; p++)
    {
      gboolean good = g_ascii_isprint (*p) && *p != ']' && *p != '[' && (imap || *p != ' ');

      if (imap && (gsize) (p - reply->detail) < first && strchr ("(){%*\"\\", *p) != NULL)
        good = FALSE;
      if (!good)
        return fail (error,
                     _ ("A response code is words without brackets: UNAVAILABLE, SYS/TEMP."));
    }
  if (reply->detail[0] == ' ' || g_str_has_suffix (reply->detail, " ") ||
      (!imap && (reply->detail[0] == '/' || g_str_has_suffix (reply->detail, "/") ||
                 strstr (reply->detail, "//") != NULL)))
    return fail (error, _ ("A response code is words without brackets: UNAVAILABLE, SYS/TEMP."));
  if (reply->text[0] == '[')
    return fail (error,
                 _ ("What stands in brackets is the response code: it has a place of its own."));
  return TRUE;
}

static gboolean
check_imap (const PracticeFaultReply *reply, GError **error)
{
  static const char *const codes[] = { "NO", "BAD", "BYE", NULL };

  if (!is_one_of (reply->code, codes))
    return fail (error, _ ("IMAP refuses with NO or BAD, and hangs up with BYE."));
  if (strcmp (reply->command, "CONNECT") == 0 && strcmp (reply->code, "BYE") != 0)
    return fail (error, _ ("In place of its greeting IMAP can only say BYE."));
  if (reply->text[0] == '\0')
    return fail (error, _ ("IMAP’s grammar asks for some text."));
  return check_bracketed (reply, error);
}

static gboolean
check_text (const char *text, GError **error)
{
  gsize len = strlen (text);

  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isprint (*p))
      return fail (error, _ ("The text is sent as ASCII: letters without accents, on one line."));
  if (strstr (text, "\\n") != NULL)
    return fail (error, _ ("The text is one line: it cannot have \\n in it."));
  return len <= PRACTICE_FAULT_MAX_TEXT ||
         fail (error, _ ("The text is too long for a line of the protocol."));
}

static gboolean
check (const PracticeFaultReply *reply, GError **error)
{
  if (!is_one_of (reply->command, practice_fault_commands (reply->protocol)))
    return fail (error, _ ("This command cannot be answered otherwise."));
  if (!check_text (reply->text, error))
    return FALSE;
  if (strcmp (reply->protocol, "imap") == 0)
    return check_imap (reply, error);
  if (strcmp (reply->protocol, "pop3") == 0)
    return check_bracketed (reply, error);
  return check_code (reply, error) && check_enhanced (reply, error);
}

static char *
join (const char *const *words)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", words[i]);
  return g_string_free (line, FALSE);
}

/* As the fault has it, which knows that BYE is said to nobody's command. */
static char *
said (const PracticeFaultReply *reply)
{
  gboolean numbered =
      strcmp (reply->protocol, "pop3") != 0 && strcmp (reply->protocol, "imap") != 0;
  g_autofree char *detail = numbered || reply->detail[0] == '\0'
                                ? g_strdup (reply->detail)
                                : g_strdup_printf ("[%s]", reply->detail);
  const char *const words[] = {
    strcmp (reply->protocol, "pop3") == 0 ? "-ERR" : reply->code, detail, reply->text, NULL
  };

  return join (words);
}

char *
practice_fault_reply_line (const PracticeFaultReply *reply, GError **error)
{
  g_autofree char *line = NULL;

  if (!check (reply, error))
    return NULL;
  line = said (reply);
  return strcmp (reply->code, "BYE") == 0 ? g_strconcat ("* ", line, NULL)
                                          : g_steal_pointer (&line);
}

char *
practice_fault_reply_text (const PracticeFaultReply *reply, GError **error)
{
  g_autofree char *line = NULL;

  if (!check (reply, error))
    return NULL;
  line = said (reply);
  return g_strdup_printf ("%s%sreply=%s:%s:%s",
                          reply->when,
                          reply->when[0] != '\0' ? "," : "",
                          reply->protocol,
                          reply->command,
                          line);
}
