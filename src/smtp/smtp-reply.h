/* What an SMTP server answers: a code, maybe an enhanced status code, and one or more lines
 * (RFC 5321 §4.2, RFC 3463, RFC 2034). */
#pragma once

#include "base-event.h"
#include "base-part.h"

G_BEGIN_DECLS

/* A whole reply: all its lines. */
typedef struct
{
  guint code;                                        /* 200–599 */
  guint status_class, status_subject, status_detail; /* enhanced code; class 0: none */
  char **lines; /* texts without code and enhanced code, valid UTF-8; never empty */
} SmtpReply;

/* One line of a reply: "250-text" or "250 text". */
typedef struct
{
  guint code;
  gboolean last;
  gsize text; /* where the text begins */
} SmtpReplyLine;

/* @line without CRLF. %FALSE: no reply (not three digits from 200 to 599 and a space or hyphen). */
gboolean smtp_reply_line_parse (const guint8 *line, gsize len, SmtpReplyLine *parsed);

/* An enhanced status code at the start of @text whose class fits @code; its length with the space
 * after it, or 0. */
gsize smtp_enhanced_parse (const char *text, gsize len, guint code, guint status[3]);

void smtp_reply_clear (SmtpReply *reply);
void smtp_reply_copy (const SmtpReply *from, SmtpReply *to);
/* All lines with their CRLF. */
void smtp_reply_write (const SmtpReply *reply, GString *out);
BaseOutcome smtp_reply_outcome (const SmtpReply *reply);
/* The text of all lines, joined by spaces. (transfer full) */
char *smtp_reply_dup_text (const SmtpReply *reply);

G_END_DECLS
