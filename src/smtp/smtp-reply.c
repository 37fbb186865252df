/* The grammar of SMTP replies, both ways. */
#include "config.h"

#include "smtp-reply.h"

#include <string.h>

/* Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
 * (RFC 5321 §4.2). */
gboolean
smtp_reply_line_parse (const guint8 *line, gsize len, SmtpReplyLine *parsed)
{
  if (len < 3 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) ||
      !g_ascii_isdigit (line[2]))
    return FALSE;
  if (len > 3 && line[3] != '-' && line[3] != ' ')
    return FALSE;
  parsed->code =
      (guint) (line[0] - '0') * 100 + (guint) (line[1] - '0') * 10 + (guint) (line[2] - '0');
  parsed->last = len == 3 || line[3] == ' ';
  parsed->text = MIN (len, 4);
  return parsed->code >= 200 && parsed->code <= 599;
}

/* status-code = class "." subject "." detail, each of subject and detail of 1 to 3 digits
 * (RFC 3463 §2). */
gsize
smtp_enhanced_parse (const char *text, gsize len, guint code, guint status[3])
{
  gsize at = 0;

  for (guint part = 0; part < 3; part++)
    {
      gsize start = at;

      status[part] = 0;
      while (at < len && at - start < 3 && g_ascii_isdigit (text[at]))
        status[part] = status[part] * 10 + (guint) (text[at++] - '0');
      if (at == start || (part < 2 && (at == len || text[at++] != '.')))
        return 0;
    }
  if (status[0] != code / 100 || text[1] != '.' || status[0] == 3)
    return 0;
  if (at == len)
    return at;
  return text[at] == ' ' ? at + 1 : 0;
}

void
smtp_reply_clear (SmtpReply *reply)
{
  g_clear_pointer (&reply->lines, g_strfreev);
}

void
smtp_reply_copy (const SmtpReply *from, SmtpReply *to)
{
  *to = *from;
  to->lines = g_strdupv (from->lines);
}

void
smtp_reply_write (const SmtpReply *reply, GString *out)
{
  for (guint i = 0; reply->lines[i] != NULL; i++)
    {
      gboolean last = reply->lines[i + 1] == NULL;

      g_string_append_printf (out, "%u%c", reply->code, last ? ' ' : '-');
      if (reply->status_class != 0)
        g_string_append_printf (
            out, "%u.%u.%u ", reply->status_class, reply->status_subject, reply->status_detail);
      g_string_append_printf (out, "%s\r\n", reply->lines[i]);
    }
}

BaseOutcome
smtp_reply_outcome (const SmtpReply *reply)
{
  switch (reply->code / 100)
    {
    case 2:
      return BASE_OUTCOME_OK;
    case 3:
      return BASE_OUTCOME_CONTINUE;
    case 4:
      return BASE_OUTCOME_TEMPORARY;
    default:
      return reply->code == 0 || (reply->code >= 500 && reply->code <= 504) ? BASE_OUTCOME_BAD
                                                                            : BASE_OUTCOME_REFUSED;
    }
}

char *
smtp_reply_dup_text (const SmtpReply *reply)
{
  return reply->lines != NULL ? g_strjoinv (" ", reply->lines) : g_strdup ("");
}
