/* Lines are looked through as they are shown, so what is hidden in them is never found. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-filter.h"

#include <string.h>

#include "learn-wording.h"

#define SLOW G_USEC_PER_SEC

void
app_panel_filter_clear (AppPanelFilter *filter)
{
  g_clear_pointer (&filter->account, g_free);
  g_clear_pointer (&filter->protocol, g_free);
  g_clear_pointer (&filter->words, g_strfreev);
  g_clear_pointer (&filter->command, g_free);
  filter->between = FALSE;
  filter->only = 0;
}

void
app_panel_filter_set_text (AppPanelFilter *filter, const char *text)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;
  gboolean command = folded != NULL && g_str_has_prefix (folded, "=");
  g_auto (GStrv) parts = folded != NULL && !command ? g_strsplit_set (folded, " \t", -1) : NULL;
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  gboolean any = FALSE;

  g_free (filter->command);
  filter->command = command ? g_strdup (g_strstrip (folded + 1)) : NULL;
  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      {
        g_strv_builder_add (words, parts[i]);
        any = TRUE;
      }
  g_strfreev (filter->words);
  filter->words = any ? g_strv_builder_end (words) : NULL;
}

gboolean
app_panel_filter_failed (const LearnExchange *exchange)
{
  return exchange->done && !exchange->routine && exchange->outcome != BASE_OUTCOME_OK &&
         exchange->outcome != BASE_OUTCOME_NONE;
}

static gboolean
is_waiting (const LearnExchange *exchange)
{
  return g_str_equal (exchange->verb, "IDLE");
}

static gboolean
is_keep_alive (const LearnExchange *exchange)
{
  return (is_waiting (exchange) || g_str_equal (exchange->verb, "NOOP")) &&
         !app_panel_filter_failed (exchange);
}

static gboolean
is_ascii (const char *text)
{
  while (*text != '\0' && (*text & 0x80) == 0)
    text++;
  return *text == '\0';
}

/* What most lines are made of need not be folded to be compared. */
static gboolean
ascii_has (const char *text, const char *word)
{
  gsize len = strlen (word);

  for (; *text != '\0'; text++)
    if (g_ascii_tolower (*text) == *word && g_ascii_strncasecmp (text, word, len) == 0)
      return TRUE;
  return len == 0;
}

static gboolean
has (const char *text, const char *word)
{
  g_autofree char *folded = is_ascii (text) ? NULL : g_utf8_casefold (text, -1);

  return folded != NULL ? strstr (folded, word) != NULL : ascii_has (text, word);
}

static gboolean
says (const LearnExchange *exchange, const char *word)
{
  g_autofree char *title = NULL;
  g_autofree char *between = learn_between_text (exchange->info);

  if (has (exchange->verb, word) || (between != NULL && has (between, word)) ||
      (exchange->done && has (learn_exchange_outcome_text (exchange), word)))
    return TRUE;
  for (guint i = 0; i < exchange->lines->len; i++)
    if (has (((WireLine *) exchange->lines->pdata[i])->text, word))
      return TRUE;
  /* It has to be made. */
  title = learn_exchange_title (exchange);
  return has (title, word);
}

static gboolean
is_command (const LearnExchange *exchange, const char *command)
{
  g_autofree char *folded = g_utf8_casefold (exchange->verb, -1);

  return *command == '\0' || g_str_equal (folded, command);
}

gboolean
app_panel_filter_passes (const AppPanelFilter *filter, const LearnExchange *exchange)
{
  const WireConnection *info = exchange->info;

  if (filter->account != NULL && (info == NULL || g_strcmp0 (info->account, filter->account) != 0))
    return FALSE;
  if (filter->between && (info == NULL || info->caller == NULL))
    return FALSE;
  if (filter->protocol != NULL &&
      (info == NULL || g_strcmp0 (info->protocol, filter->protocol) != 0))
    return FALSE;
  /* Whoever is asked something has to be seen, whatever is looked for. */
  if (exchange->held)
    return TRUE;
  if ((filter->only & APP_PANEL_ONLY_FAILED) != 0 && !app_panel_filter_failed (exchange))
    return FALSE;
  if ((filter->only & APP_PANEL_ONLY_SLOW) != 0 &&
      (exchange->duration < SLOW || is_waiting (exchange)))
    return FALSE;
  if ((filter->only & APP_PANEL_NO_KEEP_ALIVES) != 0 && is_keep_alive (exchange))
    return FALSE;
  if (filter->command != NULL && !is_command (exchange, filter->command))
    return FALSE;
  for (guint i = 0; filter->words != NULL && filter->words[i] != NULL; i++)
    if (!says (exchange, filter->words[i]))
      return FALSE;
  return TRUE;
}

gboolean
app_panel_filter_is_search (const AppPanelFilter *filter)
{
  return filter->words != NULL || filter->command != NULL ||
         (filter->only & (APP_PANEL_ONLY_FAILED | APP_PANEL_ONLY_SLOW)) != 0;
}
