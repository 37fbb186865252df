/* Accounting: what went over the line since somebody last asked, by account, protocol and task. The
 * tap adds to it with the end of each exchange, whatever its ring keeps; nothing of what was said
 * is in it. wire_tap_take_traffic() hands the sums out. */
#pragma once

#include "wire-event.h"

G_BEGIN_DECLS

typedef struct
{
  char *account;        /* UUID; NULL: hosts among themselves */
  const char *protocol; /* interned: "imap" */
  int task;             /* BaseCauseKind; -1: nobody asked */
  guint64 exchanges;
  guint64 round_trips;         /* exchanges that began when nothing else was waited for */
  guint64 bytes_in, bytes_out; /* as said: before compression and encryption */
  guint64 line_in, line_out;   /* on the line */
  gint64 waited;               /* microseconds in which an answer was waited for, each once */
} WireTraffic;
void wire_traffic_free (WireTraffic *traffic);

/* For the tap: its sums, under its own lock. */
typedef struct _WireSums WireSums;
WireSums *wire_sums_new (void);
void wire_sums_free (WireSums *sums);
/* An exchange of @connection is over. @carried: what it was on the line; of exchanges that overlap
 * the first to end has it for all, and the others have nothing (NULL: the words went as they are).
 * @began, @ended: microseconds of one clock. @last: when the last one of the same connection ended,
 * which is set. */
void wire_sums_add (WireSums *sums,
                    const WireConnection *connection,
                    int task,
                    gint64 began,
                    gint64 ended,
                    gint64 *last,
                    guint64 bytes_in,
                    guint64 bytes_out,
                    const WireCarried *carried);
/* What no exchange of it was billed for: greetings, handshakes, news. It is what connecting costs.
 * Of @rest only the bytes count. */
void wire_sums_add_rest (WireSums *sums, const WireConnection *connection, const WireTraffic *rest);
GPtrArray *wire_sums_take (WireSums *sums, const char *account);
void wire_sums_between (WireSums *sums, WireTraffic *traffic);

G_END_DECLS
