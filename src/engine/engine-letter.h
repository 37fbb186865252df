/* A letter as a row for the store: made from a header block, or from a whole letter, on the
 * connection's side, so that the writer only writes. */
#pragma once

#include "mail-report.h"
#include "store-pack.h"
#include "store-write.h"

G_BEGIN_DECLS

/* @record's strings belong to the letter; folder, UID, UIDL, flags and source are the caller's. */
typedef struct
{
  StoreNewMessage record;
  GBytes *source;     /* nullable: the bytes, when they are to be written with the row … */
  StorePack *pack;    /* nullable: … and what became of them, ready to be stored */
  MailReport *report; /* nullable: a delivery report about a letter that was sent */
} EngineLetter;

/* Never fail: what cannot be read gives a poorer row. (transfer full) */
EngineLetter *engine_letter_from_headers (const char *data, gsize len);
EngineLetter *engine_letter_from_source (GBytes *source);
/* From the first bytes of a letter of @size bytes that is not held whole. */
EngineLetter *engine_letter_from_head (GBytes *head, guint64 size);
/* @keywords (transfer full) become the record's. */
void engine_letter_own_keywords (EngineLetter *letter, char *keywords);
/* What the server tells besides the header: its EMAILID, and the first words (each nullable). Call
 * once. */
void engine_letter_set_told (EngineLetter *letter, const char *email_id, const char *preview);
void engine_letter_free (EngineLetter *letter);

/* Does the work of storing the bytes now, on this thread; they are kept compressed only. */
void engine_letter_pack (EngineLetter *letter);
/* Puts the letter's bytes, packed or not; the record then names their source. What a delivery
 * report says is noted with them. */
gboolean engine_letter_write_source (EngineLetter *letter, StoreTx *tx, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineLetter, engine_letter_free)

G_END_DECLS
