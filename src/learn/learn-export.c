/* Each format is written from the same exchanges; replacing names is a pass over what was written,
 * so that no format can forget it. */
#include "config.h"

#include "learn-export.h"

#include <glib/gi18n-lib.h>

#include "base-json.h"
#include "learn-commands.h"
#include "learn-pseudonym.h"
#include "learn-wording.h"

/* Where the dialogue goes over to another connection: "IMAP · mail.example:993 · ada@example.org",
 * "SMTP · practice.example → mx.b.example:25". */
static char *
head_text (const WireConnection *info)
{
  g_autofree char *protocol = g_ascii_strup (info->protocol, -1);
  g_autofree char *between = learn_between_text (info);

  if (between != NULL)
    return g_strdup_printf ("%s · %s:%u", protocol, between, info->port);
  return info->account_name != NULL
             ? g_strdup_printf (
                   "%s · %s:%u · %s", protocol, info->host, info->port, info->account_name)
             : g_strdup_printf ("%s · %s:%u", protocol, info->host, info->port);
}

/* "done · 0.2 s · → 42 bytes ← 1.3 KB · +1 here" */
static char *
measure_text (const LearnExchange *exchange)
{
  g_autofree char *effect = learn_exchange_effect (exchange);
  g_autofree char *out = learn_size_text (exchange->bytes_out);
  g_autofree char *in = learn_size_text (exchange->bytes_in);
  g_autofree char *duration =
      exchange->duration >= 0 ? learn_duration_text (exchange->duration) : NULL;
  GString *text = g_string_new (exchange->held   ? _ ("held, not said yet")
                                : exchange->done ? learn_exchange_outcome_text (exchange)
                                                 : _ ("under way"));

  if (duration != NULL)
    g_string_append_printf (text, " · %s", duration);
  g_string_append_printf (text, " · → %s ← %s", out, in);
  if (*effect != '\0')
    g_string_append_printf (text, " · %s", effect);
  return g_string_free (text, FALSE);
}

static char *
time_text (gint64 when)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (when / G_USEC_PER_SEC);
  g_autofree char *seconds = date != NULL ? g_date_time_format (date, "%FT%T") : g_strdup ("?");

  return g_strdup_printf ("%s.%03dZ", seconds, (int) (when / 1000 % 1000));
}

static void
append_folded (GString *text, const LearnExchange *exchange)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, exchange->folded);

  g_string_append_printf (text,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "[%s line is not kept here]\n",
                                       "[%s lines are not kept here]\n",
                                       (gulong) exchange->folded),
                          number);
}

static void
append_lines (GString *text, const LearnExchange *exchange)
{
  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];

      if (exchange->folded > 0 && i == exchange->fold_at)
        append_folded (text, exchange);
      g_string_append_printf (text,
                              "%s %s%s",
                              line->direction == BASE_DIRECTION_OUT ? "→" : "←",
                              line->held ? _ ("(held, not sent) ") : "",
                              line->text);
      if (line->body > 0)
        {
          g_autofree char *size = learn_size_text (line->body);

          g_string_append_printf (text, " ‹%s›", size);
        }
      g_string_append_c (text, '\n');
    }
}

static void
append_text (GString *text, const LearnExchange *exchange, gboolean new_head, gboolean new_cause)
{
  g_autofree char *title = learn_exchange_title (exchange);
  g_autofree char *measure = measure_text (exchange);
  g_autofree char *when = time_text (exchange->when);

  if (new_head)
    {
      g_autofree char *head = head_text (exchange->info);

      g_string_append_printf (text, "%s== %s\n", text->len > 0 ? "\n" : "", head);
    }
  if (new_cause)
    {
      g_autofree char *cause = learn_cause_text (exchange->cause);

      g_string_append_printf (text, "\n%s\n", cause);
    }
  g_string_append_printf (text, "-- %s · %s · %s\n", title, measure, when);
  append_lines (text, exchange);
}

/* A fence longer than any in the text, so that no line can end it. */
static char *
fence_for (const char *lines)
{
  guint longest = 2;
  guint run = 0;

  for (const char *p = lines; *p != '\0'; p++)
    {
      run = *p == '`' ? run + 1 : 0;
      longest = MAX (longest, run);
    }
  return g_strnfill (longest + 1, '`');
}

static void
append_markdown (GString *text,
                 const LearnExchange *exchange,
                 gboolean new_head,
                 gboolean new_cause)
{
  g_autofree char *title = learn_exchange_title (exchange);
  g_autofree char *measure = measure_text (exchange);
  g_autofree char *fence = NULL;
  GString *lines = g_string_new (NULL);

  append_lines (lines, exchange);
  fence = fence_for (lines->str);
  if (new_head)
    {
      g_autofree char *head = head_text (exchange->info);

      g_string_append_printf (text, "%s## %s\n", text->len > 0 ? "\n" : "", head);
    }
  if (new_cause)
    {
      g_autofree char *cause = learn_cause_text (exchange->cause);

      g_string_append_printf (text, "\n*%s*\n", cause);
    }
  g_string_append_printf (
      text, "\n### %s\n%s\n\n%stext\n%s%s\n", title, measure, fence, lines->str, fence);
  g_string_free (lines, TRUE);
}

static void
append_json (GString *text, const LearnExchange *exchange)
{
  g_autoptr (BaseJson) json = base_json_new ();
  g_autofree char *title = learn_exchange_title (exchange);
  g_autofree char *cause = learn_cause_text (exchange->cause);
  g_autofree char *when = time_text (exchange->when);

  base_json_begin_object (json, NULL);
  base_json_add_uint (json, "connection", exchange->connection);
  base_json_add_uint (json, "exchange", exchange->exchange);
  base_json_add_string (json, "protocol", exchange->info->protocol);
  base_json_add_string (json, "host", exchange->info->host);
  base_json_add_uint (json, "port", exchange->info->port);
  base_json_add_string (json, "account", exchange->info->account_name);
  if (exchange->info->caller != NULL)
    base_json_add_string (json, "caller", exchange->info->caller);
  base_json_add_string (json, "command", exchange->verb);
  base_json_add_string (json, "title", title);
  base_json_add_string (json, "cause", exchange->cause != NULL ? cause : NULL);
  base_json_add_string (json, "when", when);
  base_json_add_string (json, "outcome", wire_outcome_name (exchange->outcome));
  base_json_add_bool (json, "done", exchange->done);
  if (exchange->duration >= 0)
    base_json_add_int (json, "microseconds", exchange->duration);
  base_json_add_uint (json, "bytes_out", exchange->bytes_out);
  base_json_add_uint (json, "bytes_in", exchange->bytes_in);
  if (!exchange->shared && (exchange->carried.bytes_out > 0 || exchange->carried.bytes_in > 0))
    {
      base_json_add_uint (json, "line_bytes_out", exchange->carried.bytes_out);
      base_json_add_uint (json, "line_bytes_in", exchange->carried.bytes_in);
    }
  base_json_add_uint (json, "lines_left_out", exchange->folded);
  base_json_begin_array (json, "lines");
  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];

      base_json_begin_object (json, NULL);
      base_json_add_string (
          json, "from", line->direction == BASE_DIRECTION_OUT ? "client" : "server");
      base_json_add_string (json, "text", line->text);
      if (line->body > 0)
        base_json_add_uint (json, "body", line->body);
      if (line->held)
        base_json_add_bool (json, "held", TRUE);
      base_json_end_object (json);
    }
  base_json_end_array (json);
  base_json_end_object (json);
  g_string_append_printf (text, "%s\n", base_json_peek (json, NULL));
}

static gboolean
same_cause (const BaseCause *a, const BaseCause *b)
{
  return (a != NULL ? a->id : 0) == (b != NULL ? b->id : 0);
}

/* Where events are missing there is nobody who said them. */
static void
append_missing (GString *text, const LearnExchange *exchange, LearnExportFormat format)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, exchange->folded);
  g_autofree char *words = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "[%s event is missing here: more was said than could be kept]",
                   "[%s events are missing here: more was said than could be kept]",
                   (gulong) exchange->folded),
      number);

  if (format == LEARN_EXPORT_JSON)
    g_string_append_printf (text, "{\"events_missing\":%s}\n", number);
  else
    g_string_append_printf (text, "%s%s\n", text->len > 0 ? "\n" : "", words);
}

static char *
write_all (GPtrArray *exchanges, LearnExportFormat format)
{
  GString *text = g_string_new (NULL);
  const LearnExchange *before = NULL;

  for (guint i = 0; i < exchanges->len; i++)
    {
      const LearnExchange *exchange = exchanges->pdata[i];
      gboolean new_head, new_cause;

      if (exchange->info == NULL)
        {
          append_missing (text, exchange, format);
          continue;
        }
      new_head = before == NULL || before->connection != exchange->connection;
      new_cause = exchange->cause != NULL &&
                  (new_head || before == NULL || !same_cause (before->cause, exchange->cause));
      if (format == LEARN_EXPORT_JSON)
        append_json (text, exchange);
      else if (format == LEARN_EXPORT_MARKDOWN)
        append_markdown (text, exchange, new_head, new_cause);
      else
        append_text (text, exchange, new_head, new_cause);
      before = exchange;
    }
  return g_string_free (text, FALSE);
}

static void
note_all (LearnPseudonyms *pseudonyms, GPtrArray *exchanges)
{
  for (guint i = 0; i < exchanges->len; i++)
    {
      const LearnExchange *exchange = exchanges->pdata[i];

      if (exchange->info == NULL)
        continue;
      learn_pseudonyms_note_host (pseudonyms, exchange->info->host);
      learn_pseudonyms_note_host (pseudonyms, exchange->info->address);
      learn_pseudonyms_note_host (pseudonyms, exchange->info->caller);
      learn_pseudonyms_note_host (pseudonyms, exchange->info->caller_address);
      learn_pseudonyms_note_account (pseudonyms, exchange->info->account_name);
      for (guint j = 0; j < exchange->lines->len; j++)
        learn_pseudonyms_note (pseudonyms, ((WireLine *) exchange->lines->pdata[j])->text);
    }
}

char *
learn_export (GPtrArray *exchanges, LearnExportFormat format, gboolean pseudonyms)
{
  g_autofree char *text = format == LEARN_EXPORT_COMMANDS ? learn_commands_text (exchanges)
                                                          : write_all (exchanges, format);
  g_autoptr (LearnPseudonyms) others = NULL;

  if (!pseudonyms)
    return g_steal_pointer (&text);
  others = learn_pseudonyms_new ();
  note_all (others, exchanges);
  return learn_pseudonyms_apply (others, text);
}
