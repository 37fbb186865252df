/* What the server lists: numbers and weights by LIST, names by UIDL, and what of it is news. There
 * may be a million letters, so a name is kept once, and a list costs little. */
#include "config.h"

#include "engine-pop3-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "engine-wait.h"
#include "store-write.h"

static gboolean
listing (BaseEvent *base, gpointer data, GError **error)
{
  EnginePop3 *pop3 = data;
  const Pop3Event *event = (Pop3Event *) base;

  if (base->type != POP3_EVENT_ENTRY || !event->command)
    return TRUE;
  if (event->command->verb == POP3_VERB_LIST)
    {
      EnginePop3Listed listed = { .number = event->entry.number, .size = event->entry.size };

      g_array_append_val (pop3->listed, listed);
      return TRUE;
    }
  for (guint i = 0; i < pop3->listed->len; i++)
    {
      /* Both lists come in the same order: most often it is the first guess. */
      guint index = (event->entry.number - 1 + i) % pop3->listed->len;
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, index);

      if (listed->number != event->entry.number)
        continue;
      if (event->entry.uid)
        listed->uidl = g_string_chunk_insert (pop3->names, event->entry.uid);
      return TRUE;
    }
  return TRUE;
}

/* Some servers give two letters one UIDL (RFC 1939 §7 allows it for copies): the second gets a name
 * of its own, so that it is collected too. */
static void
make_unique (EnginePop3 *pop3)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);
      guint copy = 2;

      if (!listed->uidl)
        continue;
      if (g_hash_table_contains (seen, listed->uidl))
        {
          g_autofree char *name = NULL;

          do
            {
              g_free (name);
              name = g_strdup_printf ("%s\t%u", listed->uidl, copy++);
            }
          while (g_hash_table_contains (seen, name));
          listed->uidl = g_string_chunk_insert (pop3->names, name);
        }
      g_hash_table_add (seen, (gpointer) listed->uidl);
    }
}

static gboolean
set_no_list (EnginePop3 *pop3, const BaseEvent *event, GError **error)
{
  engine_error_set_said (error,
                         event->outcome == BASE_OUTCOME_TEMPORARY ? ENGINE_ERROR_TEMPORARY
                                                                  : ENGINE_ERROR_REFUSED,
                         ((const Pop3Event *) event)->status.text,
                         _ ("%s does not list the mailbox: try again later"),
                         pop3->info->host);
  return FALSE;
}

static gboolean
removes_all (const EnginePop3 *pop3)
{
  return strcmp (pop3->info->leave_policy, "none") == 0;
}

/* Names that the server has told before, and does not tell now. What has no name may be one of
 * those letters: by its bytes it would come a second time. */
static gboolean
misses_names (const EnginePop3 *pop3)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const char *uidl = g_array_index (pop3->listed, EnginePop3Listed, i).uidl;

      if (uidl)
        g_hash_table_add (told, (gpointer) uidl);
    }
  g_hash_table_iter_init (&iter, pop3->known);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_str_has_prefix (name, ENGINE_POP3_HASH) && !g_hash_table_contains (told, name))
      return TRUE;
  return FALSE;
}

static gboolean
set_no_names (EnginePop3 *pop3, const BaseEvent *event, GError **error)
{
  gboolean says_so =
      event->outcome != BASE_OUTCOME_OK && pop3_core_has_capability (pop3->core, "UIDL");

  if (event->outcome == BASE_OUTCOME_TEMPORARY || says_so || misses_names (pop3))
    engine_error_set_said (error,
                           ENGINE_ERROR_TEMPORARY,
                           ((const Pop3Event *) event)->status.text,
                           _ ("%s does not tell which messages were collected before: try again "
                              "later"),
                           pop3->info->host);
  else
    g_set_error (
        error,
        ENGINE_ERROR,
        ENGINE_ERROR_CONFIG,
        _ ("%s cannot tell which messages were collected before (it has no UIDL): use IMAP, or "
           "let the account remove messages from the server once they are stored"),
        pop3->info->host);
  return FALSE;
}

static gboolean
do_without_uidl (EnginePop3 *pop3, const BaseEvent *event, GError **error)
{
  if (pop3->listed->len == 0 ||
      (removes_all (pop3) && event->outcome != BASE_OUTCOME_TEMPORARY && !misses_names (pop3)))
    return TRUE;
  return set_no_names (pop3, event, error);
}

static guint
count_nameless (const EnginePop3 *pop3)
{
  guint count = 0;

  for (guint i = 0; i < pop3->listed->len; i++)
    count += g_array_index (pop3->listed, EnginePop3Listed, i).uidl == NULL;
  return count;
}

/* One that the list of names leaves out holds up no others. Where it is to be removed its bytes are
 * its name; where it would stay, it would come with each visit. */
static void
pass_over_nameless (EnginePop3 *pop3, guint count)
{
  if (count == 0 || (removes_all (pop3) && !misses_names (pop3)))
    return;
  pop3->nameless = count;
  for (guint i = 0; i < pop3->listed->len; i++)
    {
      EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      listed->left = listed->uidl == NULL;
    }
}

static gboolean
ask (EnginePop3 *pop3, GError **error)
{
  guint nameless;
  g_autoptr (Pop3Command) list_command = pop3_command_new (POP3_VERB_LIST);
  g_autoptr (Pop3Command) uidl_command = pop3_command_new (POP3_VERB_UIDL);
  guint64 list_exchange = pop3_core_submit (pop3->core, list_command, pop3->cause);
  guint64 uidl_exchange = pop3_core_submit (pop3->core, uidl_command, pop3->cause);
  g_autoptr (BaseEvent) listed = engine_wait (pop3->session, list_exchange, listing, pop3, error);
  g_autoptr (BaseEvent) named =
      listed ? engine_wait (pop3->session, uidl_exchange, listing, pop3, error) : NULL;

  if (!named)
    return FALSE;
  if (listed->outcome != BASE_OUTCOME_OK)
    return set_no_list (pop3, listed, error);
  nameless = count_nameless (pop3);
  pop3->has_uidl =
      named->outcome == BASE_OUTCOME_OK && (nameless < pop3->listed->len || nameless == 0);
  if (!pop3->has_uidl)
    return do_without_uidl (pop3, named, error);
  pass_over_nameless (pop3, nameless);
  make_unique (pop3);
  return TRUE;
}

gboolean
engine_pop3_load_known (EnginePop3 *pop3, GError **error)
{
  GHashTable *known = store_reader_maildrop (pop3->reader, error);

  if (!known)
    return FALSE;
  g_clear_pointer (&pop3->known, g_hash_table_unref);
  pop3->known = known;
  return TRUE;
}

/* Names that are here, and so, as far as anybody knows, there: a letter without a name may be any
 * of them. */
static void
add_known (EnginePop3 *pop3, GPtrArray *uidls)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, pop3->known);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (uidls, name);
}

/* What the list proves: letters no longer there, and DELEs of an earlier session that never came to
 * a QUIT. */
static gboolean
write_listed (StoreTx *tx, gpointer data, GError **error)
{
  EnginePop3 *pop3 = data;
  g_autoptr (GPtrArray) uidls = g_ptr_array_new ();
  guint64 size = 0;

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);

      const StoreKept *kept = listed->uidl ? g_hash_table_lookup (pop3->known, listed->uidl) : NULL;

      size += listed->size;
      if (listed->uidl)
        g_ptr_array_add (uidls, (gpointer) listed->uidl);
      if (kept && kept->listed == 0 &&
          !store_tx_maildrop_weighs (tx, kept->placement, listed->size, error))
        return FALSE;
    }
  if (uidls->len < pop3->listed->len)
    add_known (pop3, uidls);
  if (pop3->has_uidl &&
      !store_tx_maildrop_listed (
          tx, pop3->maildrop, (const char *const *) uidls->pdata, uidls->len, pop3->cause, error))
    return FALSE;
  return store_tx_maildrop_quit (tx, pop3->maildrop, FALSE, pop3->cause, error) &&
         store_tx_set_folder_server (
             tx, pop3->maildrop, 0, 0, 0, pop3->listed->len, (gint64) size, error);
}

/* What was collected first is listed first, new letters come last, and what is known stays: where
 * that is not so, another program has removed something, or the mailbox was rebuilt. */
static gboolean
is_shuffled (const EnginePop3 *pop3)
{
  gint64 last = 0;
  gboolean fresh = FALSE;
  guint met = 0;

  for (guint i = 0; i < pop3->listed->len; i++)
    {
      const EnginePop3Listed *listed = &g_array_index (pop3->listed, EnginePop3Listed, i);
      const StoreKept *kept = listed->uidl ? g_hash_table_lookup (pop3->known, listed->uidl) : NULL;

      if (kept && (fresh || kept->placement < last))
        return TRUE;
      fresh = fresh || !kept;
      last = kept ? kept->placement : last;
      met += kept != NULL;
    }
  return met < g_hash_table_size (pop3->known);
}

gboolean
engine_pop3_list (EnginePop3 *pop3, GError **error)
{
  if (!engine_pop3_load_known (pop3, error) || !ask (pop3, error))
    return FALSE;
  pop3->shuffled = pop3->has_uidl && is_shuffled (pop3);
  if (!store_mailbase_write (pop3->mailbase, STORE_PRIORITY_BULK, FALSE, write_listed, pop3, error))
    return FALSE;
  return engine_pop3_load_known (pop3, error);
}
