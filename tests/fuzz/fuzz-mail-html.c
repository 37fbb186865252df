/* Any HTML becomes a safe document, which sanitising does not change again; and some text. */
#include <glib.h>
#include <string.h>

#include "mail-html.h"
#include "mail-init.h"
#include "mail-text.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (MailHtml) once = NULL;
  g_autoptr (MailHtml) twice = NULL;
  g_autoptr (GArray) runs = NULL;
  g_autofree char *text = NULL;
  MailHtmlFlags flags = size % 2 == 0 ? MAIL_HTML_DEFAULT : MAIL_HTML_REMOTE_IMAGES;

  mail_init ();
  once = mail_html_sanitize ((const char *) data, (gssize) size, NULL, flags);
  twice = mail_html_sanitize (once->html, -1, NULL, flags);
  g_assert_cmpstr (twice->html, ==, once->html);
  g_assert_cmpuint (twice->remote_images + twice->remote_others + twice->active_contents, ==, 0);
  g_assert_true (g_utf8_validate (once->html, -1, NULL));
  text = mail_html_to_text ((const char *) data, (gssize) size);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  runs = mail_text_runs (text);
  return 0;
}
