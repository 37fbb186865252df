/* Flags as bits and keywords. */
#include "config.h"

#include "imap-flags.h"

#include <string.h>

static const struct
{
  const char *name;
  ImapFlag bit;
} system_flags[] = {
  { "\\Seen", IMAP_FLAG_SEEN },       { "\\Answered", IMAP_FLAG_ANSWERED },
  { "\\Flagged", IMAP_FLAG_FLAGGED }, { "\\Deleted", IMAP_FLAG_DELETED },
  { "\\Draft", IMAP_FLAG_DRAFT },     { "\\Recent", IMAP_FLAG_RECENT },
  { "\\*", IMAP_FLAG_WILDCARD },
};

void
imap_flags_clear (ImapFlags *flags)
{
  g_clear_pointer (&flags->keywords, g_strfreev);
  flags->bits = 0;
}

void
imap_flags_copy (ImapFlags *to, const ImapFlags *from)
{
  to->bits = from->bits;
  to->keywords = g_strdupv (from->keywords);
}

static gboolean
is_word (const char *word, const char *name, gsize len)
{
  return strlen (word) == len && g_ascii_strncasecmp (word, name, len) == 0;
}

void
imap_flags_add (ImapFlags *flags, const char *name, gsize len)
{
  guint count;

  for (guint i = 0; len > 0 && name[0] == '\\' && i < G_N_ELEMENTS (system_flags); i++)
    if (is_word (system_flags[i].name, name, len))
      {
        flags->bits |= system_flags[i].bit;
        return;
      }
  count = flags->keywords != NULL ? g_strv_length (flags->keywords) : 0;
  flags->keywords = g_renew (char *, flags->keywords, count + 2);
  flags->keywords[count] = g_strndup (name, len);
  flags->keywords[count + 1] = NULL;
}

gboolean
imap_flags_has_keyword (const ImapFlags *flags, const char *keyword)
{
  for (char **k = flags->keywords; k != NULL && *k != NULL; k++)
    if (g_ascii_strcasecmp (*k, keyword) == 0)
      return TRUE;
  return FALSE;
}

void
imap_flags_write (const ImapFlags *flags, GString *out)
{
  const char *space = "";

  g_string_append_c (out, '(');
  for (guint i = 0; i < G_N_ELEMENTS (system_flags); i++)
    if ((flags->bits & system_flags[i].bit) != 0)
      {
        g_string_append (out, space);
        g_string_append (out, system_flags[i].name);
        space = " ";
      }
  for (char **k = flags->keywords; k != NULL && *k != NULL; k++)
    {
      g_string_append (out, space);
      g_string_append (out, *k);
      space = " ";
    }
  g_string_append_c (out, ')');
}
