/* The one interface of the protocol cores, the same for IMAP, POP3 and SMTP and for both roles.
 *
 * A core holds a protocol's grammar and the state of one session, and nothing else: no socket, no
 * clock, no main loop. Whoever drives it (net-session, a test, a replay) gives it the bytes that
 * came and the time, and takes the bytes to send and the events:
 *
 *     base_core_receive (core, bytes, len, now);
 *     while (base_core_take_span (core, &span)) ...        what the bytes were
 *     while (base_core_next_event (core, &event, &error) == BASE_CORE_EVENT) ...
 *     while ((chunk = base_core_take_output (core, 65536))) ...
 *
 * `now` is in microseconds of a clock that never goes back and runs while the machine sleeps.
 * A core is used by one thread at a time. After an error or the end nothing more is accepted.
 *
 * Commands are submitted through the protocol's own header (imap_core_submit() …), which returns
 * the number of the exchange; every event, span and chunk of it carries that number. */
#pragma once

#include "base-cause.h"
#include "base-chunk.h"
#include "base-error.h"
#include "base-event.h"
#include "base-part.h"
#include "base-secret.h"
#include "base-span.h"

G_BEGIN_DECLS

typedef struct _BaseCore BaseCore;

/* Any ImapCore, Pop3Core or SmtpCore starts with a BaseCore. */
#define BASE_CORE(core) ((BaseCore *) (core))

typedef enum
{
  BASE_ROLE_CLIENT,
  BASE_ROLE_SERVER
} BaseRole;

/* Every size that the other side could choose has a limit with a name. 0 in a field: the default.
 */
typedef struct
{
  gsize line; /* bytes of one line without its literals (default 1 MiB: long SEARCH, ENVELOPE) */
  gsize
      inline_body; /* a literal or body above this is streamed, never held whole (default 64 KiB) */
  guint64 body;    /* bytes of one body (default 4 GiB) */
  guint depth;     /* nesting of parentheses, of MIME structures (default 64) */
  guint count; /* elements of one list, untagged responses kept for one event (default 100000) */
  gint64
      silence; /* microseconds without a byte from the other side while one is due (default 30 s) */
  /* A line or a body must end within `drip` microseconds (default 5 min); `pace` bytes of it win a
   * minute more (default 4096), and never more than `drip` from now. */
  gint64 drip;
  guint pace;
} BaseLimits;

/* What both ends of one TLS connection know, and nobody who stands between two of them (RFC 5056).
 */
typedef struct
{
  const char *type; /* "tls-exporter" (RFC 9266), "tls-server-end-point" (RFC 5929); static */
  GBytes *data;
} BaseBinding;

/* What TLS settled, for tls_started(). */
typedef struct
{
  const char *version; /* "TLSv1.3" */
  const char *cipher;
  BaseBinding binding; /* type %NULL: there is none */
} BaseTlsInfo;

/* Server role: what is done wrong about a command, see base-fault.h. @command: in the RFC's word
 * ("RCPT", "UID FETCH"), "." for the end of a letter's text, "CONNECT" for the greeting. Returns
 * what is said while nothing is done: lines without their ends, with "\n" between them, IMAP's
 * without the tag (transfer full); "": the line is cut; %NULL: all is well. */
typedef char *(*BaseFaultFunc) (const char *command, gpointer data);

typedef enum
{
  BASE_CORE_NEED_DATA, /* nothing more until bytes come or a command is submitted */
  BASE_CORE_EVENT,     /* *event is set (transfer full) */
  BASE_CORE_CLOSED,    /* the session ended in good order */
  BASE_CORE_FAILED     /* *error is set, the same at every call */
} BaseCoreStatus;

void base_core_free (BaseCore *core);

/* "imap", "pop3" or "smtp"; static. */
const char *base_core_protocol (const BaseCore *core);
BaseRole base_core_role (const BaseCore *core);
/* The limits in force, defaults filled in. */
const BaseLimits *base_core_limits (const BaseCore *core);
/* How long the other side may be silent from now on, in microseconds: where a person types, it may
 * be a person it waits for. */
void base_core_set_silence (BaseCore *core, gint64 silence);
/* The name of the session's state in the RFC's word ("AUTHORIZATION", "selected"); static. */
const char *base_core_state (const BaseCore *core);
/* Client: what the server said it can do, in its words ("SIZE 10240000", "AUTH=PLAIN"), in no
 * particular order; %NULL while it has not said so. (transfer full) */
char **base_core_dup_offers (const BaseCore *core);

/* Takes all @len bytes. Bytes whose meaning needs more bytes (an unfinished line) are kept by the
 * core; their spans come with the bytes that complete them. */
void base_core_receive (BaseCore *core, const guint8 *bytes, gsize len, gint64 now);
/* The other side closed its direction: in order after QUIT/LOGOUT/BYE, otherwise an error. */
void base_core_receive_eof (BaseCore *core, gint64 now);
/* The driver finished the TLS handshake that the core asked for (or that came first on an
 * immediate-TLS port, before any byte). Capabilities are forgotten; bytes received before and not
 * yet consumed are a fatal %BASE_CORE_ERROR_INJECTION. @info: (nullable) */
void base_core_tls_started (BaseCore *core, const BaseTlsInfo *info, gint64 now);
/* What tls_started() brought; %NULL: no TLS, or no binding. */
const BaseBinding *base_core_binding (const BaseCore *core);

BaseCoreStatus base_core_next_event (BaseCore *core, BaseEvent **event, GError **error);
/* The next span of received bytes, in stream order; %FALSE when those left are not understood yet.
 */
gboolean base_core_take_span (BaseCore *core, BaseSpan *span);
/* The next bytes to send, at most @max of a body at a time; %NULL when there are none now.
 * (transfer full) Fails the core if a body's source fails. */
BaseChunk *base_core_take_output (BaseCore *core, gsize max);

/* Sends bytes as they are, as the console does. The core follows them as far as it understands. */
guint64 base_core_submit_raw (BaseCore *core, GBytes *bytes, const BaseCause *cause);

/* When expire() must be called, if nothing came by then; %G_MAXINT64: never. */
gint64 base_core_next_deadline (const BaseCore *core);
/* Bytes that were taken with take_output() really left just now: the other side's silence is
 * measured from here, however slow the line is. */
void base_core_sent (BaseCore *core, gint64 now);
/* Fails with %BASE_CORE_ERROR_TIMEOUT if the deadline is not after @now. */
void base_core_expire (BaseCore *core, gint64 now);

/* Closes the gate: exchanges begun from now on are prepared but not sent. release() opens it.
 * Nothing held counts as said: it is in no stream offset, and no deadline runs for it. */
void base_core_hold (BaseCore *core);
void base_core_release (BaseCore *core, gint64 now);
/* Lets the exchange that is held first go, and no other; the gate stays closed behind it. */
void base_core_release_one (BaseCore *core, gint64 now);
gboolean base_core_is_held (const BaseCore *core);
/* What waits at the gate, to be shown; offsets are those it would have. %NULL: nothing. (transfer
 * full) */
BaseChunk *base_core_peek_held (const BaseCore *core);
/* Puts another line (with its CRLF) in the place of the one of @exchange that waits at the gate:
 * its answer is then read as one to that. %FALSE where this cannot be: nothing of it waits, it is
 * more than a line or has a secret in it, or one of the two lines changes what comes after it
 * (sign-in, STARTTLS, DATA, SELECT …; an IMAP tag that is not its own). */
gboolean base_core_edit_held (BaseCore *core, guint64 exchange, GBytes *line);

/* What is known about an exchange until its last event has been taken. %FALSE: not known.
 * @verb: the command in the RFC's word ("UID FETCH"); static or interned. (both transfer none) */
gboolean base_core_exchange (const BaseCore *core,
                             guint64 exchange,
                             const BaseCause **cause,
                             const char **verb);

/* The state of the session in a form that can be recorded (maybe floating GVariant, no secrets) …
 */
GVariant *base_core_checkpoint (const BaseCore *core);
/* … and put back into a new core, which can then explain what was said from there on. */
gboolean base_core_restore (BaseCore *core, GVariant *checkpoint, GError **error);
/* Follows one line of a recorded dialogue (with its CRLF; literals and bodies left out: the line
 * goes on after "{12}" CRLF) without doing anything else, and notes its parts. */
void base_core_annotate (
    BaseCore *core, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseCore, base_core_free)

G_END_DECLS
