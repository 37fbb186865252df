/* Taken from the tap and written: in between it is nowhere else, so a failed write loses sums, and
 * no mail. */
#include "config.h"

#include "engine-traffic.h"

#include "store-traffic.h"
#include "wire-traffic.h"

static gboolean
write_traffic (StoreTx *tx, gpointer data, GError **error)
{
  GPtrArray *taken = data;
  int day = store_traffic_day (g_get_real_time (), 0);

  for (guint i = 0; i < taken->len; i++)
    {
      const WireTraffic *sum = taken->pdata[i];
      StoreTraffic traffic = { .day = day,
                               .protocol = (char *) sum->protocol,
                               .task = sum->task,
                               .exchanges = (gint64) sum->exchanges,
                               .round_trips = (gint64) sum->round_trips,
                               .bytes_in = (gint64) sum->bytes_in,
                               .bytes_out = (gint64) sum->bytes_out,
                               .line_in = (gint64) sum->line_in,
                               .line_out = (gint64) sum->line_out,
                               .waited = sum->waited };

      if (!store_tx_add_traffic (tx, &traffic, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
engine_traffic_save (StoreMailbase *mailbase, WireTap *tap, const char *account, GError **error)
{
  g_autoptr (GPtrArray) taken = NULL;

  if (tap == NULL || !store_mailbase_is_owner (mailbase))
    return TRUE;
  taken = wire_tap_take_traffic (tap, account);
  return taken->len == 0 ||
         store_mailbase_write (mailbase, STORE_PRIORITY_BULK, FALSE, write_traffic, taken, error);
}
