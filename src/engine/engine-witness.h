/* What tells, when a program ended in the middle of sending, that a letter had not gone: a small
 * file in memory, beside what is on the disk.
 *
 * A letter that goes out behind another one is marked on the disk (store_tx_outbox_mark()) before
 * it may; that it is `sending` is committed later, and may be lost with the power, or with a disk
 * that is pulled out. Afterwards the mark says that it may have been sent, but where the witness
 * denies that. The file is on a tmpfs in the person's runtime directory: it outlives a process that
 * is killed, and no computer that is switched off. Whatever is wrong with it, it denies nothing.
 *
 * Marks of one session of sending are numbers that follow each other from a random one on. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EngineWitness EngineWitness; /* of one thread */

/* Begins a session of sending what is in the database @path, whose owner this process is. What an
 * earlier one left is forgotten. %NULL: there is no such place here. */
EngineWitness *engine_witness_new (const char *path);
/* @keep: marks of it may be left on the disk; else the file goes too. */
void engine_witness_free (EngineWitness *witness, gboolean keep);

/* The next @n marks, of which this is the first; never 0. */
gint64 engine_witness_marks (EngineWitness *witness, guint n);
/* All so far: from the first to before *@end. */
gint64 engine_witness_range (const EngineWitness *witness, gint64 *end);
/* To be called before the end of the letter with @mark goes out. Those with marks below it may have
 * gone too from then on. %FALSE: it could not be noted, so that letter must be `sending` on the
 * disk before. */
gboolean engine_witness_tell (EngineWitness *witness, gint64 mark);

/* Whether it is certain that the end of the letter that has @mark in the database @path never went
 * out, for its owner, while nothing is sent. */
gboolean engine_witness_denies (const char *path, gint64 mark);

/* What is left of a session that ended is of no use any more: no mark of it is on the disk. */
void engine_witness_forget (const char *path);

G_END_DECLS
