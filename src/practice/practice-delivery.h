/* Where a letter goes: into the mailboxes of those who live here, and nowhere else. */
#pragma once

#include "practice-store.h"

G_BEGIN_DECLS

/* What RCPT is answered (RFC 5321 §4.3.2, RFC 3463). */
typedef struct
{
  guint code;
  const char *enhanced; /* static */
  const char *text;     /* static */
} PracticeVerdict;

/* What becomes of a letter that RCPT accepted (RFC 3464 §2.3.3). Two addresses that nobody lives at
 * teach what can happen then: moved@… is found out to have left, slow@… does not answer for now. */
typedef enum
{
  PRACTICE_FATE_DELIVERED,
  PRACTICE_FATE_FAILED, /* 5.1.6 */
  PRACTICE_FATE_DELAYED /* 4.4.1 */
} PracticeFate;

/* @path: as RCPT gave it. @user: who will get it; %NULL when the verdict is no, or the fate another
 * than DELIVERED. */
PracticeVerdict
practice_delivery_check (const char *path, const PracticeUser **user, PracticeFate *fate);

/* Who sent a letter to whom, as the envelope says. */
typedef struct
{
  const char *from;      /* "" for the null path */
  GPtrArray *to;         /* const PracticeUser *, each once */
  const char *host;      /* what EHLO said */
  const char *signed_in; /* the user's name */
  gboolean encrypted;
} PracticeEnvelope;

/* Puts a copy with Return-Path and Received in front into each INBOX (RFC 5321 §4.4). Takes the
 * lock. What DATA is answered: 250; or nobody got it, because a mailbox or the disk is full. */
PracticeVerdict practice_delivery_deliver (PracticeStore *store,
                                           const PracticeEnvelope *envelope,
                                           const guint8 *letter,
                                           gsize len);

G_END_DECLS
