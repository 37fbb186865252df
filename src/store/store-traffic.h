/* What an account's connections cost, by day, protocol and task: sums only, and never what was
 * said. Days are the person's own, as numbers: year * 10000 + month * 100 + day. */
#pragma once

#include "store-mailbase.h"

G_BEGIN_DECLS

/* So many days are kept. */
#define STORE_TRAFFIC_DAYS 400

typedef struct
{
  int day;        /* 20261122 */
  char *protocol; /* "imap" */
  int task;       /* BaseCauseKind; -1: nobody asked */
  gint64 exchanges, round_trips;
  gint64 bytes_in, bytes_out; /* before compression and encryption */
  gint64 line_in, line_out;   /* on the line */
  gint64 waited;              /* microseconds */
} StoreTraffic;
void store_traffic_free (StoreTraffic *traffic);

/* Adds to what is there. Old days go. */
gboolean store_tx_add_traffic (StoreTx *tx, const StoreTraffic *traffic, GError **error);
/* From @since on, oldest day first. (transfer full, element: StoreTraffic) */
GPtrArray *store_reader_traffic (StoreReader *reader, int since, GError **error);
/* Letters that arrived since (UTC seconds), with their sizes, as the account knows them. */
gboolean store_reader_arrived (
    StoreReader *reader, gint64 since, gint64 *letters, gint64 *bytes, GError **error);
/* The day of a moment (UTC microseconds), by the local clock; and of @days before it. */
int store_traffic_day (gint64 at, int days);

G_END_DECLS
