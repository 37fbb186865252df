/* HTML read as text, flowed text joined, and text cut into runs. */
#include "config.h"

#include "mail-init.h"
#include "mail-text.h"

#include <string.h>

static void
test_html (void)
{
  const struct
  {
    const char *html;
    const char *text;
  } cases[] = {
    { "", "" },
    { "hello", "hello\n" },
    { "<p>one</p><p>two</p>", "one\n\ntwo\n" },
    { "<div>one</div><div>two<br>three</div>", "one\ntwo\nthree\n" },
    { "a  \n b&nbsp;&amp;&lt;c&gt;", "a b &<c>\n" },
    { "<b>bo</b>ld <i> x </i> y", "bold x y\n" },
    { "<a href=\"https://x.example/a\">here</a>.", "here <https://x.example/a>.\n" },
    { "<a href=\"https://x.example/\">https://x.example/</a>", "https://x.example/\n" },
    { "<a href=\"https://x.example/\">x.example</a>", "x.example\n" },
    { "<a href=\"mailto:a@x.example\">a@x.example</a>", "a@x.example\n" },
    { "<a href=\"javascript:alert(1)\">click</a>", "click\n" },
    { "<a href=\"https://x.example\"><img src=x alt=Shop></a>", "Shop <https://x.example>\n" },
    { "<ul><li>one</li><li>two<ul><li>deep</li></ul></li></ul>after",
      "• one\n• two\n  • deep\n\nafter\n" },
    { "<ol start=3><li>three<li>four</ol>", "3. three\n4. four\n" },
    { "<blockquote>quoted<p>more</p></blockquote>reply", "> quoted\n>\n> more\n\nreply\n" },
    { "<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd\n" },
    { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a  b\nc  d\n" },
    { "<style>p{}</style><script>x()</script><title>t</title><p>shown</p>", "shown\n" },
    { "<div style=\"display:none\">preheader</div>shown", "shown\n" },
    { "<span style='DISPLAY : NONE'>x</span>y<span hidden>z</span>", "y\n" },
    { "<h1>Title</h1>text<hr>end", "Title\n\ntext\n----------\nend\n" },
    { "pad&zwnj;&nbsp;&#8203;&zwnj;ding", "pad ding\n" },
    { "👨\xe2\x80\x8d👩", "👨\xe2\x80\x8d👩\n" },
    { "<!-- comment -->x<![if mso]>y<![endif]>", "xy\n" },
    { "caf\xe9 \xff", "caf\xef\xbf\xbd \xef\xbf\xbd\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize size = strlen (cases[i].html);
      g_autofree char *exact = g_memdup2 (cases[i].html, size);
      g_autofree char *text = mail_html_to_text (exact, (gssize) size);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* Letters made to exhaust: each must end soon, with some text. */
static void
test_hostile (void)
{
  const char *units[] = { "<div>",
                          "<b><p>",
                          "<table><td>",
                          "<a href=x><p>",
                          "<ul><li>",
                          "<blockquote>",
                          "<font size=1><font color=2>",
                          "<",
                          "&",
                          "<svg><math>",
                          "<select><option>" };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) html = g_string_new (NULL);
      g_autofree char *text = NULL;
      gint64 start = g_get_monotonic_time ();

      while (html->len < 100000)
        g_string_append (html, units[i]);
      g_string_append (html, "bottom");
      text = mail_html_to_text (html->str, -1);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
    }
}

static void
test_unflow (void)
{
  const struct
  {
    const char *text;
    gboolean delsp;
    const char *joined;
  } cases[] = {
    { "one \ntwo\nthree\n", FALSE, "one two\nthree\n" },
    { "one \ntwo\n", TRUE, "onetwo\n" },
    { "> a \n> b\nc\n", FALSE, "> a b\nc\n" },
    { "> a \nb\n", FALSE, "> a \nb\n" },
    { " From x\n >y\n", FALSE, "From x\n>y\n" },
    { "text\n-- \nAda\n", FALSE, "text\n-- \nAda\n" },
    { "open \n-- \nAda", FALSE, "open \n-- \nAda" },
    { "", FALSE, "" },
    { "no end ", FALSE, "no end " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *joined = mail_text_unflow (cases[i].text, cases[i].delsp);

      g_assert_cmpstr (joined, ==, cases[i].joined);
    }
}

/* Runs as "[level s? text → uri]". */
static char *
show_runs (const char *text)
{
  g_autoptr (GArray) runs = mail_text_runs (text);
  GString *out = g_string_new (NULL);
  gsize at = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      const MailTextRun *run = &g_array_index (runs, MailTextRun, i);

      g_assert_cmpuint (run->offset, ==, at);
      g_assert_true (g_utf8_validate_len (text + run->offset, run->length, NULL));
      at += run->length;
      g_string_append_printf (out,
                              "[%u%s%.*s%s%s]",
                              run->quote_level,
                              run->signature ? "s" : " ",
                              (int) run->length,
                              text + run->offset,
                              run->uri != NULL ? "→" : "",
                              run->uri != NULL ? run->uri : "");
    }
  g_assert_cmpuint (at, ==, strlen (text));
  return g_string_free (out, FALSE);
}

static void
test_runs (void)
{
  const struct
  {
    const char *text;
    const char *runs;
  } cases[] = {
    { "", "" },
    { "hello\n", "[0 hello\n]" },
    { "> a\n> > b\n>>> c", "[1 > a\n][2 > > b\n][3 >>> c]" },
    { "see https://x.example/a?b=1. Now",
      "[0 see ][0 https://x.example/a?b=1→https://x.example/a?b=1][0 . Now]" },
    { "(www.x.example)", "[0 (][0 www.x.example→https://www.x.example][0 )]" },
    { "https://x.example/a_(b)", "[0 https://x.example/a_(b)→https://x.example/a_(b)]" },
    { "<http://x.example>", "[0 <][0 http://x.example→http://x.example][0 >]" },
    { "to ada@b.example, ok", "[0 to ][0 ada@b.example→mailto:ada@b.example][0 , ok]" },
    { "ada@localhost javascript:x xhttp://y", "[0 ada@localhost javascript:x xhttp://y]" },
    { "x\n-- \nAda\n", "[0 x\n][0s-- \n][0sAda\n]" },
    { "https://x.example/é…", "[0 https://x.example/é…→https://x.example/é…]" },
    { "@ @@ a@ @b.c", "[0 @ @@ a@ @b.c]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *runs = show_runs (cases[i].text);

      g_assert_cmpstr (runs, ==, cases[i].runs);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mail_init ();
  g_test_add_func ("/mail/text/html", test_html);
  g_test_add_func ("/mail/text/hostile", test_hostile);
  g_test_add_func ("/mail/text/unflow", test_unflow);
  g_test_add_func ("/mail/text/runs", test_runs);
  return g_test_run ();
}
