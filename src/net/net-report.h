/* What a session tells the tap: spans with their bytes, and where exchanges begin and end. */
#pragma once

#include "base-core.h"
#include "net-link.h"
#include "net-tls.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct _NetReport NetReport;

/* @tap and @connection may be %NULL: then the spans are taken from the core and forgotten. @link is
 * asked for what it counts, and must outlive the report. */
NetReport *net_report_new (BaseCore *core, WireTap *tap, WireConnection *connection, NetLink *link);
void net_report_free (NetReport *report);

/* From now on the words are not what goes over the link: they are encrypted by @tls (nullable; it
 * must outlive the report), compressed, or both. */
void net_report_set_coded (NetReport *report, const NetTls *tls);
/* These bytes were just given to the core; keeps those the core has not understood yet. */
void net_report_received (NetReport *report, const guint8 *bytes, gsize len);
/* The core was asked for something else, and may have understood more of what it was given. */
void net_report_spans (NetReport *report);
/* @chunk was taken from the core and will be sent: its exchange begins if it has not yet. */
void net_report_taken (NetReport *report, const BaseChunk *chunk);
/* All of @chunk was written to the connection. */
void net_report_sent (NetReport *report, const BaseChunk *chunk);
/* @event was taken from the core. */
void net_report_event (NetReport *report, const BaseEvent *event);
/* Exchanges that the core has forgotten without an event are over. */
void net_report_idle (NetReport *report);
/* The end; exchanges still open end with @outcome. @reason: as wire_tap_closed(). */
void net_report_closed (NetReport *report, BaseOutcome outcome, const char *reason);

/* The same for an end by @error: lost, for the reason its code is. */
void net_report_failed (NetReport *report, const GError *error);

void net_report_held (NetReport *report);
void net_report_released (NetReport *report);

G_END_DECLS
