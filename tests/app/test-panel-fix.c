/* The model of the panel, and who speaks. */
#include "test-panel-fix.h"

#include <string.h>

WireConnection *
panel_fix_open_line (WireTap *tap, const char *account, const char *protocol)
{
  return wire_tap_open (
      tap, account, account, protocol, BASE_ROLE_CLIENT, "mail.example", 993, "192.0.2.7", FALSE);
}

static void
setup_sized (PanelFix *fix, gsize ring, guint max)
{
  fix->tap = wire_tap_new (ring);
  fix->connection = panel_fix_open_line (fix->tap, "ada", "imap");
  fix->model = app_panel_model_new_sized (max);
  copy_init (&fix->copy, G_LIST_MODEL (fix->model));
}

void
panel_fix_setup (PanelFix *fix, gconstpointer data)
{
  setup_sized (fix, 0, APP_PANEL_MAX_EXCHANGES);
}

void
panel_fix_setup_small (PanelFix *fix, gconstpointer data)
{
  setup_sized (fix, 16 * 1024, APP_PANEL_MAX_EXCHANGES);
}

void
panel_fix_setup_many (PanelFix *fix, gconstpointer data)
{
  setup_sized (fix, 0, PANEL_FIX_MANY);
}

void
panel_fix_teardown (PanelFix *fix, gconstpointer data)
{
  copy_clear (&fix->copy);
  g_object_unref (fix->model);
  wire_connection_unref (fix->connection);
  wire_tap_unref (fix->tap);
}

static void
say (PanelFix *fix, BaseDirection direction, const char *line)
{
  g_autofree char *bytes = g_strconcat (line, "\r\n", NULL);
  BaseSpan span = { fix->offset[direction], strlen (bytes), BASE_SPAN_PLAIN, TRUE, fix->exchange };

  wire_tap_bytes (fix->tap, fix->connection, direction, &span, (const guint8 *) bytes);
  fix->offset[direction] += span.length;
}

void
panel_fix_begin (PanelFix *fix, const char *verb, BaseCause *cause, const char *line)
{
  fix->exchange++;
  wire_tap_exchange_begin (fix->tap, fix->connection, fix->exchange, verb, cause, NULL);
  say (fix, BASE_DIRECTION_OUT, line);
}

void
panel_fix_end (PanelFix *fix, const char *line, BaseOutcome outcome)
{
  say (fix, BASE_DIRECTION_IN, line);
  wire_tap_exchange_end (fix->tap, fix->connection, fix->exchange, outcome);
}

void
panel_fix_exchange (PanelFix *fix, const char *verb, BaseCause *cause)
{
  g_autofree char *line = g_strdup_printf ("a%" G_GUINT64_FORMAT " %s", fix->exchange + 1, verb);

  panel_fix_begin (fix, verb, cause, line);
  panel_fix_end (fix, "a OK done", BASE_OUTCOME_OK);
}

void
panel_fix_pull (PanelFix *fix)
{
  app_panel_model_pull (fix->model, fix->tap);
  copy_check (&fix->copy);
}

char *
panel_fix_shape (PanelFix *fix)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < fix->copy.items->len; i++)
    {
      AppPanelRow *row = fix->copy.items->pdata[i];

      g_string_append_c (text, "CELFD"[app_panel_row_get_kind (row)]);
      if (app_panel_row_is_open (row))
        g_string_append_c (text, '.');
    }
  return g_string_free (text, FALSE);
}

void
panel_fix_assert_shape (PanelFix *fix, const char *expected)
{
  g_autofree char *found = panel_fix_shape (fix);

  g_assert_cmpstr (found, ==, expected);
}

AppPanelRow *
panel_fix_row_at (PanelFix *fix, guint position)
{
  g_assert_cmpuint (position, <, fix->copy.items->len);
  return fix->copy.items->pdata[position];
}

void
panel_fix_count_change (AppPanelRow *row, gpointer data)
{
  (*(guint *) data)++;
}
