/* The replay, and the choice of the entry that explains a line as a whole. */
#include "config.h"

#include "learn-annotator.h"

#include <string.h>

#include "imap-core.h"
#include "learn-context.h"
#include "learn-secrets.h"
#include "learn-values.h"
#include "learn-words.h"
#include "pop3-core.h"
#include "smtp-core.h"

struct _LearnAnnotator
{
  BaseCore *core;
  BaseRole role;
  const LearnCatalogue *catalogue;
  BaseParts *parts;
  const BaseCause *cause; /* (nullable) */
  gboolean public_secrets;
  GHashTable *verbs; /* IMAP: tag → the command's word in ids, "fetch" */
  char *last_verb;   /* IMAP: of the last command (nullable) */
};

static BaseCore *
core_new (const char *protocol, BaseRole role)
{
  if (g_str_equal (protocol, "imap"))
    return BASE_CORE (imap_core_new (role, NULL));
  if (g_str_equal (protocol, "pop3"))
    return BASE_CORE (pop3_core_new (role, NULL));
  return BASE_CORE (smtp_core_new (role, NULL));
}

LearnAnnotator *
learn_annotator_new_for_role (const char *protocol,
                              BaseRole role,
                              GVariant *checkpoint,
                              const char *language)
{
  LearnAnnotator *annotator = g_new0 (LearnAnnotator, 1);

  annotator->role = role;
  annotator->core = core_new (protocol, role);
  annotator->catalogue = learn_catalogue_get (language);
  annotator->parts = base_parts_new ();
  annotator->verbs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (checkpoint != NULL && !base_core_restore (annotator->core, checkpoint, NULL))
    {
      base_core_free (annotator->core);
      annotator->core = core_new (protocol, role);
    }
  return annotator;
}

LearnAnnotator *
learn_annotator_new (const char *protocol, GVariant *checkpoint, const char *language)
{
  return learn_annotator_new_for_role (protocol, BASE_ROLE_CLIENT, checkpoint, language);
}

void
learn_annotator_free (LearnAnnotator *annotator)
{
  base_core_free (annotator->core);
  base_parts_free (annotator->parts);
  g_hash_table_unref (annotator->verbs);
  g_free (annotator->last_verb);
  if (annotator->cause != NULL)
    base_cause_unref ((BaseCause *) annotator->cause);
  g_free (annotator);
}

void
learn_annotator_set_cause (LearnAnnotator *annotator, const BaseCause *cause)
{
  if (annotator->cause != NULL)
    base_cause_unref ((BaseCause *) annotator->cause);
  annotator->cause = cause != NULL ? base_cause_ref (cause) : NULL;
}

void
learn_annotator_set_public_secrets (LearnAnnotator *annotator, gboolean public_secrets)
{
  annotator->public_secrets = public_secrets;
}

static BaseDirection
from_server (const LearnAnnotator *annotator)
{
  return annotator->role == BASE_ROLE_CLIENT ? BASE_DIRECTION_IN : BASE_DIRECTION_OUT;
}

static void
follow (LearnAnnotator *annotator, BaseDirection direction, const char *line)
{
  base_parts_clear (annotator->parts);
  base_core_annotate (
      annotator->core, direction, (const guint8 *) line, strlen (line), annotator->parts);
}

static BaseDirection
from_client (const LearnAnnotator *annotator)
{
  return annotator->role == BASE_ROLE_CLIENT ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN;
}

void
learn_annotator_skip_greeting (LearnAnnotator *annotator)
{
  const char *protocol = base_core_protocol (annotator->core);

  if (!g_str_equal (base_core_state (annotator->core), "greeting"))
    return;
  follow (annotator,
          from_server (annotator),
          g_str_equal (protocol, "imap")   ? "* OK\r\n"
          : g_str_equal (protocol, "pop3") ? "+OK\r\n"
                                           : "220 localhost\r\n");
}

/* Parts */

/* "AUTH=PLAIN" has no entry, AUTH has one: what stands before the "=". */
static char *
shorter_id (const char *id, const char *text)
{
  const char *equals = strchr (text, '=');
  const char *name = strrchr (id, '.');
  g_autoptr (BaseParts) parts = NULL;
  g_autofree char *prefix = NULL;

  if (equals == NULL || name == NULL)
    return NULL;
  parts = base_parts_new ();
  prefix = g_strndup (id, (gsize) (name + 1 - id));
  base_parts_add_token (parts, 0, 0, prefix, text, (gsize) (equals - text));
  return g_strdup (base_parts_get (parts, 0)->id);
}

/* Whole ranges that Exchange Online uses for one reason each; those with an entry of their own lie
 * between them. */
static const struct
{
  char class;
  guint from, to; /* of X.7 */
  const char *id;
} ranges[] = {
  { '4', 500, 649, "smtp.enhanced.4-7-500" }, { '4', 651, 699, "smtp.enhanced.4-7-500" },
  { '4', 850, 899, "smtp.enhanced.4-7-500" }, { '5', 607, 649, "smtp.enhanced.x-7-606" },
  { '5', 700, 702, "smtp.enhanced.x-7-705" }, { '5', 704, 704, "smtp.enhanced.x-7-705" },
  { '5', 706, 707, "smtp.enhanced.x-7-705" }, { '5', 709, 749, "smtp.enhanced.x-7-705" },
};

/* "smtp.enhanced.x-7-1" said as "4.7.1": where a class deserves words of its own, what passes is
 * told from what stays. (nullable) */
static char *
id_in_class (const char *id, const char *text)
{
  const char *status = g_str_has_prefix (id, "smtp.enhanced.x-") ? strchr (id, '-') : NULL;
  guint64 detail = status != NULL && g_str_has_prefix (status, "-7-")
                       ? g_ascii_strtoull (status + strlen ("-7-"), NULL, 10)
                       : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (*text == ranges[i].class && detail >= ranges[i].from && detail <= ranges[i].to)
      return g_strdup (ranges[i].id);
  return status != NULL ? g_strdup_printf ("smtp.enhanced.%c%s", *text, status) : NULL;
}

/* A keyword "memo" is somebody's own label: the registered one is "$memo". Others are written both
 * ways ("Junk"), and mean the same. */
static gboolean
is_own_label (const char *id, const char *text)
{
  static const char *const words[] = { "followed", "imported", "memo",         "muted",
                                       "new",      "notify",   "unsubscribed", NULL };
  static const char prefix[] = "imap.flag.";

  return g_str_has_prefix (id, prefix) && *text != '$' &&
         g_strv_contains (words, id + strlen (prefix));
}

/* What stands among options without being one: "\Sent" behind USE, a range behind PARTIAL; and what
 * stands among the keys of SORT: which note is meant by ANNOTATION (RFC 5257 §4.9). */
static char *
other_id (const char *id, const char *line, gsize *from)
{
  static const char prefix[] = "imap.option.";

  if (g_str_has_prefix (id, "imap.sort.") && line[*from] == '/')
    return g_strdup ("imap.arg.annotation-entry");
  if (g_str_has_prefix (id, "imap.sort.value"))
    return g_strdup ("imap.arg.annotation-attribute");
  if (!g_str_has_prefix (id, prefix))
    return NULL;
  if (*from > 0 && line[*from - 1] == '\\')
    {
      (*from)--;
      return g_strconcat ("imap.use.", id + strlen (prefix), NULL);
    }
  if (line[*from] == '-' || g_ascii_isdigit (line[*from]))
    return g_strdup ("imap.arg.range");
  return NULL;
}

static void
add_part (LearnAnnotator *annotator,
          LearnCard *card,
          const char *line,
          gsize from,
          gsize to,
          const char *id,
          const GArray *secrets)
{
  LearnPart *part = g_new0 (LearnPart, 1);
  g_autofree char *shorter = NULL;
  g_autofree char *in_class = NULL;
  g_autofree char *other = other_id (id, line, &from);

  if (other != NULL)
    id = other;
  part->offset = (guint) from;
  part->length = (guint) (to - from);
  part->text = learn_secrets_text (line, from, to, secrets);
  if (is_own_label (id, part->text))
    id = "imap.class.unknown-flag";
  if ((in_class = id_in_class (id, part->text)) != NULL)
    part->entry = learn_catalogue_find (annotator->catalogue, in_class);
  if (part->entry == NULL)
    part->entry = learn_catalogue_find (annotator->catalogue, id);
  if (part->entry == NULL && (shorter = shorter_id (id, part->text)) != NULL)
    part->entry = learn_catalogue_find (annotator->catalogue, shorter);
  if (part->entry != NULL)
    id = part->entry->id;
  else
    part->entry = learn_catalogue_explain (annotator->catalogue, id);
  part->id = g_strdup (id);
  g_ptr_array_add (card->parts, part);
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const LearnPart *left = *(LearnPart *const *) a;
  const LearnPart *right = *(LearnPart *const *) b;

  if (left->offset != right->offset)
    return left->offset < right->offset ? -1 : 1;
  if (left->length != right->length)
    return left->length > right->length ? -1 : 1;
  return 0;
}

/* What a value is, the word before it says. */
static void
name_values (LearnAnnotator *annotator, LearnCard *card)
{
  const char *before = NULL;
  guint nth = 0;

  for (guint i = 0; i < card->parts->len; i++)
    {
      LearnPart *part = card->parts->pdata[i];
      const LearnPart *next = i + 1 < card->parts->len ? card->parts->pdata[i + 1] : NULL;
      gboolean counts = learn_values_has (part->id);
      const char *id =
          learn_values_id (part->id, part->text, before, nth + 1, next != NULL ? next->id : NULL);

      if (id != NULL)
        {
          g_free (part->id);
          part->id = g_strdup (id);
          part->entry = learn_catalogue_explain (annotator->catalogue, id);
        }
      if (counts)
        nth++;
      else
        {
          before = part->id;
          nth = 0;
        }
    }
}

static void
add_parts (
    LearnAnnotator *annotator, LearnCard *card, const char *line, gsize len, const GArray *secrets)
{
  for (guint i = 0; i < base_parts_count (annotator->parts); i++)
    {
      const BasePart *part = base_parts_get (annotator->parts, i);

      if (part->offset > len || part->length > len - part->offset)
        continue;
      add_part (annotator,
                card,
                line,
                part->offset,
                (gsize) part->offset + part->length,
                part->id,
                secrets);
    }
  g_ptr_array_sort (card->parts, compare_parts);
  name_values (annotator, card);
}

/* The line as a whole */

static const char *
find_part (const LearnAnnotator *annotator, const char *prefix, gboolean last)
{
  const char *found = NULL;

  for (guint i = 0; i < base_parts_count (annotator->parts); i++)
    {
      const char *id = base_parts_get (annotator->parts, i)->id;

      if (g_str_has_prefix (id, prefix))
        {
          found = id;
          if (!last)
            break;
        }
    }
  return found;
}

static gboolean
has_part (const LearnAnnotator *annotator, const char *prefix)
{
  return find_part (annotator, prefix, FALSE) != NULL;
}

static gboolean
find_whole (const LearnAnnotator *annotator)
{
  for (guint i = 0; i < base_parts_count (annotator->parts); i++)
    if (g_str_equal (base_parts_get (annotator->parts, i)->id, "imap.item.rfc822"))
      return TRUE;
  return FALSE;
}

static char *
tag_of (const LearnAnnotator *annotator, const char *line)
{
  for (guint i = 0; i < base_parts_count (annotator->parts); i++)
    {
      const BasePart *part = base_parts_get (annotator->parts, i);

      if (g_str_equal (part->id, "imap.arg.tag"))
        return g_strndup (line + part->offset, part->length);
    }
  return NULL;
}

static void
offer (GPtrArray *ids, const char *id)
{
  if (id != NULL)
    g_ptr_array_add (ids, g_strdup (id));
}

static void
offer_format (GPtrArray *ids, const char *prefix, const char *separator, const char *name)
{
  if (prefix != NULL && name != NULL)
    g_ptr_array_add (ids, g_strconcat (prefix, separator, name, NULL));
}

/* One FETCH gives whole letters, another what a list shows, a part, or marks alone: that is what a
 * reader wants to know first. NULL: nothing of the kind. */
static const char *
fetched (const LearnAnnotator *annotator)
{
  gboolean section = has_part (annotator, "imap.item.body-peek") ||
                     has_part (annotator, "imap.item.body-section") ||
                     has_part (annotator, "imap.item.binary");

  if (has_part (annotator, "imap.part.section-all") || find_whole (annotator))
    return "letter";
  if (has_part (annotator, "imap.part.section-header") ||
      has_part (annotator, "imap.item.envelope") || has_part (annotator, "imap.item.rfc822-header"))
    return "list";
  if (section || has_part (annotator, "imap.item.rfc822-text"))
    return "part";
  if (has_part (annotator, "imap.item.flags") && !has_part (annotator, "imap.item.bodystructure"))
    return "marks";
  return NULL;
}

/* A STORE that asks for a removal, which only EXPUNGE carries out. */
static const char *
stored (const LearnAnnotator *annotator)
{
  return has_part (annotator, "imap.arg.store-add") && has_part (annotator, "imap.flag.deleted")
             ? "deleted"
             : NULL;
}

static void
offer_variant (const LearnAnnotator *annotator, GPtrArray *ids, const char *kind, const char *verb)
{
  g_autofree char *word = g_strconcat (kind, verb, NULL);

  if (g_str_equal (verb, "fetch") || g_str_equal (verb, "uidfetch"))
    offer_format (ids, word, "-", fetched (annotator));
  else if (g_str_equal (verb, "store"))
    offer_format (ids, word, "-", stored (annotator));
}

static void
offer_imap_command (LearnAnnotator *annotator, GPtrArray *ids, const char *line)
{
  const char *command = find_part (annotator, "imap.command.", TRUE);
  g_autofree char *tag = tag_of (annotator, line);
  const char *verb;

  if (command == NULL)
    return;
  verb = command + strlen ("imap.command.");
  if (g_str_has_prefix (verb, "uid-"))
    verb += strlen ("uid-");
  offer_variant (annotator, ids, "imap.command.", verb);
  offer (ids, command);
  if (tag == NULL)
    return;
  g_free (annotator->last_verb);
  annotator->last_verb = g_strdup (verb);
  g_hash_table_replace (annotator->verbs, g_steal_pointer (&tag), g_strdup (verb));
}

static void
offer_continuation (const LearnAnnotator *annotator, GPtrArray *ids)
{
  const char *what = "literal";

  if (g_strcmp0 (annotator->last_verb, "idle") == 0 ||
      g_strcmp0 (annotator->last_verb, "authenticate") == 0)
    what = annotator->last_verb;
  offer_format (ids, "imap.response.continuation", "-", what);
  offer (ids, "imap.response.continuation");
}

static void
offer_imap_response (LearnAnnotator *annotator, GPtrArray *ids, const char *line)
{
  const char *word = find_part (annotator, "imap.response.", FALSE);
  g_autofree char *tag = tag_of (annotator, line);

  if (word == NULL)
    return;
  if (g_str_equal (word, "imap.response.continuation"))
    {
      offer_continuation (annotator, ids);
      return;
    }
  /* A refusal's code says why, which is what the reader asks first. */
  if (g_str_equal (word, "imap.response.no") || g_str_equal (word, "imap.response.bad"))
    offer (ids, find_part (annotator, "imap.code.", FALSE));
  if (tag != NULL)
    offer_format (ids, word, "-", g_hash_table_lookup (annotator->verbs, tag));
  else if (g_str_equal (word, "imap.response.ok") || g_str_equal (word, "imap.response.no") ||
           g_str_equal (word, "imap.response.bad"))
    {
      /* An untagged line is said for its code. */
      offer (ids, find_part (annotator, "imap.code.", FALSE));
      offer_format (ids, word, "-", "untagged");
    }
  else
    offer_variant (annotator, ids, "imap.response.", word + strlen ("imap.response."));
  offer (ids, word);
  if (tag != NULL)
    g_hash_table_remove (annotator->verbs, tag);
}

static void
offer_smtp_reply (
    LearnAnnotator *annotator, GPtrArray *ids, const char *state, const char *line, gsize len)
{
  offer (ids, find_part (annotator, "smtp.keyword.", FALSE));
  if (g_str_equal (state, "greeting") && len >= 3)
    {
      g_autofree char *code = g_strndup (line, 3);

      if (g_ascii_isdigit (code[0]))
        offer_format (ids, "smtp.reply.", code, "-greeting");
    }
  offer (ids, find_part (annotator, "smtp.reply.", FALSE));
}

/* A refusal's code; a row of LIST or UIDL: a number, and what belongs to it. */
static void
offer_pop3_reply (const LearnAnnotator *annotator, GPtrArray *ids)
{
  if (has_part (annotator, "pop3.status.err"))
    offer (ids, find_part (annotator, "pop3.code.", FALSE));
  if (base_parts_count (annotator->parts) < 2 ||
      !g_str_equal (base_parts_get (annotator->parts, 0)->id, "pop3.syntax.number"))
    return;
  if (has_part (annotator, "pop3.syntax.uid"))
    offer (ids, "pop3.reply.uidl-row");
  else if (has_part (annotator, "pop3.syntax.size"))
    offer (ids, "pop3.reply.list-row");
}

/* An answer to a challenge may be empty. */
static void
offer_answer (const LearnAnnotator *annotator, GPtrArray *ids, gsize len)
{
  if (len == 0 && base_parts_count (annotator->parts) > 0 &&
      learn_secrets_has (base_parts_get (annotator->parts, 0)->id))
    offer (ids, "sasl.syntax.empty");
}

/* A tag explains no line. */
static void
offer_first (GPtrArray *ids, const char *id)
{
  if (!g_str_equal (id, "imap.arg.tag") && !g_str_equal (id, "imap.arg.untagged"))
    offer (ids, id);
}

/* The ids that may explain the line, the best first. @state: before the line. */
static GPtrArray *
line_ids (LearnAnnotator *annotator,
          BaseDirection direction,
          const char *state,
          const char *line,
          gsize len)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  const char *protocol = base_core_protocol (annotator->core);
  gboolean said_by_server = direction == from_server (annotator);

  if (g_str_equal (protocol, "imap") && said_by_server)
    offer_imap_response (annotator, ids, line);
  else if (g_str_equal (protocol, "imap"))
    offer_imap_command (annotator, ids, line);
  else if (g_str_equal (protocol, "smtp") && said_by_server)
    offer_smtp_reply (annotator, ids, state, line, len);
  else if (g_str_equal (protocol, "pop3") && said_by_server)
    offer_pop3_reply (annotator, ids);
  if (!said_by_server)
    offer_answer (annotator, ids, len);
  if (base_parts_count (annotator->parts) > 0)
    offer_first (ids, base_parts_get (annotator->parts, 0)->id);
  if (ids->len == 0)
    offer_format (ids,
                  protocol,
                  ".class.",
                  !said_by_server                  ? "unknown-command"
                  : g_str_equal (protocol, "imap") ? "unknown-response"
                                                   : "unknown-reply");
  return ids;
}

static const LearnEntry *
line_entry (LearnAnnotator *annotator, const GPtrArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const LearnEntry *entry = learn_catalogue_find (annotator->catalogue, ids->pdata[i]);

      if (entry != NULL && !entry->is_class)
        return entry;
    }
  return learn_catalogue_explain (annotator->catalogue, ids->pdata[0]);
}

/* "552" alone may mean that the letter is too big or that the mailbox is full: where a code covers
 * several troubles and the enhanced one behind it names one of them, the line is about that. An
 * enhanced code that ends in 0 names none (RFC 3463 §3.1), unless its class has words of its own
 * ("4.2.0", said for greylisting). A number that a server made up itself says more than any code,
 * and a reply that no standard has says less than any. Codes of sign-in say little where nobody
 * signs in: Yahoo's "554 5.7.9" to a letter is about the letter.
 */
static const LearnEntry *
named_trouble (const LearnCard *card, const char *text, gsize len)
{
  static const char *const broad[] = {
    "421", "432", "450", "451", "452", "550", "552", "553", "554"
  };
  gboolean found = card->entry->is_class;

  for (guint i = 0; i < G_N_ELEMENTS (broad); i++)
    found |= len > 3 && strncmp (text, broad[i], 3) == 0;
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnEntry *entry = ((const LearnPart *) card->parts->pdata[i])->entry;

      if (entry == NULL || entry->is_class || !g_str_has_prefix (entry->id, "smtp.enhanced."))
        continue;
      if (!card->entry->is_class && (g_str_equal (entry->id, "smtp.enhanced.x-7-8") ||
                                     g_str_equal (entry->id, "smtp.enhanced.x-7-9")))
        continue;
      if (*entry->titles == '\0' || (found && (!g_str_has_suffix (entry->id, "-0") ||
                                               !g_str_has_prefix (entry->id, "smtp.enhanced.x-"))))
        return entry;
    }
  return NULL;
}

/* What a command is given that its grammar does not read: HELP's word, one that is wrong. */
static void
add_rest (LearnAnnotator *annotator, const char *line, gsize len)
{
  g_autofree char *id =
      g_strdup_printf ("%s.syntax.argument", base_core_protocol (annotator->core));
  gsize from = 0;

  for (guint i = 0; i < base_parts_count (annotator->parts); i++)
    {
      const BasePart *part = base_parts_get (annotator->parts, i);

      from = MAX (from, (gsize) part->offset + part->length);
    }
  while (from < len && line[from] == ' ')
    from++;
  if (from > 0 && from < len)
    base_parts_add (annotator->parts, from, len - from, id);
}

LearnCard *
learn_annotator_line (LearnAnnotator *annotator,
                      BaseDirection direction,
                      const guint8 *line,
                      gsize len)
{
  /* GLib's empty GBytes have no memory. */
  const char *text = line != NULL ? (const char *) line : "";
  const char *state = base_core_state (annotator->core);
  LearnCard *card = g_new0 (LearnCard, 1);
  g_autoptr (GArray) secrets = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  const LearnEntry *trouble;

  card->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_part_free);
  base_parts_clear (annotator->parts);
  base_core_annotate (annotator->core, direction, (const guint8 *) text, len, annotator->parts);
  while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
    len--;
  if (g_str_equal (base_core_protocol (annotator->core), "imap"))
    learn_words_add (annotator->parts, text, len, annotator->catalogue);
  else if (direction == from_client (annotator))
    add_rest (annotator, text, len);
  secrets =
      annotator->public_secrets
          ? g_array_new (FALSE, FALSE, sizeof (LearnRange))
          : learn_secrets_find (annotator->parts, text, len, direction == from_client (annotator));
  ids = line_ids (annotator, direction, state, text, len);
  card->entry = line_entry (annotator, ids);
  card->text = learn_secrets_text (text, 0, len, secrets);
  add_parts (annotator, card, text, len, secrets);
  trouble = direction == from_server (annotator) &&
                    g_str_equal (base_core_protocol (annotator->core), "smtp")
                ? named_trouble (card, text, len)
                : NULL;
  if (trouble != NULL)
    card->entry = trouble;
  card->context = learn_context_text (
      annotator->core, annotator->cause, direction == from_server (annotator), card);
  return card;
}
