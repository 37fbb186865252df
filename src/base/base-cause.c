/* Causes are counted atomically: they are born on the application's thread and read on all others.
 */
#include "config.h"

#include "base-cause.h"

#include <string.h>

static const char *const kind_names[] = {
  [BASE_CAUSE_CONNECT] = "connect", [BASE_CAUSE_CHECK] = "check",
  [BASE_CAUSE_SYNC] = "sync",       [BASE_CAUSE_COLLECT] = "collect",
  [BASE_CAUSE_OPEN] = "open",       [BASE_CAUSE_DOWNLOAD] = "download",
  [BASE_CAUSE_MARK] = "mark",       [BASE_CAUSE_MOVE] = "move",
  [BASE_CAUSE_DELETE] = "delete",   [BASE_CAUSE_SEND] = "send",
  [BASE_CAUSE_UNDO] = "undo",       [BASE_CAUSE_SAVE] = "save",
  [BASE_CAUSE_WATCH] = "watch",     [BASE_CAUSE_LESSON] = "lesson",
  [BASE_CAUSE_SEARCH] = "search",   [BASE_CAUSE_CONSOLE] = "console",
  [BASE_CAUSE_SERVE] = "serve",     [BASE_CAUSE_PASS_ON] = "pass-on",
  [BASE_CAUSE_REPORT] = "report",   [BASE_CAUSE_TRY_AGAIN] = "try-again",
  [BASE_CAUSE_THREAD] = "thread",
};

/* 43 bits of milliseconds and 20 that count on from a random number: causes of one account sort by
 * age, those of one millisecond differ, and two processes that append to one journal do not meet.
 */
static guint64
new_id (gint64 when)
{
  static gsize begun = 0;
  static guint number;

  if (g_once_init_enter (&begun))
    {
      g_atomic_int_set (&number, g_random_int ());
      g_once_init_leave (&begun, 1);
    }
  return ((guint64) (when / 1000) << 20 | (g_atomic_int_add (&number, 1) & 0xfffff)) & G_MAXINT64;
}

BaseCause *
base_cause_restore (guint64 id, BaseCauseKind kind, const char *subject, gint64 when)
{
  BaseCause *cause = g_atomic_rc_box_new0 (BaseCause);

  cause->id = id;
  cause->kind = kind;
  cause->subject = g_strdup (subject);
  cause->when = when;
  return cause;
}

BaseCause *
base_cause_new (BaseCauseKind kind, const char *subject)
{
  gint64 when = g_get_real_time ();

  return base_cause_restore (new_id (when), kind, subject, when);
}

BaseCause *
base_cause_restore_joined (guint64 id,
                           BaseCauseKind kind,
                           const char *subject,
                           gint64 when,
                           const guint64 *wishes,
                           guint n_wishes)
{
  BaseCause *cause = base_cause_restore (id, kind, subject, when);

  cause->wishes = g_memdup2 (wishes, n_wishes * sizeof (guint64));
  cause->n_wishes = n_wishes;
  return cause;
}

BaseCause *
base_cause_join (const BaseCause *const *causes, guint n)
{
  g_autoptr (GArray) wishes = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n);
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal);
  const char *subject = causes[0]->subject;
  gint64 when = causes[0]->when;

  for (guint i = 0; i < n; i++)
    {
      if (!g_hash_table_add (known, (gpointer) &causes[i]->id))
        continue;
      g_array_append_val (wishes, causes[i]->id);
      when = MIN (when, causes[i]->when);
      if (g_strcmp0 (subject, causes[i]->subject) != 0)
        subject = NULL;
    }
  if (wishes->len == 1)
    return base_cause_ref (causes[0]);
  return base_cause_restore_joined (
      new_id (when), causes[0]->kind, subject, when, (const guint64 *) wishes->data, wishes->len);
}

gboolean
base_cause_covers (const BaseCause *cause, guint64 id)
{
  for (guint i = 0; i < cause->n_wishes; i++)
    if (cause->wishes[i] == id)
      return TRUE;
  return cause->id == id;
}

BaseCause *
base_cause_ref (const BaseCause *cause)
{
  return g_atomic_rc_box_acquire ((BaseCause *) cause);
}

static void
cause_clear (gpointer data)
{
  BaseCause *cause = data;

  g_free (cause->subject);
  g_free (cause->wishes);
}

void
base_cause_unref (BaseCause *cause)
{
  g_atomic_rc_box_release_full (cause, cause_clear);
}

const char *
base_cause_kind_name (BaseCauseKind kind)
{
  return kind_names[kind];
}

int
base_cause_kind_from_name (const char *name)
{
  for (int kind = 0; kind <= BASE_CAUSE_LAST; kind++)
    if (strcmp (kind_names[kind], name) == 0)
      return kind;
  return -1;
}
