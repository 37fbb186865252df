/* Whether a folder that is opened still has the letters that are known of it. A mailbox rebuilt in
 * place may say nothing that is lower than before; so the headers of a few letters are asked for
 * right behind SELECT, and come with its answer: it costs no round trip. */
#include "config.h"

#include "engine-imap.h"

#include "engine-fact.h"

#define MOST 5
/* A server that says something else each time, or ends the connection over this question, is not
 * asked again all the time. */
#define PAUSE ((gint64) 24 * 60 * 60 * G_USEC_PER_SEC)

struct _EngineImapLook
{
  guint64 exchange;
  guint n;
  guint32 uids[MOST];
  gint64 messages[MOST];
};

static char *
fact_name (const StoreFolder *folder)
{
  return g_strdup_printf ("imap-look-%" G_GINT64_FORMAT, folder->id);
}

static gboolean
pauses (EngineImap *imap, const StoreFolder *folder)
{
  g_autofree char *name = fact_name (folder);
  gint64 at = 0;
  g_autofree char *value = store_reader_fact (imap->reader, name, &at);

  return value && at + PAUSE >= g_get_real_time ();
}

/* That it could not be noted costs one more look. */
static void
begin_pause (EngineImap *imap, const StoreFolder *folder, const char *why)
{
  g_autofree char *name = fact_name (folder);

  engine_fact_keep (imap->mailbase, STORE_PRIORITY_BULK, FALSE, name, why, NULL);
}

static void
add (EngineImapLook *look, const StoreMissing *one)
{
  for (guint i = 0; i < look->n; i++)
    if (look->uids[i] == one->uid)
      return;
  look->uids[look->n] = one->uid;
  look->messages[look->n++] = one->message;
}

/* Adds the highest known letter below @below. */
static gboolean
add_below (EngineImap *imap, EngineImapLook *look, const StoreFolder *folder, guint32 below)
{
  g_autoptr (GArray) known =
      store_reader_known_below (imap->reader, folder->id, folder->uidvalidity, below, 1, NULL);

  if (!known || known->len == 0)
    return FALSE;
  add (look, &g_array_index (known, StoreMissing, 0));
  return TRUE;
}

/* The newest, the oldest, and others by chance, each time. */
static void
choose (EngineImap *imap, EngineImapLook *look, const StoreFolder *folder)
{
  StoreMissing oldest;
  guint32 newest;

  if (!store_reader_oldest_known (
          imap->reader, folder->id, folder->uidvalidity, &oldest.uid, &oldest.message, NULL) ||
      oldest.uid == 0 || !add_below (imap, look, folder, G_MAXUINT32))
    return;
  newest = look->uids[0];
  add (look, &oldest);
  for (guint i = 2; i < MOST && newest > oldest.uid + 1; i++)
    add_below (imap,
               look,
               folder,
               oldest.uid + 1 +
                   (guint32) (g_random_double () * (double) (newest - oldest.uid - 1)));
}

EngineImapLook *
engine_imap_look (EngineImap *imap, const StoreFolder *folder)
{
  EngineImapLook look = { 0 };
  ImapCommand *command;

  /* What waits at the gate is one command, which somebody looks at. */
  if (imap->reading || imap->hold || imap->held || folder->uidvalidity == 0 ||
      g_hash_table_contains (imap->looked, &folder->id) || pauses (imap, folder))
    return NULL;
  choose (imap, &look, folder);
  if (look.n == 0)
    return NULL;
  command = engine_imap_heads_command (look.uids, look.n);
  command->behind_select = TRUE;
  look.exchange = engine_imap_submit (imap, command);
  return g_memdup2 (&look, sizeof look);
}

static gboolean
is_any_other (const EngineSame *found, guint n)
{
  for (guint i = 0; i < n; i++)
    if (found[i] == ENGINE_SAME_OTHER)
      return TRUE;
  return FALSE;
}

gboolean
engine_imap_end_look (EngineImap *imap, EngineImapLook *asked, gboolean opened, GError **error)
{
  g_autofree EngineImapLook *look = asked;
  g_autoptr (GPtrArray) heads = engine_imap_heads_new ();
  EngineSame found[MOST];
  GError *local = NULL;

  /* The SELECT before has said why it is over. */
  if (!look || (!opened && net_session_is_over (imap->session)))
    return TRUE;
  if (!engine_imap_wait_heads (imap, look->exchange, heads, opened ? &local : NULL))
    {
      if (!opened)
        return TRUE;
      if (net_session_is_over (imap->session))
        begin_pause (imap, imap->folder, "cut");
      g_propagate_error (error, local);
      return FALSE;
    }
  /* Of another UIDVALIDITY they are other letters, and that is told already. */
  if (!opened || imap->folder->uidvalidity != imap->uidvalidity)
    return TRUE;
  g_hash_table_add (imap->looked, g_memdup2 (&imap->folder->id, sizeof imap->folder->id));
  if (!engine_imap_compare_heads (imap, heads, look->uids, look->messages, look->n, found, error))
    return FALSE;
  if (!is_any_other (found, look->n))
    return TRUE;
  /* Asked once more: others may be at work there, and a server be in the middle of it. */
  if (!engine_imap_compare (imap, look->uids, look->messages, look->n, found, error))
    return FALSE;
  if (!is_any_other (found, look->n))
    return TRUE;
  begin_pause (imap, imap->folder, "other");
  return engine_imap_doubt (imap, error);
}
