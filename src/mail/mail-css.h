/* Style sheets and style attributes written again from what is allowed: properties, functions and
 * characters that cannot load, overlay or execute anything. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longer sheets are left out. */
#define MAIL_CSS_MAX_SHEET (256 * 1024)

/* What filtering may keep, and what it found: references to remote pictures (kept or not), to other
 * remote things (imports, fonts), and CSS that executes. */
typedef struct
{
  gboolean allow_remote;
  guint remote_images;
  guint remote_kept;
  guint remote_others;
  guint active;
} MailCssFilter;

/* mail_css_declarations: the contents of a style attribute or of a rule's block: "" when nothing is
 * left. mail_css_sheet: a whole sheet. Both give the same again from what they gave, and never hold
 * "<". (transfer full) */
char *mail_css_declarations (MailCssFilter *filter, const char *css, gsize length);
char *mail_css_sheet (MailCssFilter *filter, const char *css, gsize length);

G_END_DECLS
