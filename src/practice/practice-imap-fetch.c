/* FETCH: what is asked of a letter, from its bytes. Fetching a section without PEEK sets \Seen
 * (RFC 9051 §6.4.5). */
#include "config.h"

#include "practice-imap.h"

#include <string.h>

#include "practice-structure.h"

static gboolean
sets_seen (PracticeImap *imap, const ImapCommand *command)
{
  for (guint i = 0; command->sections != NULL && i < command->sections->len; i++)
    {
      if (!g_array_index (command->sections, ImapFetchSection, i).peek)
        return !imap->read_only;
    }
  return FALSE;
}

static gboolean
is_whole (const ImapFetchSection *asked)
{
  return asked->section[0] == '\0' && asked->origin < 0;
}

/* BINARY.SIZE[1.2] (RFC 3516 §4.3): the items the grammar leaves as words. (transfer full)
 * (nullable) %NULL: others are among them. */
static char **
binary_sizes (const ImapCommand *command)
{
  g_auto (GStrv) words = g_strsplit (command->other != NULL ? command->other : "", " ", -1);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autoptr (GRegex) regex = g_regex_new (
          "^BINARY\\.SIZE\\[((?:[1-9][0-9]*(?:\\.[1-9][0-9]*)*)?)\\]$", G_REGEX_CASELESS, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;

      if (!g_regex_match (regex, words[i], 0, &match))
        return NULL;
      g_ptr_array_add (parts, g_match_info_fetch (match, 1));
    }
  g_ptr_array_add (parts, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&parts), FALSE);
}

/* Whether the letter has to be read now, not only when it is sent. */
static gboolean
needs_source (const ImapCommand *command)
{
  for (guint i = 0; command->sections != NULL && i < command->sections->len; i++)
    {
      const ImapFetchSection *asked = &g_array_index (command->sections, ImapFetchSection, i);

      if (!is_whole (asked) || asked->binary)
        return TRUE;
    }
  return command->other != NULL ||
         (command->items & (IMAP_FETCH_ENVELOPE | IMAP_FETCH_BODY | IMAP_FETCH_BODYSTRUCTURE |
                            IMAP_FETCH_THREADID | IMAP_FETCH_PREVIEW)) != 0;
}

/* A whole letter is made only when it is sent: a thousand may be asked for at once. */
typedef struct
{
  PracticeMessage *message;
  GBytes *source;
  gsize at;
} Letter;

static gssize
letter_read (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  Letter *letter = data;
  const guint8 *bytes;
  gsize size;

  if (letter->source == NULL)
    letter->source = practice_message_dup_source (letter->message);
  bytes = g_bytes_get_data (letter->source, &size);
  len = MIN (len, size - letter->at);
  if (len > 0)
    memcpy (buffer, bytes + letter->at, len);
  letter->at += len;
  return (gssize) len;
}

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  practice_message_unref (letter->message);
  g_clear_pointer (&letter->source, g_bytes_unref);
  g_free (letter);
}

static BaseBody *
letter_body (PracticeMessage *message)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->message = practice_message_ref (message);
  return base_body_new (practice_message_size (message), letter_read, letter, letter_free);
}

/* <origin.length> of a section; nothing beyond its end is an empty string. */
static GBytes *
cut (GBytes *whole, const ImapFetchSection *asked)
{
  gsize size = g_bytes_get_size (whole);
  gsize from;

  if (asked->origin < 0)
    return g_bytes_ref (whole);
  from = (gsize) MIN ((guint64) asked->origin, size);
  return g_bytes_new_from_bytes (
      whole,
      from,
      asked->length < 0 ? size - from : (gsize) MIN ((guint64) asked->length, size - from));
}

/* A copy, because a slice would hold the whole letter for the sake of its header. */
static GBytes *
detach (GBytes *part)
{
  gsize len;
  gconstpointer bytes = g_bytes_get_data (part, &len);

  return g_bytes_new (bytes, len);
}

static gboolean
has_nul (GBytes *bytes)
{
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  return data != NULL && memchr (data, '\0', len) != NULL;
}

static void
add_whole (ImapFetch *fetch, const PracticeEntry *entry, gboolean old, GPtrArray *bodies)
{
  ImapSection *section = imap_fetch_add_section (fetch, "");

  section->old = old;
  section->data.size = practice_message_size (entry->message);
  g_ptr_array_add (bodies, letter_body (entry->message));
}

static void
add_section (ImapFetch *fetch,
             MailMessage *message,
             const ImapFetchSection *asked,
             GPtrArray *bodies)
{
  g_autoptr (GBytes) copy = NULL;
  g_autoptr (GBytes) whole = asked->binary
                                 ? practice_structure_binary (message, asked->section, NULL)
                                 : practice_structure_section (message, asked->section);
  g_autoptr (GBytes) part = NULL;
  ImapSection *section = imap_fetch_add_section (fetch, asked->section);

  section->old = asked->old;
  section->binary = asked->binary;
  section->origin = asked->origin;
  /* What is not there is not the same as what is empty (RFC 9051 §4.5). */
  if (whole == NULL)
    {
      section->data.nil = TRUE;
      return;
    }
  part = cut (whole, asked);
  section->data.size = g_bytes_get_size (part);
  copy = detach (part);
  /* Only what the writer sees can become a literal8 (RFC 3516 §4.3). */
  if (asked->binary && has_nul (copy))
    section->data.bytes = g_steal_pointer (&copy);
  else
    g_ptr_array_add (bodies, base_body_new_from_bytes (copy));
}

static void
add_binary_sizes (ImapFetch *fetch, MailMessage *message, const ImapCommand *command)
{
  g_auto (GStrv) parts = command->other != NULL ? binary_sizes (command) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; parts != NULL && parts[i] != NULL; i++)
    {
      g_autoptr (GBytes) content = practice_structure_binary (message, parts[i], NULL);

      g_string_append_printf (text,
                              "%sBINARY.SIZE[%s] %zu",
                              i > 0 ? " " : "",
                              parts[i],
                              content != NULL ? g_bytes_get_size (content) : 0);
    }
  if (text->len == 0)
    return;
  fetch->items |= IMAP_FETCH_OTHER;
  fetch->other = g_string_free (g_steal_pointer (&text), FALSE);
}

/* A part whose encoding nobody knows here cannot be given without it (RFC 3516 §4.3). */
static gboolean
is_decodable (PracticeImap *imap, const ImapCommand *command, GArray *places)
{
  g_auto (GStrv) sizes = command->other != NULL ? binary_sizes (command) : NULL;
  gboolean binary = sizes != NULL && sizes[0] != NULL;

  for (guint i = 0; command->sections != NULL && i < command->sections->len; i++)
    binary = binary || g_array_index (command->sections, ImapFetchSection, i).binary;
  for (guint i = 0; binary && i < places->len; i++)
    {
      const PracticeEntry *entry =
          practice_imap_view_entry (imap, g_array_index (places, guint, i));
      g_autoptr (GBytes) source = practice_message_dup_source (entry->message);
      g_autoptr (MailMessage) message = mail_message_parse (source, NULL);
      gboolean known = TRUE;

      for (guint j = 0; command->sections != NULL && j < command->sections->len && known; j++)
        {
          const ImapFetchSection *asked = &g_array_index (command->sections, ImapFetchSection, j);
          g_autoptr (GBytes) content =
              asked->binary ? practice_structure_binary (message, asked->section, &known) : NULL;
        }
      for (guint j = 0; sizes != NULL && sizes[j] != NULL && known; j++)
        {
          g_autoptr (GBytes) content = practice_structure_binary (message, sizes[j], &known);
        }
      if (!known)
        return FALSE;
    }
  return TRUE;
}

void
practice_imap_fetch_one (
    PracticeImap *imap, guint64 exchange, const ImapCommand *command, guint index, guint items)
{
  const PracticeEntry *entry = practice_imap_view_entry (imap, index);
  ImapResponse *response = practice_imap_view_response (imap, index);
  ImapFetch *fetch = response->fetch;
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) base_body_unref);
  g_autoptr (MailMessage) message = NULL;

  fetch->items = items & (IMAP_FETCH_UID | IMAP_FETCH_FLAGS | IMAP_FETCH_INTERNALDATE |
                          IMAP_FETCH_SIZE | IMAP_FETCH_ENVELOPE | IMAP_FETCH_BODY |
                          IMAP_FETCH_BODYSTRUCTURE | IMAP_FETCH_MODSEQ | IMAP_FETCH_EMAILID |
                          IMAP_FETCH_THREADID | IMAP_FETCH_PREVIEW | IMAP_FETCH_SAVEDATE);
  fetch->modseq = entry->modseq;
  fetch->save_date = entry->saved;
  fetch->size = practice_message_size (entry->message);
  fetch->internal_date = practice_message_date (entry->message);
  if ((items & IMAP_FETCH_FLAGS) != 0)
    practice_imap_view_flags (imap, index, entry, &fetch->flags);
  if (needs_source (command))
    {
      g_autoptr (GBytes) source = practice_message_dup_source (entry->message);

      message = mail_message_parse (source, NULL);
    }
  if ((items & IMAP_FETCH_EMAILID) != 0)
    fetch->email_id = practice_imap_email_id (entry);
  if ((items & IMAP_FETCH_THREADID) != 0)
    fetch->thread_id = practice_imap_thread_id (message);
  if ((items & IMAP_FETCH_PREVIEW) != 0)
    fetch->preview = practice_imap_preview (message);
  if ((items & IMAP_FETCH_ENVELOPE) != 0)
    fetch->envelope = practice_structure_envelope (message);
  if ((items & (IMAP_FETCH_BODY | IMAP_FETCH_BODYSTRUCTURE)) != 0)
    fetch->body = practice_structure_body (message, (items & IMAP_FETCH_BODYSTRUCTURE) != 0);
  add_binary_sizes (fetch, message, command);
  for (guint i = 0; command->sections != NULL && i < command->sections->len; i++)
    {
      const ImapFetchSection *asked = &g_array_index (command->sections, ImapFetchSection, i);

      if (is_whole (asked) && !asked->binary)
        add_whole (fetch, entry, asked->old, bodies);
      else
        add_section (fetch, message, asked, bodies);
    }
  imap_core_respond_fetch (practice_imap_core (imap),
                           exchange,
                           response,
                           (BaseBody *const *) bodies->pdata,
                           bodies->len);
}

/* %TRUE if the flag was not there. */
static gboolean
set_seen (PracticeImap *imap, guint index)
{
  PracticeEntry *entry = practice_imap_view_entry (imap, index);
  ImapFlags flags = { 0 };

  if ((entry->flags.bits & IMAP_FLAG_SEEN) != 0)
    return FALSE;
  imap_flags_copy (&flags, &entry->flags);
  flags.bits |= IMAP_FLAG_SEEN;
  practice_mailbox_set_flags (imap->mailbox, entry, &flags);
  imap_flags_clear (&flags);
  return TRUE;
}

/* CHANGEDSINCE (RFC 7162 §3.1.4.1) */
static void
keep_changed (PracticeImap *imap, GArray *places, guint64 since)
{
  guint kept = 0;

  for (guint i = 0; i < places->len; i++)
    {
      guint index = g_array_index (places, guint, i);

      if (practice_imap_view_entry (imap, index)->modseq > since)
        g_array_index (places, guint, kept++) = index;
    }
  g_array_set_size (places, kept);
}

/* PARTIAL (RFC 9394 §3.3) */
static void
keep_window (GArray *places, gint64 from, gint64 to)
{
  guint first;
  guint end;

  practice_imap_window (from, to, places->len, &first, &end);
  g_array_set_size (places, end);
  if (first > 0)
    g_array_remove_range (places, 0, MIN (first, end));
}

void
practice_imap_fetch (PracticeImap *imap, const ImapEvent *event)
{
  const ImapCommand *command = event->command;
  g_autoptr (GArray) places = NULL;
  g_autofree gboolean *changed = NULL;
  g_auto (GStrv) sizes = NULL;
  guint modseq = (imap->enabled & PRACTICE_IMAP_CONDSTORE) != 0 ? IMAP_FETCH_MODSEQ : 0;
  gboolean seen = sets_seen (imap, command);
  guint items = command->items | (command->uid ? IMAP_FETCH_UID : 0);

  if (command->vanished && (!command->uid || command->changed_since == 0 ||
                            (imap->enabled & PRACTICE_IMAP_QRESYNC) == 0))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_BAD, NULL, "VANISHED is for UID FETCH, after ENABLE QRESYNC");
      return;
    }
  if (command->changed_since > 0 || (command->items & IMAP_FETCH_MODSEQ) != 0)
    {
      practice_imap_wants_modseq (imap, event->base.exchange);
      items |= command->changed_since > 0 ? IMAP_FETCH_MODSEQ : 0;
    }
  practice_imap_view_sync (imap, event->base.exchange, command->uid);
  places = practice_imap_view_select (imap, command->set, command->uid);
  if (places == NULL)
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "There is no such message");
      return;
    }
  sizes = binary_sizes (command);
  if (command->other != NULL && sizes == NULL)
    {
      practice_imap_finish (imap, event, IMAP_STATUS_BAD, NULL, "This item is not known here");
      return;
    }
  if (command->changed_since > 0)
    keep_changed (imap, places, command->changed_since);
  if (command->partial_from != 0)
    keep_window (places, command->partial_from, command->partial_to);
  if (!is_decodable (imap, command, places))
    {
      practice_imap_finish (
          imap, event, IMAP_STATUS_NO, "UNKNOWN-CTE", "This encoding is not known here");
      return;
    }
  changed = g_new0 (gboolean, places->len + 1);
  for (guint i = 0; seen && i < places->len; i++)
    changed[i] = set_seen (imap, g_array_index (places, guint, i));
  if (!practice_imap_commit (imap, event))
    return;
  if (command->vanished)
    practice_imap_tell_gone (imap, event->base.exchange, command->changed_since, command->set);
  for (guint i = 0; i < places->len; i++)
    practice_imap_fetch_one (imap,
                             event->base.exchange,
                             command,
                             g_array_index (places, guint, i),
                             items | (changed[i] ? IMAP_FETCH_FLAGS | modseq : 0));
  practice_imap_view_is_known (imap);
  practice_imap_finish (imap,
                        event,
                        IMAP_STATUS_OK,
                        imap->owes_expunge ? "EXPUNGEISSUED" : NULL,
                        "That is what was asked for");
}
