/* What can be done inside a transaction. Each writes its ledger entries with it. All return %FALSE
 * with STORE_ERROR. */
#pragma once

#include "store-job.h"
#include "store-pack.h"
#include "store-types.h"

G_BEGIN_DECLS

/* What the running job changes of outbox and journal is committed now and need not reach the disk
 * before it is told: a synchronised write follows at once, by who asks for this. */
void store_tx_sync_later (StoreTx *tx);

/* Causes are stored when first referred to. */

/* Folders. Finds by (place, name) or makes; fills @id. Server data as SELECT/LIST/STATUS gave them.
 */
gboolean store_tx_put_folder (StoreTx *tx, const StoreFolder *folder, gint64 *id, GError **error);
/* UIDVALIDITY changed: all its placements lose their UIDs and are matched again by what follows;
 * those not found again by store_tx_finish_revalidation() are gone. */
gboolean
store_tx_revalidate_folder (StoreTx *tx, gint64 folder, guint32 uidvalidity, GError **error);
/* The whole folder has been looked at: shown placements that still have no UID and that nothing in
 * the journal explains are gone from the server. After each complete listing of a folder: it also
 * settles moves whose outcome was not known. */
gboolean store_tx_finish_revalidation (
    StoreTx *tx, gint64 folder, const BaseCause *cause, const char *exchange, GError **error);
gboolean store_tx_set_folder_server (StoreTx *tx,
                                     gint64 folder,
                                     guint32 uidvalidity,
                                     guint32 uidnext,
                                     guint64 modseq,
                                     gint64 total,
                                     gint64 size,
                                     GError **error);
/* Only how many letters the server says it has there; the folder has not been looked into. */
gboolean store_tx_set_folder_total (StoreTx *tx, gint64 folder, gint64 total, GError **error);
gboolean store_tx_remove_folder (StoreTx *tx, gint64 folder, GError **error);
/* The server calls it otherwise now; no other folder may have this name. */
gboolean store_tx_rename_folder (StoreTx *tx, gint64 folder, const char *name, GError **error);
/* What the server calls it whatever its name is (RFC 8474). */
gboolean
store_tx_set_mailbox_id (StoreTx *tx, gint64 folder, const char *mailbox_id, GError **error);

/* Sources (store-pack.h). One that is here whole is put in one go; one that is still arriving is
 * begun, gets its chunks, and is published in the transaction that makes a message point to it,
 * once the pack has ended; what of @pack was not taken is written then. */
gboolean store_tx_source_put (StoreTx *tx, StorePack *pack, gint64 *source, GError **error);
gboolean store_tx_source_begin (StoreTx *tx, gint64 *source, GError **error);
gboolean
store_tx_source_chunk (StoreTx *tx, gint64 source, const StoreChunk *chunk, GError **error);
/* %STORE_ERROR_NOT_FOUND when a chunk of it was lost with its transaction. */
gboolean store_tx_source_publish (StoreTx *tx, gint64 source, StorePack *pack, GError **error);
gboolean store_tx_source_discard (StoreTx *tx, gint64 source, GError **error);

/* A message with one placement. Used for headers (source 0) and for whole letters. */
typedef struct
{
  gint64 folder; /* 0: nowhere yet (a letter in the outbox): a message without placement */
  guint32 uidvalidity, uid; /* uid 0: none */
  const char *uidl;         /* (nullable) */
  guint64 modseq;
  guint flags;
  const char *keywords;
  gint64 source; /* published or to be; 0: none */
  guint64 size;
  const char *message_id, *in_reply_to, *refs, *thread; /* (nullable) */
  const char *subject, *from_name, *from_address, *to_text, *cc_text;
  gint64 date_utc;
  int date_offset;
  gint64 arrived;
  const char *preview; /* (nullable) */
  guint attachments;
  const char *email_id; /* EMAILID, X-GM-MSGID: a letter known by it is this one (nullable) */
  gint64 saved;         /* when it came into the folder, UTC seconds; 0: not told */
  gint64 message;       /* not 0: another placement of this message */
  gboolean hidden;      /* e.g. the maildrop's placement */
} StoreNewMessage;
/* If (folder, uidvalidity, uid) or (folder, uidl) is there already, updates its flags and MODSEQ
 * and returns its ids: doing it twice is doing it once. Where the UID is known as another letter's,
 * that one goes without (StoreDoubt). */
gboolean store_tx_put_message (StoreTx *tx,
                               const StoreNewMessage *message,
                               const BaseCause *cause,
                               const char *exchange,
                               gint64 *message_id,
                               gint64 *placement_id,
                               GError **error);
/* The body has come: points the message to @source and fills preview and attachments. */
gboolean store_tx_set_source (StoreTx *tx,
                              gint64 message,
                              gint64 source,
                              const char *preview,
                              guint attachments,
                              const BaseCause *cause,
                              const char *exchange,
                              GError **error);
/* Whether the letter whose header came is the one that is known; @exactly: where it has no
 * Message-ID, its size or its time of arrival must be the same too. */
gboolean store_identity_is (const StoreIdentity *known, const StoreNewMessage *told);
gboolean store_identity_is_exactly (const StoreIdentity *known, const StoreNewMessage *told);
/* Removes the bytes here (IMAP: headers stay). */
gboolean store_tx_drop_source (StoreTx *tx, gint64 message, const BaseCause *cause, GError **error);

/* What the server says. Pending journal entries win over it in `flags`, never in `server_flags`. */
gboolean store_tx_server_flags (StoreTx *tx,
                                gint64 folder,
                                guint32 uidvalidity,
                                guint32 uid,
                                guint flags,
                                const char *keywords,
                                guint64 modseq,
                                GError **error);
/* The server no longer has these UIDs (EXPUNGE, VANISHED, missing at synchronisation). Messages
 * that have no other placement are removed, unless the outbox or journal needs them. @uidnext: the
 * folder's (0: not known): a letter whose UID was only promised is gone if a letter ever had that
 * UID, and otherwise loses it, to be met again. */
gboolean store_tx_server_expunged (StoreTx *tx,
                                   gint64 folder,
                                   guint32 uidvalidity,
                                   const guint32 *uids,
                                   guint n_uids,
                                   guint32 uidnext,
                                   const BaseCause *cause,
                                   const char *exchange,
                                   GError **error);
/* Messages with an EMAILID that left their last folder are kept for a while, with their bytes: they
 * may be met in another one. All folders have been looked through: they are gone. */
gboolean store_tx_collect_adrift (StoreTx *tx, const BaseCause *cause, GError **error);
/* COPYUID/APPENDUID: the placement now has this UID in this folder. */
gboolean
store_tx_set_uid (StoreTx *tx, gint64 placement, guint32 uidvalidity, guint32 uid, GError **error);
/* The same by the word of an answer that nobody has checked. A UID that is another letter's here,
 * or of another UIDVALIDITY than the folder's, is not believed. */
gboolean store_tx_promise_uid (
    StoreTx *tx, gint64 placement, gint64 folder, guint32 uidvalidity, guint32 uid, GError **error);
/* What was promised is not there: they are met again by what follows. What is not met until
 * store_tx_finish_revalidation(), and is here whole, stays, as a letter that the server refused. */
gboolean store_tx_lose_uids (StoreTx *tx, const gint64 *placements, guint n, GError **error);
/* UIDs of the folder name other letters than they did, and UIDVALIDITY is the same: as if it had
 * changed, but letters that are here whole and are not met again stay, as above. */
gboolean store_tx_doubt_folder (StoreTx *tx, gint64 folder, GError **error);
/* POP3: what UIDL listed this time; placements of the maildrop not in it are no longer listed. */
gboolean store_tx_maildrop_listed (StoreTx *tx,
                                   gint64 maildrop,
                                   const char *const *uidls,
                                   guint n,
                                   const BaseCause *cause,
                                   GError **error);
/* What LIST says a letter weighs whose content is known. */
gboolean store_tx_maildrop_weighs (StoreTx *tx, gint64 placement, guint64 listed, GError **error);
/* The server gives another weight than before to the letter @uidl, and @source is what it sends
 * now: the letter that is here (same bytes, or the same Message-ID), and then @source is discarded;
 * or another one, and then the old one is no longer listed. */
gboolean store_tx_maildrop_compare (StoreTx *tx,
                                    gint64 maildrop,
                                    const char *uidl,
                                    gint64 source,
                                    const char *message_id,
                                    guint64 listed,
                                    gboolean *same,
                                    const BaseCause *cause,
                                    GError **error);
/* The letter @uidl, of which only headers are here, has come as @message. *@fits: FALSE, it is
 * another one, and the old one is no longer listed. */
gboolean store_tx_maildrop_fits (StoreTx *tx,
                                 gint64 maildrop,
                                 const char *uidl,
                                 const StoreNewMessage *message,
                                 gboolean *fits,
                                 const BaseCause *cause,
                                 GError **error);
/* What came as the letter @uidl may be another one, or parts of several: the server's is collected
 * anew. What is here stays, and is that letter if its bytes turn out to be the same. */
gboolean store_tx_maildrop_doubt (
    StoreTx *tx, gint64 maildrop, const char *uidl, const BaseCause *cause, GError **error);
/* DELE was answered +OK (provisional) / QUIT was answered +OK (proved) / the session was cut. */
gboolean
store_tx_maildrop_dele (StoreTx *tx, gint64 placement, const BaseCause *cause, GError **error);
gboolean store_tx_maildrop_quit (
    StoreTx *tx, gint64 maildrop, gboolean good, const BaseCause *cause, GError **error);

/* What the person does: changes what is shown and journals it in one go. Placements in folders that
 * are here (POP3, local) change at once without the journal. Returns the journal ids for undo. */
gboolean store_tx_act_flags (StoreTx *tx,
                             const gint64 *placements,
                             guint n,
                             guint add,
                             guint remove,
                             const BaseCause *cause,
                             GArray *journal,
                             GError **error);
gboolean store_tx_act_move (StoreTx *tx,
                            const gint64 *placements,
                            guint n,
                            gint64 target,
                            const BaseCause *cause,
                            GArray *journal,
                            GError **error);
/* Deletes for good (what is in Trash, or --expunge). POP3: DELE is journalled if the policy says so
 * (@dele); the local placement goes. */
gboolean store_tx_act_delete (StoreTx *tx,
                              const gint64 *placements,
                              guint n,
                              gboolean dele,
                              const BaseCause *cause,
                              GArray *journal,
                              GError **error);
/* POP3: asks the server to remove its copies of these (DELE at the next visit); nothing changes
 * here. */
gboolean store_tx_act_dele (StoreTx *tx,
                            const gint64 *placements,
                            guint n,
                            const BaseCause *cause,
                            GArray *journal,
                            GError **error);
/* Takes back waiting entries of @cause; those already told to the server are answered by the
 * opposite action. */
gboolean store_tx_undo (StoreTx *tx, guint64 cause, const BaseCause *undo, GError **error);

gboolean store_tx_journal_append (StoreTx *tx,
                                  gint64 message,
                                  gint64 target,
                                  guint flags,
                                  const BaseCause *cause,
                                  gint64 *id,
                                  GError **error);
/* What is about to be said to the server. *@all_wait: FALSE, somebody took one of them back, or it
 * went with another that was refused; then nothing has changed. */
gboolean store_tx_journal_running (
    StoreTx *tx, const gint64 *ids, guint n, gboolean *all_wait, GError **error);
/* The server has said so: the entry goes, pending marks go, the ledger is written. */
gboolean store_tx_journal_done (StoreTx *tx, gint64 id, const char *exchange, GError **error);
/* Refused for good (@stuck) or to be tried again. When stuck, what was shown is put back. */
gboolean
store_tx_journal_failed (StoreTx *tx, gint64 id, gboolean stuck, const char *why, GError **error);
/* The person has read why: an entry that is stuck goes. What was put back stays as it is. */
gboolean store_tx_journal_forget (StoreTx *tx, gint64 id, GError **error);

/* Outbox. @message has its source. Who accepted it before stays so (NULL: nobody). */
gboolean store_tx_outbox_put (StoreTx *tx,
                              const StoreOutboxEntry *entry,
                              gint64 *id,
                              GError **error); /* id 0 in entry: new; else replaces */
gboolean store_tx_outbox_state (StoreTx *tx,
                                gint64 id,
                                StoreOutboxState state,
                                guint reply_code,
                                const char *const *accepted,
                                const char *const *refused,
                                const char *why,
                                gint64 next_try,
                                const char *exchange,
                                GError **error);
gboolean store_tx_outbox_remove (StoreTx *tx, gint64 id, GError **error);
/* Letters that wait and are about to go: the oldest @n that are due, are no larger than @size and
 * have no mark from @session on get @first and those after it; *@marked: how many that are.
 * Whoever takes such a letter back, writes it anew or changes its state takes its mark off. Nobody
 * is told of marks. */
gboolean store_tx_outbox_mark (StoreTx *tx,
                               gint64 session,
                               gint64 first,
                               guint n,
                               guint64 size,
                               guint *marked,
                               GError **error);
/* Takes the marks from @first to before @end off. */
gboolean store_tx_outbox_unmark (StoreTx *tx, gint64 first, gint64 end, GError **error);
/* Its state now, since when (nullable: StoreOutboxEntry.changed), and its mark (nullable);
 * STORE_ERROR_NOT_FOUND when it is gone. */
gboolean store_tx_outbox_current (StoreTx *tx,
                                  gint64 id,
                                  StoreOutboxState *state,
                                  gint64 *changed,
                                  gint64 *ahead,
                                  GError **error);
/* A letter whose fate was unknown was found in @folder on the server: all its recipients were
 * accepted. */
gboolean store_tx_outbox_found (
    StoreTx *tx, gint64 id, const char *folder, const char *exchange, GError **error);

/* What a report said of the letter with @message_id. Nothing happens where this account sent no
 * such letter, or to nobody of that address: anybody can write a report. */
gboolean store_tx_delivery (StoreTx *tx,
                            const char *message_id,
                            const char *recipient,
                            StoreDeliveryState state,
                            const char *status,
                            GError **error);

/* Drafts on the server. @version is about to be put into @folder: synchronised, so that a crash
 * knows of it. */
gboolean store_tx_draft_said (
    StoreTx *tx, gint64 draft, gint64 version, gint64 folder, gint64 *id, GError **error);
/* It is there as @uid. */
gboolean
store_tx_draft_is (StoreTx *tx, gint64 id, guint32 uidvalidity, guint32 uid, GError **error);
/* It is nobody's any more, and is to be removed there / it is there no longer. */
gboolean store_tx_draft_left (StoreTx *tx, gint64 id, GError **error);
gboolean store_tx_draft_gone (StoreTx *tx, gint64 id, GError **error);
/* @draft goes on with what another client left there. */
gboolean store_tx_draft_adopt (StoreTx *tx, gint64 draft, gint64 placement, GError **error);

gboolean store_tx_ledger (StoreTx *tx,
                          gint64 message,
                          StorePlace place,
                          const char *folder,
                          StoreLedgerState state,
                          const char *detail,
                          const BaseCause *cause,
                          const char *exchange,
                          GError **error);
gboolean store_tx_set_fact (StoreTx *tx, const char *name, const char *value, GError **error);

G_END_DECLS
