/* An export in mbox, which every mail program reads. A copy of the open database would be none. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-backup.h"

#include <glib/gi18n.h>

#include "app-format.h"
#include "app-trouble.h"
#include "engine-export.h"
#include "learn-wording.h"
#include "store-write.h"

/* The fact that says how many letters were written, and since when that is so. */
#define FACT "backup"

typedef struct
{
  GtkWindow *parent; /* cleared when it goes */
  EngineAccount *account;
  GtkFileChooserNative *chooser;
  GtkWidget *dialog; /* while letters are written */
  char *path;
  AppBackupFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Backup;

static void
backup_free (Backup *backup)
{
  g_clear_weak_pointer (&backup->parent);
  g_clear_object (&backup->chooser);
  engine_account_unref (backup->account);
  g_free (backup->path);
  if (backup->destroy != NULL)
    backup->destroy (backup->data);
  g_free (backup);
}

/* (transfer full) of @backup. */
static void
end (Backup *backup, const char *told)
{
  if (backup->parent != NULL)
    backup->func (told, backup->data);
  backup_free (backup);
}

static gboolean
write_fact (StoreTx *tx, gpointer data, GError **error)
{
  return store_tx_set_fact (tx, FACT, data, error);
}

static void
write_letters (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Backup *backup = data;
  StoreMailbase *mailbase = engine_account_mailbase (backup->account);
  EngineExported exported = { 0 };
  GError *error = NULL;
  g_autoptr (StoreReader) reader = store_mailbase_reader (mailbase, &error);
  g_autofree char *number = NULL;

  if (reader == NULL ||
      !engine_export (reader, NULL, ENGINE_EXPORT_MBOX, backup->path, &exported, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  number = g_strdup_printf ("%" G_GINT64_FORMAT, exported.done);
  /* The letters are safe; that this is not remembered is no reason to say otherwise. */
  (void) store_mailbase_write (mailbase, STORE_PRIORITY_CLICK, FALSE, write_fact, number, NULL);
  g_task_return_int (task, (gssize) exported.done);
}

static void
on_written (GObject *object, GAsyncResult *result, gpointer data)
{
  Backup *backup = data;
  g_autoptr (GError) error = NULL;
  gssize done = g_task_propagate_int (G_TASK (result), &error);
  g_autofree char *name = g_filename_display_basename (backup->path);
  g_autofree char *text = NULL;

  if (backup->parent == NULL)
    {
      end (backup, NULL);
      return;
    }
  gtk_window_destroy (GTK_WINDOW (backup->dialog));
  if (error != NULL)
    app_trouble_tell (backup->parent, error);
  else
    text = g_strdup_printf (ngettext ("%1$d letter is now in “%2$s” too.",
                                      "%1$d letters are now in “%2$s” too.",
                                      (gulong) done),
                            (int) done,
                            name);
  end (backup, text);
}

static void
on_path_chosen (GtkNativeDialog *dialog, int response, Backup *backup)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GTask) task = NULL;

  if (response != GTK_RESPONSE_ACCEPT || backup->parent == NULL)
    {
      end (backup, NULL);
      return;
    }
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  backup->path = g_file_get_path (file);
  backup->dialog = adw_message_dialog_new (backup->parent, _ ("Exporting…"), NULL);
  gtk_window_present (GTK_WINDOW (backup->dialog));
  task = g_task_new (NULL, NULL, on_written, backup);
  g_task_set_task_data (task, backup, NULL);
  g_task_run_in_thread (task, write_letters);
}

void
app_backup_begin (GtkWindow *parent,
                  EngineAccount *account,
                  AppBackupFunc func,
                  gpointer data,
                  GDestroyNotify destroy)
{
  Backup *backup = g_new0 (Backup, 1);
  g_autofree char *name = g_strdup_printf ("%s.mbox", engine_account_info (account)->email);

  g_set_weak_pointer (&backup->parent, parent);
  backup->account = engine_account_ref (account);
  backup->func = func;
  backup->data = data;
  backup->destroy = destroy;
  g_strdelimit (name, G_DIR_SEPARATOR_S, '_');
  backup->chooser = gtk_file_chooser_native_new (
      _ ("Export Letters"), parent, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (backup->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (backup->chooser), TRUE);
  g_signal_connect (backup->chooser, "response", G_CALLBACK (on_path_chosen), backup);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (backup->chooser));
}

char *
app_backup_text (EngineAccount *account)
{
  gint64 at = 0;
  g_autofree char *number = store_reader_fact (engine_account_reader (account), FACT, &at);
  gint64 letters = number != NULL ? g_ascii_strtoll (number, NULL, 10) : 0;
  g_autofree char *when = number != NULL ? learn_time_text (at) : NULL;

  if (number == NULL)
    return g_strdup (_ ("Never. Export the letters to a file, on another disk: a copy of the open "
                        "database would be none."));
  return g_strdup_printf (ngettext ("%1$d letter, as of %2$s. What came later is not in it.",
                                    "%1$d letters, as of %2$s. What came later is not in it.",
                                    (gulong) letters),
                          (int) letters,
                          when);
}

char *
app_backup_short_text (EngineAccount *account)
{
  gint64 at = 0;
  g_autofree char *number = store_reader_fact (engine_account_reader (account), FACT, &at);
  g_autofree char *when =
      number != NULL ? app_format_date_short (at / G_USEC_PER_SEC) : g_strdup (_ ("never"));

  /* Translators: when the letters were exported last: "Backup never", "Backup 12 Nov" */
  return g_strdup_printf (_ ("Backup %s"), when);
}
