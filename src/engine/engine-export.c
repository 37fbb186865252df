/* Each letter's bytes are read from the store and written at once: memory does not grow with the
 * mailbox. */
#include "config.h"

#include "engine-export.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  StoreReader *reader;
  const char *target;
  FILE *mbox;         /* mbox only */
  const char *folder; /* maildir, eml: the folder's directory */
  EngineExported *exported;
} Export;

typedef gboolean (*Writer) (Export *export, const StoreRow *row, GBytes *source, GError **error);

static gboolean
set_file_error (const char *path, GError **error)
{
  int reason = errno;

  g_set_error (error,
               G_FILE_ERROR,
               (int) g_file_error_from_errno (reason),
               _ ("%s cannot be written: %s"),
               path,
               g_strerror (reason));
  return FALSE;
}

static gboolean
set_exists (const char *path, GError **error)
{
  g_set_error (error,
               G_FILE_ERROR,
               G_FILE_ERROR_EXIST,
               _ ("%s exists already and was left as it is: choose another name"),
               path);
  return FALSE;
}

/* --- mbox --- */

/* RFC 4155 appendix A, with the quoting of mboxrd: ">*From " gets one ">" more. */
static gboolean
is_from_line (const char *line, gsize len)
{
  gsize quotes = 0;

  while (quotes < len && line[quotes] == '>')
    quotes++;
  return len - quotes >= 5 && memcmp (line + quotes, "From ", 5) == 0;
}

static gboolean
write_mbox (Export *export, const StoreRow *row, GBytes *source, GError **error)
{
  gsize len;
  const char *data = g_bytes_get_data (source, &len);
  const char *end = data + len;
  /* English whatever the locale, so not strftime()'s. */
  static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
  static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  time_t when = (time_t) (row->arrived ? row->arrived : row->date_utc);
  struct tm utc = { 0 };
  g_autofree char *sender = g_strdup (row->from_address[0] ? row->from_address : "MAILER-DAEMON");

  for (char *p = sender; *p; p++)
    if ((guchar) *p <= ' ' || *p == 0x7f)
      *p = '_';
  gmtime_r (&when, &utc);
  fprintf (export->mbox,
           "From %s %s %s %2d %02d:%02d:%02d %d\n",
           sender,
           days[utc.tm_wday],
           months[utc.tm_mon],
           utc.tm_mday,
           utc.tm_hour,
           utc.tm_min,
           utc.tm_sec,
           utc.tm_year + 1900);
  while (data < end)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));
      gsize line = newline ? (gsize) (newline - data) : (gsize) (end - data);
      gsize text = line > 0 && newline && data[line - 1] == '\r' ? line - 1 : line;

      if (is_from_line (data, text))
        fputc ('>', export->mbox);
      fwrite (data, 1, text, export->mbox);
      fputc ('\n', export->mbox);
      data += newline ? line + 1 : line;
    }
  fputc ('\n', export->mbox);
  return !ferror (export->mbox) || set_file_error (export->target, error);
}

/* --- files --- */

static gboolean
write_file (const char *path, GBytes *source, GError **error)
{
  gsize len, size;
  const char *data = g_bytes_get_data (source, &len);
  g_autofree char *there = NULL;
  g_autoptr (GError) local = NULL;

  /* The same letter, exported before, or one of another account. */
  if (g_file_get_contents (path, &there, &size, NULL))
    return (size == len && memcmp (there, data, len) == 0) || set_exists (path, error);
  if (g_file_set_contents_full (path,
                                data,
                                (gssize) len,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_ONLY_EXISTING,
                                0600,
                                &local))
    return TRUE;
  g_set_error (
      error, G_FILE_ERROR, local->code, _ ("%s cannot be written: %s"), path, local->message);
  return FALSE;
}

static gboolean
write_eml (Export *export, const StoreRow *row, GBytes *source, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".eml", row->message);
  g_autofree char *path = g_build_filename (export->folder, name, NULL);

  return write_file (path, source, error);
}

/* The suffix of a file in cur: its flags in alphabetical order. */
static gboolean
write_maildir (Export *export, const StoreRow *row, GBytes *source, GError **error)
{
  char letters[8] = "";
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  guint n = 0;

  if (row->flags & STORE_FLAG_DRAFT)
    letters[n++] = 'D';
  if (row->flags & STORE_FLAG_FLAGGED)
    letters[n++] = 'F';
  if (row->flags & STORE_FLAG_FORWARDED)
    letters[n++] = 'P';
  if (row->flags & STORE_FLAG_ANSWERED)
    letters[n++] = 'R';
  if (row->flags & STORE_FLAG_SEEN)
    letters[n++] = 'S';
  if (row->flags & STORE_FLAG_DELETED)
    letters[n++] = 'T';
  letters[n] = '\0';
  name = g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".restante:2,%s",
                          row->arrived,
                          row->placement,
                          letters);
  path = g_build_filename (export->folder, "cur", name, NULL);
  return write_file (path, source, error);
}

/* --- the run --- */

static gboolean
export_row (Export *export, gint64 placement, Writer writer, GError **error)
{
  g_autoptr (GPtrArray) rows = store_reader_rows (export->reader, &placement, 1, error);
  const StoreRow *row = rows ? g_ptr_array_index (rows, 0) : NULL;
  g_autoptr (GBytes) source = NULL;

  if (!row)
    return rows != NULL;
  if (!row->has_source)
    {
      export->exported->missing++;
      return TRUE;
    }
  source = store_reader_source (export->reader, row->message, error);
  if (!source || !writer (export, row, source, error))
    return FALSE;
  export->exported->done++;
  return TRUE;
}

static gboolean
export_folder (Export *export, const StoreFolder *folder, Writer writer, GError **error)
{
  g_autoptr (GArray) listed = store_reader_list (export->reader, folder->id, error);

  if (!listed)
    return FALSE;
  /* Oldest first, as mail files grow. */
  for (guint i = listed->len; i > 0; i--)
    if (!export_row (export, g_array_index (listed, StoreListed, i - 1).placement, writer, error))
      return FALSE;
  return TRUE;
}

/* File systems take names of 255 bytes, and a path of folders can be longer; what is left out still
 * tells two folders apart. */
#define NAME_MAX_BYTES 200

static char *
shorten (const char *name)
{
  gsize len = NAME_MAX_BYTES;

  if (strlen (name) <= NAME_MAX_BYTES)
    return g_strdup (name);
  while (((guchar) name[len] & 0xc0) == 0x80)
    len--;
  return g_strdup_printf ("%.*s-%08x", (int) len, name, g_str_hash (name));
}

/* Maildir++: INBOX is the top, any other folder a directory whose name begins with a dot; without a
 * choice of folder, eml has a directory for each. */
static char *
folder_path (Export *export, const StoreFolder *folder, gboolean maildir, gboolean only)
{
  g_autofree char *name = g_strdup (folder->name);
  g_autofree char *directory = NULL;

  if (only || (maildir && folder->role == STORE_ROLE_INBOX))
    return g_strdup (export->target);
  if (folder->delimiter && folder->delimiter[0])
    g_strdelimit (name, folder->delimiter, '.');
  g_strdelimit (name, "/", '_');
  directory = shorten (name);
  if (!maildir)
    return g_strconcat (export->target, directory[0] == '.' ? "/_" : "/", directory, NULL);
  return g_strconcat (export->target, "/.", directory, NULL);
}

static gboolean
make_directory (const char *path, GError **error)
{
  return g_mkdir_with_parents (path, 0700) == 0 || set_file_error (path, error);
}

static gboolean
export_to_directory (
    Export *export, const StoreFolder *folder, gboolean maildir, gboolean only, GError **error)
{
  g_autofree char *path = folder_path (export, folder, maildir, only);

  if (!make_directory (path, error))
    return FALSE;
  for (guint i = 0; maildir && i < 3; i++)
    {
      static const char *const parts[] = { "tmp", "new", "cur" };
      g_autofree char *part = g_build_filename (path, parts[i], NULL);

      if (!make_directory (part, error))
        return FALSE;
    }
  export->folder = path;
  return export_folder (export, folder, maildir ? write_maildir : write_eml, error);
}

/* A new file, an empty one, or what is no file at all (a pipe); never one that holds something. */
static FILE *
open_mbox (const char *path, gboolean *is_file, GError **error)
{
  struct stat found;
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  FILE *file = NULL;

  if (fd < 0 || fstat (fd, &found) < 0)
    set_file_error (path, error);
  else if (S_ISREG (found.st_mode) && found.st_size > 0)
    set_exists (path, error);
  else if (!(file = fdopen (fd, "w")))
    set_file_error (path, error);
  if (fd >= 0 && !file)
    close (fd);
  *is_file = file && S_ISREG (found.st_mode);
  return file;
}

/* Once, and not once a letter. */
static gboolean
sync_target (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean good = fd >= 0 && syncfs (fd) == 0;

  if (!good)
    set_file_error (path, error);
  if (fd >= 0)
    close (fd);
  return good;
}

static gboolean
export_all (
    Export *export, GPtrArray *folders, EngineExportFormat format, gboolean only, GError **error)
{
  gboolean mbox = format == ENGINE_EXPORT_MBOX;
  gboolean is_file = FALSE, good = TRUE;

  if (mbox)
    {
      export->mbox = open_mbox (export->target, &is_file, error);
      if (!export->mbox)
        return FALSE;
    }
  for (guint i = 0; good && i < folders->len; i++)
    good = mbox ? export_folder (export, g_ptr_array_index (folders, i), write_mbox, error)
                : export_to_directory (export,
                                       g_ptr_array_index (folders, i),
                                       format == ENGINE_EXPORT_MAILDIR,
                                       only,
                                       error);
  if (!mbox && good)
    good = sync_target (export->target, error);
  if (mbox && good && is_file && (fflush (export->mbox) != 0 || fsync (fileno (export->mbox)) != 0))
    good = set_file_error (export->target, error);
  if (mbox && fclose (export->mbox) != 0 && good)
    good = set_file_error (export->target, error);
  /* Half a file would be taken for the whole. */
  if (mbox && !good && is_file)
    g_unlink (export->target);
  return good;
}

static void
unref_folder (gpointer folder)
{
  store_folder_unref (folder);
}

static GPtrArray *
choose_folders (StoreReader *reader, const char *name, GError **error)
{
  g_autoptr (GPtrArray) all = store_reader_folders (reader, error);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (unref_folder);
  StoreFolder *one;

  if (!all)
    return NULL;
  if (name)
    {
      one = store_reader_folder_by_name (reader, name, error);
      if (!one)
        return NULL;
      g_ptr_array_add (chosen, one);
      return g_steal_pointer (&chosen);
    }
  for (guint i = 0; i < all->len; i++)
    {
      one = g_ptr_array_index (all, i);
      if (one->role != STORE_ROLE_MAILDROP)
        g_ptr_array_add (chosen, store_folder_ref (one));
    }
  return g_steal_pointer (&chosen);
}

gboolean
engine_export (StoreReader *reader,
               const char *folder,
               EngineExportFormat format,
               const char *target,
               EngineExported *exported,
               GError **error)
{
  Export export = { .reader = reader, .target = target, .exported = exported };
  g_autoptr (GPtrArray) folders = choose_folders (reader, folder, error);

  *exported = (EngineExported){ 0 };
  return folders && export_all (&export, folders, format, folder != NULL, error);
}
