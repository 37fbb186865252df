/* Nothing is repaired: a value with an escape, an unknown function or an unknown character is left
 * out whole, since what cannot be read for sure could be read otherwise by the browser.
 *
 * CSS Syntax 3 §5: a sheet is rules and at-rules; a rule is a selector and a block of declarations.
 */
#include "config.h"

#include "mail-css.h"

#include <string.h>

#define MAX_DEPTH 3
#define MAX_VALUE 2000
#define MAX_SELECTOR 1000

static const char *const properties[] = {
  "background",
  "background-clip",
  "background-color",
  "background-image",
  "background-position",
  "background-repeat",
  "background-size",
  "border",
  "border-bottom",
  "border-bottom-color",
  "border-bottom-left-radius",
  "border-bottom-right-radius",
  "border-bottom-style",
  "border-bottom-width",
  "border-collapse",
  "border-color",
  "border-left",
  "border-left-color",
  "border-left-style",
  "border-left-width",
  "border-radius",
  "border-right",
  "border-right-color",
  "border-right-style",
  "border-right-width",
  "border-spacing",
  "border-style",
  "border-top",
  "border-top-color",
  "border-top-left-radius",
  "border-top-right-radius",
  "border-top-style",
  "border-top-width",
  "border-width",
  "box-sizing",
  "caption-side",
  "clear",
  "color",
  "color-scheme",
  "direction",
  "display",
  "empty-cells",
  "float",
  "font",
  "font-family",
  "font-size",
  "font-style",
  "font-variant",
  "font-weight",
  "height",
  "letter-spacing",
  "line-height",
  "list-style",
  "list-style-position",
  "list-style-type",
  "margin",
  "margin-bottom",
  "margin-left",
  "margin-right",
  "margin-top",
  "max-height",
  "max-width",
  "min-height",
  "min-width",
  "opacity",
  "overflow",
  "overflow-wrap",
  "padding",
  "padding-bottom",
  "padding-left",
  "padding-right",
  "padding-top",
  "table-layout",
  "text-align",
  "text-decoration",
  "text-decoration-color",
  "text-indent",
  "text-overflow",
  "text-transform",
  "unicode-bidi",
  "vertical-align",
  "visibility",
  "white-space",
  "width",
  "word-break",
  "word-spacing",
  "word-wrap",
};

static const char *const functions[] = { "rgb", "rgba", "hsl", "hsla", "calc" };

/* Comments become a space; one that is never closed takes the rest with it. */
static char *
strip_comments (const char *css, gsize length)
{
  GString *out = g_string_sized_new (length);
  gsize at = 0;

  while (at < length)
    {
      if (css[at] == '/' && at + 1 < length && css[at + 1] == '*')
        {
          const char *end = memmem (css + at + 2, length - at - 2, "*/", 2);

          if (end == NULL)
            break;
          g_string_append_c (out, ' ');
          at = end + 2 - css;
        }
      else
        {
          g_string_append_c (out, css[at] != '\0' ? css[at] : ' ');
          at++;
        }
    }
  return g_string_free (out, FALSE);
}

static gboolean
is_in (const char *word, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (word, list[i]))
      return TRUE;
  return FALSE;
}

/* Past the string that starts at @at; CSS ends one at a line break too. NULL when it is not closed
 * by its quote. */
static const char *
skip_string (const char *at, const char *end)
{
  char quote = *at++;

  while (at < end && *at != quote && *at != '\n' && *at != '\r' && *at != '\f')
    at++;
  return at < end && *at == quote ? at + 1 : NULL;
}

/* The next of @stops outside of strings and parentheses, or @end. */
static const char *
find_stop (const char *at, const char *end, const char *stops)
{
  guint depth = 0;

  while (at < end)
    {
      if (*at == '"' || *at == '\'')
        {
          const char *next = skip_string (at, end);

          at = next != NULL ? next : at + 1;
          continue;
        }
      if (depth == 0 && strchr (stops, *at) != NULL)
        return at;
      if (*at == '(')
        depth++;
      else if (*at == ')' && depth > 0)
        depth--;
      at++;
    }
  return end;
}

static gboolean
is_remote (const char *url)
{
  return g_ascii_strncasecmp (url, "http:", 5) == 0 ||
         g_ascii_strncasecmp (url, "https:", 6) == 0 || g_ascii_strncasecmp (url, "ftp:", 4) == 0 ||
         g_str_has_prefix (url, "//");
}

static gboolean
is_plain_url (const char *url)
{
  for (const char *c = url; *c != '\0'; c++)
    if ((guchar) *c <= 0x20 || (guchar) *c >= 0x7f || strchr ("\"'()<>\\;{}", *c) != NULL)
      return FALSE;
  return TRUE;
}

/* url(…): counted, and written again only for pictures that were asked for. Returns what follows
 * its parenthesis, or NULL when it cannot be read. */
static const char *
filter_url (MailCssFilter *filter, GString *out, const char *at, const char *end, const char *name)
{
  const char *close = memchr (at, ')', end - at);
  g_autofree char *url = NULL;
  gsize length = 0;

  if (close == NULL)
    return NULL;
  url = g_strstrip (g_strndup (at, close - at));
  length = strlen (url);
  if (length >= 2 && (*url == '"' || *url == '\'') && url[length - 1] == *url)
    {
      memmove (url, url + 1, length - 2);
      url[length - 2] = '\0';
      g_strstrip (url);
    }
  if (!is_remote (url))
    return close + 1;
  if (filter->allow_remote && g_str_has_prefix (name, "background") && is_plain_url (url) &&
      g_ascii_strncasecmp (url, "http", 4) == 0)
    {
      g_string_append_printf (out, "url(\"%s\")", url);
      filter->remote_kept++;
    }
  else
    filter->remote_images++;
  return close + 1;
}

static void
append_space (GString *out)
{
  if (out->len > 0 && out->str[out->len - 1] != ' ' && out->str[out->len - 1] != '(')
    g_string_append_c (out, ' ');
}

/* One word of a value, which may open a function. NULL when it is not allowed. */
static const char *
filter_word (MailCssFilter *filter, GString *out, const char *at, const char *end, const char *name)
{
  const char *start = at;
  g_autofree char *word = NULL;

  while (at < end && (g_ascii_isalnum (*at) || *at == '-' || *at == '_' || (guchar) *at >= 0x80))
    at++;
  word = g_ascii_strdown (start, at - start);
  if (at < end && *at == '(')
    {
      if (g_str_equal (word, "url"))
        return filter_url (filter, out, at + 1, end, name);
      if (g_str_equal (word, "expression"))
        filter->active++;
      if (!is_in (word, functions, G_N_ELEMENTS (functions)))
        return NULL;
    }
  g_string_append_len (out, start, at - start);
  return at;
}

/* A value rebuilt token by token, or NULL. */
static char *
filter_value (MailCssFilter *filter, const char *at, const char *end, const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gint depth = 0;

  if (end - at > MAX_VALUE)
    return NULL;
  while (at != NULL && at < end)
    {
      if (g_ascii_isspace (*at))
        {
          append_space (out);
          at++;
        }
      else if (*at == '"' || *at == '\'')
        {
          const char *next = skip_string (at, end);

          if (next == NULL || memchr (at, '<', next - at) != NULL ||
              memchr (at, '\\', next - at) != NULL)
            return NULL;
          g_string_append_len (out, at, next - at);
          at = next;
        }
      else if (g_ascii_isalnum (*at) || *at == '-' || *at == '_' || (guchar) *at >= 0x80)
        at = filter_word (filter, out, at, end, name);
      else if (*at == '(' || *at == ')')
        {
          depth += *at == '(' ? 1 : -1;
          if (depth < 0)
            return NULL;
          g_string_append_c (out, *at++);
        }
      else if (strchr ("#%.,+!/*", *at) != NULL)
        g_string_append_c (out, *at++);
      else
        return NULL;
    }
  if (at == NULL || depth != 0)
    return NULL;
  g_strchomp (out->str);
  if (*out->str == '\0')
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
filter_declaration (MailCssFilter *filter, GString *out, const char *at, const char *end)
{
  const char *colon = memchr (at, ':', end - at);
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  const char *start = NULL;

  if (colon == NULL)
    return;
  name = g_strstrip (g_ascii_strdown (at, colon - at));
  for (start = colon + 1; start < end && g_ascii_isspace (*start);)
    start++;
  if (g_str_equal (name, "behavior") || g_str_equal (name, "-moz-binding"))
    filter->active++;
  /* The value is read even of what is left out: what it would have loaded is counted. */
  value = filter_value (filter, start, end, name);
  if (value == NULL || !is_in (name, properties, G_N_ELEMENTS (properties)))
    return;
  g_string_append_printf (out, "%s%s:%s", out->len > 0 ? ";" : "", name, value);
}

static char *
filter_block (MailCssFilter *filter, const char *at, const char *end)
{
  GString *out = g_string_new (NULL);

  while (at < end)
    {
      const char *stop = find_stop (at, end, ";");

      filter_declaration (filter, out, at, stop);
      at = stop < end ? stop + 1 : end;
    }
  return g_string_free (out, FALSE);
}

char *
mail_css_declarations (MailCssFilter *filter, const char *css, gsize length)
{
  g_autofree char *bare = strip_comments (css, length);

  return filter_block (filter, bare, bare + strlen (bare));
}

/* Selectors and media queries: one line of known characters, with quotes and brackets closed. */
static char *
filter_prelude (const char *at, const char *end)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gint depth = 0;

  if (end - at > MAX_SELECTOR)
    return NULL;
  while (at < end)
    {
      if (g_ascii_isspace (*at))
        {
          if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
          at++;
        }
      else if (*at == '"' || *at == '\'')
        {
          const char *next = skip_string (at, end);

          if (next == NULL || memchr (at, '<', next - at) != NULL ||
              memchr (at, '\\', next - at) != NULL)
            return NULL;
          g_string_append_len (out, at, next - at);
          at = next;
        }
      else if (g_ascii_isalnum (*at) || (guchar) *at >= 0x80 ||
               strchr (".#-_*,>+~:()[]=^$|/", *at) != NULL)
        {
          if (strchr ("([", *at) != NULL)
            depth++;
          else if (strchr (")]", *at) != NULL && --depth < 0)
            return NULL;
          g_string_append_c (out, *at++);
        }
      else
        return NULL;
    }
  if (depth != 0)
    return NULL;
  g_strchomp (out->str);
  if (*out->str == '\0')
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Where the block that opens at @at ends: its closing brace, or @end. */
static const char *
find_block_end (const char *at, const char *end)
{
  guint depth = 0;

  while (at < end)
    {
      if (*at == '"' || *at == '\'')
        {
          const char *next = skip_string (at, end);

          at = next != NULL ? next : at + 1;
          continue;
        }
      if (*at == '{')
        depth++;
      else if (*at == '}' && --depth == 0)
        return at;
      at++;
    }
  return end;
}

static void
filter_rules (MailCssFilter *filter, GString *out, const char *at, const char *end, guint depth);

static gboolean
is_at (const char *at, const char *end, const char *word)
{
  gsize length = strlen (word);

  return (gsize) (end - at) > length && g_ascii_strncasecmp (at, word, length) == 0 &&
         !g_ascii_isalnum (at[length]) && at[length] != '-';
}

static void
filter_at_rule (MailCssFilter *filter,
                GString *out,
                const char *at,
                const char *brace,
                const char *close,
                guint depth)
{
  g_autofree char *prelude = NULL;
  g_autoptr (GString) inner = NULL;

  if (is_at (at, close, "@font-face"))
    {
      if (memmem (brace, close - brace, "url(", 4) != NULL)
        filter->remote_others++;
      return;
    }
  if (!is_at (at, brace + 1, "@media") || depth >= MAX_DEPTH)
    return;
  prelude = filter_prelude (at + strlen ("@media"), brace);
  if (prelude == NULL)
    return;
  inner = g_string_new (NULL);
  filter_rules (filter, inner, brace + 1, close, depth + 1);
  if (inner->len > 0)
    g_string_append_printf (out, "@media %s{%s}", prelude + strspn (prelude, " "), inner->str);
}

static void
filter_rules (MailCssFilter *filter, GString *out, const char *at, const char *end, guint depth)
{
  while (at < end)
    {
      const char *stop = NULL;
      const char *close = NULL;

      while (at < end && (g_ascii_isspace (*at) || *at == ';' || *at == '}'))
        at++;
      /* HTML comments around a sheet are from before style sheets were common. */
      if (end - at >= 4 && strncmp (at, "<!--", 4) == 0)
        {
          at += 4;
          continue;
        }
      if (end - at >= 3 && strncmp (at, "-->", 3) == 0)
        {
          at += 3;
          continue;
        }
      if (at == end)
        return;
      stop = find_stop (at, end, *at == '@' ? ";{" : "{");
      if (is_at (at, end, "@import"))
        filter->remote_others++;
      if (stop == end || *stop == ';')
        {
          at = stop;
          continue;
        }
      close = find_block_end (stop, end);
      if (*at == '@')
        filter_at_rule (filter, out, at, stop, close, depth);
      else
        {
          g_autofree char *selector = filter_prelude (at, stop);
          g_autofree char *block = filter_block (filter, stop + 1, close);

          if (selector != NULL && *block != '\0')
            g_string_append_printf (out, "%s{%s}", selector, block);
        }
      at = close < end ? close + 1 : end;
    }
}

char *
mail_css_sheet (MailCssFilter *filter, const char *css, gsize length)
{
  GString *out = g_string_new (NULL);
  g_autofree char *bare = NULL;

  if (length > MAIL_CSS_MAX_SHEET)
    return g_string_free (out, FALSE);
  bare = strip_comments (css, length);
  filter_rules (filter, out, bare, bare + strlen (bare), 0);
  return g_string_free (out, FALSE);
}
