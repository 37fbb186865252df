/* Opening and closing a lesson's world. */
#include "config.h"

#include "lesson-world.h"

#include <fcntl.h>
#include <ftw.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define OPEN_FILES 16
#define FOLDER "restante-lesson-"
#define TAP_SIZE (16 * 1024 * 1024)
/* In a lesson nobody is written to who would answer in the middle of the next step. */
#define NEVER_ANSWERS ((gint64) 24 * 60 * 60 * G_USEC_PER_SEC)

static int
remove_one (const char *path, const struct stat *found, int type, struct FTW *where)
{
  return remove (path);
}

static void
remove_folder (const char *path)
{
  nftw (path, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
}

/* Whoever is in a folder holds its lock, and no longer than it lives. -1: somebody else does, or
 * there is none. */
static int
lock_folder (const char *dir, gboolean new)
{
  g_autofree char *path = g_build_filename (dir, "lock", NULL);
  int lock = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (new ? O_CREAT : 0), 0600);

  if (lock < 0 || flock (lock, LOCK_EX | LOCK_NB) == 0)
    return lock;
  close (lock);
  return -1;
}

/* A program that was killed leaves its lesson's folder behind. Those of other people cannot be
 * opened. */
static void
remove_left_behind (void)
{
  g_autoptr (GDir) dir = g_dir_open (g_get_tmp_dir (), 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, FOLDER))
      {
        g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);
        int lock = lock_folder (path, FALSE);

        if (lock < 0)
          continue;
        remove_folder (path);
        close (lock);
      }
}

static gboolean
make_folder (LessonWorld *world, GError **error)
{
  remove_left_behind ();
  world->dir = g_dir_make_tmp (FOLDER "XXXXXX", error);
  if (world->dir != NULL)
    world->lock = lock_folder (world->dir, TRUE);
  return world->dir != NULL;
}

static void
device_free (gpointer data)
{
  LessonDevice *device = data;

  g_clear_pointer (&device->account, engine_account_unref);
  g_free (device->password_file);
  g_hash_table_unref (device->subjects);
  g_free (device);
}

void
lesson_world_free (LessonWorld *world)
{
  g_clear_pointer (&world->devices, g_ptr_array_unref);
  g_clear_pointer (&world->service, engine_service_free);
  g_clear_pointer (&world->office, practice_office_free);
  g_clear_pointer (&world->facts, learn_facts_free);
  g_clear_pointer (&world->lines, wire_lines_free);
  g_clear_pointer (&world->line_lines, wire_lines_free);
  g_clear_pointer (&world->encrypted, g_hash_table_unref);
  g_clear_pointer (&world->replays, g_hash_table_unref);
  g_clear_pointer (&world->tap, wire_tap_unref);
  g_clear_pointer (&world->line, wire_tap_unref);
  if (world->dir != NULL)
    remove_folder (world->dir);
  if (world->lock >= 0)
    close (world->lock);
  g_free (world->dir);
  g_free (world);
}

static gboolean
open_office (LessonWorld *world, const char *language, GError **error)
{
  PracticeOptions options = { .dir = world->dir,
                              .tap = world->line,
                              .hop_tap = world->tap,
                              .plaintext_login = TRUE,
                              .only_data = TRUE,
                              .language = language,
                              .answer_delay = NEVER_ANSWERS };
  PracticeStore *store;
  gboolean good;

  world->office = practice_office_new (&options, error);
  if (world->office == NULL)
    return FALSE;
  store = practice_office_store (world->office);
  practice_store_lock (store);
  practice_store_clear (store);
  good = practice_store_commit (store, error);
  practice_store_unlock (store);
  return good;
}

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static StoreAccountInfo *
make_info (const LessonWorld *world, const LessonDevice *device, const PracticeUser *user)
{
  const LearnLessonDevice *plan = device->plan;
  gboolean pop3 = strcmp (plan->protocol, "pop3") == 0;
  gboolean tls = strcmp (plan->security, "tls") == 0;
  StoreAccountInfo *info = store_account_info_new ();

  set (&info->name, plan->name);
  set (&info->protocol, plan->protocol);
  set (&info->email, user->address);
  set (&info->full_name, user->person);
  set (&info->user, user->name);
  set (&info->smtp_user, user->name);
  set (&info->host, practice_office_host (world->office));
  set (&info->smtp_host, practice_office_host (world->office));
  set (&info->ca_file, practice_office_ca_file (world->office));
  set (&info->password_file, device->password_file);
  set (&info->leave_policy, plan->leave);
  set (&info->keep_policy, plan->keep);
  set (&info->security, plan->security);
  set (&info->smtp_security, plan->security);
  set (&info->sign_in, strcmp (plan->sign, "token") == 0 ? "token" : "");
  info->practice = TRUE;
  info->port = practice_office_port (world->office,
                                     pop3 ? (tls ? PRACTICE_PORT_POP3S : PRACTICE_PORT_POP3)
                                          : (tls ? PRACTICE_PORT_IMAPS : PRACTICE_PORT_IMAP));
  info->smtp_port = practice_office_port (
      world->office, tls ? PRACTICE_PORT_SUBMISSIONS : PRACTICE_PORT_SUBMISSION);
  return info;
}

static gboolean
add_device (LessonWorld *world, const LearnLessonDevice *plan, GError **error)
{
  const PracticeUser *user = practice_user_find (plan->user);
  LessonDevice *device;
  g_autoptr (StoreAccountInfo) info = NULL;

  if (user == NULL)
    {
      learn_lesson_fail (
          error, 1, _ ("“%s” does not live at the practice post office"), plan->user);
      return FALSE;
    }
  device = g_new0 (LessonDevice, 1);
  g_ptr_array_add (world->devices, device);
  device->plan = plan;
  device->subjects = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  device->password_file = g_build_filename (world->dir, plan->name, NULL);
  if (!g_file_set_contents_full (
          device->password_file, user->password, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return FALSE;
  info = make_info (world, device, user);
  device->account = engine_service_add (world->service, info, NULL, error);
  return device->account != NULL;
}

LessonWorld *
lesson_world_new (const LearnLesson *lesson, const char *language, GError **error)
{
  g_autoptr (LessonWorld) world = g_new0 (LessonWorld, 1);
  g_autofree char *data = NULL;

  world->devices = g_ptr_array_new_with_free_func (device_free);
  world->facts = learn_facts_new ();
  world->lines = wire_lines_new ();
  world->line_lines = wire_lines_new ();
  world->encrypted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  world->replays = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) wire_connection_unref);
  world->tap = wire_tap_new (TAP_SIZE);
  world->line = wire_tap_new (TAP_SIZE);
  world->tap_seen = world->line_seen = 1;
  world->lock = -1;
  if (!make_folder (world, error) || !open_office (world, language, error))
    return NULL;
  data = g_build_filename (world->dir, "data", NULL);
  world->service = engine_service_new (data, world->tap, error);
  for (guint i = 0; world->service != NULL && i < lesson->devices->len; i++)
    if (!add_device (world, lesson->devices->pdata[i], error))
      return NULL;
  return world->service != NULL ? g_steal_pointer (&world) : NULL;
}

LessonDevice *
lesson_world_device (LessonWorld *world, const char *name)
{
  for (guint i = 0; i < world->devices->len; i++)
    {
      LessonDevice *device = world->devices->pdata[i];

      if (g_str_equal (device->plan->name, name))
        return device;
    }
  return NULL;
}
