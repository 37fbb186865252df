#include "test-room.h"

#include <string.h>

#include "test-tree.h"

void
test_room_open (TestRoom *room, guint extra)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *office = NULL;
  g_autofree char *data = NULL;
  PracticeOptions options = {
    .seed = 1,
    .extra_messages = extra,
    .answer_delay = G_USEC_PER_SEC / 10,
  };

  room->dir = g_dir_make_tmp ("engine-room-XXXXXX", &error);
  g_assert_no_error (error);
  options.dir = office = g_build_filename (room->dir, "office", NULL);
  room->office = practice_office_new (&options, &error);
  g_assert_no_error (error);
  room->tap = wire_tap_new (0);
  data = g_build_filename (room->dir, "data", NULL);
  room->service = engine_service_new (data, room->tap, &error);
  g_assert_no_error (error);
}

void
test_room_close (TestRoom *room)
{
  engine_service_free (room->service);
  practice_office_free (room->office);
  wire_tap_unref (room->tap);
  test_tree_remove (room->dir);
  g_free (room->dir);
}

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

EngineAccount *
test_room_add (TestRoom *room, const char *protocol, const char *keep, const char *leave)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreAccountInfo) info = store_account_info_new ();
  g_autofree char *path = g_build_filename (room->dir, "password", NULL);
  gboolean pop3 = strcmp (protocol, "pop3") == 0;
  EngineAccount *account;

  g_file_set_contents_full (path, "lovelace", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  set (&info->protocol, protocol);
  set (&info->name, protocol);
  set (&info->email, "ada@practice.example");
  set (&info->user, "ada");
  set (&info->smtp_user, "ada");
  set (&info->host, "localhost");
  set (&info->smtp_host, "localhost");
  set (&info->ca_file, practice_office_ca_file (room->office));
  set (&info->password_file, path);
  set (&info->keep_policy, keep);
  set (&info->leave_policy, leave);
  info->port =
      practice_office_port (room->office, pop3 ? PRACTICE_PORT_POP3S : PRACTICE_PORT_IMAPS);
  info->smtp_port = practice_office_port (room->office, PRACTICE_PORT_SUBMISSIONS);
  account = engine_service_add (room->service, info, NULL, &error);
  g_assert_no_error (error);
  return account;
}
