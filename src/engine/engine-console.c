/* The console's thread: takes lines from a queue, says them, and notes where the session stands. */
#include "config.h"

#include "engine-console.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-account-private.h"
#include "engine-wait.h"
#include "imap-core.h"
#include "imap-set.h"
#include "pop3-core.h"
#include "smtp-core.h"
#include "store-read.h"

/* A person thinks while they type. */
#define PATIENCE (30 * 60 * G_USEC_PER_SEC)

struct _EngineConsole
{
  EngineAccount *account;
  EngineConsoleSide side;
  gboolean by_hand;
  void (*func) (EngineConsole *console, gpointer data);
  gpointer data;
  BaseCause *cause;
  BaseSecret *password;
  StoreAccountInfo *info; /* as it was when this began: the person may change it meanwhile */
  EngineConnect connect;

  GThread *thread;
  GMainContext *context;
  GAsyncQueue *lines; /* GBytes */
  NetWaker *waker;
  GCancellable *cancellable;
  EngineConsoleNow *now; /* of the person's thread */
  gint *alive;           /* of the person's thread; what is posted asks it before it calls back */

  /* of the console's thread */
  guint leaving;
  guint64 answers;
  gboolean refused;
  GHashTable *uidls;   /* complete; never changed once it was posted (nullable) */
  GHashTable *listing; /* being said (nullable) */
};

/* Moments */

EngineConsoleNow *
engine_console_now_ref (EngineConsoleNow *now)
{
  g_atomic_ref_count_inc (&now->ref_count);
  return now;
}

void
engine_console_now_unref (EngineConsoleNow *now)
{
  if (!g_atomic_ref_count_dec (&now->ref_count))
    return;
  g_strfreev (now->moment.offers);
  g_free (now->moment.mailbox);
  g_clear_pointer (&now->checkpoint, g_variant_unref);
  g_clear_pointer (&now->uidls, g_hash_table_unref);
  g_clear_error (&now->error);
  g_free (now);
}

static const char *
protocol_of (const EngineConsole *console)
{
  if (console->side == ENGINE_CONSOLE_OUTGOING)
    return "smtp";
  return strcmp (console->info->protocol, "imap") == 0 ? "imap" : "pop3";
}

static EngineConsoleNow *
now_new (const EngineConsole *console, EngineConsoleState state)
{
  EngineConsoleNow *now = g_new0 (EngineConsoleNow, 1);

  g_atomic_ref_count_init (&now->ref_count);
  now->state = state;
  now->moment.protocol = protocol_of (console);
  now->moment.state = "";
  return now;
}

static EngineConsoleNow *
look (EngineConsole *console, NetSession *session, gboolean wants_more)
{
  EngineConsoleNow *now = now_new (console, ENGINE_CONSOLE_OPEN);
  BaseCore *core = net_session_core (session);

  now->connection = net_session_connection (session);
  now->moment.state = base_core_state (core);
  now->moment.encrypted = net_session_is_encrypted (session);
  now->moment.offers = base_core_dup_offers (core);
  now->checkpoint = g_variant_ref_sink (base_core_checkpoint (core));
  now->moment.wants_more = wants_more;
  now->answers = console->answers;
  now->refused = console->refused;
  now->moment.leaving = console->leaving;
  now->uidls = console->uidls ? g_hash_table_ref (console->uidls) : NULL;
  if (strcmp (now->moment.protocol, "imap") == 0 &&
      imap_core_get_state ((ImapCore *) core) == IMAP_STATE_SELECTED)
    now->moment.mailbox = g_strdup (imap_core_mailbox ((ImapCore *) core));
  return now;
}

/* From the console's thread to the person's */

typedef struct
{
  EngineConsole *console;
  gint *alive;
  EngineConsoleNow *now;
} Post;

static gboolean
take_post (gpointer data)
{
  Post *post = data;
  EngineConsole *console = post->console;

  if (!*post->alive)
    return G_SOURCE_REMOVE;
  engine_console_now_unref (console->now);
  console->now = g_steal_pointer (&post->now);
  console->func (console, console->data);
  return G_SOURCE_REMOVE;
}

static void
post_free (gpointer data)
{
  Post *post = data;

  g_clear_pointer (&post->now, engine_console_now_unref);
  g_atomic_rc_box_release (post->alive);
  g_free (post);
}

/* @now is (transfer full). */
static void
post (EngineConsole *console, EngineConsoleNow *now)
{
  Post *post = g_new0 (Post, 1);
  GSource *source = g_idle_source_new ();

  post->console = console;
  post->alive = g_atomic_rc_box_acquire (console->alive);
  post->now = now;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, take_post, post, post_free);
  g_source_attach (source, console->context);
  g_source_unref (source);
}

/* The session */

static void
note_uidl (EngineConsole *console, const Pop3Event *event)
{
  if (!console->listing)
    console->listing = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (event->entry.uid)
    g_hash_table_replace (
        console->listing, GUINT_TO_POINTER (event->entry.number), g_strdup (event->entry.uid));
}

/* What one letter's UIDL said comes to what is known already. */
static void
take_listing (EngineConsole *console, gboolean whole)
{
  GHashTableIter iter;
  gpointer number;
  gpointer uidl;

  g_hash_table_iter_init (&iter, console->uidls ? console->uidls : console->listing);
  while (!whole && console->uidls && g_hash_table_iter_next (&iter, &number, &uidl))
    if (!g_hash_table_contains (console->listing, number))
      g_hash_table_insert (console->listing, number, g_strdup (uidl));
  g_clear_pointer (&console->uidls, g_hash_table_unref);
  console->uidls = g_steal_pointer (&console->listing);
}

static void
note_done (EngineConsole *console, const Pop3Event *event)
{
  Pop3Verb verb = event->command ? event->command->verb : POP3_VERB_UNKNOWN;

  if (event->base.outcome != BASE_OUTCOME_OK)
    return;
  if (verb == POP3_VERB_DELE)
    console->leaving++;
  else if (verb == POP3_VERB_RSET)
    console->leaving = 0;
  else if (verb == POP3_VERB_UIDL && console->listing)
    take_listing (console, event->command->number == 0);
}

static void
note (EngineConsole *console, const BaseEvent *event)
{
  if (strcmp (protocol_of (console), "pop3") != 0)
    return;
  if (event->type == POP3_EVENT_ENTRY)
    note_uidl (console, (const Pop3Event *) event);
  else if (event->type == POP3_EVENT_DONE)
    note_done (console, (const Pop3Event *) event);
}

/* %FALSE: there were none. */
static gboolean
say_lines (EngineConsole *console, NetSession *session)
{
  gboolean any = FALSE;
  GBytes *line;

  net_waker_clear (console->waker);
  while ((line = g_async_queue_try_pop (console->lines)))
    {
      (void) base_core_submit_raw (net_session_core (session), line, console->cause);
      g_bytes_unref (line);
      any = TRUE;
    }
  return any;
}

/* Compression that was asked for by hand begins as it does for the program. */
static gboolean
begin_deflate (EngineConsole *console, NetSession *session, const BaseEvent *event, GError **error)
{
  const ImapEvent *done = (const ImapEvent *) event;

  if (strcmp (protocol_of (console), "imap") != 0 || event->type != IMAP_EVENT_DONE ||
      event->outcome != BASE_OUTCOME_OK || !done->command ||
      done->command->verb != IMAP_VERB_COMPRESS ||
      !imap_core_may_compress ((ImapCore *) net_session_core (session)))
    return TRUE;
  return net_session_start_deflate (session, error);
}

/* A "+" that only the person waits for. */
static gboolean
is_imap_continue (const EngineConsole *console, const BaseEvent *event)
{
  const ImapEvent *said = (const ImapEvent *) event;

  return strcmp (protocol_of (console), "imap") == 0 && event->type == IMAP_EVENT_RESPONSE &&
         said->response && said->response->type == IMAP_RESPONSE_CONTINUE;
}

/* A literal that needs no "+", or a chunk: the server is silent until all of it was said. */
static gboolean
is_inside (const EngineConsole *console, NetSession *session)
{
  BaseCore *core = net_session_core (session);

  if (strcmp (protocol_of (console), "smtp") == 0)
    return smtp_core_is_inside_typed ((SmtpCore *) core);
  return strcmp (protocol_of (console), "imap") == 0 &&
         imap_core_is_inside_typed ((ImapCore *) core);
}

/* TRUE: it ended in good order. */
static gboolean
talk (EngineConsole *console, NetSession *session, GError **error)
{
  for (;;)
    {
      g_autoptr (BaseEvent) event = NULL;
      gboolean wants_more;
      NetStep step = net_session_step (session, TRUE, G_MAXINT64, &event, error);

      if (step == NET_STEP_ERROR)
        return FALSE;
      if (step == NET_STEP_CLOSED)
        return TRUE;
      if (step == NET_STEP_WOKEN && say_lines (console, session) && is_inside (console, session))
        {
          console->answers++;
          post (console, look (console, session, TRUE));
        }
      if (!event)
        continue;
      if (engine_wait_is_start_tls (session, event))
        {
          if (!net_session_start_tls (session, error))
            return FALSE;
          post (console, look (console, session, FALSE));
          continue;
        }
      note (console, event);
      if (!begin_deflate (console, session, event, error))
        return FALSE;
      wants_more = event->outcome == BASE_OUTCOME_CONTINUE || is_imap_continue (console, event);
      if (!wants_more && event->outcome == BASE_OUTCOME_NONE)
        continue;
      console->answers++;
      console->refused = !wants_more && event->outcome != BASE_OUTCOME_OK;
      post (console, look (console, session, wants_more));
    }
}

static NetSession *
reach (EngineConsole *console, GError **error)
{
  if (console->side == ENGINE_CONSOLE_OUTGOING)
    return engine_connect_smtp (&console->connect, error);
  return strcmp (protocol_of (console), "imap") == 0
             ? engine_connect_imap (&console->connect, error)
             : engine_connect_pop3 (&console->connect, error);
}

static gpointer
run (gpointer data)
{
  EngineConsole *console = data;
  GError *error = NULL;
  NetSession *session = reach (console, &error);
  EngineConsoleNow *last;

  if (session)
    {
      base_core_set_silence (net_session_core (session), PATIENCE);
      post (console, look (console, session, FALSE));
      (void) talk (console, session, &error);
      last = look (console, session, FALSE);
      last->state = ENGINE_CONSOLE_CLOSED;
      net_session_free (session);
    }
  else
    last = now_new (console, ENGINE_CONSOLE_CLOSED);
  last->error = error;
  post (console, last);
  return NULL;
}

/* The person's side */

static gboolean
can_reach (EngineAccount *account, EngineConsoleSide side, GError **error)
{
  const StoreAccountInfo *info = engine_account_info (account);

  if (side == ENGINE_CONSOLE_INCOMING || (info->smtp_host && info->smtp_host[0]))
    return TRUE;
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_CONFIG,
               _ ("The account “%s” has no server to send with: set one in its settings"),
               info->name);
  return FALSE;
}

EngineConsole *
engine_console_new (EngineAccount *account,
                    EngineConsoleSide side,
                    gboolean by_hand,
                    void (*func) (EngineConsole *console, gpointer data),
                    gpointer data,
                    GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_CONSOLE, NULL);
  EngineConnect connect = { .info = engine_account_info (account), .tap = account->tap };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (NetWaker) waker = net_waker_new ();
  EngineConsole *console;

  if (!can_reach (account, side, error) ||
      (!by_hand && !engine_account_prepare (account, cause, NULL, NULL, &connect, error)))
    return NULL;
  connect.cancellable = cancellable;
  connect.waker = waker;
  connect.cause = cause;
  connect.gate = NULL;
  connect.by_hand = by_hand;
  connect.beside = TRUE;
  console = g_new0 (EngineConsole, 1);
  console->account = engine_account_ref (account);
  console->info = store_account_info_ref (account->info);
  console->side = side;
  console->by_hand = by_hand;
  console->func = func;
  console->data = data;
  console->cause = g_steal_pointer (&cause);
  console->password = connect.password;
  console->connect = connect;
  console->context = g_main_context_ref_thread_default ();
  console->lines = g_async_queue_new_full ((GDestroyNotify) g_bytes_unref);
  console->waker = g_steal_pointer (&waker);
  console->cancellable = g_steal_pointer (&cancellable);
  console->alive = g_atomic_rc_box_new0 (gint);
  *console->alive = TRUE;
  console->now = now_new (console, ENGINE_CONSOLE_CONNECTING);
  console->thread = g_thread_new ("console", run, console);
  return console;
}

void
engine_console_free (EngineConsole *console)
{
  *console->alive = FALSE;
  g_cancellable_cancel (console->cancellable);
  g_thread_join (console->thread);
  g_atomic_rc_box_release (console->alive);
  engine_console_now_unref (console->now);
  g_clear_pointer (&console->uidls, g_hash_table_unref);
  g_clear_pointer (&console->listing, g_hash_table_unref);
  g_async_queue_unref (console->lines);
  net_waker_unref (console->waker);
  g_object_unref (console->cancellable);
  g_main_context_unref (console->context);
  g_clear_pointer (&console->password, base_secret_unref);
  base_cause_unref (console->cause);
  store_account_info_unref (console->info);
  engine_account_unref (console->account);
  g_free (console);
}

EngineConsoleNow *
engine_console_now (EngineConsole *console)
{
  return console->now;
}

void
engine_console_say (EngineConsole *console, GBytes *bytes)
{
  g_async_queue_push (console->lines, g_bytes_ref (bytes));
  net_waker_wake (console->waker);
}

/* What is known of the letters */

static gboolean
known_by_uid (EngineConsole *console, const ImapSet *set, StoreMeant *meant, GError **error)
{
  const EngineConsoleNow *now = console->now;
  g_autoptr (StoreFolder) folder = NULL;
  const ImapRange *ranges;
  guint n = imap_set_ranges (set, &ranges);

  if (!now->moment.mailbox)
    return TRUE;
  folder = store_reader_folder_by_name (console->account->reader, now->moment.mailbox, NULL);
  for (guint i = 0; folder && i < n; i++)
    if (!store_reader_meant_uids (console->account->reader,
                                  folder->id,
                                  folder->uidvalidity,
                                  MIN (ranges[i].first, ranges[i].last),
                                  MAX (ranges[i].first, ranges[i].last),
                                  meant,
                                  error))
      return FALSE;
  return TRUE;
}

static gboolean
known_by_number (EngineConsole *console, const ImapSet *set, StoreMeant *meant, GError **error)
{
  GHashTableIter iter;
  gpointer number;
  gpointer uidl;

  if (!console->now->uidls)
    return TRUE;
  g_hash_table_iter_init (&iter, console->now->uidls);
  while (g_hash_table_iter_next (&iter, &number, &uidl))
    if (imap_set_contains (set, GPOINTER_TO_UINT (number)) &&
        !store_reader_meant_uidl (console->account->reader, uidl, meant, error))
      return FALSE;
  return TRUE;
}

static gboolean
known_by_set (
    EngineConsole *console, gboolean uids, const char *set, StoreMeant *meant, GError **error)
{
  g_autoptr (ImapSet) numbers = imap_set_parse (set, -1);

  if (numbers && strcmp (console->now->moment.protocol, "pop3") == 0)
    return known_by_number (console, numbers, meant, error);
  return !numbers || !uids || known_by_uid (console, numbers, meant, error);
}

static gboolean
known_as_marked (EngineConsole *console, StoreMeant *meant, GError **error)
{
  const char *mailbox = console->now->moment.mailbox;
  g_autoptr (StoreFolder) folder =
      mailbox ? store_reader_folder_by_name (console->account->reader, mailbox, NULL) : NULL;

  return !folder || store_reader_meant_marked (
                        console->account->reader, folder->id, folder->uidvalidity, meant, error);
}

static gboolean
known_in_folder (EngineConsole *console, const char *mailbox, StoreMeant *meant, GError **error)
{
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_name (console->account->reader, mailbox, NULL);

  return !folder || store_reader_meant_uids (console->account->reader,
                                             folder->id,
                                             folder->uidvalidity,
                                             1,
                                             G_MAXUINT32,
                                             meant,
                                             error);
}

gboolean
engine_console_meant (EngineConsole *console,
                      const EngineConsoleLetters *letters,
                      StoreMeant *meant,
                      GError **error)
{
  if (letters->marked)
    return known_as_marked (console, meant, error);
  if (letters->folder)
    return known_in_folder (console, letters->folder, meant, error);
  return known_by_set (console, letters->uids, letters->set, meant, error);
}
