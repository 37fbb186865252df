/* What a POP3 server answers: the status line, and the lines of LIST, UIDL and STAT
 * (RFC 1939 §3, §5; response codes RFC 2449 §8, RFC 3206, RFC 6856). */
#pragma once

#include "base-event.h"
#include "base-part.h"

G_BEGIN_DECLS

/* A status line: "+OK text" or "-ERR [CODE] text". */
typedef struct
{
  gboolean ok;
  char *code; /* "SYS/TEMP", "IN-USE" … upper case (nullable) */
  char *text; /* the server's own words, valid UTF-8, without the code; "" if none */
} Pop3Status;

/* One line of LIST or UIDL. */
typedef struct
{
  guint32 number;
  guint64 size; /* LIST */
  char *uid;    /* UIDL: the name; %NULL when the server gave none, as some do */
} Pop3Entry;

typedef enum
{
  POP3_REPLY_OK,
  POP3_REPLY_ERR,
  POP3_REPLY_CONTINUE, /* "+ challenge": RFC 5034 */
  POP3_REPLY_INVALID
} Pop3ReplyKind;

/* What kind of answer a line is; @text: where its text begins, after the status and one space. */
Pop3ReplyKind pop3_reply_kind (const guint8 *line, gsize len, gsize *text);

/* Parses a line without its CRLF. %FALSE: it is neither +OK nor -ERR. */
gboolean pop3_status_parse (const guint8 *line, gsize len, Pop3Status *status, BaseParts *parts);
void pop3_status_write (const Pop3Status *status, GString *out);
void pop3_status_clear (Pop3Status *status);
void pop3_status_copy (const Pop3Status *from, Pop3Status *to);
BaseOutcome pop3_status_outcome (const Pop3Status *status);

/* "n size" and "n uid", and "count size" of STAT; what follows is ignored, as RFC 1939 §5 allows.
 * @offset is where @text stands in its line. */
gboolean
pop3_list_parse (const char *text, gsize len, gsize offset, Pop3Entry *entry, BaseParts *parts);
gboolean
pop3_uidl_parse (const char *text, gsize len, gsize offset, Pop3Entry *entry, BaseParts *parts);
gboolean pop3_stat_parse (
    const char *text, gsize len, gsize offset, guint32 *count, guint64 *size, BaseParts *parts);

/* The octets that an answer to RETR announces ("120 octets"); 0: it does not say. */
guint64 pop3_reply_octets (const char *text);

G_END_DECLS
