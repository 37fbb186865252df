/* A few sums an account: one for each protocol and task. */
#include "config.h"

#include "wire-traffic.h"

#include "base-cause.h"

struct _WireSums
{
  GPtrArray *list; /* WireTraffic */
  WireTraffic between;
};

void
wire_traffic_free (WireTraffic *traffic)
{
  g_free (traffic->account);
  g_free (traffic);
}

WireSums *
wire_sums_new (void)
{
  WireSums *sums = g_new0 (WireSums, 1);

  sums->between = (WireTraffic){ .protocol = g_intern_static_string ("smtp"), .task = -1 };
  sums->list = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_traffic_free);
  return sums;
}

void
wire_sums_free (WireSums *sums)
{
  g_ptr_array_unref (sums->list);
  g_free (sums);
}

static WireTraffic *
find (WireSums *sums, const char *account, const char *protocol, int task)
{
  WireTraffic *traffic;

  for (guint i = 0; i < sums->list->len; i++)
    {
      traffic = sums->list->pdata[i];
      if (traffic->task == task && traffic->protocol == protocol &&
          g_str_equal (traffic->account, account))
        return traffic;
    }
  traffic = g_new0 (WireTraffic, 1);
  traffic->account = g_strdup (account);
  traffic->protocol = protocol;
  traffic->task = task;
  g_ptr_array_add (sums->list, traffic);
  return traffic;
}

static WireTraffic *
bill_of (WireSums *sums, const WireConnection *connection, int task)
{
  return connection->account != NULL
             ? find (sums, connection->account, g_intern_string (connection->protocol), task)
             : &sums->between;
}

/* Commands that were said together wait together: the time in which one is waited for begins where
 * the wait for the one before has ended. */
void
wire_sums_add (WireSums *sums,
               const WireConnection *connection,
               int task,
               gint64 began,
               gint64 ended,
               gint64 *last,
               guint64 bytes_in,
               guint64 bytes_out,
               const WireCarried *carried)
{
  gboolean alone = began >= *last;
  gint64 from = MAX (began, *last);
  WireTraffic *traffic;

  *last = MAX (*last, ended);
  if (connection->account == NULL && connection->caller == NULL)
    return;
  traffic = bill_of (sums, connection, task);
  traffic->exchanges++;
  traffic->round_trips += alone;
  traffic->bytes_in += bytes_in;
  traffic->bytes_out += bytes_out;
  traffic->line_in += carried != NULL ? carried->bytes_in : bytes_in;
  traffic->line_out += carried != NULL ? carried->bytes_out : bytes_out;
  traffic->waited += MAX (0, ended - from);
}

void
wire_sums_add_rest (WireSums *sums, const WireConnection *connection, const WireTraffic *rest)
{
  WireTraffic *traffic;

  if (connection->account == NULL && connection->caller == NULL)
    return;
  traffic = bill_of (sums, connection, BASE_CAUSE_CONNECT);
  traffic->bytes_in += rest->bytes_in;
  traffic->bytes_out += rest->bytes_out;
  traffic->line_in += rest->line_in;
  traffic->line_out += rest->line_out;
}

GPtrArray *
wire_sums_take (WireSums *sums, const char *account)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func ((GDestroyNotify) wire_traffic_free);

  for (guint i = sums->list->len; i > 0; i--)
    if (g_str_equal (((WireTraffic *) sums->list->pdata[i - 1])->account, account))
      g_ptr_array_add (taken, g_ptr_array_steal_index_fast (sums->list, i - 1));
  return taken;
}

void
wire_sums_between (WireSums *sums, WireTraffic *traffic)
{
  *traffic = sums->between;
}
