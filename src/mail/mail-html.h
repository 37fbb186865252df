/* HTML letters made safe to show: parsed by gumbo, and written again from a list of what is allowed
 * (elements, attributes, CSS properties). Whatever is not on the list is not written; nothing is
 * ever searched for and removed. */
#pragma once

#include "mail-message.h"

G_BEGIN_DECLS

/* More elements than this are not written, nor deeper ones (their text is). */
#define MAIL_HTML_MAX_ELEMENTS 100000
#define MAIL_HTML_MAX_DEPTH 200

typedef enum
{
  MAIL_HTML_DEFAULT = 0,
  MAIL_HTML_REMOTE_IMAGES = 1 << 0, /* the person asked to load them: http and https images stay */
} MailHtmlFlags;

/* Counts are of references in the source, whether blocked or (with MAIL_HTML_REMOTE_IMAGES) kept
 * in @remote_kept. */
typedef struct
{
  char *html;            /* a whole document, with a Content-Security-Policy of its own */
  guint remote_images;   /* blocked pictures: src, srcset, poster, background, CSS url() */
  guint remote_kept;     /* pictures left in */
  guint remote_others;   /* blocked style sheets, frames, fonts, media and the like */
  guint active_contents; /* removed scripts, handlers, forms, plug-ins, javascript: links */
} MailHtml;

/* mail_html_sanitize: @html is UTF-8 (bad bytes are replaced). `cid:` pictures become
 * `restante-part:INDEX` of @message, which may be NULL (they are then left out). Sanitising a
 * result again gives the same. Never fails. (transfer full) */
MailHtml *
mail_html_sanitize (const char *html, gssize length, MailMessage *message, MailHtmlFlags flags);
void mail_html_free (MailHtml *html);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailHtml, mail_html_free)

G_END_DECLS
