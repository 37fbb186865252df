/* Frames lines with their literals: cuts a stream of bytes where the grammar does, before anybody
 * parses (RFC 9051 §4.3, §9 literal, RFC 7888). A line with small literals comes whole; a large
 * literal is passed on in the pieces in which it arrives, and its line comes after it. */
#pragma once

#include "imap-value.h"

G_BEGIN_DECLS

/* A literal of a frame. */
typedef struct
{
  GBytes *bytes;  /* %NULL: streamed, or left out of a recording */
  guint64 stream; /* 0: not streamed */
  guint64 size;
  gsize at;        /* where in the text its bytes would stand: behind its mark */
  gboolean body;   /* message content: FETCH BODY[…], APPEND */
  gboolean secret; /* a password */
} ImapLiteral;

/* A line: its text with the "{12}" CRLF of each literal in it, without the final CRLF and without
 * the literals' bytes. What a recording of the line looks like when literals are left out. */
typedef struct
{
  const char *text; /* not NUL-terminated */
  gsize len;
  const ImapLiteral *literals; /* in the order of their marks in @text */
  guint n_literals;
  gboolean utf8;  /* mailbox names in it are UTF-8, not modified UTF-7 */
  gboolean names; /* a server's: what is no name in the spelling that is due is read as "", which no
                     mailbox is called */
  gboolean bare;  /* a client's line that ended in LF alone: to be refused (RFC 9051 §2.2) */
} ImapFrame;

typedef enum
{
  IMAP_FRAMER_NEED_DATA,
  IMAP_FRAMER_TEXT,          /* a run of text up to and with a CRLF: @bytes; where a span ends */
  IMAP_FRAMER_LITERAL,       /* the text ended in a literal's mark: literal, sync */
  IMAP_FRAMER_LITERAL_WHOLE, /* all of a small literal: @bytes */
  IMAP_FRAMER_LITERAL_DATA,  /* a piece of a streamed one: @bytes */
  IMAP_FRAMER_LITERAL_END,
  IMAP_FRAMER_LINE, /* the line is complete: frame */
  IMAP_FRAMER_ERROR /* over a limit: error */
} ImapFramerStep;

/* What a step yields; everything in it is valid until the next step. */
typedef struct
{
  const guint8 *bytes;
  gsize len;
  gboolean ends_line;  /* TEXT: this is the end of the line */
  gsize secret_from;   /* TEXT, server: where in @bytes a password stands … */
  gsize secret_len;    /* … and how long it is; 0: there is none */
  ImapLiteral literal; /* LITERAL…, and TEXT that ends in its mark */
  gboolean sync;       /* LITERAL, and TEXT that ends in its mark: the sender waits for "+" */
  ImapFrame frame;
  const char *error; /* static */
} ImapFramed;

typedef struct _ImapFramer ImapFramer;

/* @role: who reads. A client reads responses, a server commands. @limits must outlive it. */
ImapFramer *imap_framer_new (BaseRole role, const BaseLimits *limits);
void imap_framer_free (ImapFramer *framer);
/* From here on mailbox names are UTF-8 (RFC 6855, RFC 9051). */
void imap_framer_set_utf8 (ImapFramer *framer, gboolean utf8);

/* Reads from *@bytes and moves it on; to be called until it needs data, while the bytes stay where
 * they are. Unfinished text and small literals are kept inside. */
ImapFramerStep
imap_framer_step (ImapFramer *framer, const guint8 **bytes, gsize *len, ImapFramed *framed);
/* Something of a line, or of a literal, is in the framer. */
gboolean imap_framer_is_inside (const ImapFramer *framer);
/* The literal that was just announced is not going to come (a server refused it): the line is
 * dropped. */
void imap_framer_drop (ImapFramer *framer);
/* The text of the line so far, at TEXT, LITERAL… and LINE steps: whose line it is can be told
 * early.
 */
const char *imap_framer_peek (const ImapFramer *framer, gsize *len);
/* What is kept of an unfinished line and has been in no step: at the end of a stream. */
gsize imap_framer_unread (const ImapFramer *framer);

/* Where the secret stands in a client's line: the password of LOGIN, the initial response of
 * AUTHENTICATE. @text may be a part of a line. %FALSE: nowhere. The range ends at @len. */
gboolean imap_framer_find_secret (const char *text, gsize len, gsize *from);

/* Whether a client's line, as far as @text, goes on with a literal: its mark is behind @from and
 * ends @text. *mark is where it begins, of *literal all but the bytes is set; *sync: a "+" comes
 * before them. */
gboolean imap_framer_find_literal (
    const char *text, gsize len, gsize from, gsize *mark, ImapLiteral *literal, gboolean *sync);

/* The frame of a recorded line, with or without its CRLF, in which literals are in their place or
 * left out; it must be freed by imap_frame_clear(). @role: who would read the line. */
void imap_frame_init (ImapFrame *frame, BaseRole role, const char *line, gsize len);
void imap_frame_clear (ImapFrame *frame);

G_END_DECLS
