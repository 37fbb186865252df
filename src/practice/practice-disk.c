/* Files of mailboxes. */
#include "config.h"

#include "practice-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define HEADING "restante practice 1 "
/* name, use, UIDVALIDITY, UIDNEXT, first recent, MODSEQ, the change up to which nobody remembers
 * what is gone; letters: UID, MODSEQ, date, date of saving, size, seed and number of a generated
 * one
 * (-1: it has a file), flags, keywords; gone: UID, MODSEQ */
#define INDEX_TYPE "(suuuutta(utxxttxuas)a(ut))"

struct _PracticeDisk
{
  char *dir;
  int lock;
};

static gboolean
fail (GError **error, int reason, const char *path)
{
  g_set_error (error,
               G_IO_ERROR,
               (gint) g_io_error_from_errno (reason),
               _ ("%s cannot be kept: %s"),
               path,
               g_strerror (reason));
  return FALSE;
}

static gboolean
make_dir (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  return fail (error, errno, path);
}

/* A name is on disk when its folder is. */
static gboolean
sync_dir (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean ok = fd >= 0 && fsync (fd) == 0;
  int reason = errno;

  if (fd >= 0)
    close (fd);
  return ok || fail (error, reason, path);
}

PracticeDisk *
practice_disk_open (const char *dir, GError **error)
{
  g_autoptr (PracticeDisk) disk = g_new0 (PracticeDisk, 1);
  g_autofree char *path = g_build_filename (dir, "lock", NULL);

  disk->lock = -1;
  disk->dir = g_strdup (dir);
  if (!make_dir (dir, error))
    return NULL;
  disk->lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (disk->lock < 0)
    {
      fail (error, errno, path);
      return NULL;
    }
  if (flock (disk->lock, LOCK_EX | LOCK_NB) == 0)
    return g_steal_pointer (&disk);
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_BUSY, _ ("Another practice post office is using %s."), dir);
  return NULL;
}

void
practice_disk_close (PracticeDisk *disk)
{
  if (disk->lock >= 0)
    close (disk->lock);
  g_free (disk->dir);
  g_free (disk);
}

/* Files with a checksum */

static gboolean
write_file (const char *path, const void *bytes, gsize len, GError **error)
{
  return g_file_set_contents_full (path,
                                   bytes,
                                   (gssize) len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600,
                                   error);
}

static gboolean
write_value (const char *path, GVariant *value, GError **error)
{
  g_autofree char *text = g_variant_print (value, FALSE);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *whole = g_strconcat (HEADING, sum, "\n", text, "\n", NULL);

  return write_file (path, whole, strlen (whole), error);
}

static GVariant *
read_value (const char *path, const GVariantType *type)
{
  g_autofree char *whole = NULL;
  g_autofree char *sum = NULL;
  char *text;
  gsize len;

  if (!g_file_get_contents (path, &whole, &len, NULL) || strlen (whole) != len || len == 0 ||
      whole[len - 1] != '\n' || !g_str_has_prefix (whole, HEADING))
    return NULL;
  whole[len - 1] = '\0';
  text = strchr (whole, '\n');
  if (text == NULL)
    return NULL;
  *text++ = '\0';
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  if (strcmp (whole + strlen (HEADING), sum) != 0)
    return NULL;
  return g_variant_parse (type, text, NULL, NULL, NULL);
}

GVariant *
practice_disk_read_office (PracticeDisk *disk, const GVariantType *type)
{
  g_autofree char *path = g_build_filename (disk->dir, "office", NULL);

  return read_value (path, type);
}

gboolean
practice_disk_write_office (PracticeDisk *disk, GVariant *office, GError **error)
{
  g_autofree char *path = g_build_filename (disk->dir, "office", NULL);

  return write_value (path, office, error) && sync_dir (disk->dir, error);
}

/* A mailbox */

static char *
mailbox_path (PracticeDisk *disk, const char *user, guint32 uidvalidity)
{
  char number[16];

  g_snprintf (number, sizeof number, "%u", uidvalidity);
  return g_build_filename (disk->dir, user, number, NULL);
}

static char *
letter_path (const char *dir, guint32 uid)
{
  char name[24];

  g_snprintf (name, sizeof name, "%u.eml", uid);
  return g_build_filename (dir, name, NULL);
}

/* "12", "12.eml" as numbers; 0: it is something else. */
static guint32
number_of (const char *name, const char *suffix)
{
  char *end;
  guint64 number = g_ascii_isdigit (*name) ? g_ascii_strtoull (name, &end, 10) : 0;

  return number > 0 && number <= G_MAXUINT32 && strcmp (end, suffix) == 0 ? (guint32) number : 0;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const guint32 *first = a;
  const guint32 *second = b;

  return (*first > *second) - (*first < *second);
}

static GArray *
list_numbers (const char *path, const char *suffix)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      guint32 number = number_of (name, suffix);

      if (number > 0)
        g_array_append_val (numbers, number);
    }
  g_array_sort (numbers, compare_numbers);
  return numbers;
}

GArray *
practice_disk_list (PracticeDisk *disk, const char *user)
{
  g_autofree char *path = g_build_filename (disk->dir, user, NULL);

  return list_numbers (path, "");
}

static GBytes *
read_letter (const char *dir, guint32 uid)
{
  g_autofree char *path = letter_path (dir, uid);
  char *bytes;
  gsize len;

  return g_file_get_contents (path, &bytes, &len, NULL) ? g_bytes_new_take (bytes, len) : NULL;
}

/* Reading */

typedef struct
{
  guint32 uid, bits;
  guint64 modseq, size, seed;
  gint64 date, saved, number;
  char **keywords;
} Record;

/* %FALSE: the mailbox is damaged. */
static gboolean
read_entry (PracticeMailbox *mailbox, const char *dir, const Record *record)
{
  guint count = practice_mailbox_count (mailbox);
  PracticeEntry entry = {
    .uid = record->uid, .modseq = record->modseq, .saved = record->saved, .stored = TRUE
  };
  g_autoptr (GBytes) source = NULL;

  if (record->uid == 0 || record->uid >= mailbox->uidnext || record->modseq > mailbox->modseq ||
      (count > 0 && practice_mailbox_get (mailbox, count - 1)->uid >= record->uid))
    return FALSE;
  if (record->number >= 0)
    entry.message = practice_message_new_generated (
        record->seed, (guint) MIN (record->number, G_MAXINT32), record->date);
  else
    {
      source = read_letter (dir, record->uid);
      if (source == NULL)
        {
          practice_mailbox_forget (mailbox, record->uid);
          return TRUE;
        }
      if (g_bytes_get_size (source) != record->size)
        return FALSE;
      entry.message = practice_message_new (source, record->date);
    }
  entry.flags.bits = record->bits;
  for (guint i = 0; record->keywords[i] != NULL; i++)
    imap_flags_add (&entry.flags, record->keywords[i], strlen (record->keywords[i]));
  g_array_append_val (mailbox->entries, entry);
  return TRUE;
}

static gboolean
read_entries (PracticeMailbox *mailbox, const char *dir, GVariantIter *letters)
{
  Record record;
  gboolean ok = TRUE;

  while (ok && g_variant_iter_next (letters,
                                    "(utxxttxu^as)",
                                    &record.uid,
                                    &record.modseq,
                                    &record.date,
                                    &record.saved,
                                    &record.size,
                                    &record.seed,
                                    &record.number,
                                    &record.bits,
                                    &record.keywords))
    {
      ok = read_entry (mailbox, dir, &record);
      g_strfreev (record.keywords);
    }
  return ok;
}

PracticeMailbox *
practice_disk_read_mailbox (PracticeDisk *disk, const char *user, guint32 uidvalidity)
{
  g_autofree char *dir = mailbox_path (disk, user, uidvalidity);
  g_autofree char *path = g_build_filename (dir, "index", NULL);
  g_autoptr (GVariant) index = read_value (path, G_VARIANT_TYPE (INDEX_TYPE));
  g_autoptr (GVariantIter) letters = NULL;
  g_autoptr (GVariantIter) gone = NULL;
  g_autoptr (PracticeMailbox) mailbox = NULL;
  PracticeGone one;
  const char *name;
  guint32 use;
  guint32 validity;

  if (index == NULL)
    return NULL;
  mailbox = practice_mailbox_new ("", 0, uidvalidity);
  g_variant_get (index,
                 "(&suuuutta(utxxttxuas)a(ut))",
                 &name,
                 &use,
                 &validity,
                 &mailbox->uidnext,
                 &mailbox->first_recent,
                 &mailbox->modseq,
                 &mailbox->gone_floor,
                 &letters,
                 &gone);
  g_free (mailbox->name);
  mailbox->name = g_strdup (name);
  mailbox->use = use;
  while (g_variant_iter_next (gone, "(ut)", &one.uid, &one.modseq))
    g_array_append_val (mailbox->gone, one);
  if (validity != uidvalidity || mailbox->uidnext == 0 || mailbox->modseq == 0 ||
      !read_entries (mailbox, dir, letters))
    return NULL;
  return g_steal_pointer (&mailbox);
}

GPtrArray *
practice_disk_salvage (PracticeDisk *disk, const char *user, guint32 uidvalidity)
{
  g_autofree char *dir = mailbox_path (disk, user, uidvalidity);
  g_autoptr (GArray) uids = list_numbers (dir, ".eml");
  GPtrArray *letters = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_message_unref);

  for (guint i = 0; i < uids->len; i++)
    {
      g_autoptr (GBytes) source = read_letter (dir, g_array_index (uids, guint32, i));
      g_autofree char *path = letter_path (dir, g_array_index (uids, guint32, i));
      GStatBuf info = { 0 };

      g_stat (path, &info);
      if (source != NULL && g_bytes_get_size (source) > 0)
        g_ptr_array_add (letters, practice_message_new (source, info.st_mtime));
    }
  return letters;
}

/* Writing */

static gboolean
write_letters (const char *dir, PracticeMailbox *mailbox, GError **error)
{
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    {
      PracticeEntry *entry = practice_mailbox_get (mailbox, i);
      g_autofree char *path = NULL;
      g_autoptr (GBytes) source = NULL;
      gconstpointer bytes;
      gsize len;

      if (entry->stored || practice_message_is_generated (entry->message, NULL, NULL))
        continue;
      path = letter_path (dir, entry->uid);
      source = practice_message_dup_source (entry->message);
      bytes = g_bytes_get_data (source, &len);
      if (!write_file (path, bytes, len, error))
        return FALSE;
    }
  return sync_dir (dir, error);
}

static void
add_entry (GVariantBuilder *builder, const PracticeEntry *entry)
{
  static const char *const none[] = { NULL };
  guint64 seed = 0;
  guint number = 0;
  gboolean generated = practice_message_is_generated (entry->message, &seed, &number);

  g_variant_builder_add (builder,
                         "(utxxttxu^as)",
                         entry->uid,
                         entry->modseq,
                         practice_message_date (entry->message),
                         entry->saved,
                         (guint64) practice_message_size (entry->message),
                         seed,
                         generated ? (gint64) number : (gint64) -1,
                         entry->flags.bits,
                         entry->flags.keywords != NULL ? (gconstpointer) entry->flags.keywords
                                                       : (gconstpointer) none);
}

static GVariant *
build_index (PracticeMailbox *mailbox)
{
  GVariantBuilder letters;
  GVariantBuilder gone;

  g_variant_builder_init (&letters, G_VARIANT_TYPE ("a(utxxttxuas)"));
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    add_entry (&letters, practice_mailbox_get (mailbox, i));
  g_variant_builder_init (&gone, G_VARIANT_TYPE ("a(ut)"));
  for (guint i = 0; i < mailbox->gone->len; i++)
    {
      const PracticeGone *one = &g_array_index (mailbox->gone, PracticeGone, i);

      g_variant_builder_add (&gone, "(ut)", one->uid, one->modseq);
    }
  return g_variant_ref_sink (g_variant_new ("(suuuutta(utxxttxuas)a(ut))",
                                            mailbox->name,
                                            (guint32) mailbox->use,
                                            mailbox->uidvalidity,
                                            mailbox->uidnext,
                                            mailbox->first_recent,
                                            mailbox->modseq,
                                            mailbox->gone_floor,
                                            &letters,
                                            &gone));
}

gboolean
practice_disk_write_mailbox (PracticeDisk *disk,
                             const char *user,
                             PracticeMailbox *mailbox,
                             GError **error)
{
  g_autofree char *dir = mailbox_path (disk, user, mailbox->uidvalidity);
  g_autofree char *path = g_build_filename (dir, "index", NULL);
  g_autofree char *above = g_path_get_dirname (dir);
  g_autoptr (GVariant) index = build_index (mailbox);

  if (!make_dir (dir, error) || !write_letters (dir, mailbox, error) ||
      !write_value (path, index, error) || !sync_dir (dir, error) || !sync_dir (above, error))
    return FALSE;
  for (guint i = 0; i < practice_mailbox_count (mailbox); i++)
    practice_mailbox_get (mailbox, i)->stored = TRUE;
  return TRUE;
}

void
practice_disk_tidy_mailbox (PracticeDisk *disk, const char *user, PracticeMailbox *mailbox)
{
  g_autofree char *dir = mailbox_path (disk, user, mailbox->uidvalidity);
  g_autoptr (GArray) uids = list_numbers (dir, ".eml");

  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);
      g_autofree char *path = letter_path (dir, uid);

      if (practice_mailbox_find (mailbox, uid) == NULL)
        g_unlink (path);
    }
}

void
practice_disk_remove (PracticeDisk *disk, const char *user, guint32 uidvalidity)
{
  g_autofree char *path = mailbox_path (disk, user, uidvalidity);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}
