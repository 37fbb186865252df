/* What the files of collecting share: the session so far. Nobody else includes this. */
#pragma once

#include "engine-bulk.h"
#include "engine-pop3.h"
#include "pop3-core.h"
#include "store-read.h"

G_BEGIN_DECLS

/* How the name begins of a letter that the server gives none: the hash of its bytes. */
#define ENGINE_POP3_HASH "sha256:"

typedef struct
{
  guint32 number;
  gboolean asked;   /* its content was asked for in this session */
  gboolean seen;    /* its content came in this session */
  gboolean left;    /* it is not asked for: it never came to an end */
  gboolean checked; /* its headers were, in this session: it is the letter known by its name */
  gboolean doubted; /* they are another letter's */
  guint64 size;     /* as LIST says */
  guint64 came;     /* bytes of it, when it came whole in this session; else 0 */
  const char *uidl; /* in `names`; NULL until known (no name there: until its hash is) */
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
  const EnginePop3Wish *wish;
  const BaseCause *cause;
  gint64 maildrop, inbox;
  gboolean has_uidl;
  gboolean shuffled;          /* what is known is listed as if the mailbox had been rebuilt */
  gint changed;               /* atomic: a name was found to be another letter's now */
  GArray *listed;             /* EnginePop3Listed */
  GStringChunk *names;        /* UIDLs as listed */
  GHashTable *known;          /* uidl → StoreKept */
  GHashTable *endless;        /* uidl: left behind a while ago */
  GHashTable *arriving;       /* exchange → Arriving */
  struct _Arrivals *arrivals; /* finished ones, to be written */
  guint64 done, failed, kept; /* kept: there, against DELE */
  guint64 nameless;           /* left there: UIDL does not name them */
  char *said;                 /* of the first failed one */
  char *kept_said;            /* of the first kept one */
} EnginePop3;

/* Over a signed-in session, up to QUIT. */
gboolean engine_pop3_collect (EnginePop3 *pop3, GError **error);

/* engine-pop3-list.c: LIST and UIDL, told to the store. */
gboolean engine_pop3_list (EnginePop3 *pop3, GError **error);
/* What is known of the letters that the maildrop lists, by UIDL, anew. */
gboolean engine_pop3_load_known (EnginePop3 *pop3, GError **error);

/* engine-pop3-check.c: whether names still mean the letters that are known by them. What does not
 * is marked as doubted, and @pop3->changed is set. Some, where the list looks like a mailbox that
 * was rebuilt: */
gboolean engine_pop3_check_sample (EnginePop3 *pop3, GError **error);
/* All that is to be removed there. */
gboolean engine_pop3_check_leaving (EnginePop3 *pop3, GError **error);

/* engine-pop3-remove.c: whether the policy or the person (@wanted: UIDLs) wants it gone there. */
gboolean engine_pop3_is_leaving (EnginePop3 *pop3, const StoreKept *kept, GHashTable *wanted);
/* What the person deleted: gint64 *, the id in the journal, by UIDL. (transfer full) */
GHashTable *engine_pop3_wanted (EnginePop3 *pop3, GError **error);

/* engine-pop3-remove.c: DELE for what the policy or the person wants gone and what is here whole,
 * then QUIT, whose answer proves it. A refused DELE is counted in @pop3 and is no error. */
gboolean engine_pop3_remove_and_quit (EnginePop3 *pop3, GError **error);

/* engine-pop3-endless.c: this letter has no end; it is not asked for again for a day. */
gboolean engine_pop3_endless_add (EnginePop3 *pop3, const char *uidl, GError **error);
/* The names of those, as a set. (transfer full) */
GHashTable *engine_pop3_endless_load (StoreMailbase *mailbase);

G_END_DECLS
