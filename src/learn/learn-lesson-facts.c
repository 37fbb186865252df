/* Gathering. Nothing here is worked out: what was not said is not known. */
#include "config.h"

#include "learn-lesson-facts.h"

#include <string.h>

static void
moment_free (gpointer data)
{
  LearnMoment *moment = data;

  g_free (moment->device);
  g_free (moment->text);
  g_free (moment);
}

static void
letter_free (gpointer data)
{
  LearnLetter *letter = data;

  g_free (letter->place);
  g_free (letter->user);
  g_free (letter->folder);
  g_free (letter->subject);
  g_free (letter->source);
  g_free (letter);
}

const char *
learn_facts_speaker (const WireConnection *connection)
{
  return connection->caller != NULL && connection->account_name == NULL ? LEARN_LESSON_HOSTS
                                                                        : connection->account_name;
}

LearnFacts *
learn_facts_new (void)
{
  LearnFacts *facts = g_new0 (LearnFacts, 1);

  facts->moments = g_ptr_array_new_with_free_func (moment_free);
  facts->letters = g_ptr_array_new_with_free_func (letter_free);
  facts->overheard = g_ptr_array_new_with_free_func (g_free);
  facts->failures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  facts->verbs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  facts->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  facts->numberings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  facts->quota_before = facts->quota_now = -1;
  return facts;
}

void
learn_facts_free (LearnFacts *facts)
{
  g_ptr_array_unref (facts->moments);
  g_ptr_array_unref (facts->letters);
  g_ptr_array_unref (facts->overheard);
  g_hash_table_unref (facts->failures);
  g_hash_table_unref (facts->verbs);
  g_hash_table_unref (facts->folders);
  g_hash_table_unref (facts->numberings);
  g_free (facts);
}

void
learn_facts_begin_step (LearnFacts *facts)
{
  g_ptr_array_set_size (facts->moments, 0);
  g_ptr_array_set_size (facts->overheard, 0);
  g_hash_table_remove_all (facts->failures);
  facts->quota_before = facts->quota_now;
  facts->quota_told = facts->numbering_told = facts->numbering_changed = FALSE;
}

static LearnMoment *
add_moment (LearnFacts *facts, LearnMomentKind kind, const char *device, gint64 when)
{
  LearnMoment *moment = g_new0 (LearnMoment, 1);

  moment->kind = kind;
  moment->device = g_strdup (device);
  moment->when = when;
  g_ptr_array_add (facts->moments, moment);
  return moment;
}

/* "* QUOTA "" (STORAGE 10 512)" (RFC 9208 §5.1): the first number is what is used. */
static void
take_quota (LearnFacts *facts, const char *line)
{
  const char *storage = g_str_has_prefix (line, "* QUOTA ") ? strstr (line, "(STORAGE ") : NULL;

  if (storage == NULL)
    return;
  facts->quota_told = TRUE;
  facts->quota_now = g_ascii_strtoll (storage + strlen ("(STORAGE "), NULL, 10);
  if (facts->quota_before < 0)
    facts->quota_before = facts->quota_now;
}

/* "SELECT INBOX (CONDSTORE)": which folder the numbers are of that come next. */
static void
take_folder (LearnFacts *facts, const char *device, const char *line)
{
  static const char *const verbs[] = { "SELECT ", "EXAMINE " };

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (device != NULL && g_ascii_strncasecmp (line, verbs[i], strlen (verbs[i])) == 0)
      {
        const char *name = line + strlen (verbs[i]);
        const char *options = strstr (name, " (");
        gsize len = options != NULL ? (gsize) (options - name) : strlen (name);

        g_hash_table_insert (facts->folders, g_strdup (device), g_strndup (name, len));
      }
}

/* "* OK [UIDVALIDITY 17] …" (RFC 9051 §2.3.1.1), against what this device was told before. */
static void
take_numbering (LearnFacts *facts, const char *device, const char *line)
{
  const char *told = g_str_has_prefix (line, "* OK [UIDVALIDITY ") ? strchr (line, '[') : NULL;
  const char *folder = device != NULL ? g_hash_table_lookup (facts->folders, device) : NULL;
  g_autofree char *key = NULL;
  const char *before;

  if (told == NULL || folder == NULL)
    return;
  key = g_strdup_printf ("%s %s", device, folder);
  before = g_hash_table_lookup (facts->numberings, key);
  facts->numbering_told = TRUE;
  facts->numbering_changed |=
      before != NULL && strncmp (before, told, strcspn (told, "]") + 1) != 0;
  g_hash_table_insert (
      facts->numberings, g_steal_pointer (&key), g_strndup (told, strcspn (told, "]") + 1));
}

/* The tag says nothing: "a7 UID FETCH 3" is “UID FETCH 3”. */
static const char *
without_tag (const char *line, const char *protocol)
{
  const char *space = strchr (line, ' ');

  return g_strcmp0 (protocol, "imap") == 0 && space != NULL ? space + 1 : line;
}

static void
take_line (LearnFacts *facts, const WireLine *line, const WireConnection *connection)
{
  gboolean said = (line->direction == BASE_DIRECTION_OUT) == (connection->role == BASE_ROLE_CLIENT);
  LearnMoment *moment;

  if (line->held)
    return;
  moment = add_moment (facts,
                       said ? LEARN_MOMENT_SAID : LEARN_MOMENT_HEARD,
                       learn_facts_speaker (connection),
                       line->when);
  moment->text = g_strdup (said ? without_tag (line->text, connection->protocol) : line->text);
  if (said)
    {
      take_folder (facts, moment->device, moment->text);
      return;
    }
  take_quota (facts, line->text);
  take_numbering (facts, moment->device, line->text);
}

/* An end does not say of what. */
static void
take_exchange (LearnFacts *facts, const WireEvent *event, const WireConnection *connection)
{
  g_autofree char *key = g_strdup_printf (
      "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, event->connection, event->exchange);
  LearnMoment *moment;

  if (event->type == WIRE_EXCHANGE_BEGIN)
    {
      g_hash_table_insert (facts->verbs, g_steal_pointer (&key), (gpointer) event->verb);
      return;
    }
  moment = add_moment (facts, LEARN_MOMENT_OUTCOME, learn_facts_speaker (connection), event->when);
  moment->verb = g_hash_table_lookup (facts->verbs, key);
  moment->outcome = event->outcome;
  g_hash_table_remove (facts->verbs, key);
}

void
learn_facts_add_event (LearnFacts *facts,
                       WireLines *lines,
                       const WireEvent *event,
                       const WireConnection *connection)
{
  g_autoptr (WireLine) line = wire_lines_feed (lines, event);

  if (connection == NULL)
    return;
  if (line != NULL)
    take_line (facts, line, connection);
  if (event->type == WIRE_EXCHANGE_BEGIN || event->type == WIRE_EXCHANGE_END)
    take_exchange (facts, event, connection);
}

void
learn_facts_add_ledger (LearnFacts *facts,
                        const char *device,
                        const char *subject,
                        const StoreLedgerEntry *entry)
{
  LearnMoment *moment = add_moment (facts, LEARN_MOMENT_LEDGER, device, entry->at - facts->ahead);

  moment->text = g_strdup (subject);
  moment->state = entry->state;
}

void
learn_facts_add_overheard (LearnFacts *facts, const char *text)
{
  g_ptr_array_add (facts->overheard, g_strdup (text));
}

void
learn_facts_set_failed (LearnFacts *facts, const char *device, const char *reason)
{
  if (reason != NULL)
    g_hash_table_insert (facts->failures, g_strdup (device), g_strdup (reason));
  else
    g_hash_table_remove (facts->failures, device);
}

void
learn_facts_clear_letters (LearnFacts *facts)
{
  g_ptr_array_set_size (facts->letters, 0);
}

static gpointer
copy_letter (gconstpointer source, gpointer data)
{
  const LearnLetter *letter = source;
  LearnLetter *copy = g_new0 (LearnLetter, 1);

  copy->place = g_strdup (letter->place);
  copy->user = g_strdup (letter->user);
  copy->folder = g_strdup (letter->folder);
  copy->subject = g_strdup (letter->subject);
  copy->state = letter->state;
  return copy;
}

GPtrArray *
learn_facts_copy_letters (const LearnFacts *facts)
{
  GPtrArray *copy = g_ptr_array_copy (facts->letters, (GCopyFunc) copy_letter, NULL);

  g_ptr_array_set_free_func (copy, letter_free);
  return copy;
}

void
learn_facts_add_letter (LearnFacts *facts,
                        const char *place,
                        const char *user,
                        const char *folder,
                        const char *subject,
                        guint state,
                        const char *source)
{
  LearnLetter *letter = g_new0 (LearnLetter, 1);

  letter->place = g_strdup (place);
  letter->user = g_strdup (user);
  letter->folder = g_strdup (folder);
  letter->subject = g_strdup (subject);
  letter->state = state;
  letter->source = g_strdup (source);
  g_ptr_array_add (facts->letters, letter);
}
