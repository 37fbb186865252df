/* What another policy for letters on the server would remove there, read from the ledger before
 * anything happens; and the question that stands before a policy that removes something is kept. */
#pragma once

#include <adwaita.h>

#include "engine-account.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 leaving; /* letters that leave the server at the next visit */
  char *text;     /* learn_before_policy() */
} AppForeseen;

void app_foreseen_free (AppForeseen *foreseen);

/* @policy is a literal. On a thread of its own, since a server may list very many; @source is kept
 * until the answer. */
void app_policy_foresee (EngineAccount *account,
                         const char *policy,
                         GObject *source,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer data);
AppForeseen *app_policy_foresee_finish (GAsyncResult *result, GError **error);

/* Called when the policy may be kept: at once where nothing leaves, else when the person agrees. */
typedef void (*AppPolicyFunc) (GtkWindow *window);
/* @func is not called after @window has gone. */
void
app_policy_ask (GtkWindow *window, EngineAccount *account, const char *policy, AppPolicyFunc func);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppForeseen, app_foreseen_free)

G_END_DECLS
