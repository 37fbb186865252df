/* A session that a person types into: a connection of its own, whose lines are the person's and go
 * out as they are. What is said and answered is in the tap, like everything. Nothing of it is
 * written to the store: what the person changes on the server, the account's own workers find.
 *
 * All functions are for one thread, in whose main context @func is called. */
#pragma once

#include "base-moment.h"
#include "engine-account.h"

G_BEGIN_DECLS

typedef struct _EngineConsole EngineConsole;

typedef enum
{
  ENGINE_CONSOLE_CONNECTING,
  ENGINE_CONSOLE_OPEN,
  ENGINE_CONSOLE_CLOSED
} EngineConsoleState;

/* The session at one moment; immutable, counted. */
typedef struct
{
  gatomicrefcount ref_count;
  EngineConsoleState state;
  BaseMoment moment;    /* state "" before the session is open, and after its end */
  guint64 connection;   /* as the tap counts them; 0 before there is one */
  GVariant *checkpoint; /* for the annotator (nullable) */
  guint64 answers;      /* how often the server has answered a line, or waits for more of it */
  gboolean refused;     /* the last of these was a refusal */
  GHashTable *uidls;    /* POP3: number → UIDL, as the last UIDL said (nullable) */
  GError *error;        /* CLOSED: why; NULL: in good order */
} EngineConsoleNow;

EngineConsoleNow *engine_console_now_ref (EngineConsoleNow *now);
void engine_console_now_unref (EngineConsoleNow *now);

typedef enum
{
  ENGINE_CONSOLE_INCOMING, /* IMAP or POP3 */
  ENGINE_CONSOLE_OUTGOING  /* SMTP */
} EngineConsoleSide;

/* Connects, and signs in as the account does; with @by_hand it stops at the server's greeting (and
 * TLS, where it comes first), and the person types the rest. Connecting goes on behind this call.
 */
EngineConsole *engine_console_new (EngineAccount *account,
                                   EngineConsoleSide side,
                                   gboolean by_hand,
                                   void (*func) (EngineConsole *console, gpointer data),
                                   gpointer data,
                                   GError **error);
/* Ends the connection without a goodbye, if there is still one. */
void engine_console_free (EngineConsole *console);
EngineConsoleNow *engine_console_now (EngineConsole *console); /* (transfer none) */
/* Says these bytes (whole lines, learn_console_line()) once it is open; after the end they go
 * nowhere. A credential among them is hidden from the tap like any other. */
void engine_console_say (EngineConsole *console, GBytes *bytes);

/* Which letters a command means. */
typedef struct
{
  gboolean marked;    /* those marked \Deleted in the selected mailbox; */
  const char *folder; /* else all that are in this one (nullable); */
  gboolean uids;      /* else @set: "4711:4713,5", UIDs of the selected mailbox (IMAP), … */
  const char *set;    /* … or numbers that the last UIDL named (POP3); positions of IMAP are not
                         known here */
} EngineConsoleLetters;

/* What this computer knows of them, added to @meant (all zero). @meant->subject is the caller's. */
gboolean engine_console_meant (EngineConsole *console,
                               const EngineConsoleLetters *letters,
                               StoreMeant *meant,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineConsole, engine_console_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineConsoleNow, engine_console_now_unref)

G_END_DECLS
