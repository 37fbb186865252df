/* The grammar from ImapResponse and ImapCommand to bytes. A line is written as pieces: runs of
 * bytes of one kind (plain, secret, body), bodies to be pulled, and the places where the sender
 * must wait for the other side's "+". */
#pragma once

#include "imap-command.h"

G_BEGIN_DECLS

typedef struct
{
  gsize offset, len; /* in the line's text */
  BaseSpanKind kind;
  BaseBody *body; /* (nullable) instead of text */
  gboolean wait;  /* after this piece, wait for "+" */
} ImapPiece;

typedef struct
{
  GString *text;
  GArray *pieces;    /* ImapPiece */
  GHashTable *names; /* mailbox names that are written in bytes of their own: name → bytes
                      * (nullable) (borrowed) */
} ImapLine;

typedef enum
{
  IMAP_WRITER_LITERAL_PLUS = 1 << 0,  /* no literal needs to wait (RFC 7888) */
  IMAP_WRITER_LITERAL_MINUS = 1 << 1, /* none up to 4096 bytes */
  IMAP_WRITER_UTF8 = 1 << 2           /* mailbox names in UTF-8, not modified UTF-7 */
} ImapWriterOptions;

ImapLine *imap_line_new (void);
void imap_line_free (ImapLine *line);

/* Each writes one whole line with its CRLF. @bodies: one for each section of a FETCH response whose
 * data has a size but no bytes, in order; may be %NULL when there are none. A command that cannot
 * be said (a line end in a flag or a word) gives %FALSE and must not be sent. */
gboolean imap_writer_command_line (const ImapCommand *command, guint options, ImapLine *line);
void imap_writer_response_line (const ImapResponse *response,
                                guint options,
                                BaseBody *const *bodies,
                                guint n_bodies,
                                ImapLine *line);

/* The same as one run of bytes, literals as {n} CRLF and data; bodies are read into it, secrets
 * stand in it. */
void imap_writer_response (const ImapResponse *response, GString *out);
void imap_writer_command (const ImapCommand *command, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapLine, imap_line_free)

G_END_DECLS
