/* RFC 5256 §2.1 strips subjects of what programs put before and after them; what it knows in
 * English is known here in the languages that programs write it in. */
#include "config.h"

#include "mail-thread.h"
#include "mail-line.h"

#include <string.h>

/* Case folded. Forward marks are told apart, because they name another letter's subject. */
static const struct
{
  const char *word;
  gboolean forward;
} prefixes[] = {
  { "re", FALSE },    { "ré", FALSE },   { "réf", FALSE },
  { "ref", FALSE },   { "aw", FALSE }, /* German: Antwort */
  { "antw", FALSE },                   /* Dutch */
  { "sv", FALSE },                     /* Swedish, Danish, Norwegian: svar */
  { "vs", FALSE },                     /* Finnish: vastaus */
  { "rif", FALSE },                    /* Italian: riferimento */
  { "r", FALSE },                      /* Italian, Outlook */
  { "res", FALSE },                    /* Portuguese: resposta */
  { "odp", FALSE },                    /* Polish: odpowiedź */
  { "ynt", FALSE },                    /* Turkish: yanıt */
  { "回复", FALSE },  { "答复", FALSE }, { "回覆", FALSE },
  { "fwd", TRUE },    { "fw", TRUE },    { "tr", TRUE }, /* French: transmis, transféré */
  { "wg", TRUE },                                        /* German: weitergeleitet */
  { "doorst", TRUE },                                    /* Dutch */
  { "vl", TRUE },                                        /* Finnish: välitetty */
  { "vb", TRUE },                                        /* Swedish: vidarebefordrat */
  { "enc", TRUE },                                       /* Portuguese: encaminhado */
  { "rv", TRUE },                                        /* Spanish: reenviado */
  { "i", TRUE },                                         /* Italian: inoltro */
  { "pd", TRUE },                                        /* Polish: podaj dalej */
  { "转发", TRUE },   { "轉寄", TRUE },
};

/* Past "[2]", "(2)" or "^2" after a prefix word, as some programs count replies. */
static const char *
skip_counter (const char *at)
{
  const char *digits = at;

  if (*at == '[' || *at == '(' || *at == '^')
    digits++;
  else
    return at;
  if (!g_ascii_isdigit (*digits))
    return at;
  while (g_ascii_isdigit (*digits))
    digits++;
  if (*at == '^')
    return digits;
  return *digits == (*at == '[' ? ']' : ')') ? digits + 1 : at;
}

/* One prefix at @at with its colon (ASCII or full-width, French puts a space before it). Returns
 * what follows, or NULL. */
const char *
mail_subject_skip_prefix (const char *at, gboolean *forward)
{
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      gsize length = strlen (prefixes[i].word);
      g_autofree char *start = NULL;
      g_autofree char *folded = NULL;
      const char *end = at + length;

      if (strnlen (at, length) < length)
        continue;
      if (g_ascii_strncasecmp (at, prefixes[i].word, length) != 0)
        {
          /* Only É differs in case beyond ASCII, and its two forms take the same bytes. */
          if (!g_utf8_validate (at, length, NULL) || (guchar) prefixes[i].word[1] < 0x80)
            continue;
          start = g_strndup (at, length);
          folded = g_utf8_casefold (start, -1);
          if (!g_str_equal (folded, prefixes[i].word))
            continue;
        }
      end = skip_counter (end);
      while (*end == ' ' || g_str_has_prefix (end, "\xc2\xa0") ||
             g_str_has_prefix (end, "\xe2\x80\xaf"))
        end += *end == ' ' ? 1 : (guchar) *end == 0xc2 ? 2 : 3;
      if (*end == ':')
        end++;
      else if (g_str_has_prefix (end, "：")) /* full-width colon */
        end += strlen ("：");
      else
        continue;
      *forward = prefixes[i].forward;
      return end;
    }
  return NULL;
}

const char *
mail_subject_skip_prefixes (const char *subject, gboolean *replies, gboolean *forwards)
{
  const char *at = subject;

  if (replies != NULL)
    *replies = FALSE;
  if (forwards != NULL)
    *forwards = FALSE;
  for (;;)
    {
      const char *next = NULL;
      gboolean forward = FALSE;

      while (*at == ' ' || *at == '\t')
        at++;
      next = mail_subject_skip_prefix (at, &forward);
      if (next == NULL)
        return at;
      if (forward && forwards != NULL)
        *forwards = TRUE;
      if (!forward && replies != NULL)
        *replies = TRUE;
      at = next;
    }
}

/* subj-blob = "[" *BLOBCHAR "]": a list's name; kept when nothing would be left. */
static const char *
skip_blob (const char *at)
{
  const char *end = NULL;

  if (*at != '[')
    return at;
  end = at + 1 + strcspn (at + 1, "[]");
  if (*end != ']')
    return at;
  end++;
  end += strspn (end, " ");
  return *end != '\0' ? end : at;
}

char *
mail_thread_base_subject (const char *subject, gboolean *is_reply)
{
  g_autofree char *valid = g_utf8_make_valid (subject != NULL ? subject : "", -1);
  g_autofree char *line = mail_clean_line (valid);
  const char *at = line;
  gsize length = 0;
  gboolean stripped = FALSE;

  for (;;)
    {
      const char *before = at;
      gboolean replies = FALSE;
      gboolean forwards = FALSE;

      length = strlen (at);
      if (length >= 5 && g_ascii_strcasecmp (at + length - 5, "(fwd)") == 0)
        {
          *((char *) at + length - 5) = '\0';
          g_strchomp ((char *) at);
          stripped = TRUE;
          continue;
        }
      at = mail_subject_skip_prefixes (at, &replies, &forwards);
      stripped |= replies || forwards;
      at = skip_blob (at);
      if (at == before)
        break;
    }
  if (is_reply != NULL)
    *is_reply = stripped;
  return g_utf8_casefold (at, -1);
}

char *
mail_thread_key (const char *message_id, const char *in_reply_to, const char *const *references)
{
  if (references != NULL && references[0] != NULL)
    return g_strdup (references[0]);
  return g_strdup (in_reply_to != NULL ? in_reply_to : message_id);
}
