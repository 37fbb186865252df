/* What the two files of collecting share: the session so far. Nobody else includes this. */
#pragma once

#include "engine-bulk.h"
#include "engine-pop3.h"
#include "pop3-core.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 number;
  guint64 size;
  char *uidl; /* NULL until known (no UIDL: until its hash is) */
} EnginePop3Listed;

typedef struct
{
  const StoreAccountInfo *info;
  StoreMailbase *mailbase;
  StoreReader *reader;
  NetSession *session;
  Pop3Core *core;
  EngineBulk *bulk;
  const EngineWork *work;
  const BaseCause *cause;
  gint64 maildrop, inbox;
  gboolean has_uidl;
  GArray *listed;             /* EnginePop3Listed */
  GHashTable *known;          /* uidl → StoreRow */
  GHashTable *arriving;       /* exchange → Arriving */
  struct _Arrivals *arrivals; /* finished ones, to be written */
  guint64 done, failed, kept; /* kept: there, against DELE */
  char *said;                 /* of the first failed one */
  char *kept_said;            /* of the first kept one */
} EnginePop3;

/* engine-pop3.c: what is known of the letters that the maildrop lists, by UIDL, anew. */
gboolean engine_pop3_load_known (EnginePop3 *pop3, GError **error);

/* engine-pop3-remove.c: DELE for what the policy or the person wants gone and what is here whole,
 * then QUIT, whose answer proves it. A refused DELE is counted in @pop3 and is no error. */
gboolean engine_pop3_remove_and_quit (EnginePop3 *pop3, GError **error);

G_END_DECLS
