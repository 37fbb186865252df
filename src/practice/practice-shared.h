/* What everybody at work in the post office shares; the office owns it and outlives them. */
#pragma once

#include <gio/gio.h>

#include "net-ca.h"
#include "practice-domain.h"
#include "practice-fault.h"
#include "practice-greylist.h"
#include "practice-sessions.h"
#include "practice-store.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct _PracticeCorrespondent PracticeCorrespondent; /* practice-correspondent.h */
typedef struct _PracticeRelay PracticeRelay;                 /* practice-relay.h */

typedef struct
{
  PracticeStore *store;
  PracticeCorrespondent *correspondent;
  PracticeFaults *faults;
  PracticeRelay *relay;
  PracticeGreylist *greylist;
  PracticeSessions *sessions;
  guint16 mx_ports[PRACTICE_DOMAINS_SERVED]; /* where the domains take letters from each other */
  NetCa *ca;
  NetIdentity *identity;
  WireTap *tap;     /* (nullable) */
  WireTap *hop_tap; /* what hosts say to each other (nullable) */
  GCancellable *cancellable;
  gboolean plaintext_login;
  gboolean only_data;
  gboolean french;
} PracticeShared;

G_END_DECLS
