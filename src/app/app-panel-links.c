/* The ways between exchanges and what they are about: from a cause, a failure or what goes on to
 * the exchange behind it, and from an exchange to its letters. The cause's id is the same in the
 * ledger and on the wire, and unique over restarts; which of a cause's exchanges it was, the
 * command and the time say. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include <glib/gi18n.h>

#include "app-panel-private.h"
#include "store-survey.h"

/* The ledger is written after the answer has come; on a slow disk some time after. */
#define WRITTEN_WITHIN (60 * G_USEC_PER_SEC)
/* More letters than these are not named one by one. */
#define MAX_LETTERS 5

static gint64
end_of (const LearnExchange *exchange)
{
  return exchange->when + MAX (exchange->duration, 0);
}

void
app_panel_show_exchange (AppPanel *self, const LearnExchange *exchange)
{
  guint64 connection = exchange->connection;
  guint64 number = exchange->exchange;
  guint64 key = exchange->key;

  app_panel_scrubber_go (self->scrubber, 0);
  app_panel_forget_filters (self);
  app_panel_model_unfold (self->model, key);
  if (number != 0)
    app_panel_select (self, connection, number);
  else
    app_panel_select_key (self, key);
}

gboolean
app_panel_show_cause (AppPanel *self, guint64 cause, const char *verb, gint64 at)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  const LearnExchange *found = NULL;

  app_panel_catch_up (self);
  /* The last with this command that had ended when the ledger was written; else the cause's last.
   */
  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);
      gboolean fits;

      if (exchange->cause == NULL || !base_cause_covers (exchange->cause, cause) ||
          exchange->when > at)
        continue;
      fits = verb == NULL || g_str_equal (exchange->verb, verb) ||
             (g_str_equal (exchange->verb, "BDAT") && g_str_equal (verb, "DATA"));
      if (found == NULL || fits || (verb != NULL && !g_str_equal (found->verb, verb)))
        found = exchange;
    }
  if (found == NULL)
    return FALSE;
  app_panel_show_exchange (self, found);
  return TRUE;
}

gboolean
app_panel_show_latest (AppPanel *self, const char *uuid, gboolean failed)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  const LearnExchange *found = NULL;

  app_panel_catch_up (self);
  for (guint i = learn_dialogue_count (dialogue); i-- > 0 && found == NULL;)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);

      if (exchange->info != NULL && g_strcmp0 (exchange->info->account, uuid) == 0 &&
          (failed ? app_panel_filter_failed (exchange)
                  : !exchange->routine && !g_str_equal (exchange->verb, LEARN_NEWS)))
        found = exchange;
    }
  if (found == NULL)
    return FALSE;
  app_panel_show_exchange (self, found);
  return TRUE;
}

gboolean
app_panel_show_last (AppPanel *self, const char *uuid, const char *protocol)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);

  app_panel_catch_up (self);
  for (guint i = learn_dialogue_count (dialogue); i-- > 0;)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);

      if (exchange->info == NULL || g_strcmp0 (exchange->info->account, uuid) != 0 ||
          !g_str_equal (exchange->info->protocol, protocol))
        continue;
      app_panel_show_exchange (self, exchange);
      return TRUE;
    }
  return FALSE;
}

/* From an exchange to its letters */

static void
on_letter (GtkButton *button, AppPanel *self)
{
  const char *uuid = g_object_get_data (G_OBJECT (button), "account");
  gint64 *message = g_object_get_data (G_OBJECT (button), "message");

  g_signal_emit_by_name (self, "letter", uuid, *message);
}

static EngineAccount *
find_account (AppPanel *self, const char *uuid)
{
  g_autoptr (GPtrArray) accounts =
      self->service != NULL && uuid != NULL ? engine_service_accounts (self->service) : NULL;

  for (guint i = 0; accounts != NULL && i < accounts->len; i++)
    if (g_str_equal (engine_account_info (accounts->pdata[i])->uuid, uuid))
      return engine_account_ref (accounts->pdata[i]);
  return NULL;
}

/* What was sent lies in no folder; its copy in Sent does, and is another message of the same ID. */
static gint64
where_it_lies (StoreReader *reader, gint64 message)
{
  g_autoptr (StoreLetter) letter = store_reader_letter (reader, message, NULL);
  gint64 lying = letter != NULL && letter->placements->len == 0 && letter->message_id != NULL
                     ? store_reader_find_letter (reader, letter->message_id)
                     : 0;

  return lying != 0 ? lying : message;
}

void
app_panel_add_letter (AppPanel *self, EngineAccount *account, gint64 message)
{
  StoreReader *reader = engine_account_reader (account);
  gint64 lying = where_it_lies (reader, message);
  g_autoptr (GPtrArray) placements = store_reader_placements (reader, lying, NULL);
  const StoreRow *row = placements != NULL && placements->len > 0 ? placements->pdata[0] : NULL;
  g_autofree char *text = NULL;
  GtkWidget *button;

  if (row == NULL)
    return;
  /* Translators: a letter's subject. */
  text = g_strdup_printf (_ ("Show the letter “%s”"), row->subject);
  button = gtk_button_new_with_label (text);
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_object_set_data_full (
      G_OBJECT (button), "account", g_strdup (engine_account_info (account)->uuid), g_free);
  g_object_set_data_full (G_OBJECT (button), "message", g_memdup2 (&lying, sizeof lying), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_letter), self);
  app_card_set_links (self->card, button);
}

const char *
app_panel_ledger_word (const LearnExchange *exchange)
{
  const WireConnection *info = exchange->info;

  return info != NULL && g_str_equal (info->protocol, "smtp") ? "DATA" : exchange->verb;
}

/* Letters (gint64) of the exchange, at most @max. (transfer full) (nullable) */
static GArray *
letters_of (EngineAccount *account, const LearnExchange *exchange, guint max)
{
  if (account == NULL || exchange->cause == NULL || !exchange->done)
    return NULL;
  return store_reader_letters_of (engine_account_reader (account),
                                  exchange->cause,
                                  app_panel_ledger_word (exchange),
                                  exchange->when,
                                  end_of (exchange) + WRITTEN_WITHIN,
                                  max,
                                  NULL);
}

static EngineAccount *
account_of (AppPanel *self, const LearnExchange *exchange)
{
  return find_account (self, exchange->info != NULL ? exchange->info->account : NULL);
}

/* The first letter of the exchange that is here, and in which account (transfer full); 0: none. */
static gint64
first_letter (AppPanel *self, const LearnExchange *exchange, EngineAccount **account)
{
  g_autoptr (EngineAccount) own = account_of (self, exchange);
  g_autoptr (GArray) letters = letters_of (own, exchange, 1);

  if (letters == NULL || letters->len == 0)
    return app_panel_find_hop_letter (self, exchange, account);
  *account = g_steal_pointer (&own);
  return g_array_index (letters, gint64, 0);
}

gboolean
app_panel_has_letter (AppPanel *self, const LearnExchange *exchange)
{
  g_autoptr (EngineAccount) account = NULL;

  return first_letter (self, exchange, &account) != 0;
}

void
app_panel_open_letter (AppPanel *self, const LearnExchange *exchange)
{
  g_autoptr (EngineAccount) account = NULL;
  gint64 letter = first_letter (self, exchange, &account);

  if (letter != 0)
    g_signal_emit_by_name (self, "letter", engine_account_info (account)->uuid, letter);
}

void
app_panel_show_letters (AppPanel *self, const LearnExchange *exchange)
{
  g_autoptr (EngineAccount) account = account_of (self, exchange);
  g_autoptr (GArray) letters = letters_of (account, exchange, MAX_LETTERS);

  app_card_set_links (self->card, NULL);
  for (guint i = 0; letters != NULL && i < letters->len; i++)
    app_panel_add_letter (self, account, g_array_index (letters, gint64, i));
  for (guint i = 0; letters != NULL && i < letters->len; i++)
    app_panel_add_hops (self, account, g_array_index (letters, gint64, i));
  if (exchange->info != NULL && exchange->info->caller != NULL)
    app_panel_add_hop_letters (self, exchange);
}
