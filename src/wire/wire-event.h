/* One thing that was said, or happened, on a connection. Immutable records, counted atomically,
 * numbered in the order the tap took them. */
#pragma once

#include "base-cause.h"
#include "base-core.h"
#include "base-span.h"

G_BEGIN_DECLS

/* Of a body: what is kept of its start, and how much of it makes an event. */
#define WIRE_BODY_HEAD 256
#define WIRE_BODY_PIECE (1024 * 1024)

typedef enum
{
  WIRE_OPENED,         /* a connection is made: host, port, address */
  WIRE_TLS_MESSAGE,    /* one handshake message: direction, name, length */
  WIRE_TLS_DONE,       /* version, cipher, certificate chain */
  WIRE_COMPRESSION,    /* COMPRESS is active; later bytes are shown decompressed */
  WIRE_EXCHANGE_BEGIN, /* a command goes out: verb, cause, checkpoint */
  WIRE_HELD,           /* a command waits at the gate: text; it has not been said */
  WIRE_RELEASED,       /* the gate opened */
  WIRE_BYTES,          /* a span of bytes, one direction */
  WIRE_EXCHANGE_END,   /* the last answer: outcome */
  WIRE_CLOSED,         /* the connection ended: reason */
  WIRE_DROPPED,        /* the ring was full: how many events are missing here */
  WIRE_EVENT_TYPE_LAST = WIRE_DROPPED,
  WIRE_LINES /* many WIRE_BYTES, for who reads in brief (wire_tap_read_brief()); nowhere else */
} WireEventType;

/* One certificate of the chain, in words. */
typedef struct
{
  char *subject, *issuer;
  char *names;                  /* DNS and IP names, comma-separated */
  gint64 not_before, not_after; /* UTC seconds */
  char *sha256;                 /* hexadecimal with colons */
} WireCertificate;

/* What an exchange was on the line, where TLS or compression made something else of its words: all
 * that somebody on the network could count. Records are TLS's; 0: there was none. */
typedef struct
{
  guint64 bytes_in, bytes_out;
  guint64 records_in, records_out;
} WireCarried;

typedef struct
{
  gatomicrefcount ref_count;
  WireEventType type;
  guint64 serial;     /* 1, 2, … in the order of the tap */
  gint64 when;        /* UTC, microseconds */
  gint64 clock;       /* boot-time clock, microseconds: for durations */
  guint64 connection; /* which connection, see WireConnection */
  guint64 exchange;   /* of that connection; 0: none */
  BaseDirection direction;

  /* WIRE_BYTES, WIRE_HELD: plain text, the head of a body, or nothing for a secret (its bytes only
   * where the connection's secrets are public). A body longer than WIRE_BODY_PIECE comes as several
   * events that follow each other; only the first has a head. */
  BaseSpan span; /* span.length may be more than the bytes kept */
  GBytes *bytes; /* (nullable); WIRE_LINES: all of them, one behind the other */
  GArray *ends;  /* WIRE_LINES: where in @bytes each ends, gsize (nullable) */

  /* WIRE_EXCHANGE_BEGIN, WIRE_HELD */
  BaseCause *cause;     /* (nullable) */
  const char *verb;     /* interned */
  GVariant *checkpoint; /* (nullable) state of the core before the exchange */
  /* WIRE_EXCHANGE_END: of the exchange; WIRE_CLOSED: of the connection */
  BaseOutcome outcome;
  guint64 bytes_in, bytes_out;
  WireCarried carried; /* WIRE_EXCHANGE_END; all 0: the words went as they are, or it is not known;
                          of exchanges that overlap, the first to end has it for all */
  /* WIRE_TLS_*, WIRE_COMPRESSION, WIRE_CLOSED: a name, a version, a reason */
  char *name;       /* TLS message or version; reason */
  char *detail;     /* cipher; of a ClientHello "sni=NAME alpn=NAME,NAME" (nullable) */
  GPtrArray *chain; /* WireCertificate, the server's first (nullable) */
  guint64 count;    /* WIRE_DROPPED: events; WIRE_TLS_MESSAGE: bytes */
} WireEvent;

/* Who talks to whom; immutable, shared by all events of the connection. */
typedef struct
{
  gatomicrefcount ref_count;
  guint64 id;         /* unique in this process */
  char *account;      /* UUID (nullable) */
  char *account_name; /* (nullable) */
  char *protocol;     /* "imap", "pop3", "smtp" */
  char *host;
  guint16 port;
  char *address; /* the IP address connected to */
  BaseRole role;
  gboolean public_secrets; /* the practice post office's own listener: its passwords may be shown */
  /* Where one host of the practice world calls another: neither end is this program, and no account
   * has anything to do with it. */
  char *caller;         /* who calls: "practice.example"; %NULL: this program */
  char *caller_address; /* … from which IP address (nullable) */
  BaseCause *cause; /* why it was made, where that is one thing for all that is said (nullable) */
  char *letter;     /* Message-ID of the letter it was made for, without brackets (nullable) */
  char *original;   /* … and, where that is a report, of the letter reported on (nullable) */
} WireConnection;

/* Whether lines of @exchange may be told of together, as WIRE_LINES. */
typedef gboolean (*WireBriefFunc) (guint64 connection, guint64 exchange, gpointer data);

/* An empty event with one reference; for the tap and for reading a recording. */
WireEvent *wire_event_new (WireEventType type);
WireEvent *wire_event_ref (WireEvent *event);
void wire_event_unref (WireEvent *event);

WireConnection *wire_connection_ref (WireConnection *connection);
void wire_connection_unref (WireConnection *connection);

void wire_certificate_free (WireCertificate *certificate);

/* Stable words for files ("bytes", "exchange-begin" …), and back (-1 if unknown). */
const char *wire_event_type_name (WireEventType type);
int wire_event_type_from_name (const char *name);
/* "ok", "continue", "temporary", "refused", "bad", "lost", "none". */
const char *wire_outcome_name (BaseOutcome outcome);
int wire_outcome_from_name (const char *name);
/* "plain", "secret", "body". */
const char *wire_span_kind_name (BaseSpanKind kind);
int wire_span_kind_from_name (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireEvent, wire_event_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireConnection, wire_connection_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireCertificate, wire_certificate_free)

G_END_DECLS
