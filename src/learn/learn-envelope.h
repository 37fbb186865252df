/* Envelope and letter side by side: what servers are told (MAIL FROM, RCPT TO) against what the
 * letter's header says (From, To, Cc …), and where the two differ (RFC 5321 §2.3.1, RFC 5322 §3.6).
 * Pure: the caller brings both. Words are translated text without markup. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is remembered of the envelope. Strings may be %NULL, arrays may be empty, never %NULL. */
typedef struct
{
  char *sender;            /* MAIL FROM, "" for <>; %NULL: not known */
  char *sender_parameters; /* "SIZE=1234 BODY=8BITMIME" (nullable) */
  char *sender_reply;      /* "250 2.1.0 Ok" (nullable) */
  GPtrArray *recipients;   /* LearnRecipient */
  gboolean before;         /* nothing was said yet: this is what will be */
  char **offer;            /* before: what the server said it offers (smtp-offer.h); the ground that
                              parameters stand on (nullable) */
} LearnEnvelope;

typedef struct
{
  char *address;    /* RCPT TO */
  char *parameters; /* "NOTIFY=SUCCESS,FAILURE" (nullable) */
  char *reply;      /* the server's whole answer, or the code that is remembered (nullable) */
  int accepted;     /* 1: yes, 0: no, -1: not known */
} LearnRecipient;

LearnEnvelope *learn_envelope_new (const char *sender);
void learn_envelope_add (LearnEnvelope *envelope,
                         const char *address,
                         const char *parameters,
                         const char *reply,
                         int accepted);
/* What a session really said, or will say: a line MAIL FROM:<…> or RCPT TO:<…> with its parameters,
 * and the server's answer (nullable), without their line ends. Fills in what is known of it; other
 * lines are passed over. */
void learn_envelope_hear (LearnEnvelope *envelope, const char *line, const char *reply);
void learn_envelope_free (LearnEnvelope *envelope);

/* The letter's header: addresses only, without names. Lists are NULL-terminated, (nullable). */
typedef struct
{
  const char *const *from, *const *reply_to, *const *to, *const *cc, *const *bcc;
  const char *sender;              /* Sender (nullable) */
  const char *return_path;         /* received letters: what the last server wrote (nullable) */
  const char *const *delivered_to; /* received letters: Delivered-To, X-Original-To (nullable) */
} LearnHeader;

/* One line of the comparison: what stands on either side, and what it means. */
typedef enum
{
  LEARN_SIDES_SAME,
  LEARN_SIDES_HIDDEN,       /* in the envelope, in no header that is sent: Bcc */
  LEARN_SIDES_NOT_ENVELOPE, /* in To or Cc, but no RCPT TO: it was not sent to them this time */
  LEARN_SIDES_SENDER_DIFFERS,
  LEARN_SIDES_REFUSED,
  LEARN_SIDES_UNROUTED, /* a header that no server looks at: Reply-To */
  LEARN_SIDES_PARAMETER /* what was said behind an address, and what it asks for */
} LearnSidesKind;

typedef struct
{
  LearnSidesKind kind;
  char *envelope; /* "RCPT TO:<carol@b.example>", or "" */
  char *letter;   /* "To: bob@b.example", or "" */
  char *reply;    /* what the server said to it, or of it in its answer to EHLO, or "" */
  char *note;     /* one sentence, or "" where both agree */
} LearnSides;
void learn_sides_free (LearnSides *sides);

/* @envelope: %NULL for a letter that came, whose envelope left only traces. Sender first, then
 * recipients in the order of the header, then those in the envelope alone, then each parameter
 * once. (transfer full, element: LearnSides) */
GPtrArray *learn_envelope_compare (const LearnEnvelope *envelope, const LearnHeader *header);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnEnvelope, learn_envelope_free)

G_END_DECLS
