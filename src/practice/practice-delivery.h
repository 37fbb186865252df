/* Where a letter goes: into the mailboxes of those who live here, or into the queue for the other
 * domain's host; and nowhere else. */
#pragma once

#include "practice-onward.h"
#include "practice-store.h"

G_BEGIN_DECLS

/* What RCPT is answered (RFC 5321 §4.3.2, RFC 3463), or a letter. */
typedef struct
{
  guint code;
  const char *enhanced; /* static */
  const char *text;     /* static */
} PracticeVerdict;

/* What becomes of a letter that RCPT accepted (RFC 3464 §2.3.3). Some addresses that nobody lives
 * at teach what can happen then: moved@… is found out to have left, slow@… does not answer for now,
 * and the mailbox of full@… turns out to be full. mallory@… is heard of from elsewhere. */
typedef enum
{
  PRACTICE_FATE_DELIVERED,
  PRACTICE_FATE_FAILED, /* 5.1.6, 5.2.2 … */
  PRACTICE_FATE_DELAYED /* 4.4.1 … */
} PracticeFate;

typedef struct
{
  PracticeVerdict verdict;
  const PracticeUser
      *user; /* who will get it; %NULL when the verdict is no, or nobody lives there */
  const PracticeDomain *domain; /* of the address; %NULL when the verdict is no */
  PracticeFate fate;
  const char *status; /* of the fate; static */
  gboolean provokes;  /* mallory@…: a forged letter is the answer */
} PracticeAddressee;

/* @path: as RCPT gave it. At the counter for those who live here: whether anybody does. */
void practice_delivery_check (const char *path, PracticeAddressee *addressee);
/* The same where @domain takes letters from others (RFC 5321 §3.6): for its own people alone, as
 * long as their mailboxes have room. Takes the lock. */
void practice_delivery_check_border (PracticeStore *store,
                                     const PracticeDomain *domain,
                                     const char *path,
                                     PracticeAddressee *addressee);

/* Who sent a letter to whom, as the envelope says, and how it came. */
typedef struct
{
  const char *from;    /* "" for the null path */
  GPtrArray *to;       /* const PracticeUser *, each once */
  GPtrArray *onward;   /* PracticeOnward, to be queued (nullable) */
  const char *host;    /* what EHLO said */
  const char *peer;    /* from which IP address; %NULL: it was written on the host itself */
  const char *by;      /* the host here */
  const char *results; /* what was found out about it: an Authentication-Results field (nullable) */
  gboolean junk;       /* it belongs into Junk */
  gboolean signed_in;  /* … or it came from another host */
  gboolean encrypted;
} PracticeEnvelope;

/* Puts a copy with Return-Path and Received in front into each INBOX (RFC 5321 §4.4), and what goes
 * on into the queue: all of them or none. Takes the lock. What DATA is answered: 250; or nobody got
 * it, because a mailbox or the disk is full. */
PracticeVerdict practice_delivery_deliver (PracticeStore *store,
                                           const PracticeEnvelope *envelope,
                                           const guint8 *letter,
                                           gsize len);

/* A letter from one who lives here, or from @host itself (%NULL), to another: delivered there, or
 * queued where that is another domain. Takes the lock. */
PracticeVerdict practice_delivery_post (PracticeStore *store,
                                        const PracticeDomain *host,
                                        const PracticeUser *from,
                                        const PracticeUser *to,
                                        const guint8 *letter,
                                        gsize len);

G_END_DECLS
