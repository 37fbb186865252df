/* Preloaded into a program: its CLOCK_BOOTTIME jumps ahead by what stands in the file that
 * JUMP_CLOCK names (microseconds, a native int64), and so does what its timers wait for. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_TIMERS 64
#define SECOND 1000000
#define LOOK_EVERY (10 * 1000)

typedef int (*SetTime) (int, int, const struct itimerspec *, struct itimerspec *);

/* Boot-time timers, and when each is due by the clock that jumps; 0: never. */
static struct
{
  int fd;
  int64_t due;
} timers[MAX_TIMERS];
static int n_timers;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int64_t *ahead;

static int64_t
microseconds (const struct timespec *time)
{
  return (int64_t) time->tv_sec * SECOND + time->tv_nsec / 1000;
}

static void
arm (int fd, int64_t due)
{
  SetTime real = (SetTime) dlsym (RTLD_NEXT, "timerfd_settime");
  int64_t at = due == 0 ? 0 : due - *ahead;
  struct itimerspec spec = { 0 };

  if (due != 0 && at < 1)
    at = 1;
  spec.it_value.tv_sec = at / SECOND;
  spec.it_value.tv_nsec = at % SECOND * 1000;
  real (fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void *
look (void *data)
{
  int64_t known = *ahead;

  for (;;)
    {
      usleep (LOOK_EVERY);
      if (*ahead == known)
        continue;
      known = *ahead;
      pthread_mutex_lock (&lock);
      for (int i = 0; i < n_timers; i++)
        if (timers[i].due != 0)
          arm (timers[i].fd, timers[i].due);
      pthread_mutex_unlock (&lock);
    }
  return data;
}

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("JUMP_CLOCK");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  pthread_t thread;

  if (fd < 0)
    _exit (99);
  ahead = mmap (NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);
  close (fd);
  if (ahead == MAP_FAILED || pthread_create (&thread, NULL, look, NULL) != 0)
    _exit (99);
}

int
clock_gettime (clockid_t clock, struct timespec *time)
{
  static int (*real) (clockid_t, struct timespec *);
  int result;

  if (real == NULL)
    real = (int (*) (clockid_t, struct timespec *)) dlsym (RTLD_NEXT, "clock_gettime");
  result = real (clock, time);
  if (clock == CLOCK_BOOTTIME && result == 0 && ahead != NULL)
    {
      int64_t now = microseconds (time) + *ahead;

      time->tv_sec = now / SECOND;
      time->tv_nsec = now % SECOND * 1000 + time->tv_nsec % 1000;
    }
  return result;
}

int
timerfd_create (int clock, int flags)
{
  int (*real) (int, int) = (int (*) (int, int)) dlsym (RTLD_NEXT, "timerfd_create");
  int fd = real (clock, flags);

  pthread_mutex_lock (&lock);
  for (int i = 0; i < n_timers; i++)
    if (timers[i].fd == fd)
      timers[i].fd = -1;
  if (fd >= 0 && clock == CLOCK_BOOTTIME && n_timers < MAX_TIMERS)
    {
      timers[n_timers].fd = fd;
      timers[n_timers++].due = 0;
    }
  pthread_mutex_unlock (&lock);
  return fd;
}

int
timerfd_settime (int fd, int flags, const struct itimerspec *spec, struct itimerspec *old)
{
  SetTime real = (SetTime) dlsym (RTLD_NEXT, "timerfd_settime");

  pthread_mutex_lock (&lock);
  for (int i = 0; i < n_timers; i++)
    if (timers[i].fd == fd)
      {
        timers[i].due = microseconds (&spec->it_value);
        arm (fd, timers[i].due);
        pthread_mutex_unlock (&lock);
        return 0;
      }
  pthread_mutex_unlock (&lock);
  return real (fd, flags, spec, old);
}
