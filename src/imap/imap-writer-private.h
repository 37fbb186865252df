/* For the writers of this folder: what commands and responses share when they are written. */
#pragma once

#include "imap-writer.h"

G_BEGIN_DECLS

typedef struct
{
  ImapLine *line;
  guint options;    /* ImapWriterOptions */
  gboolean client;  /* literals may have to wait */
  gboolean invalid; /* a word held what would end the line */
} ImapWriter;

void imap_writer_bytes (ImapWriter *writer, BaseSpanKind kind, const void *bytes, gsize len);
void imap_writer_put (ImapWriter *writer, const char *text);
/* A word or words of the caller's, unquoted; what cannot stand there makes the line invalid. */
void imap_writer_raw (ImapWriter *writer, const char *text);
void imap_writer_number (ImapWriter *writer, guint64 number);
/* @text is (transfer full). */
void imap_writer_take (ImapWriter *writer, GString *text);
void imap_writer_set (ImapWriter *writer, const ImapSet *set);
void imap_writer_flags (ImapWriter *writer, const ImapFlags *flags);
/* "{size}" CRLF, in the form the other side takes. */
void imap_writer_mark (ImapWriter *writer, guint64 size, gboolean binary);
void imap_writer_body (ImapWriter *writer, BaseBody *body);
/* A quoted string or a literal; of the latter only the bytes are of @kind. */
void imap_writer_string_bytes (ImapWriter *writer, BaseSpanKind kind, const char *bytes, gsize len);
void imap_writer_string (ImapWriter *writer, const char *text);
/* %NULL: NIL. */
void imap_writer_nstring (ImapWriter *writer, const char *text);
void imap_writer_astring (ImapWriter *writer, const char *text);
void imap_writer_mailbox (ImapWriter *writer, const char *name);
/* The same always as a string, INBOX too. */
void imap_writer_name (ImapWriter *writer, const char *name);
/* "(" labels ")" (X-GM-LABELS); %NULL: none. */
void imap_writer_labels (ImapWriter *writer, char **labels);
/* "1:100", "-1:-100" (RFC 9394 partial-range). */
void imap_writer_window (ImapWriter *writer, gint64 from, gint64 to);
void imap_writer_end (ImapWriter *writer);

void imap_writer_flatten (ImapLine *line, GString *out);

G_END_DECLS
