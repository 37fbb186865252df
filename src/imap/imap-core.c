/* What base-core calls: each role does it in its own file. */
#include "config.h"

#include "imap-core-private.h"

#include <glib/gi18n-lib.h>

static const char *const state_names[] = {
  [IMAP_STATE_GREETING] = "greeting",
  [IMAP_STATE_NOT_AUTHENTICATED] = "not authenticated",
  [IMAP_STATE_AUTHENTICATED] = "authenticated",
  [IMAP_STATE_SELECTED] = "selected",
  [IMAP_STATE_LOGOUT] = "logout",
};

static const char *
core_state (const BaseCore *base)
{
  return state_names[((const ImapCore *) base)->state];
}

static void
core_finalize (BaseCore *base)
{
  ImapCore *core = (ImapCore *) base;

  imap_server_finalize (core);
  imap_framer_free (core->framer);
  imap_typed_clear (&core->typed);
  g_clear_pointer (&core->capabilities, g_hash_table_unref);
  g_clear_pointer (&core->enabled, g_hash_table_unref);
  g_hash_table_unref (core->wire_names);
  g_free (core->mailbox);
  g_queue_clear_full (&core->flight, (GDestroyNotify) imap_job_free);
  g_queue_clear_full (&core->waiting, (GDestroyNotify) imap_job_free);
}

static void
core_receive (BaseCore *base, const guint8 *bytes, gsize len)
{
  if (base->role == BASE_ROLE_CLIENT)
    imap_client_receive ((ImapCore *) base, bytes, len);
  else
    imap_server_receive ((ImapCore *) base, bytes, len);
}

static void
core_receive_eof (BaseCore *base)
{
  if (base->role == BASE_ROLE_CLIENT)
    imap_client_receive_eof ((ImapCore *) base);
  else
    imap_server_receive_eof ((ImapCore *) base);
}

static void
core_tls_started (BaseCore *base, const BaseTlsInfo *info)
{
  ImapCore *core = (ImapCore *) base;

  if (imap_framer_is_inside (core->framer))
    {
      base_core_fail (
          base,
          BASE_CORE_ERROR_INJECTION,
          _ ("Bytes came before encryption began, where none may be. Somebody may be in between."));
      return;
    }
  core->encrypted = TRUE;
  core->starting_tls = FALSE;
  imap_core_forget_capabilities (core);
  if (base->role == BASE_ROLE_CLIENT)
    imap_client_tls_started (core);
}

static void
core_pump (BaseCore *base)
{
  if (base->role == BASE_ROLE_CLIENT)
    imap_client_pump ((ImapCore *) base);
  else
    imap_server_pump ((ImapCore *) base);
}

static char **
core_dup_offers (const BaseCore *base)
{
  const ImapCore *core = (const ImapCore *) base;
  GPtrArray *words;
  GHashTableIter iter;
  gpointer word;

  if (core->capabilities == NULL)
    return NULL;
  words = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, core->capabilities);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    g_ptr_array_add (words, g_strdup (word));
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

static const BaseCoreClass core_class = {
  .protocol = "imap",
  .state = core_state,
  .dup_offers = core_dup_offers,
  .finalize = core_finalize,
  .receive = core_receive,
  .receive_eof = core_receive_eof,
  .tls_started = core_tls_started,
  .pump = core_pump,
  .submit_raw = imap_client_submit_raw,
  .edit = imap_client_edit,
  .checkpoint = imap_annotate_checkpoint,
  .restore = imap_annotate_restore,
  .annotate = imap_annotate_line,
};

ImapCore *
imap_core_new (BaseRole role, const BaseLimits *limits)
{
  ImapCore *core = base_core_new (&core_class, sizeof (ImapCore), role, limits);

  core->framer = imap_framer_new (role, &core->base.limits);
  core->wire_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&core->flight);
  g_queue_init (&core->waiting);
  g_queue_init (&core->tasks);
  /* The server speaks first, so the client waits. */
  base_core_set_awaiting (&core->base, role == BASE_ROLE_CLIENT);
  return core;
}
