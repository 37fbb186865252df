/* A practice post office with a folder of its own, which is removed with it unless it was named. */
#pragma once

#include "practice-office.h"

G_BEGIN_DECLS

typedef struct
{
  PracticeOffice *office;
  char *dir;          /* where it keeps things, and the caller may too */
  gboolean temporary; /* @dir goes when the office closes */
} CliOffice;

/* @data (nullable): the data directory it is kept under. @options: dir is filled in here. */
CliOffice *cli_office_open (const char *data, PracticeOptions *options, GError **error);
void cli_office_close (CliOffice *office);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliOffice, cli_office_close)

G_END_DECLS
