/* The practice post office as a program of its own, for tests with clients nobody here wrote:
 * prints where it is as key=value lines, an empty line, then serves until its standard input ends.
 * A line "reset" on standard input resets it. */
#include "practice-office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail-init.h"

int
main (int argc, char **argv)
{
  PracticeOptions options = { .seed = 1, .language = "en", .answer_delay = 1000 };
  g_autoptr (PracticeOffice) office = NULL;
  g_autoptr (GError) error = NULL;
  char line[80];

  if (argc < 2)
    {
      fprintf (stderr, "usage: practice-server DIR [EXTRA-MESSAGES]\n");
      return 64;
    }
  mail_init ();
  options.dir = argv[1];
  options.extra_messages = argc > 2 ? (guint) atoi (argv[2]) : 0;
  office = practice_office_new (&options, &error);
  if (office == NULL)
    {
      fprintf (stderr, "practice-server: %s\n", error->message);
      return 69;
    }
  for (guint port = 0; port <= PRACTICE_PORT_LAST; port++)
    printf ("%s=%u\n", practice_port_name (port), practice_office_port (office, port));
  printf ("ca=%s\n\n", practice_office_ca_file (office));
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      if (strcmp (line, "reset\n") == 0)
        practice_office_reset (office);
      printf ("done\n");
      fflush (stdout);
    }
  return 0;
}
