/* The tap: every byte once, by the spans the core gave it. A bounded ring of events in memory that
 * any thread may add to and any thread may read; optionally a complete recording on disk
 * (wire-transcript.h).
 *
 * Secrets never enter the tap: it is given their length (but for connections whose secrets are
 * public). Bodies enter as a size and a head of WIRE_BODY_HEAD bytes: a body becomes an event when
 * it ends, and already after each WIRE_BODY_PIECE bytes of it, so that a long one is seen growing
 * without costing an event for each read. */
#pragma once

#include "wire-event.h"
#include "wire-traffic.h"

G_BEGIN_DECLS

typedef struct _WireTap WireTap;

/* @ring_bytes: how much the ring holds, 0: the default of 8 MiB. */
WireTap *wire_tap_new (gsize ring_bytes);
WireTap *wire_tap_ref (WireTap *tap);
void wire_tap_unref (WireTap *tap);

/* For net: events of a connection, in the order they happen. (transfer full) */
WireConnection *wire_tap_open (WireTap *tap,
                               const char *account,
                               const char *account_name,
                               const char *protocol,
                               BaseRole role,
                               const char *host,
                               guint16 port,
                               const char *address,
                               gboolean public_secrets);
/* The same with all that @like says, but its id. (transfer full) */
WireConnection *wire_tap_open_like (WireTap *tap, const WireConnection *like);
void wire_tap_tls_message (WireTap *tap,
                           WireConnection *connection,
                           BaseDirection direction,
                           const char *name,
                           gsize length);
/* The same for a ClientHello: @detail as in WireEvent (nullable). */
void wire_tap_tls_hello (WireTap *tap,
                         WireConnection *connection,
                         BaseDirection direction,
                         const char *name,
                         gsize length,
                         const char *detail);
/* @chain: WireCertificate (nullable). */
void wire_tap_tls_done (WireTap *tap,
                        WireConnection *connection,
                        const char *version,
                        const char *cipher,
                        GPtrArray *chain);
/* Both directions are compressed below what is reported from now on; @algorithm: "DEFLATE". */
void wire_tap_compressed (WireTap *tap, WireConnection *connection, const char *algorithm);
/* @checkpoint: may be floating, may be %NULL. */
void wire_tap_exchange_begin (WireTap *tap,
                              WireConnection *connection,
                              guint64 exchange,
                              const char *verb,
                              const BaseCause *cause,
                              GVariant *checkpoint);
void wire_tap_exchange_end (WireTap *tap,
                            WireConnection *connection,
                            guint64 exchange,
                            BaseOutcome outcome);
/* The same, with what it was on the line (NULL: the words as they are), as in WireEvent. */
void wire_tap_exchange_end_carried (WireTap *tap,
                                    WireConnection *connection,
                                    guint64 exchange,
                                    BaseOutcome outcome,
                                    const WireCarried *carried);
/* @bytes: all of the span's bytes; the tap keeps what it may. For a secret they may be %NULL. */
void wire_tap_bytes (WireTap *tap,
                     WireConnection *connection,
                     BaseDirection direction,
                     const BaseSpan *span,
                     const guint8 *bytes);
/* The same for the @n spans that were understood at once, which follow each other without gaps;
 * @bytes: all of theirs. They become one record of the ring, and nothing is allocated for each. */
void wire_tap_spans (WireTap *tap,
                     WireConnection *connection,
                     BaseDirection direction,
                     const BaseSpan *spans,
                     guint n,
                     const guint8 *bytes);
void wire_tap_held (WireTap *tap,
                    WireConnection *connection,
                    guint64 exchange,
                    const char *verb,
                    const BaseCause *cause,
                    GVariant *checkpoint,
                    const BaseChunk *chunk);
void wire_tap_released (WireTap *tap, WireConnection *connection, guint64 exchange);
/* So many bytes went over its line in all: what no exchange has had of them goes on the bill, too.
 */
void
wire_tap_line_total (WireTap *tap, WireConnection *connection, guint64 line_in, guint64 line_out);
/* @reason: what ended it; never a server's text. */
void wire_tap_closed (WireTap *tap, WireConnection *connection, const char *reason);

/* Readers. Events from serial @from on (at most @max); where the ring has dropped some, the first
 * is a WIRE_DROPPED that says how many, with the serial of the last of them: the next @from is
 * always the last event's serial plus one. Returns an array of WireEvent. (transfer full) */
GPtrArray *wire_tap_read (WireTap *tap, guint64 from, guint max);
/* The same of the events before serial @from + @max, for who keeps of an exchange with many lines
 * its first and its last @keep: of the exchanges that @func says it of, lines without secrets and
 * bodies that have as many behind them come together, as one WIRE_LINES with the serial of the last
 * of them. */
GPtrArray *wire_tap_read_brief (
    WireTap *tap, guint64 from, guint max, guint keep, WireBriefFunc func, gpointer data);
guint64 wire_tap_last_serial (WireTap *tap);
/* A connection by its id, also after it closed, as long as events of it may be in the ring.
 * (transfer full) (nullable) */
WireConnection *wire_tap_connection (WireTap *tap, guint64 id);

/* Calls @func on some thread after events were added, at most once until wire_tap_read() is called
 * again by anyone; it must only wake somebody up, and must not call the tap. Returns an id for
 * unwatch, after which @func is not called any more. */
guint wire_tap_watch (WireTap *tap, void (*func) (gpointer data), gpointer data);
void wire_tap_unwatch (WireTap *tap, guint id);
/* While off, nothing but the connections' totals is kept. On at the start. */
void wire_tap_set_enabled (WireTap *tap, gboolean enabled);
gboolean wire_tap_is_enabled (WireTap *tap);

/* The sums of @account (UUID) since they were last taken. Any thread. (transfer full, element:
 * WireTraffic) */
GPtrArray *wire_tap_take_traffic (WireTap *tap, const char *account);

/* What the practice world's hosts said to each other (WireConnection.caller) since the tap was
 * made: on nobody's bill, so it is in no sum that is taken. Its account is %NULL, its task -1. Any
 * thread. */
void wire_tap_traffic_between (WireTap *tap, WireTraffic *traffic);

/* Recording. */
/* Starts to write every event to @path (created 0600; an older recording there is replaced) until
 * stop, on a thread of its own and whatever the ring drops. A recording that runs is stopped first.
 * A disk that fills up ends the recording, not the program: check and stop say so. */
gboolean wire_tap_record (WireTap *tap, const char *path, GError **error);
/* Whether everything could be written so far; also when nothing is being recorded. */
gboolean wire_tap_record_check (WireTap *tap, GError **error);
/* Writes what is left, and returns once it is on the disk. */
gboolean wire_tap_record_stop (WireTap *tap, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireTap, wire_tap_unref)

G_END_DECLS
