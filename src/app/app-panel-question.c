/* The question about a command that is held at the gate: it is asked, the answer lets the command
 * go, and the account's own counters say what came of it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-private.h"

#include <glib/gi18n.h>

LearnExchange *
app_panel_find_held (AppPanel *self)
{
  /* Whoever goes through a session stays in it, whatever else comes to a gate meanwhile. */
  guint64 awaited = app_step_get_awaited (self->step);

  return app_panel_model_get_held (self->model, awaited != 0 ? awaited : self->held_connection);
}

void
app_panel_take_held (AppPanel *self, const LearnExchange *held)
{
  if (held->connection == self->held_connection && held->exchange == self->held_exchange)
    return;
  self->held_connection = held->connection;
  self->held_exchange = held->exchange;
  /* What came of the one before is not told of this one. */
  self->predicted = FALSE;
  app_card_tell (self->card, NULL, FALSE);
}

void
app_panel_answer (AppPanel *self, gboolean keeps)
{
  LearnExchange *held = app_panel_find_held (self);

  if (held == NULL)
    return;
  app_panel_take_held (self, held);
  self->predicted = TRUE;
  self->predicted_keeps = keeps;
  app_card_ask (self->card, FALSE);
  g_signal_emit_by_name (self, "release", held->info->account);
}

/* Once it has run, the account's own counters say what became of the letter. */
void
app_panel_tell_verdict (AppPanel *self)
{
  guint position = app_panel_model_find (self->model, self->held_connection, self->held_exchange);
  g_autoptr (AppPanelRow) row =
      position != G_MAXUINT ? g_list_model_get_item (G_LIST_MODEL (self->model), position) : NULL;
  LearnExchange *exchange = row != NULL ? app_panel_row_get_exchange (row) : NULL;
  StoreStrip strip;
  const char *words;
  g_autofree char *text = NULL;

  if (exchange == NULL || !exchange->done || self->account == NULL)
    return;
  if (exchange->outcome != BASE_OUTCOME_OK)
    {
      self->predicted = FALSE;
      return;
    }
  if (!store_reader_strip (engine_account_reader (self->account), &strip, NULL) ||
      strip.copies_here == 0)
    return; /* not committed yet */
  self->predicted = FALSE;
  words = self->predicted_keeps
              ? ngettext ("As you said: the server still has %1$d, and %2$d copy is here now.",
                          "As you said: the server still has %1$d, and %2$d copies are here now.",
                          (gulong) strip.copies_here)
              : ngettext ("It does: the server still has %1$d, and %2$d copy is here now. IMAP "
                          "shows; it does not carry away.",
                          "It does: the server still has %1$d, and %2$d copies are here now. IMAP "
                          "shows; it does not carry away.",
                          (gulong) strip.copies_here);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (words, (int) strip.server_total, (int) strip.copies_here);
#pragma GCC diagnostic pop
  app_card_tell (self->card, text, self->predicted_keeps);
  /* It was the panel that chose this exchange, not the person: the list goes on. */
  self->follows = TRUE;
}
