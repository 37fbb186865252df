/* The ways between a letter and what the practice post office's hosts said to each other to carry
 * it from domain to domain, or a report of it back. They know it by its Message-ID. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include <glib/gi18n.h>

#include "app-panel-private.h"
#include "learn-wording.h"
#include "store-survey.h"

/* More visits than these are not named one by one: the newest are. */
#define MAX_HOPS 5

static gboolean
is_about (const LearnExchange *exchange, const char *letter)
{
  const WireConnection *info = exchange->info;

  return info != NULL && info->caller != NULL &&
         (g_strcmp0 (info->letter, letter) == 0 || g_strcmp0 (info->original, letter) == 0);
}

static gboolean
carries_letter (const LearnExchange *exchange)
{
  return g_str_equal (exchange->verb, "DATA") || g_str_equal (exchange->verb, "BDAT");
}

/* What tells most of a visit: what was refused, else the letter itself, else its latest. */
static gboolean
tells_more (const LearnExchange *exchange, const LearnExchange *than)
{
  if (app_panel_filter_failed (than))
    return FALSE;
  return app_panel_filter_failed (exchange) || !carries_letter (than);
}

/* LearnExchange, one for each visit, oldest first. (transfer container) */
static GPtrArray *
find_hops (AppPanel *self, const char *letter)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  GPtrArray *hops = g_ptr_array_new ();

  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    {
      LearnExchange *exchange = learn_dialogue_get (dialogue, i);
      LearnExchange *last = hops->len > 0 ? hops->pdata[hops->len - 1] : NULL;

      if (!is_about (exchange, letter))
        continue;
      if (last == NULL || last->connection != exchange->connection)
        g_ptr_array_add (hops, exchange);
      else if (tells_more (exchange, last))
        hops->pdata[hops->len - 1] = exchange;
    }
  return hops;
}

static void
on_exchange (GtkButton *button, AppPanel *self)
{
  const guint64 *key = g_object_get_data (G_OBJECT (button), "key");
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  guint n = learn_dialogue_count (dialogue);
  guint64 first = n > 0 ? learn_dialogue_get (dialogue, 0)->key : 0;

  /* The dialogue may have forgotten it meanwhile. */
  if (n > 0 && *key >= first && *key - first < n)
    app_panel_show_exchange (self, learn_dialogue_get (dialogue, (guint) (*key - first)));
}

static void
add_way (AppPanel *self, const LearnExchange *exchange, const char *text)
{
  GtkWidget *button = gtk_button_new_with_label (text);

  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, text);
  g_object_set_data_full (
      G_OBJECT (button), "key", g_memdup2 (&exchange->key, sizeof exchange->key), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_exchange), self);
  app_card_set_links (self->card, button);
}

void
app_panel_add_hops (AppPanel *self, EngineAccount *account, gint64 message)
{
  g_autoptr (StoreLetter) letter =
      store_reader_letter (engine_account_reader (account), message, NULL);
  g_autoptr (GPtrArray) hops = NULL;

  if (letter == NULL || letter->message_id == NULL)
    return;
  hops = find_hops (self, letter->message_id);
  for (guint i = hops->len > MAX_HOPS ? hops->len - MAX_HOPS : 0; i < hops->len; i++)
    {
      const LearnExchange *exchange = hops->pdata[i];
      g_autofree char *why = learn_cause_text (exchange->cause);

      add_way (self, exchange, why);
    }
}

/* Where the letter with this Message-ID is: in the account that is looked at, or in another. */
static gint64
find_letter (AppPanel *self, const char *id, EngineAccount **account)
{
  g_autoptr (GPtrArray) accounts =
      self->service != NULL && id != NULL ? engine_service_accounts (self->service) : NULL;
  gint64 found = 0;

  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    {
      EngineAccount *one = accounts->pdata[i];
      gint64 message = engine_account_info (one)->practice
                           ? store_reader_find_letter (engine_account_reader (one), id)
                           : 0;

      if (message == 0 || (found != 0 && one != self->account))
        continue;
      g_clear_pointer (account, engine_account_unref);
      *account = engine_account_ref (one);
      found = message;
    }
  return found;
}

gint64
app_panel_find_hop_letter (AppPanel *self, const LearnExchange *exchange, EngineAccount **account)
{
  const WireConnection *info = exchange->info;
  gint64 found;

  if (info == NULL || info->caller == NULL)
    return 0;
  found = find_letter (self, info->letter, account);
  return found != 0 ? found : find_letter (self, info->original, account);
}

/* To the exchange in which this computer handed it over. */
static void
add_sending (AppPanel *self, EngineAccount *account, gint64 message)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  g_autoptr (GPtrArray) ledger =
      store_reader_ledger (engine_account_reader (account), message, NULL);

  for (guint i = 0; ledger != NULL && i < ledger->len; i++)
    {
      const StoreLedgerEntry *entry = ledger->pdata[i];

      if (entry->cause == NULL || entry->cause->kind != BASE_CAUSE_SEND)
        continue;
      for (guint j = learn_dialogue_count (dialogue); j-- > 0;)
        {
          const LearnExchange *exchange = learn_dialogue_get (dialogue, j);

          /* Its copy in Sent is of the same cause, and what lies there knows only of that. */
          if (exchange->cause == NULL || exchange->cause->id != entry->cause->id ||
              exchange->info == NULL || !g_str_equal (exchange->info->protocol, "smtp") ||
              !carries_letter (exchange))
            continue;
          add_way (self, exchange, _ ("See how this computer handed it over"));
          return;
        }
    }
}

void
app_panel_add_hop_letters (AppPanel *self, const LearnExchange *exchange)
{
  const char *const ids[] = { exchange->info->letter, exchange->info->original };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (EngineAccount) account = NULL;
      gint64 message = find_letter (self, ids[i], &account);

      if (message == 0)
        continue;
      app_panel_add_letter (self, account, message);
      add_sending (self, account, message);
    }
}
