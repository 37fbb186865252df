/* HTML read aloud: the tree is walked once, and blocks, lists, quotes, tables and links become what
 * a person would type for them. */
#include "config.h"

#include "mail-dom.h"
#include "mail-text.h"

#include <string.h>

/* Lists and quotes nested deeper are written at this depth. */
#define MAX_NESTING 20

typedef struct
{
  gboolean ordered;
  guint next;
} List;

typedef struct
{
  GString *out;
  guint newlines; /* line ends owed before the next word */
  gboolean space; /* a space owed before the next word */
  gboolean fresh; /* at the start of a line */
  gboolean cell;  /* a cell was written in this row */
  guint quotes;
  guint pre;
  guint lists_deep;
  List lists[MAX_NESTING];
  char *marker;  /* owned: "• " or "1. ", owed before the next word of the item */
  GString *link; /* what the current link's text was, to tell whether its URL adds anything */
} Writer;

static void
need_newlines (Writer *writer, guint n)
{
  writer->space = FALSE;
  if (writer->out->len > 0)
    writer->newlines = MAX (writer->newlines, n);
}

static void
begin_line (Writer *writer)
{
  for (guint i = 0; i < MIN (writer->quotes, MAX_NESTING); i++)
    g_string_append (writer->out, "> ");
  if (writer->lists_deep > 0)
    for (guint i = 1; i < MIN (writer->lists_deep, MAX_NESTING); i++)
      g_string_append (writer->out, "  ");
  if (writer->marker != NULL)
    g_string_append (writer->out, writer->marker);
  else if (writer->lists_deep > 0)
    g_string_append (writer->out, "  ");
  g_clear_pointer (&writer->marker, g_free);
  writer->fresh = FALSE;
}

/* Pays what is owed, then puts @length bytes of words. */
static void
put (Writer *writer, const char *text, gsize length)
{
  for (; writer->newlines > 0; writer->newlines--)
    {
      /* An empty line inside a quotation keeps its marks. */
      if (writer->fresh && writer->quotes > 0)
        g_string_append_len (writer->out, "> > > > ", 2 * MIN (writer->quotes, 4) - 1);
      g_string_append_c (writer->out, '\n');
      writer->fresh = TRUE;
    }
  if (writer->fresh)
    begin_line (writer);
  else if (writer->space)
    g_string_append_c (writer->out, ' ');
  writer->space = FALSE;
  g_string_append_len (writer->out, text, length);
  if (writer->link != NULL)
    g_string_append_len (writer->link, text, length);
}

/* Spaces that hold no place: HTML's own, no-break, and those that senders pad previews with. */
static gsize
match_space (const char *at)
{
  static const char *const invisible[] = { "\xc2\xa0",     "\xe2\x80\x8b", "\xe2\x80\x8c",
                                           "\xe2\x80\x8d", "\xef\xbb\xbf", "\xcd\x8f",
                                           "\xc2\xad" };

  if (g_ascii_isspace (*at))
    return 1;
  if ((guchar) *at < 0x80)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (invisible); i++)
    if (g_str_has_prefix (at, invisible[i]))
      return strlen (invisible[i]);
  return 0;
}

/* A zero-width joiner holds emoji together when it stands between two visible characters. */
static gboolean
joins (const char *start, const char *at)
{
  return g_str_has_prefix (at, "\xe2\x80\x8d") && at > start && (guchar) at[-1] >= 0x80 &&
         (guchar) at[3] >= 0x80 && match_space (at + 3) == 0;
}

static void
put_text (Writer *writer, const char *text)
{
  while (*text != '\0')
    {
      const char *word = text;
      gsize space = 0;

      while (*text != '\0' && ((space = match_space (text)) == 0 || joins (word, text)))
        text += space > 0 ? space : 1;
      if (text > word)
        put (writer, word, text - word);
      if (*text == '\0')
        break;
      text += space;
      if (!writer->fresh && writer->newlines == 0)
        writer->space = TRUE;
    }
}

static void
put_preformatted (Writer *writer, const char *text)
{
  while (*text != '\0')
    {
      gsize length = strcspn (text, "\r\n");

      if (length > 0)
        put (writer, text, length);
      text += length;
      if (*text == '\r' && text[1] == '\n')
        text++;
      if (*text != '\0')
        {
          writer->newlines++;
          text++;
        }
    }
}

static gboolean
is_hidden (const GumboNode *element)
{
  const char *style = mail_dom_attribute (element, "style");
  g_autofree char *folded = NULL;
  char *to = NULL;

  if (mail_dom_attribute (element, "hidden") != NULL)
    return TRUE;
  if (style == NULL)
    return FALSE;
  folded = g_ascii_strdown (style, -1);
  to = folded;
  for (const char *at = folded; *at != '\0'; at++)
    if (!g_ascii_isspace (*at))
      *to++ = *at;
  *to = '\0';
  return strstr (folded, "display:none") != NULL || strstr (folded, "visibility:hidden") != NULL ||
         strstr (folded, "mso-hide:all") != NULL;
}

typedef enum
{
  INLINE,
  SKIP,
  BLOCK,     /* on lines of its own */
  PARAGRAPH, /* with an empty line around */
} Flow;

static Flow
get_flow (GumboTag tag)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wswitch-enum"
  switch (tag)
    {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_NOEMBED:
      return SKIP;
    case GUMBO_TAG_P:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_DL:
      return PARAGRAPH;
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
      return BLOCK;
    default:
      return INLINE;
    }
#pragma GCC diagnostic pop
}

static void
enter_list (Writer *writer, const GumboNode *element)
{
  if (writer->lists_deep < MAX_NESTING)
    {
      List *list = &writer->lists[writer->lists_deep];
      const char *start = mail_dom_attribute (element, "start");

      list->ordered = mail_dom_is (element, GUMBO_TAG_OL);
      list->next = start != NULL ? (guint) g_ascii_strtoull (start, NULL, 10) : 1;
    }
  writer->lists_deep++;
}

static void
enter_item (Writer *writer)
{
  List *list = NULL;

  g_clear_pointer (&writer->marker, g_free);
  if (writer->lists_deep == 0 || writer->lists_deep > MAX_NESTING)
    return;
  list = &writer->lists[writer->lists_deep - 1];
  writer->marker = list->ordered ? g_strdup_printf ("%u. ", list->next++) : g_strdup ("• ");
}

static void
put_image (Writer *writer, const GumboNode *element)
{
  const char *alt = mail_dom_attribute (element, "alt");

  if (alt != NULL)
    put_text (writer, alt);
}

static gboolean
is_block_in (const GumboNode *element)
{
  return get_flow (element->v.element.tag) >= BLOCK;
}

/* A cell that holds blocks is layout; cells of words are data, and are put side by side. */
static void
enter_cell (Writer *writer)
{
  if (writer->cell && writer->newlines == 0 && !writer->fresh)
    {
      writer->space = FALSE;
      put (writer, "  ", 2);
    }
  writer->cell = TRUE;
}

static void
enter (Writer *writer, const GumboNode *element)
{
  GumboTag tag = element->v.element.tag;
  Flow flow = get_flow (tag);

  if (flow >= BLOCK && tag != GUMBO_TAG_LI)
    need_newlines (writer, flow == PARAGRAPH ? 2 : 1);
  if (tag == GUMBO_TAG_BLOCKQUOTE)
    writer->quotes++;
  else if (tag == GUMBO_TAG_PRE)
    writer->pre++;
  else if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL)
    enter_list (writer, element);
  else if (tag == GUMBO_TAG_LI)
    {
      need_newlines (writer, 1);
      enter_item (writer);
    }
  else if (tag == GUMBO_TAG_BR)
    writer->newlines += writer->out->len > 0 && writer->newlines < 3;
  else if (tag == GUMBO_TAG_HR)
    {
      need_newlines (writer, 1);
      put (writer, "----------", 10);
      need_newlines (writer, 1);
    }
  else if (tag == GUMBO_TAG_IMG)
    put_image (writer, element);
  else if (tag == GUMBO_TAG_TR)
    writer->cell = FALSE;
  else if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)
    enter_cell (writer);
  else if (tag == GUMBO_TAG_A && writer->link == NULL)
    writer->link = g_string_new (NULL);
}

/* Whether the words of a link already say where it leads. */
static gboolean
says_target (const char *words, const char *href)
{
  gsize length = strlen (words);
  const char *bare = href;

  if (g_str_has_prefix (bare, "mailto:"))
    bare += strlen ("mailto:");
  else if (g_str_has_prefix (bare, "https://"))
    bare += strlen ("https://");
  else if (g_str_has_prefix (bare, "http://"))
    bare += strlen ("http://");
  if (g_ascii_strcasecmp (words, href) == 0)
    return TRUE;
  return length > 0 && g_ascii_strncasecmp (words, bare, length) == 0 &&
         (bare[length] == '\0' || g_str_equal (bare + length, "/") || bare[length] == '?');
}

static void
leave_link (Writer *writer, const GumboNode *element)
{
  g_autoptr (GString) words = g_steal_pointer (&writer->link);
  const char *href = mail_dom_attribute (element, "href");
  g_autofree char *target = NULL;

  if (href == NULL || words == NULL || words->len == 0)
    return;
  target = g_strstrip (g_strdup (href));
  if (!g_str_has_prefix (target, "http://") && !g_str_has_prefix (target, "https://") &&
      !g_str_has_prefix (target, "mailto:"))
    return;
  target[strcspn (target, "\r\n\t <>")] = '\0';
  if (says_target (words->str, target))
    return;
  writer->space = TRUE;
  put (writer, "<", 1);
  put (writer, target, strlen (target));
  put (writer, ">", 1);
}

static void
leave (const GumboNode *element, gpointer data)
{
  Writer *writer = data;
  GumboTag tag = element->v.element.tag;
  Flow flow = get_flow (tag);

  if (flow == SKIP || is_hidden (element))
    return;
  if (tag == GUMBO_TAG_A)
    leave_link (writer, element);
  if (is_block_in (element))
    need_newlines (writer, flow == PARAGRAPH ? 2 : 1);
  if (tag == GUMBO_TAG_BLOCKQUOTE && writer->quotes > 0)
    writer->quotes--;
  else if (tag == GUMBO_TAG_PRE && writer->pre > 0)
    writer->pre--;
  else if (tag == GUMBO_TAG_LI)
    g_clear_pointer (&writer->marker, g_free);
  else if ((tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL) && writer->lists_deep > 0)
    {
      writer->lists_deep--;
      if (writer->lists_deep == 0)
        need_newlines (writer, 2);
    }
}

/* For a letter beyond the parser's budget: what stands outside of tags. */
static char *
strip_tags (const char *html, gsize length)
{
  GString *out = g_string_new (NULL);
  gboolean in_tag = FALSE;
  char *valid = NULL;

  for (gsize i = 0; i < MIN (length, MAIL_DOM_MAX_SOURCE); i++)
    {
      if (html[i] == '<')
        in_tag = TRUE;
      else if (html[i] == '>' && in_tag)
        {
          in_tag = FALSE;
          if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        }
      else if (!in_tag && html[i] != '\0' && html[i] != '\r')
        g_string_append_c (out, html[i]);
    }
  valid = g_utf8_make_valid (out->str, out->len);
  g_string_free (out, TRUE);
  return valid;
}

char *
mail_html_to_text (const char *html, gssize length)
{
  gsize size = length < 0 ? strlen (html) : (gsize) length;
  g_autoptr (MailDom) dom = mail_dom_parse (html, size);
  Writer writer = { 0 };
  const GumboNode *root = NULL;
  const GumboNode *node = NULL;

  if (dom == NULL)
    return strip_tags (html, size);
  writer.out = g_string_sized_new (size / 4);
  writer.fresh = TRUE;
  root = mail_dom_get_root (dom);
  for (node = root; node != NULL;)
    {
      gboolean into = FALSE;

      if (node->type == GUMBO_NODE_ELEMENT)
        {
          into = get_flow (node->v.element.tag) != SKIP && !is_hidden (node);
          if (into)
            enter (&writer, node);
        }
      else if (node->type != GUMBO_NODE_TEMPLATE && node->type != GUMBO_NODE_COMMENT)
        {
          if (writer.pre > 0)
            put_preformatted (&writer, node->v.text.text);
          else
            put_text (&writer, node->v.text.text);
        }
      node = mail_dom_next (root, node, into, leave, &writer);
    }
  g_free (writer.marker);
  if (writer.link != NULL)
    g_string_free (writer.link, TRUE);
  if (writer.out->len > 0 && writer.out->str[writer.out->len - 1] != '\n')
    g_string_append_c (writer.out, '\n');
  return g_string_free (writer.out, FALSE);
}
