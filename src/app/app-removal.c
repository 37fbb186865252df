/* The question comes again after an export, with where the letters are now: an export alone removes
 * nothing. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-removal.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app-backup.h"
#include "app-format.h"
#include "app-trouble.h"

typedef struct
{
  AppApplication *application;
  GtkWindow *parent; /* cleared when it goes */
  EngineAccount *account;
} Removal;

static void ask (Removal *removal, const char *exported);

static Removal *
removal_new (AppApplication *application, GtkWindow *parent, EngineAccount *account)
{
  Removal *removal = g_new0 (Removal, 1);

  removal->application = g_object_ref (application);
  removal->account = engine_account_ref (account);
  g_set_weak_pointer (&removal->parent, parent);
  return removal;
}

static void
removal_free (Removal *removal)
{
  g_clear_weak_pointer (&removal->parent);
  engine_account_unref (removal->account);
  g_object_unref (removal->application);
  g_free (removal);
}

/* The question */

static void
add_sentence (GString *text, const char *words, gint64 count)
{
  if (count <= 0)
    return;
  if (text->len > 0)
    g_string_append_c (text, ' ');
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_string_append_printf (text, words, (int) count);
#pragma GCC diagnostic pop
}

/* @exported: where the letters are now (nullable). */
static char *
what_is_lost (EngineAccount *account, const char *exported)
{
  GString *text = g_string_new (exported);
  guint unsent = engine_account_unsent (account);
  StoreStrip strip;

  if (!store_reader_strip (engine_account_reader (account), &strip, NULL))
    return g_string_free (g_string_append (text, _ ("Its mail is removed from this computer.")),
                          FALSE);
  add_sentence (text,
                ngettext ("%d letter is nowhere else: its only copy is on this computer. Export it "
                          "first if you want to keep it.",
                          "%d letters are nowhere else: their only copies are on this computer. "
                          "Export them first if you want to keep them.",
                          (gulong) strip.only_here),
                exported == NULL ? strip.only_here : 0);
  add_sentence (text,
                ngettext ("%d letter that was not sent will be lost.",
                          "%d letters that were not sent will be lost.",
                          unsent),
                unsent);
  add_sentence (text,
                ngettext ("%d change has not reached the server yet and will be lost.",
                          "%d changes have not reached the server yet and will be lost.",
                          (gulong) strip.waiting),
                strip.waiting);
  if (strip.only_here == 0 && exported == NULL)
    g_string_append_printf (
        text,
        "%s%s",
        text->len > 0 ? " " : "",
        _ ("Every letter here is on the server too; only the copies are removed."));
  return g_string_free (text, FALSE);
}

/* Without an export there is no second question. */
static void
on_exported (const char *told, gpointer data)
{
  Removal *removal = data;

  if (told != NULL)
    ask (removal_new (removal->application, removal->parent, removal->account), told);
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, Removal *removal)
{
  g_autoptr (GError) error = NULL;

  if (g_str_equal (answer, "export"))
    {
      app_backup_begin (
          removal->parent, removal->account, on_exported, removal, (GDestroyNotify) removal_free);
      return;
    }
  if (g_str_equal (answer, "remove") &&
      !engine_service_remove (app_application_get_service (removal->application),
                              engine_account_info (removal->account)->uuid,
                              &error))
    app_trouble_tell (removal->parent, error);
  removal_free (removal);
}

static void
ask (Removal *removal, const char *exported)
{
  const StoreAccountInfo *info = engine_account_info (removal->account);
  g_autofree char *name = app_format_account (info);
  g_autofree char *heading = g_strdup_printf (_ ("Remove “%s”?"), name);
  g_autofree char *body = what_is_lost (removal->account, exported);
  GtkWidget *dialog = adw_message_dialog_new (removal->parent, heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel",
                                    _ ("_Cancel"),
                                    "export",
                                    _ ("_Export…"),
                                    "remove",
                                    _ ("_Remove"),
                                    NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_answer), removal);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
app_removal_ask (AppApplication *application, GtkWindow *parent, EngineAccount *account)
{
  ask (removal_new (application, parent, account), NULL);
}
