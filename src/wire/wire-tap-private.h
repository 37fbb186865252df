/* What the tap holds, for the files that make it up: wire-tap.c, to which net reports, and
 * wire-tap-read.c. */
#pragma once

#include "wire-pack.h"
#include "wire-recorder.h"
#include "wire-ring.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 in, out;
  gint64 began; /* boot clock; 0: not seen */
  int task;     /* BaseCauseKind, or -1 */
} WireTapTotals;

typedef struct
{
  WireConnection *connection;
  GHashTable *exchanges; /* number → WireTapTotals */
  WireTapTotals totals;
  WireTraffic billed; /* of what it said and carried: the bytes of exchanges that are over */
  gint64 last_end;    /* when an exchange of it ended last */
  WirePack *packs[2]; /* by direction */
  gboolean closed;
  guint64 last_serial;
} WireTapLine;

typedef struct
{
  guint id;
  void (*func) (gpointer data);
  gpointer data;
  gboolean called;
} WireTapWatch;

struct _WireTap
{
  gatomicrefcount ref_count;
  gint enabled;
  GMutex lock; /* guards all below */
  WireRing *ring;
  GHashTable *lines; /* connection id → WireTapLine */
  guint64 last_connection;
  GArray *watches;
  guint last_watch;
  WireSums *sums;
  WireRecorder *recorder;
};

G_END_DECLS
