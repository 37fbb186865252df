/* Makes letters of the table: composed as any letter is, with the marks of their journey in front.
 */
#include "config.h"

#include "practice-seed.h"

#include <string.h>

#include "mail-compose.h"
#include "mail-date.h"
#include "practice-attachments.h"
#include "practice-letters.h"

typedef struct
{
  gint64 now; /* UTC seconds */
  guint64 seed;
  gboolean french;
} Seed;

static char *
message_id (const Seed *seed, const char *id)
{
  return g_strdup_printf ("%s.%" G_GUINT64_FORMAT "@practice.example", id, seed->seed);
}

static void
attach (const Seed *seed, const PracticeLetter *letter, MailDraft *draft)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *name = NULL;
  const char *type = NULL;

  switch (letter->attachment)
    {
    case PRACTICE_ATTACH_MAP:
      bytes = practice_attachment_map ();
      name = seed->french ? "plan.png" : "map.png";
      type = "image/png";
      break;
    case PRACTICE_ATTACH_PROOF:
      bytes = practice_attachment_proof (seed->french ? "Les sept ponts" : "The seven bridges");
      name = seed->french ? "preuve.pdf" : "proof.pdf";
      type = "application/pdf";
      break;
    case PRACTICE_ATTACH_CALENDAR:
      bytes = practice_attachment_calendar (seed->french ? "Séminaire" : "Seminar", seed->now);
      name = "invitation.ics";
      type = "text/calendar";
      break;
    case PRACTICE_ATTACH_NOTHING:
    default:
      return;
    }
  g_ptr_array_add (draft->attachments, mail_attachment_new_for_bytes (bytes, name, type));
}

static const char *
sender (const PracticeLetter *letter, gboolean french)
{
  return french && letter->from_french != NULL ? letter->from_french : letter->from;
}

/* The letters before, the first first (RFC 5322 §3.6.4). (transfer full) */
static char **
list_references (const Seed *seed, const char *id)
{
  GPtrArray *references = g_ptr_array_new ();
  guint n_letters;
  const PracticeLetter *letters = practice_letters (&n_letters);

  while (id != NULL)
    {
      const char *before = NULL;

      g_ptr_array_insert (references, 0, message_id (seed, id));
      for (guint i = 0; i < n_letters; i++)
        {
          if (strcmp (letters[i].id, id) == 0)
            before = letters[i].in_reply_to;
        }
      id = before;
    }
  g_ptr_array_add (references, NULL);
  return (char **) g_ptr_array_free (references, FALSE);
}

static GBytes *
compose (const Seed *seed, const PracticeLetter *letter, gint64 date)
{
  g_autoptr (MailDraft) draft = mail_draft_new ();
  g_autoptr (GError) error = NULL;
  GBytes *source;

  draft->from = mail_address_new (sender (letter, seed->french), letter->from_address);
  g_ptr_array_add (draft->to, mail_address_new (letter->to, letter->to_address));
  draft->subject = g_strdup (letter->subject[seed->french]);
  draft->text = g_strdup (letter->text[seed->french]);
  draft->message_id = message_id (seed, letter->id);
  if (letter->in_reply_to != NULL)
    {
      draft->in_reply_to = message_id (seed, letter->in_reply_to);
      draft->references = list_references (seed, letter->in_reply_to);
    }
  draft->date = date;
  draft->date_offset = mail_date_local_offset (date);
  attach (seed, letter, draft);
  source = mail_compose (draft, MAIL_COMPOSE_SEND, &error);
  if (source == NULL)
    g_error ("a seeded letter cannot be composed: %s", error->message);
  return source;
}

/* The newsletter's other side: what mail of its kind does, with three ways of telling its sender
 * that it was opened. */
static void
append_html (GString *out, const PracticeLetter *letter, gboolean french)
{
  g_auto (GStrv) paragraphs = g_strsplit (letter->text[french], "\n\n", -1);

  g_string_append (out,
                   "<!DOCTYPE html>\r\n<html><head><style>\r\n"
                   "@import url(https://cdn.stamps.example/fonts.css);\r\n"
                   "body { font-family: Georgia, serif; background: #f4f1ea url("
                   "https://cdn.stamps.example/paper.png); }\r\n"
                   "h1 { color: #1d4e89; }\r\n</style></head><body>\r\n"
                   "<img src=\"https://cdn.stamps.example/banner.jpg\" width=\"600\" alt=\"");
  g_string_append_printf (out, "%s\">\r\n", sender (letter, french));
  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      g_strstrip (paragraphs[i]);
      g_string_append_printf (out, i == 0 ? "<h1>%s</h1>\r\n" : "<p>%s</p>\r\n", paragraphs[i]);
    }
  g_string_append (
      out,
      "<p><a href=\"https://click.stamps.example/r?u=ada&amp;n=47\">stamps.example</a></p>"
      "\r\n<img src=\"https://track.stamps.example/open.gif?u=ada\" width=\"1\" "
      "height=\"1\" alt=\"\">\r\n</body></html>\r\n");
}

static GBytes *
compose_newsletter (const Seed *seed, const PracticeLetter *letter, gint64 date)
{
  g_autoptr (GBytes) plain = compose (seed, letter, date);
  gsize len;
  const char *source = g_bytes_get_data (plain, &len);
  const char *body = memmem (source, len, "\r\n\r\n", 4);
  const char *type = memmem (source, len, "\r\nMIME-Version:", 15);
  GString *out = g_string_sized_new (len * 3);

  g_assert (body != NULL && type != NULL && type < body);
  /* The composed letter becomes the first alternative: its own MIME fields go with it. */
  g_string_append_len (out, source, type - source + 2);
  g_string_append (out,
                   "List-Unsubscribe: <https://stamps.example/leave?u=ada>\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: multipart/alternative; boundary=\"=_stamps\"\r\n\r\n"
                   "--=_stamps\r\n");
  type = strchr (type + 2, '\n') + 1;
  g_string_append_len (out, type, source + len - type);
  g_string_append (out,
                   "\r\n--=_stamps\r\nContent-Type: text/html; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: 8bit\r\n\r\n");
  append_html (out, letter, seed->french);
  g_string_append (out, "\r\n--=_stamps--\r\n");
  return g_string_free_to_bytes (out);
}

/* What the servers on the way put in front. */
static GBytes *
add_journey (const Seed *seed, const PracticeLetter *letter, GBytes *source, gint64 date)
{
  g_autofree char *when = mail_date_format (date + 2, mail_date_local_offset (date));
  const char *domain = strchr (letter->from_address, '@') + 1;
  GString *out = g_string_new (NULL);

  g_string_append_printf (out,
                          "Return-Path: <%s>\r\n"
                          "Received: from %s (localhost [127.0.0.1])\r\n"
                          "\tby practice.example (Restante) with ESMTPS id %s\r\n"
                          "\tfor <ada@practice.example>; %s\r\n",
                          letter->from_address,
                          domain,
                          letter->id,
                          when);
  if (letter->list != NULL)
    g_string_append_printf (out,
                            "List-Id: <%s>\r\nList-Post: <mailto:%s>\r\nPrecedence: list\r\n",
                            letter->list,
                            letter->to_address);
  g_string_append_len (out, g_bytes_get_data (source, NULL), (gssize) g_bytes_get_size (source));
  return g_string_free_to_bytes (out);
}

static void
add_letter (const Seed *seed, PracticeAccount *account, const PracticeLetter *letter)
{
  gint64 date = seed->now - (gint64) letter->minutes * 60;
  g_autoptr (GBytes) composed =
      letter->html ? compose_newsletter (seed, letter, date) : compose (seed, letter, date);
  g_autoptr (GBytes) source = NULL;
  g_autoptr (PracticeMessage) message = NULL;
  const ImapFlags flags = { .bits = letter->flags };
  gboolean own = strcmp (letter->from_address, account->user->address) == 0;

  source = own ? g_bytes_ref (composed) : add_journey (seed, letter, composed, date);
  message = practice_message_new (source, date);
  practice_mailbox_add (practice_account_find (account, letter->folder), message, &flags);
}

static void
add_generated (const Seed *seed, PracticeAccount *account, guint extra)
{
  static const ImapFlags seen = { .bits = IMAP_FLAG_SEEN };
  PracticeMailbox *inbox = practice_account_inbox (account);

  for (guint i = 0; i < extra; i++)
    {
      gint64 date = seed->now - (gint64) (14 * 24 * 60 + (extra - i) * 7) * 60;
      g_autoptr (PracticeMessage) message = practice_message_new_generated (seed->seed, i, date);

      practice_mailbox_add (inbox, message, i % 10 == 0 ? NULL : &seen);
    }
}

gboolean
practice_seed (PracticeStore *store, guint64 number, guint extra, gboolean french, GError **error)
{
  const Seed seed = { .now = g_get_real_time () / G_USEC_PER_SEC,
                      .seed = number,
                      .french = french };
  const PracticeLetter *letters;
  PracticeAccount *account;
  gboolean ok;
  guint n_letters;

  letters = practice_letters (&n_letters);
  practice_store_lock (store);
  practice_store_clear (store);
  account = practice_store_account (store, practice_user_find ("ada"));
  add_generated (&seed, account, extra);
  /* Oldest first, so that UIDs grow with the dates. */
  for (guint i = n_letters; i > 0; i--)
    add_letter (&seed, account, &letters[i - 1]);
  ok = practice_store_commit (store, error);
  practice_store_unlock (store);
  return ok;
}
