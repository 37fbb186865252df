/* CLOCK_BOOTTIME in microseconds. */
#include "config.h"

#include "net-clock.h"

#include <time.h>

gint64
net_clock_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}
