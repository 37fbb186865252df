/* subject       = *subj-leader [subj-middle] *subj-trailer
 * subj-refwd    = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
 * subj-blob     = "[" *BLOBCHAR "]" *WSP          BLOBCHAR: anything but brackets
 * subj-fwd      = "[fwd:" subject "]"
 * subj-leader   = (*subj-blob subj-refwd) / WSP
 * subj-trailer  = "(fwd)" / WSP */
#include "config.h"

#include "practice-subject.h"

#include <string.h>

static const char *
skip_white (const char *p)
{
  return p + strspn (p, " \t");
}

/* Behind a subj-blob; %NULL: there is none. */
static const char *
skip_blob (const char *p)
{
  const char *end;

  if (*p != '[')
    return NULL;
  end = p + 1 + strcspn (p + 1, "[]");
  return *end == ']' ? skip_white (end + 1) : NULL;
}

static const char *
skip_refwd (const char *p)
{
  const char *blob;

  if (g_ascii_strncasecmp (p, "re", 2) == 0)
    p += 2;
  else if (g_ascii_strncasecmp (p, "fwd", 3) == 0)
    p += 3;
  else if (g_ascii_strncasecmp (p, "fw", 2) == 0)
    p += 2;
  else
    return NULL;
  p = skip_white (p);
  blob = skip_blob (p);
  if (blob != NULL)
    p = blob;
  return *p == ':' ? p + 1 : NULL;
}

/* Step 3: behind one subj-leader; %NULL: there is none. */
static const char *
skip_leader (const char *p, gboolean *answers)
{
  const char *at = p;
  const char *next;

  if (*p == ' ' || *p == '\t')
    return p + 1;
  while ((next = skip_blob (at)) != NULL)
    at = next;
  at = skip_refwd (at);
  if (at != NULL)
    *answers = TRUE;
  return at;
}

/* Step 2. */
static void
cut_trailers (GString *text, gboolean *answers)
{
  while (text->len > 0)
    {
      if (strchr (" \t", text->str[text->len - 1]) != NULL)
        g_string_truncate (text, text->len - 1);
      else if (text->len >= 5 && g_ascii_strcasecmp (text->str + text->len - 5, "(fwd)") == 0)
        {
          g_string_truncate (text, text->len - 5);
          *answers = TRUE;
        }
      else
        return;
    }
}

/* Steps 3 to 5. */
static void
cut_leaders (GString *text, gboolean *answers)
{
  const char *p = text->str;

  for (;;)
    {
      const char *next = skip_leader (p, answers);

      if (next == NULL)
        {
          next = skip_blob (p);
          if (next == NULL || *next == '\0')
            break;
        }
      p = next;
    }
  g_string_erase (text, 0, p - text->str);
}

/* Step 1: white space counts once. */
static GString *
squeeze (const char *subject)
{
  GString *text = g_string_new (NULL);

  for (; *subject != '\0'; subject++)
    {
      gboolean white = strchr (" \t\r\n", *subject) != NULL;

      if (!white)
        g_string_append_c (text, *subject);
      else if (text->len == 0 || text->str[text->len - 1] != ' ')
        g_string_append_c (text, ' ');
    }
  return text;
}

char *
practice_subject_base (const char *subject, gboolean *answers)
{
  GString *text = squeeze (subject);
  gboolean marked = FALSE;

  for (;;)
    {
      cut_trailers (text, &marked);
      cut_leaders (text, &marked);
      /* Step 6. */
      if (text->len < 6 || g_ascii_strncasecmp (text->str, "[fwd:", 5) != 0 ||
          text->str[text->len - 1] != ']')
        break;
      marked = TRUE;
      g_string_truncate (text, text->len - 1);
      g_string_erase (text, 0, 5);
    }
  if (answers != NULL)
    *answers = marked;
  return g_string_free (text, FALSE);
}
