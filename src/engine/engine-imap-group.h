/* One play of the journal under way, for the files that know how each kind of it is said:
 * engine-imap-journal.c runs them all, and marks and removes by itself. */
#pragma once

#include "engine-imap.h"
#include "engine-plan.h"

G_BEGIN_DECLS

typedef struct
{
  EngineImap *imap;
  const EnginePlay *play;
  StoreJournalEntry **entries; /* the play's: one for each message */
  guint n;
  guint32 *uids;        /* of each entry in the selected folder; 0: no longer there */
  guint32 *target_uids; /* COPYUID, APPENDUID; 0: not told */
  guint32 target_validity;
  const char *verb;     /* what proved it, for the ledger */
  StoreFolder *target;  /* while it is played (nullable) */
  gint64 target_id;     /* 0: it goes nowhere */
  char *why;            /* nullable: what a person is told of a refusal */
  StoreFolder *renamed; /* nullable: the target under the name it is made with */
  gboolean said;        /* what is refused now is these letters', or one's of them */
  gboolean outdated;    /* one of the entries waits no more: nothing was said, it is planned anew */
} EngineImapGroup;

/* engine-imap-journal.c: the letters' UIDs in the selected folder. (transfer full) */
ImapSet *engine_imap_group_uids (const EngineImapGroup *group);
gboolean engine_imap_group_has_uids (const EngineImapGroup *group);
/* A command was refused. *@fewer: because somebody else removed letters in that moment
 * (EXPUNGEISSUED, RFC 5530 §3), which have no UID now: it may be said again of the others. */
gboolean engine_imap_group_leave_gone (EngineImapGroup *group,
                                       const ImapEvent *event,
                                       gboolean *fewer,
                                       GError **error);
/* Message-ID of a message, also of one that no folder shows any more. (transfer full) (nullable) */
char *engine_imap_dup_message_id (EngineImap *imap, gint64 message);
/* \Deleted and EXPUNGE of just these. */
gboolean engine_imap_group_delete (EngineImapGroup *group, GError **error);

/* engine-imap-move.c; @source is selected. */
gboolean engine_imap_group_move (EngineImapGroup *group, StoreFolder *source, GError **error);
/* Letters whose move was cut off, or refused when it may have been done to some of them. */
gboolean
engine_imap_group_resume_move (EngineImapGroup *group, StoreFolder *source, GError **error);
/* *@arrived: the letter, which is the only one, is in the target, and was not known there: as its
 * target UID. */
gboolean
engine_imap_group_find_in_target (EngineImapGroup *group, gboolean *arrived, GError **error);
/* *@made: the answer was NO [TRYCREATE], or a NO without a reason and the target is gone; it has
 * been made: say it again. */
gboolean engine_imap_group_make_target (EngineImapGroup *group,
                                        const ImapEvent *event,
                                        gboolean *made,
                                        GError **error);

/* engine-imap-put.c */
gboolean engine_imap_group_append (EngineImapGroup *group, GError **error);

G_END_DECLS
