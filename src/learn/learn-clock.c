/* Both say what was done to the clock: nobody is to think that days went by. */
#include "config.h"

#include "learn-clock.h"

#include <glib/gi18n-lib.h>

#include "learn-wording.h"

#define PLURAL(one, many, n) g_dngettext (GETTEXT_PACKAGE, one, many, (gulong) (n))
#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

char *
learn_period_text (guint64 seconds)
{
  if (seconds % DAY == 0)
    return g_strdup_printf (PLURAL ("%u day", "%u days", seconds / DAY), (guint) (seconds / DAY));
  if (seconds % HOUR == 0)
    return g_strdup_printf (PLURAL ("%u hour", "%u hours", seconds / HOUR),
                            (guint) (seconds / HOUR));
  return g_strdup_printf (PLURAL ("%u minute", "%u minutes", seconds / MINUTE),
                          (guint) (seconds / MINUTE));
}

/* "15 days, 20 minutes" */
static char *
sum_text (guint64 seconds)
{
  static const guint64 units[] = { DAY, HOUR, MINUTE };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      guint64 whole = seconds / units[i] * units[i];
      g_autofree char *part = whole > 0 ? learn_period_text (whole) : NULL;

      seconds -= whole;
      if (part != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", part);
    }
  return g_string_free (text, FALSE);
}

char **
learn_practice_clock_words (gint64 ahead)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  gint64 now = g_get_real_time () + ahead;
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
  g_autofree char *time = g_date_time_format (date, "%-H:%M");
  g_autofree char *day = learn_day_text (now);
  g_autofree char *by = sum_text ((guint64) ahead / G_USEC_PER_SEC);
  /* Translators: a day and a time of day. */
  g_autofree char *clock = g_strdup_printf (_ ("Practice clock: %1$s, %2$s"), day, time);
  /* Translators: a period: “14 days”. The practice clock was. */
  g_autofree char *forward = g_strdup_printf (_ ("put forward by %s"), by);

  g_strv_builder_add (words, clock);
  if (ahead > 0)
    g_strv_builder_add_many (words, forward, _ ("the exchanges are of today"), NULL);
  else
    g_strv_builder_add (words, _ ("like this computer’s"));
  return g_strv_builder_end (words);
}
