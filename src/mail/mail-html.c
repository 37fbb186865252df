/* One walk over the tree writes a new document from what is allowed. The result is parsed and
 * written again until it no longer changes, because a browser will parse it too: what reads the
 * same twice cannot turn into something else when it is read a third time. */
#include "config.h"

#include "mail-css.h"
#include "mail-dom.h"
#include "mail-html.h"
#include "mail-text.h"
#include "mail-url.h"

#include <string.h>

/* So many times a document may change under its own reading before it is shown as text. */
#define MAX_ROUNDS 5
#define MAX_ATTRIBUTE 2000

typedef enum
{
  KEEP,
  UNWRAP, /* the children without their element */
  DROP,   /* nothing of it, but what it would have loaded is counted */
} Action;

typedef struct
{
  MailHtml *result;
  MailMessage *message;
  MailHtmlFlags flags;
  GString *html_attributes;
  GString *body_attributes;
  GString *body;
  GString *styles;
  GArray *actions; /* Action of each element that is open */
  guint dropping;  /* how many of these are DROP */
  guint kept_open;
  guint elements;
} Writer;

static const GumboTag kept[] = {
  GUMBO_TAG_A,          GUMBO_TAG_ABBR,   GUMBO_TAG_ACRONYM,  GUMBO_TAG_ADDRESS, GUMBO_TAG_ARTICLE,
  GUMBO_TAG_ASIDE,      GUMBO_TAG_B,      GUMBO_TAG_BDI,      GUMBO_TAG_BDO,     GUMBO_TAG_BIG,
  GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BR,     GUMBO_TAG_CAPTION,  GUMBO_TAG_CENTER,  GUMBO_TAG_CITE,
  GUMBO_TAG_CODE,       GUMBO_TAG_COL,    GUMBO_TAG_COLGROUP, GUMBO_TAG_DD,      GUMBO_TAG_DEL,
  GUMBO_TAG_DFN,        GUMBO_TAG_DIV,    GUMBO_TAG_DL,       GUMBO_TAG_DT,      GUMBO_TAG_EM,
  GUMBO_TAG_FIGCAPTION, GUMBO_TAG_FIGURE, GUMBO_TAG_FONT,     GUMBO_TAG_FOOTER,  GUMBO_TAG_H1,
  GUMBO_TAG_H2,         GUMBO_TAG_H3,     GUMBO_TAG_H4,       GUMBO_TAG_H5,      GUMBO_TAG_H6,
  GUMBO_TAG_HEADER,     GUMBO_TAG_HR,     GUMBO_TAG_I,        GUMBO_TAG_IMG,     GUMBO_TAG_INS,
  GUMBO_TAG_KBD,        GUMBO_TAG_LI,     GUMBO_TAG_MAIN,     GUMBO_TAG_MARK,    GUMBO_TAG_NAV,
  GUMBO_TAG_OL,         GUMBO_TAG_P,      GUMBO_TAG_PRE,      GUMBO_TAG_Q,       GUMBO_TAG_RP,
  GUMBO_TAG_RT,         GUMBO_TAG_RUBY,   GUMBO_TAG_S,        GUMBO_TAG_SAMP,    GUMBO_TAG_SECTION,
  GUMBO_TAG_SMALL,      GUMBO_TAG_SPAN,   GUMBO_TAG_STRIKE,   GUMBO_TAG_STRONG,  GUMBO_TAG_SUB,
  GUMBO_TAG_SUP,        GUMBO_TAG_TABLE,  GUMBO_TAG_TBODY,    GUMBO_TAG_TD,      GUMBO_TAG_TFOOT,
  GUMBO_TAG_TH,         GUMBO_TAG_THEAD,  GUMBO_TAG_TIME,     GUMBO_TAG_TR,      GUMBO_TAG_TT,
  GUMBO_TAG_U,          GUMBO_TAG_UL,     GUMBO_TAG_VAR,      GUMBO_TAG_WBR,
};

static const GumboTag dropped[] = {
  GUMBO_TAG_SCRIPT,   GUMBO_TAG_STYLE,    GUMBO_TAG_TITLE,   GUMBO_TAG_IFRAME, GUMBO_TAG_FRAME,
  GUMBO_TAG_FRAMESET, GUMBO_TAG_OBJECT,   GUMBO_TAG_EMBED,   GUMBO_TAG_APPLET, GUMBO_TAG_SELECT,
  GUMBO_TAG_TEMPLATE, GUMBO_TAG_AUDIO,    GUMBO_TAG_VIDEO,   GUMBO_TAG_CANVAS, GUMBO_TAG_SVG,
  GUMBO_TAG_MATH,     GUMBO_TAG_NOFRAMES, GUMBO_TAG_NOEMBED, GUMBO_TAG_XMP,    GUMBO_TAG_PLAINTEXT,
};

static const GumboTag voids[] = {
  GUMBO_TAG_BR, GUMBO_TAG_HR, GUMBO_TAG_IMG, GUMBO_TAG_COL, GUMBO_TAG_WBR
};

/* Attributes whose value is only words or numbers to the browser. */
static const char *const plain_attributes[] = {
  "align",       "alt",     "aria-hidden", "aria-label", "bgcolor", "border",   "cellpadding",
  "cellspacing", "class",   "color",       "cols",       "colspan", "datetime", "dir",
  "face",        "headers", "height",      "hspace",     "id",      "lang",     "nowrap",
  "reversed",    "role",    "rowspan",     "rules",      "scope",   "size",     "span",
  "start",       "summary", "text",        "title",      "type",    "valign",   "value",
  "vspace",      "width",
};

static gboolean
is_one_of (GumboTag tag, const GumboTag *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (list[i] == tag)
      return TRUE;
  return FALSE;
}

static Action
choose_action (const Writer *writer, const GumboNode *element)
{
  GumboTag tag = element->v.element.tag;

  if (element->type == GUMBO_NODE_TEMPLATE ||
      element->v.element.tag_namespace != GUMBO_NAMESPACE_HTML ||
      is_one_of (tag, dropped, G_N_ELEMENTS (dropped)))
    return DROP;
  if (!is_one_of (tag, kept, G_N_ELEMENTS (kept)) || writer->kept_open >= MAIL_HTML_MAX_DEPTH ||
      writer->elements >= MAIL_HTML_MAX_ELEMENTS)
    return UNWRAP;
  return KEEP;
}

static void
append_escaped (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    switch (*text)
      {
      case '&':
        g_string_append (out, "&amp;");
        break;
      case '<':
        g_string_append (out, "&lt;");
        break;
      case '>':
        g_string_append (out, "&gt;");
        break;
      case '"':
        g_string_append (out, "&quot;");
        break;
      case '\r':
        g_string_append_c (out, '\n');
        break;
      default:
        g_string_append_c (out, *text);
      }
}

static void
append_attribute (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, " %s=\"", name);
  append_escaped (out, value);
  g_string_append_c (out, '"');
}

/* Counting: what an element would have loaded or run. */

static gboolean
is_remote_value (const char *value)
{
  return value != NULL && mail_url_read (value, NULL) == MAIL_URL_REMOTE;
}

/* srcset: candidates with commas between them; any remote one is enough. */
static gboolean
has_remote_candidate (const char *srcset)
{
  g_auto (GStrv) words = NULL;

  if (srcset == NULL)
    return FALSE;
  words = g_strsplit_set (srcset, ", \t\r\n", 200);
  for (char **word = words; *word != NULL; word++)
    if (is_remote_value (*word))
      return TRUE;
  return FALSE;
}

static gboolean
has_handler (const GumboNode *element)
{
  const GumboVector *attributes = &element->v.element.attributes;

  for (guint i = 0; i < attributes->length; i++)
    if (g_ascii_strncasecmp (((GumboAttribute *) attributes->data[i])->name, "on", 2) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_script_value (const char *value)
{
  return value != NULL && mail_url_read (value, NULL) == MAIL_URL_SCRIPT;
}

static void
count_image (Writer *writer, const GumboNode *element)
{
  gboolean src = is_remote_value (mail_dom_attribute (element, "src"));
  gboolean others = has_remote_candidate (mail_dom_attribute (element, "srcset")) ||
                    is_remote_value (mail_dom_attribute (element, "lowsrc")) ||
                    is_remote_value (mail_dom_attribute (element, "dynsrc"));

  if (src && writer->flags & MAIL_HTML_REMOTE_IMAGES && writer->dropping == 0)
    writer->result->remote_kept++;
  else if (src || others)
    writer->result->remote_images++;
}

static void
count_references (Writer *writer, const GumboNode *element)
{
  MailHtml *result = writer->result;
  GumboTag tag = element->v.element.tag;
  const char *src = mail_dom_attribute (element, "src");

  if (has_handler (element))
    result->active_contents++;
  if (tag == GUMBO_TAG_IMG || tag == GUMBO_TAG_IMAGE)
    count_image (writer, element);
  else if (tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_FORM || tag == GUMBO_TAG_APPLET ||
           tag == GUMBO_TAG_EMBED || tag == GUMBO_TAG_OBJECT || tag == GUMBO_TAG_BASE)
    result->active_contents++;
  else if (tag == GUMBO_TAG_META)
    {
      const char *equiv = mail_dom_attribute (element, "http-equiv");

      result->active_contents += equiv != NULL && g_ascii_strcasecmp (equiv, "refresh") == 0;
    }
  else if (tag == GUMBO_TAG_LINK)
    result->remote_others += is_remote_value (mail_dom_attribute (element, "href"));
  else if (tag == GUMBO_TAG_INPUT)
    result->remote_images += is_remote_value (src);
  else if (tag == GUMBO_TAG_SOURCE && has_remote_candidate (mail_dom_attribute (element, "srcset")))
    result->remote_images++;
  else
    result->remote_others += is_remote_value (src);

  result->remote_images += is_remote_value (mail_dom_attribute (element, "poster"));
  result->remote_others += is_remote_value (mail_dom_attribute (element, "data"));
  if (element->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
    result->remote_images +=
        is_remote_value (mail_dom_attribute (element, "href")) && tag != GUMBO_TAG_A;
  if (is_script_value (mail_dom_attribute (element, "href")) || is_script_value (src))
    result->active_contents++;
}

static MailCssFilter
begin_filter (const Writer *writer)
{
  return (MailCssFilter){ .allow_remote =
                              (writer->flags & MAIL_HTML_REMOTE_IMAGES) && writer->dropping == 0 };
}

static void
end_filter (Writer *writer, const MailCssFilter *filter)
{
  writer->result->remote_images += filter->remote_images;
  writer->result->remote_kept += filter->remote_kept;
  writer->result->remote_others += filter->remote_others;
  writer->result->active_contents += filter->active;
}

static char *
filter_style (Writer *writer, const char *style)
{
  MailCssFilter filter = begin_filter (writer);
  char *safe = mail_css_declarations (&filter, style, strlen (style));

  end_filter (writer, &filter);
  return safe;
}

/* Writing: attributes one by one, each by its own rule. */

/* The value of a picture's address, or NULL. */
static char *
filter_image_url (Writer *writer, const char *value)
{
  g_autofree char *url = NULL;
  MailUrlKind kind = mail_url_read (value, &url);

  if (kind == MAIL_URL_PART)
    return mail_url_resolve_part (url, writer->message);
  if (kind == MAIL_URL_IMAGE)
    return g_steal_pointer (&url);
  if (kind == MAIL_URL_REMOTE && writer->flags & MAIL_HTML_REMOTE_IMAGES &&
      g_ascii_strncasecmp (url, "http", 4) == 0)
    return g_steal_pointer (&url);
  return NULL;
}

static char *
filter_link (const char *value)
{
  g_autofree char *url = NULL;
  MailUrlKind kind = mail_url_read (value, &url);

  if (kind == MAIL_URL_REMOTE || kind == MAIL_URL_LINK || kind == MAIL_URL_ANCHOR)
    return g_steal_pointer (&url);
  return NULL;
}

static void
count_background (Writer *writer, const char *value)
{
  if (!is_remote_value (value))
    return;
  if (writer->flags & MAIL_HTML_REMOTE_IMAGES && writer->dropping == 0)
    writer->result->remote_kept++;
  else
    writer->result->remote_images++;
}

static gboolean
is_plain (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_attributes); i++)
    if (g_str_equal (name, plain_attributes[i]))
      return TRUE;
  return FALSE;
}

static void
write_attribute (Writer *writer, GString *out, const GumboNode *element, const GumboAttribute *one)
{
  GumboTag tag = element->v.element.tag;
  g_autofree char *value = NULL;

  if (g_str_equal (one->name, "style"))
    {
      value = filter_style (writer, one->value);
      if (*value == '\0')
        return;
    }
  else if (g_str_equal (one->name, "background"))
    {
      count_background (writer, one->value);
      value = filter_image_url (writer, one->value);
    }
  else if (g_str_equal (one->name, "href") && tag == GUMBO_TAG_A)
    value = filter_link (one->value);
  else if (g_str_equal (one->name, "src") && tag == GUMBO_TAG_IMG)
    value = filter_image_url (writer, one->value);
  else if (g_str_equal (one->name, "name") && tag == GUMBO_TAG_A)
    value = g_strdup (one->value);
  else if (is_plain (one->name) && strlen (one->value) <= MAX_ATTRIBUTE)
    value = g_strdup (one->value);
  if (value != NULL)
    append_attribute (out, one->name, value);
}

static void
write_attributes (Writer *writer, GString *out, const GumboNode *element)
{
  const GumboVector *attributes = &element->v.element.attributes;

  for (guint i = 0; i < attributes->length; i++)
    write_attribute (writer, out, element, attributes->data[i]);
}

/* Elements that are not written still would have loaded what their style names. */
static void
count_attributes (Writer *writer, const GumboNode *element)
{
  const char *style = mail_dom_attribute (element, "style");

  if (style != NULL)
    g_free (filter_style (writer, style));
  count_background (writer, mail_dom_attribute (element, "background"));
}

static void
add_sheet (Writer *writer, const GumboNode *element)
{
  const GumboVector *children = &element->v.element.children;
  const char *media = mail_dom_attribute (element, "media");
  g_autofree char *folded = media != NULL ? g_ascii_strdown (media, -1) : NULL;
  MailCssFilter filter = begin_filter (writer);

  for (guint i = 0; i < children->length; i++)
    {
      const GumboNode *child = children->data[i];
      g_autofree char *sheet = NULL;

      if (child->type != GUMBO_NODE_TEXT && child->type != GUMBO_NODE_WHITESPACE)
        continue;
      sheet = mail_css_sheet (&filter, child->v.text.text, strlen (child->v.text.text));
      if (writer->dropping == 0 &&
          (folded == NULL || *folded == '\0' || strstr (folded, "screen") != NULL ||
           strstr (folded, "all") != NULL))
        g_string_append (writer->styles, sheet);
    }
  end_filter (writer, &filter);
}

static Action
enter (Writer *writer, const GumboNode *element)
{
  Action action = choose_action (writer, element);
  gsize length = 0;
  const char *name = NULL;

  count_references (writer, element);
  if (mail_dom_is (element, GUMBO_TAG_STYLE))
    add_sheet (writer, element);
  if (writer->dropping > 0)
    action = DROP;
  if (mail_dom_is (element, GUMBO_TAG_HTML))
    write_attributes (writer, writer->html_attributes, element);
  else if (mail_dom_is (element, GUMBO_TAG_BODY))
    write_attributes (writer, writer->body_attributes, element);
  else if (action == KEEP)
    {
      name = mail_dom_tag (element, &length);
      g_string_append_printf (writer->body, "<%.*s", (int) length, name);
      write_attributes (writer, writer->body, element);
      g_string_append_c (writer->body, '>');
      /* The parser drops a line break here, so one is given to it. */
      if (element->v.element.tag == GUMBO_TAG_PRE)
        g_string_append_c (writer->body, '\n');
      writer->kept_open++;
      writer->elements++;
    }
  else
    count_attributes (writer, element);
  if (action == DROP)
    writer->dropping++;
  g_array_append_val (writer->actions, action);
  return action;
}

static void
leave (const GumboNode *element, gpointer data)
{
  Writer *writer = data;
  Action action = g_array_index (writer->actions, Action, writer->actions->len - 1);

  g_array_set_size (writer->actions, writer->actions->len - 1);
  if (action == DROP)
    writer->dropping--;
  if (action != KEEP)
    return;
  writer->kept_open--;
  if (!is_one_of (element->v.element.tag, voids, G_N_ELEMENTS (voids)))
    {
      gsize length = 0;
      const char *name = mail_dom_tag (element, &length);

      g_string_append_printf (writer->body, "</%.*s>", (int) length, name);
    }
}

static gboolean
is_in_body (const GumboNode *node)
{
  return node->parent == NULL || (!mail_dom_is (node->parent, GUMBO_TAG_HTML) &&
                                  !mail_dom_is (node->parent, GUMBO_TAG_HEAD));
}

static void
walk (Writer *writer, const GumboNode *root)
{
  const GumboNode *node = root;

  while (node != NULL)
    {
      if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
        enter (writer, node);
      else if ((node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE) &&
               writer->dropping == 0 && is_in_body (node))
        append_escaped (writer->body, node->v.text.text);
      node = mail_dom_next (root, node, TRUE, leave, writer);
    }
}

static char *
assemble (const Writer *writer)
{
  gboolean remote = (writer->flags & MAIL_HTML_REMOTE_IMAGES) != 0;
  GString *out = g_string_sized_new (writer->body->len + writer->styles->len + 600);

  g_string_append_printf (
      out,
      "<!DOCTYPE html><html%s><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "img-src " MAIL_URL_PART_SCHEME ": data:%s; style-src 'unsafe-inline'; form-action 'none'; "
      "base-uri 'none'\"><meta name=\"referrer\" content=\"no-referrer\">",
      writer->html_attributes->str,
      remote ? " https: http:" : "");
  if (writer->styles->len > 0)
    g_string_append_printf (out, "<style>%s</style>", writer->styles->str);
  g_string_append_printf (
      out, "</head><body%s>%s</body></html>", writer->body_attributes->str, writer->body->str);
  return g_string_free (out, FALSE);
}

static Writer
begin (MailHtml *result, MailMessage *message, MailHtmlFlags flags)
{
  return (Writer){ .result = result,
                   .message = message,
                   .flags = flags,
                   .html_attributes = g_string_new (NULL),
                   .body_attributes = g_string_new (NULL),
                   .body = g_string_new (NULL),
                   .styles = g_string_new (NULL),
                   .actions = g_array_new (FALSE, FALSE, sizeof (Action)) };
}

static void
end (Writer *writer)
{
  g_string_free (writer->html_attributes, TRUE);
  g_string_free (writer->body_attributes, TRUE);
  g_string_free (writer->body, TRUE);
  g_string_free (writer->styles, TRUE);
  g_array_unref (writer->actions);
}

/* One reading and writing; NULL when the letter is beyond the parser's budget. */
static char *
rewrite (
    const char *html, gsize length, MailHtml *result, MailMessage *message, MailHtmlFlags flags)
{
  g_autoptr (MailDom) dom = mail_dom_parse (html, length);
  Writer writer = { 0 };
  char *written = NULL;

  if (dom == NULL)
    return NULL;
  writer = begin (result, message, flags);
  walk (&writer, mail_dom_get_root (dom));
  written = assemble (&writer);
  end (&writer);
  return written;
}

/* The last resort: the letter's words alone. */
static char *
write_as_text (const char *html, gsize length, MailHtmlFlags flags)
{
  g_autofree char *text = mail_html_to_text (html, (gssize) length);
  MailHtml ignored = { 0 };
  Writer writer = begin (&ignored, NULL, flags);
  char *written = NULL;

  g_string_append (writer.body, "<pre>\n");
  append_escaped (writer.body, text);
  g_string_append (writer.body, "</pre>");
  written = assemble (&writer);
  end (&writer);
  return written;
}

MailHtml *
mail_html_sanitize (const char *html, gssize length, MailMessage *message, MailHtmlFlags flags)
{
  MailHtml *result = g_new0 (MailHtml, 1);
  gsize size = length < 0 ? strlen (html) : (gsize) length;
  g_autofree char *written = rewrite (html, size, result, message, flags);

  for (guint round = 0; written != NULL && round < MAX_ROUNDS; round++)
    {
      MailHtml ignored = { 0 };
      g_autofree char *again = rewrite (written, strlen (written), &ignored, message, flags);

      if (g_strcmp0 (again, written) == 0)
        {
          result->html = g_steal_pointer (&written);
          return result;
        }
      g_free (written);
      written = g_steal_pointer (&again);
    }
  result->html = write_as_text (html, size, flags);
  return result;
}

void
mail_html_free (MailHtml *html)
{
  g_free (html->html);
  g_free (html);
}
