/* Two rules make an estimate: POP3 brings each letter whole and once; over IMAP with copies of
 * everything the same bytes come. What commands and headers would have cost is not known. */
#include "config.h"

#include "learn-accounting.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base-cause.h"
#include "learn-wording.h"

#define PLURAL(one, many, n) g_dngettext (GETTEXT_PACKAGE, one, many, (gulong) (n))

void
learn_accounting_sum (GPtrArray *traffic, const char *protocol, int task, LearnCost *cost)
{
  *cost = (LearnCost){ 0 };
  for (guint i = 0; i < traffic->len; i++)
    {
      const StoreTraffic *row = traffic->pdata[i];

      if ((protocol != NULL && strcmp (row->protocol, protocol) != 0) ||
          (task != LEARN_ANY_TASK && row->task != task))
        continue;
      cost->exchanges += row->exchanges;
      cost->round_trips += row->round_trips;
      cost->bytes_in += row->bytes_in;
      cost->bytes_out += row->bytes_out;
      cost->line_in += row->line_in;
      cost->line_out += row->line_out;
      cost->waited += row->task == BASE_CAUSE_WATCH ? 0 : row->waited;
    }
}

typedef struct
{
  int task;
  gint64 bytes;
} Task;

static int
compare_tasks (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const Task *) a)->bytes;
  gint64 y = ((const Task *) b)->bytes;

  return x < y ? 1 : x > y ? -1 : ((const Task *) a)->task - ((const Task *) b)->task;
}

GArray *
learn_accounting_tasks (GPtrArray *traffic)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Task));
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (int));

  for (int task = -1; task <= BASE_CAUSE_LAST; task++)
    {
      LearnCost cost;
      Task one = { .task = task };

      learn_accounting_sum (traffic, NULL, task, &cost);
      one.bytes = cost.line_in + cost.line_out;
      if (cost.exchanges > 0)
        g_array_append_val (found, one);
    }
  g_array_sort (found, compare_tasks);
  for (guint i = 0; i < found->len; i++)
    g_array_append_val (tasks, g_array_index (found, Task, i).task);
  return tasks;
}

static int
day_before (int day)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (
      &date, (GDateDay) (day % 100), (GDateMonth) (day / 100 % 100), (GDateYear) (day / 10000));
  g_date_subtract_days (&date, 1);
  return g_date_get_year (&date) * 10000 + (int) g_date_get_month (&date) * 100 +
         g_date_get_day (&date);
}

void
learn_accounting_days (GPtrArray *traffic, int last, gint64 *bytes, guint n)
{
  int day = last;

  for (guint i = n; i > 0; i--, day = day_before (day))
    {
      bytes[i - 1] = 0;
      for (guint j = 0; j < traffic->len; j++)
        {
          const StoreTraffic *row = traffic->pdata[j];

          if (row->day == day)
            bytes[i - 1] += row->line_in + row->line_out;
        }
    }
}

const char *
learn_task_text (int task)
{
  switch (task)
    {
    case BASE_CAUSE_CONNECT:
      return _ ("Connecting");
    case BASE_CAUSE_CHECK:
      return _ ("Checking settings");
    case BASE_CAUSE_SYNC:
      return _ ("Looking for what is new");
    case BASE_CAUSE_COLLECT:
      return _ ("Receiving, because you asked");
    case BASE_CAUSE_OPEN:
      return _ ("Letters you opened");
    case BASE_CAUSE_DOWNLOAD:
      return _ ("Letters in the background");
    case BASE_CAUSE_MARK:
      return _ ("Marks");
    case BASE_CAUSE_MOVE:
      return _ ("Moving");
    case BASE_CAUSE_DELETE:
      return _ ("Deleting");
    case BASE_CAUSE_SEND:
      return _ ("Sending");
    case BASE_CAUSE_UNDO:
      return _ ("Taking back");
    case BASE_CAUSE_SAVE:
      return _ ("Saving copies");
    case BASE_CAUSE_WATCH:
      return _ ("Waiting for news");
    case BASE_CAUSE_LESSON:
      return _ ("Lessons");
    case BASE_CAUSE_SEARCH:
    case BASE_CAUSE_THREAD:
      return _ ("Searching on the server");
    case BASE_CAUSE_CONSOLE:
      return _ ("The console");
    default:
      return _ ("The rest");
    }
}

char *
learn_cost_text (const LearnCost *cost)
{
  g_autofree char *in = learn_size_text ((guint64) cost->line_in);
  g_autofree char *out = learn_size_text ((guint64) cost->line_out);
  g_autofree char *waited = learn_duration_text (cost->waited);

  return g_strdup_printf (PLURAL ("%1$s received, %2$s sent · %3$d round trip · %4$s of waiting",
                                  "%1$s received, %2$s sent · %3$d round trips · %4$s of waiting",
                                  cost->round_trips),
                          in,
                          out,
                          (int) cost->round_trips,
                          waited);
}

char *
learn_between_cost_text (const WireTraffic *between)
{
  g_autofree char *size = learn_size_text (between->line_in + between->line_out);
  g_autofree char *waited = learn_duration_text (between->waited);

  if (between->exchanges == 0)
    return g_strdup (_ ("Nothing yet. Write to Grace: she lives in the other domain."));
  return g_strdup_printf (
      PLURAL ("%1$s both ways · %2$d round trip · %3$s of waiting, since the program was started. "
              "It is on the bill of none of your accounts.",
              "%1$s both ways · %2$d round trips · %3$s of waiting, since the program was started. "
              "It is on the bill of none of your accounts.",
              between->round_trips),
      size,
      (int) between->round_trips,
      waited);
}

/* The same week by both */

void
learn_comparison_free (LearnComparison *comparison)
{
  g_free (comparison->rule);
  g_free (comparison);
}

static LearnComparison *
measured (const char *protocol, GPtrArray *traffic)
{
  LearnComparison *comparison = g_new0 (LearnComparison, 1);
  LearnCost cost;

  learn_accounting_sum (traffic, protocol, LEARN_ANY_TASK, &cost);
  comparison->protocol = protocol;
  comparison->measured = TRUE;
  comparison->bytes = cost.line_in + cost.line_out;
  comparison->round_trips = cost.round_trips;
  comparison->rule = g_strdup (_ ("Measured by this program on this computer."));
  return comparison;
}

static LearnComparison *
estimated (const char *protocol, gint64 letters, gint64 bytes)
{
  LearnComparison *comparison = g_new0 (LearnComparison, 1);

  comparison->protocol = protocol;
  comparison->bytes = letters > 0 ? bytes : -1;
  comparison->round_trips = -1;
  if (letters == 0)
    comparison->rule = g_strdup (_ ("Nothing arrived that could be reckoned with."));
  else if (strcmp (protocol, "pop3") == 0)
    comparison->rule = g_strdup_printf (
        PLURAL (
            "Estimate: the %d letter that arrived, whole and once, by the size the server gave; "
            "commands and later visits not counted.",
            "Estimate: the %d letters that arrived, each whole and once, by the sizes the server "
            "gave; commands and later visits not counted.",
            letters),
        (int) letters);
  else
    comparison->rule = g_strdup_printf (
        PLURAL ("Estimate for copies of everything: the %d letter that arrived, by its size; "
                "commands and marks not counted. With headers only it is less; how much was not "
                "measured.",
                "Estimate for copies of everything: the %d letters that arrived, by their sizes; "
                "commands and marks not counted. With headers only it is less; how much was not "
                "measured.",
                letters),
        (int) letters);
  return comparison;
}

GPtrArray *
learn_accounting_compare (
    const char *protocol, GPtrArray *traffic, GPtrArray *twin, gint64 letters, gint64 bytes)
{
  static const char *const both[] = { "pop3", "imap" };
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_comparison_free);

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      gboolean own = strcmp (both[i], protocol) == 0;
      GPtrArray *known = own ? traffic : twin;

      g_ptr_array_add (list,
                       known != NULL && (own || known->len > 0)
                           ? measured (both[i], known)
                           : estimated (both[i], letters, bytes));
    }
  return list;
}
