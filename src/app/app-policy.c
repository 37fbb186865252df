/* The numbers are asked for once more when the policy is kept: letters may have come since the page
 * was looked at. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-policy.h"

#include <glib/gi18n.h>

#include "app-trouble.h"
#include "learn-before.h"

typedef struct
{
  StoreMailbase *mailbase;
  char *policy;
} Question;

void
app_foreseen_free (AppForeseen *foreseen)
{
  g_free (foreseen->text);
  g_free (foreseen);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  store_mailbase_unref (question->mailbase);
  g_free (question->policy);
  g_free (question);
}

static void
foresee (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  GError *error = NULL;
  g_autoptr (StoreReader) reader = store_mailbase_reader (question->mailbase, &error);
  StoreRemoval removal;
  AppForeseen *foreseen;
  gint64 before;
  gboolean deleted;

  learn_before_policy_asks (
      question->policy, g_get_real_time () / G_USEC_PER_SEC, &before, &deleted);
  if (reader == NULL || !store_reader_foresee_removal (reader, before, deleted, &removal, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  foreseen = g_new0 (AppForeseen, 1);
  foreseen->leaving = removal.leave.letters;
  foreseen->text = learn_before_policy (question->policy, &removal);
  g_task_return_pointer (task, foreseen, (GDestroyNotify) app_foreseen_free);
}

void
app_policy_foresee (EngineAccount *account,
                    const char *policy,
                    GObject *source,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  Question *question = g_new0 (Question, 1);
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, data);

  question->mailbase = store_mailbase_ref (engine_account_mailbase (account));
  question->policy = g_strdup (policy);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, foresee);
}

AppForeseen *
app_policy_foresee_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The question */

static void
on_answer (AdwMessageDialog *dialog, const char *answer, GtkWindow *window)
{
  AppPolicyFunc func = (AppPolicyFunc) g_object_get_data (G_OBJECT (dialog), "func");

  if (g_str_equal (answer, "remove"))
    func (window);
}

static void
ask (GtkWindow *window, const AppForeseen *foreseen, AppPolicyFunc func)
{
  g_autofree char *heading = g_strdup_printf (ngettext ("Let %d Letter Leave the Server?",
                                                        "Let %d Letters Leave the Server?",
                                                        (gulong) foreseen->leaving),
                                              (int) foreseen->leaving);
  GtkWidget *dialog = adw_message_dialog_new (window, heading, foreseen->text);

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove", _ ("_Let Them Leave"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data (G_OBJECT (dialog), "func", (gpointer) func);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), window, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_foreseen (GObject *object, GAsyncResult *result, gpointer data)
{
  GtkWindow *window = GTK_WINDOW (object);
  AppPolicyFunc func = (AppPolicyFunc) data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AppForeseen) foreseen = app_policy_foresee_finish (result, &error);

  if (!gtk_widget_get_mapped (GTK_WIDGET (window)))
    return;
  if (foreseen == NULL)
    app_trouble_tell (window, error);
  else if (foreseen->leaving > 0)
    ask (window, foreseen, func);
  else
    func (window);
}

void
app_policy_ask (GtkWindow *window, EngineAccount *account, const char *policy, AppPolicyFunc func)
{
  app_policy_foresee (account, policy, G_OBJECT (window), NULL, on_foreseen, (gpointer) func);
}
