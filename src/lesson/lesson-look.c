/* What happened in a lesson's world, and where its letters are: only what taps, ledgers and
 * mailboxes say. */
#include "config.h"

#include <string.h>

#include "lesson-world.h"
#include "mail-summary.h"

#define EVENTS_AT_ONCE 1000
#define SETTLE (10 * G_USEC_PER_SEC)
/* Of a letter's text; enough for its headers and a few words. */
#define MAX_SOURCE (16 * 1024)

/* --- what was said --- */

static void
read_tap (LessonWorld *world)
{
  for (;;)
    {
      g_autoptr (GPtrArray) events = wire_tap_read (world->tap, world->tap_seen, EVENTS_AT_ONCE);

      for (guint i = 0; i < events->len; i++)
        {
          const WireEvent *event = events->pdata[i];
          g_autoptr (WireConnection) connection =
              wire_tap_connection (world->tap, event->connection);

          learn_facts_add_event (world->facts, world->lines, event, connection);
          world->tap_seen = event->serial + 1;
        }
      if (events->len < EVENTS_AT_ONCE)
        return;
    }
}

/* Base64 hides nothing from anybody: what it stands for was overheard too. */
static void
add_decoded (LessonWorld *world, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize len = strlen (words[i]);
      g_autofree guchar *decoded = NULL;
      g_autofree char *readable = NULL;

      if (len < 8 || len % 4 != 0 ||
          strspn (words[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") !=
              len)
        continue;
      decoded = g_base64_decode (words[i], &len);
      readable = g_new0 (char, len + 1);
      for (gsize j = 0; j < len; j++)
        readable[j] = g_ascii_isprint (decoded[j]) ? (char) decoded[j] : ' ';
      learn_facts_add_overheard (world->facts, readable);
    }
}

/* The bytes of one event as they went over the open line, line by line. */
static void
overhear (LessonWorld *world, const WireEvent *event)
{
  gsize len = 0;
  const char *bytes = event->bytes != NULL ? g_bytes_get_data (event->bytes, &len) : NULL;
  g_autofree char *text = bytes != NULL ? g_utf8_make_valid (bytes, (gssize) len) : NULL;
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (g_strchomp (lines[i])[0] != '\0')
      {
        learn_facts_add_overheard (world->facts, lines[i]);
        add_decoded (world, lines[i]);
      }
}

/* From the handshake's first answer on, the line is noise to others. */
static void
read_line (LessonWorld *world)
{
  for (;;)
    {
      g_autoptr (GPtrArray) events = wire_tap_read (world->line, world->line_seen, EVENTS_AT_ONCE);

      for (guint i = 0; i < events->len; i++)
        {
          const WireEvent *event = events->pdata[i];

          world->line_seen = event->serial + 1;
          if (event->type == WIRE_TLS_MESSAGE || event->type == WIRE_TLS_DONE)
            g_hash_table_add (world->encrypted,
                              g_memdup2 (&event->connection, sizeof event->connection));
          else if (event->type == WIRE_BYTES &&
                   !g_hash_table_contains (world->encrypted, &event->connection))
            overhear (world, event);
        }
      if (events->len < EVENTS_AT_ONCE)
        return;
    }
}

/* --- where letters are --- */

static guint
state_of_row (const StoreRow *row)
{
  return LEARN_LETTER_LISTED | (row->has_source ? LEARN_LETTER_WHOLE : 0) |
         ((row->flags & STORE_FLAG_SEEN) != 0 ? LEARN_LETTER_READ : 0) |
         ((row->flags & STORE_FLAG_FLAGGED) != 0 ? LEARN_LETTER_STARRED : 0) |
         ((row->flags & STORE_FLAG_DELETED) != 0 ? LEARN_LETTER_DELETED : 0);
}

static void
look_at_folder (LessonWorld *world, LessonDevice *device, const StoreFolder *folder)
{
  StoreReader *reader = engine_account_reader (device->account);
  g_autoptr (GArray) listed = store_reader_list (reader, folder->id, NULL);

  for (guint i = 0; listed != NULL && i < listed->len; i++)
    {
      gint64 placement = g_array_index (listed, StoreListed, i).placement;
      g_autoptr (GPtrArray) rows = store_reader_rows (reader, &placement, 1, NULL);
      const StoreRow *row = rows != NULL ? rows->pdata[0] : NULL;

      if (row == NULL)
        continue;
      learn_facts_add_letter (world->facts,
                              device->plan->name,
                              device->plan->user,
                              folder->name,
                              row->subject,
                              state_of_row (row),
                              NULL);
      g_hash_table_insert (device->subjects,
                           g_memdup2 (&row->message, sizeof row->message),
                           g_strdup (row->subject));
    }
}

static void
look_at_device (LessonWorld *world, LessonDevice *device)
{
  StoreReader *reader = engine_account_reader (device->account);
  g_autoptr (GPtrArray) folders = store_reader_folders (reader, NULL);

  for (guint i = 0; folders != NULL && i < folders->len; i++)
    if (((StoreFolder *) folders->pdata[i])->role != STORE_ROLE_MAILDROP)
      look_at_folder (world, device, folders->pdata[i]);
}

static void
read_ledger (LessonWorld *world, LessonDevice *device)
{
  g_autoptr (GPtrArray) ledger =
      store_reader_ledger (engine_account_reader (device->account), 0, NULL);

  for (guint i = 0; ledger != NULL && i < ledger->len; i++)
    {
      const StoreLedgerEntry *entry = ledger->pdata[i];

      if (entry->id <= device->ledger_seen)
        continue;
      device->ledger_seen = entry->id;
      learn_facts_add_ledger (world->facts,
                              device->plan->name,
                              g_hash_table_lookup (device->subjects, &entry->message),
                              entry);
    }
}

static void
look_at_entry (LessonWorld *world,
               const PracticeUser *user,
               const PracticeMailbox *mailbox,
               const PracticeEntry *entry)
{
  g_autoptr (GBytes) source = practice_message_dup_source (entry->message);
  gsize len;
  const char *bytes = g_bytes_get_data (source, &len);
  g_autoptr (MailSummary) summary = mail_summary_from_headers (bytes, len);
  g_autofree char *text = g_utf8_make_valid (bytes, (gssize) MIN (len, MAX_SOURCE));
  guint flags = entry->flags.bits;

  learn_facts_add_letter (world->facts,
                          "server",
                          user->name,
                          mailbox->name,
                          summary->subject,
                          LEARN_LETTER_LISTED | LEARN_LETTER_WHOLE |
                              ((flags & IMAP_FLAG_SEEN) != 0 ? LEARN_LETTER_READ : 0) |
                              ((flags & IMAP_FLAG_FLAGGED) != 0 ? LEARN_LETTER_STARRED : 0) |
                              ((flags & IMAP_FLAG_DELETED) != 0 ? LEARN_LETTER_DELETED : 0),
                          text);
}

static void
look_at_office (LessonWorld *world)
{
  PracticeStore *store = practice_office_store (world->office);
  guint n;
  const PracticeUser *users = practice_users (&n);

  practice_store_lock (store);
  for (guint i = 0; i < n; i++)
    {
      PracticeAccount *account = practice_store_account (store, &users[i]);

      for (guint j = 0; j < account->mailboxes->len; j++)
        {
          PracticeMailbox *mailbox = account->mailboxes->pdata[j];

          for (guint k = 0; k < practice_mailbox_count (mailbox); k++)
            look_at_entry (world, &users[i], mailbox, practice_mailbox_get (mailbox, k));
        }
    }
  practice_store_unlock (store);
}

void
lesson_world_look (LessonWorld *world)
{
  /* What is on its way between the domains arrives before anybody looks. */
  practice_office_settle (world->office, SETTLE);
  read_tap (world);
  read_line (world);
  learn_facts_clear_letters (world->facts);
  look_at_office (world);
  for (guint i = 0; i < world->devices->len; i++)
    {
      look_at_device (world, world->devices->pdata[i]);
      read_ledger (world, world->devices->pdata[i]);
    }
}
