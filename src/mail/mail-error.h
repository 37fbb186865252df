/* What can go wrong with a message. Reading is forgiving: nearly every sequence of bytes has a
 * reading, so these are few. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MAIL_ERROR (mail_error_quark ())
GQuark mail_error_quark (void);

/* MAIL_ERROR_TOO_LARGE: above MAIL_MAX_SOURCE, or an attachment that would make it so.
 * MAIL_ERROR_NOT_A_MESSAGE: no header field at all where one was required (inspect, drafts).
 * MAIL_ERROR_ADDRESS: an address that no server could be given.
 * MAIL_ERROR_ATTACHMENT: a file to attach cannot be read; the message says why.
 * MAIL_ERROR_SIGNED: what would have to be changed is signed. */
typedef enum
{
  MAIL_ERROR_TOO_LARGE,
  MAIL_ERROR_NOT_A_MESSAGE,
  MAIL_ERROR_ADDRESS,
  MAIL_ERROR_ATTACHMENT,
  MAIL_ERROR_SIGNED,
} MailError;

G_END_DECLS
