/* Letters as files that other programs read. mbox is mboxrd: "From " lines are quoted and can be
 * unquoted without loss; maildir (Maildir++) and eml hold the exact bytes. */
#pragma once

#include "store-read.h"

G_BEGIN_DECLS

typedef enum
{
  ENGINE_EXPORT_MBOX,    /* one file, oldest letter of a folder first */
  ENGINE_EXPORT_MAILDIR, /* INBOX at the top, other folders in directories that begin with a dot */
  ENGINE_EXPORT_EML      /* a file a letter, a directory a folder */
} EngineExportFormat;

typedef struct
{
  gint64 done;
  gint64 missing; /* only their headers are here, so they were left out */
} EngineExported;

/* @folder: only this one, by name (nullable). @target: the file, or the directory, which is made.
 * On any thread: @reader is the caller's. */
gboolean engine_export (StoreReader *reader,
                        const char *folder,
                        EngineExportFormat format,
                        const char *target,
                        EngineExported *exported,
                        GError **error);

G_END_DECLS
