/* A cursor over a frame: the tokens that commands and responses share (RFC 9051 §9: atom, number,
 * quoted, literal, nstring, parentheses). For the parsers of this folder only.
 *
 * Each function that takes a token moves behind it and returns TRUE, or leaves the cursor, notes
 * what was expected and returns FALSE. */
#pragma once

#include "imap-framer.h"

G_BEGIN_DECLS

typedef struct
{
  const ImapFrame *frame;
  const BaseLimits *limits;
  BaseParts *parts; /* (nullable) */
  const char *p, *end;
  guint literal; /* the next of the frame's */
  guint depth;
  gboolean strict; /* a client's command: one space where the grammar has one, and none elsewhere */
  const char *expected; /* static; %NULL: no error */
  const char *expected_at;
  gboolean over_limit;
} ImapScanner;

typedef struct
{
  const char *at;
  gsize len;
} ImapToken;

void imap_scanner_init (ImapScanner *scanner,
                        const ImapFrame *frame,
                        const BaseLimits *limits,
                        BaseParts *parts);
/* Notes what was expected; always %FALSE. */
gboolean imap_scanner_expected (ImapScanner *scanner, const char *what);
/* The error of what was expected, for @subject ("response"). */
void imap_scanner_set_error (const ImapScanner *scanner, const char *subject, GError **error);

gboolean imap_scanner_at_end (const ImapScanner *scanner);
/* The next character without moving; '\0' at the end. */
char imap_scanner_peek (const ImapScanner *scanner);
/* %FALSE without an error if another character stands there. */
gboolean imap_scanner_accept (ImapScanner *scanner, char c);
gboolean imap_scanner_need (ImapScanner *scanner, char c, const char *what);
/* Spaces, if there are any; when strict one, with something behind it. */
void imap_scanner_spaces (ImapScanner *scanner);
/* Enters and leaves a parenthesis, counting depth. */
gboolean imap_scanner_open (ImapScanner *scanner);
/* TRUE at ")", which is passed, and spaces before it; FALSE without an error elsewhere. */
gboolean imap_scanner_close (ImapScanner *scanner);

/* A run of characters up to space, parenthesis or the end; brackets with all in them belong to it
 * when @brackets. May be empty: then FALSE. */
gboolean imap_scanner_word (ImapScanner *scanner, gboolean brackets, ImapToken *token);
gboolean imap_token_is (const ImapToken *token, const char *word);
/* number64; a negative one, which some servers send for sizes they do not know, counts as 0. */
gboolean imap_scanner_number (ImapScanner *scanner, guint64 *number);
gboolean imap_scanner_number32 (ImapScanner *scanner, guint32 *number);

/* A string, an atom or NIL. */
gboolean imap_scanner_string (ImapScanner *scanner, ImapString *string);
/* The same as text: %NULL for NIL. It may hold any bytes but NUL. */
gboolean imap_scanner_text (ImapScanner *scanner, char **text);
/* Text that cannot be NIL: the word NIL stands for itself. */
gboolean imap_scanner_astring (ImapScanner *scanner, char **text);
/* The same with wildcards in it (list-mailbox). */
gboolean imap_scanner_pattern (ImapScanner *scanner, char **text);
/* How a mailbox's name that stands on the wire so is called here: the frame says whether names are
 * in UTF-8. (transfer full) */
char *imap_scanner_name (const ImapScanner *scanner, const char *raw, gsize len);
/* A mailbox's name as UTF-8. */
/* The same of what names one mailbox, and is no pattern: "" where a server can have none of that
 * name (ImapFrame.names). (transfer full) */
char *imap_scanner_one_name (const ImapScanner *scanner, const char *raw, gsize len);
gboolean imap_scanner_mailbox (ImapScanner *scanner, char **name);
gboolean imap_scanner_set (ImapScanner *scanner, const char *part, ImapSet **set);
gboolean imap_scanner_flag (ImapScanner *scanner, ImapFlags *flags);
/* "(" labels ")" (X-GM-LABELS), as UTF-8. */
gboolean imap_scanner_labels (ImapScanner *scanner, char ***labels);
/* "(" flags ")". */
gboolean imap_scanner_flags (ImapScanner *scanner, ImapFlags *flags);

/* Passes over any value, with what is in its parentheses. */
gboolean imap_scanner_skip (ImapScanner *scanner);
/* What stands between two places, literals with their bytes; streamed ones as "", a NUL as
 * another control character. */
char *
imap_scanner_raw (const ImapScanner *scanner, const char *from, guint from_literal, const char *to);

/* The same up to the cursor, put behind what is in *@text already (nullable) and a space. */
void imap_scanner_append_raw (const ImapScanner *scanner,
                              const char *from,
                              guint from_literal,
                              char **text);
/* Gathered words (transfer full) as a vector with its %NULL. (transfer full) */
char **imap_scanner_take_words (GPtrArray *words);

/* Notes the part from @from up to the cursor. */
void imap_scanner_part (ImapScanner *scanner, const char *from, const char *id);
/* The same with an id made of the token as data/learn/README.md says. */
void imap_scanner_part_token (ImapScanner *scanner, const ImapToken *token, const char *prefix);

G_END_DECLS
