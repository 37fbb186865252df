/* References in HTML letters: what they point at, read as browsers read them. */
#pragma once

#include "mail-message.h"

G_BEGIN_DECLS

#define MAIL_URL_PART_SCHEME "restante-part"

typedef enum
{
  MAIL_URL_OTHER,  /* anything that is never kept: file:, relative, unknown */
  MAIL_URL_SCRIPT, /* javascript:, vbscript:, data: of a document */
  MAIL_URL_REMOTE, /* http, https, ftp, or without a scheme of its own ("//host/") */
  MAIL_URL_LINK,   /* mailto:, tel: */
  MAIL_URL_ANCHOR, /* #name */
  MAIL_URL_PART,   /* cid: or restante-part: */
  MAIL_URL_IMAGE,  /* data: with a picture in it, SVG excepted */
} MailUrlKind;

/* mail_url_read: @value without what browsers ignore in it (white space and controls); @url may be
 * NULL. (transfer full) */
MailUrlKind mail_url_read (const char *value, char **url);

/* mail_url_resolve_part: `restante-part:N` for a cid: reference of @message (or for one that is
 * such already), or NULL. (transfer full) */
char *mail_url_resolve_part (const char *url, MailMessage *message);

G_END_DECLS
