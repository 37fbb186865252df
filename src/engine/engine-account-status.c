/* Threads make a snapshot and post it to the app's main context; account->status is touched there
 * only, so nobody waits for anybody. */
#include "config.h"

#include "engine-account-private.h"

EngineStatus *
engine_account_status (EngineAccount *account)
{
  return engine_status_ref (account->status);
}

guint
engine_account_watch (EngineAccount *account, void (*func) (gpointer data), gpointer data)
{
  GHook *hook = g_hook_alloc (&account->watches);

  hook->func = func;
  hook->data = data;
  g_hook_append (&account->watches, hook);
  return (guint) hook->hook_id;
}

void
engine_account_unwatch (EngineAccount *account, guint id)
{
  g_hook_destroy (&account->watches, id);
}

void
engine_account_notify (EngineAccount *account)
{
  g_hook_list_invoke (&account->watches, TRUE);
}

typedef struct
{
  EngineAccount *account;
  EngineStatus *status; /* nullable */
  GError *send_error;   /* of the outgoing side, without a status (nullable) */
} Post;

static gboolean
take_post (gpointer data)
{
  Post *post = data;
  EngineAccount *account = post->account;
  EngineStatus *old = account->status;
  EngineStatus *fresh = engine_status_copy (post->status ? post->status : old);

  g_clear_error (&fresh->send_error);
  if (!post->status)
    fresh->send_error = g_steal_pointer (&post->send_error);
  else if (old->send_error)
    fresh->send_error = g_error_copy (old->send_error);
  /* What a worker said on its way out is not news. */
  if (!engine_account_is_running (account))
    fresh->state = ENGINE_STATE_STOPPED;
  account->status = fresh;
  engine_status_unref (old);
  engine_account_notify (account);
  return G_SOURCE_REMOVE;
}

static void
post_free (gpointer data)
{
  Post *post = data;

  engine_account_unref (post->account);
  g_clear_pointer (&post->status, engine_status_unref);
  g_clear_error (&post->send_error);
  g_free (post);
}

static void
send_post (EngineAccount *account, GMainContext *context, EngineStatus *status, GError *send_error)
{
  Post *post = g_new0 (Post, 1);
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  post->account = engine_account_ref (account);
  post->status = status;
  post->send_error = send_error;
  /* Not g_main_context_invoke(): it may call back here and now, on this thread. */
  g_source_set_callback (source, take_post, post, post_free);
  g_source_attach (source, context);
  g_source_unref (source);
}

void
engine_account_post_status (EngineAccount *account, GMainContext *context, EngineStatus *status)
{
  send_post (account, context, status, NULL);
}

void
engine_account_post_send_error (EngineAccount *account, GMainContext *context, const GError *error)
{
  send_post (account, context, NULL, error ? g_error_copy (error) : NULL);
}
