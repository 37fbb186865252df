/* The practice post office as a program of its own, for tests with clients nobody here wrote:
 * prints where it is as key=value lines, an empty line, then serves until its standard input ends.
 * Its mailboxes are kept in DIR/mail if that is there. Lines on standard input: "reset" resets it,
 * "full" makes the disk full for it, "full 5000" lets
 * files have so many bytes, "room" takes that back; "fault FAULT" adds one, "well" clears
 * them; "settle" waits until no letter is under way between the domains.
 */
#include "practice-office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/resource.h>

#include "mail-init.h"

/* No file may grow beyond @bytes: what a full disk looks like to one program alone. */
static void
set_full (gboolean full, guint64 bytes)
{
  struct rlimit limit;

  getrlimit (RLIMIT_FSIZE, &limit);
  limit.rlim_cur = full ? (rlim_t) bytes : limit.rlim_max;
  setrlimit (RLIMIT_FSIZE, &limit);
}

int
main (int argc, char **argv)
{
  PracticeOptions options = { .seed = 1, .answer_delay = 1000 };
  g_autoptr (PracticeOffice) office = NULL;
  g_autofree char *directory = NULL;
  g_auto (GStrv) dns = NULL;
  g_autoptr (GError) error = NULL;
  char line[200];

  if (argc < 2)
    {
      fprintf (stderr, "usage: practice-server DIR [EXTRA-MESSAGES [LANGUAGE]]\n");
      return 64;
    }
  mail_init ();
  signal (SIGXFSZ, SIG_IGN);
  options.dir = argv[1];
  directory = g_build_filename (argv[1], "mail", NULL);
  if (g_file_test (directory, G_FILE_TEST_IS_DIR))
    options.directory = directory;
  options.extra_messages = argc > 2 ? (guint) atoi (argv[2]) : 0;
  options.language = argc > 3 ? argv[3] : "en";
  office = practice_office_new (&options, &error);
  if (office == NULL)
    {
      fprintf (stderr, "practice-server: %s\n", error->message);
      return 69;
    }
  for (guint port = 0; port <= PRACTICE_PORT_LAST; port++)
    printf ("%s=%u\n", practice_port_name (port), practice_office_port (office, port));
  dns = practice_office_list_dns (office);
  for (guint i = 0; dns[i] != NULL; i++)
    printf ("dns%u=%s\n", i, dns[i]);
  printf ("ca=%s\n\n", practice_office_ca_file (office));
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      gboolean ok = TRUE;

      g_strchomp (line);
      if (strcmp (line, "reset") == 0)
        ok = practice_office_reset (office, NULL);
      else if (g_str_has_prefix (line, "fault "))
        ok = practice_faults_add (practice_office_faults (office), line + strlen ("fault "), NULL);
      else if (strcmp (line, "settle") == 0)
        practice_office_settle (office, 10 * G_USEC_PER_SEC);
      else if (strcmp (line, "well") == 0)
        practice_faults_clear (practice_office_faults (office));
      else
        set_full (g_str_has_prefix (line, "full"),
                  g_ascii_strtoull (line + strcspn (line, " "), NULL, 10));
      printf (ok ? "done\n" : "failed\n");
      fflush (stdout);
    }
  return 0;
}
