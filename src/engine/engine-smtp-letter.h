/* One letter over an SMTP session: what is said of it, and what the answers mean. For engine-smtp,
 * which knows what comes before and behind it. */
#pragma once

#include "engine-outbox-turn.h"
#include "engine-smtp-envelope.h"

G_BEGIN_DECLS

typedef struct
{
  StoreOutboxEntry *entry;
  BaseCause *cause;
  BaseBody *body;     /* (nullable: unfit) */
  GError *unfit;      /* why this server cannot take it (nullable) */
  gboolean submitted; /* it may have been said */
  gboolean dot;       /* its end may be out; set by who lets that go */
  EngineSent sent;    /* filled by what judges */

  /* its own business */
  const StoreAccountInfo *info;
  SmtpCore *core;
  EngineSmtpServer server;
  EngineSmtpNeeds needs;
  GPtrArray *targets;     /* whom this transaction is for: char *, of @entry */
  gboolean more;          /* others are left for the next one */
  guint64 mail, data;     /* exchanges */
  GArray *rcpts;          /* guint64, one a target */
  GPtrArray *accepted;    /* of @targets */
  GPtrArray *refused;     /* lines of StoreOutboxEntry.refused */
  char *later;            /* one of those may be tried again: its codes (nullable) */
  gboolean no_sender;     /* MAIL was refused: whom RCPT accepted means nothing */
  BaseOutcome worst;      /* of MAIL, and of the recipients while none was accepted */
  char *said;             /* the server's words to the first refusal */
  char *closing;          /* the codes of a 421, behind which it says no more (nullable) */
  char *goodbye;          /* its words */
  char *why;              /* of @sent */
  const char *refused_at; /* what was refused, for the error */
} EngineSmtpLetter;

/* Reads as much of it as the envelope needs, through @reader. @cause: %NULL: the letter's own.
 * NULL: it cannot be read. @entry is (transfer full), also on failure; all else must stay as long.
 * (transfer full) */
EngineSmtpLetter *engine_smtp_letter_new (const StoreAccountInfo *info,
                                          StoreReader *reader,
                                          SmtpCore *core,
                                          const BaseCause *cause,
                                          StoreOutboxEntry *entry,
                                          GError **error);
void engine_smtp_letter_free (EngineSmtpLetter *letter);

/* MAIL, RCPT… and the letter itself, which must not be unfit; @behind another one's end, with RSET
 * before them. */
void engine_smtp_letter_submit (EngineSmtpLetter *letter, gboolean behind);
/* What comes before the answer to @data, which decides. */
void engine_smtp_letter_take (EngineSmtpLetter *letter, const BaseEvent *event);

/* How it ended: @sent is filled, and @error set but where the server took it. */
void engine_smtp_letter_judge (EngineSmtpLetter *letter, const BaseEvent *answer, GError **error);
/* The dialogue broke off with *@error, which may be replaced. */
void engine_smtp_letter_judge_cut (EngineSmtpLetter *letter, GError **error);
/* It was not submitted. */
void engine_smtp_letter_judge_unfit (EngineSmtpLetter *letter, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineSmtpLetter, engine_smtp_letter_free)

G_END_DECLS
