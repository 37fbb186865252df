/* Each extension is known by a word that stands in the line before. */
#include "config.h"

#include "learn-rare.h"

#include <string.h>

typedef struct
{
  const BaseParts *parts;
  const char *before; /* id of the part that ends last before the word (nullable) */
  const char *word;   /* without its quotation mark */
  gsize len;          /* the same */
  gboolean quoted;
} Place;

typedef struct
{
  const char *word, *id;
} Known;

static gboolean
has (const Place *place, const char *id)
{
  for (guint i = 0; i < base_parts_count (place->parts); i++)
    if (g_str_equal (base_parts_get (place->parts, i)->id, id))
      return TRUE;
  return FALSE;
}

static gboolean
follows (const Place *place, const char *id)
{
  return g_strcmp0 (place->before, id) == 0;
}

static const char *
id_before (const BaseParts *parts, gsize from)
{
  const char *before = NULL;
  gsize last = 0;

  for (guint i = 0; i < base_parts_count (parts); i++)
    {
      const BasePart *part = base_parts_get (parts, i);
      gsize end = (gsize) part->offset + part->length;

      if (end <= from && end > last)
        {
          last = end;
          before = part->id;
        }
    }
  return before;
}

static const char *
known (const Place *place, const Known *words, gsize n)
{
  for (gsize i = 0; !place->quoted && i < n; i++)
    if (strlen (words[i].word) == place->len &&
        g_ascii_strncasecmp (place->word, words[i].word, place->len) == 0)
      return words[i].id;
  return NULL;
}

static gboolean
is_number (const Place *place)
{
  for (gsize i = 0; i < place->len; i++)
    if (!g_ascii_isdigit (place->word[i]))
      return FALSE;
  return place->len > 0;
}

static gboolean
is_nil (const Place *place)
{
  return !place->quoted && place->len == 3 && g_ascii_strncasecmp (place->word, "NIL", 3) == 0;
}

/* "(/comment (value.priv "My comment" size.priv "10"))": a note's name, then pairs of what is asked
 * of it and its value; who only asks names no values. */
static const char *
note_id (const Place *place)
{
  static const char *const words[] = { "imap.item.annotation",
                                       "imap.sort.annotation",
                                       "imap.key.annotation" };
  static const char *const attributes[] = { "value", "size", "content-", "*", "%" };
  gboolean noted = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    noted = noted || has (place, words[i]);
  if (!noted || place->len == 0 || is_nil (place))
    return NULL;
  if (place->word[0] == '/')
    return "imap.arg.annotation-entry";
  if (place->quoted && follows (place, "imap.arg.annotation-attribute"))
    return "imap.arg.annotation-value";
  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (g_ascii_strncasecmp (place->word, attributes[i], strlen (attributes[i])) == 0 &&
        place->before != NULL && g_str_has_prefix (place->before, "imap.arg.annotation-"))
      return "imap.arg.annotation-attribute";
  return NULL;
}

/* "CATENATE (URL "/Drafts;UID=20" TEXT {42}" */
static const char *
catenate_id (const Place *place)
{
  static const Known words[] = { { "URL", "imap.arg.catenate-url" },
                                 { "TEXT", "imap.arg.catenate-text" } };

  if (!has (place, "imap.arg.catenate"))
    return NULL;
  return follows (place, "imap.arg.catenate-url") ? "imap.arg.url"
                                                  : known (place, words, G_N_ELEMENTS (words));
}

/* Whether the item before the word is BODYPARTSTRUCTURE, whose description it then belongs to. */
static gboolean
is_in_structure (const Place *place)
{
  const char *item = NULL;

  for (guint i = 0; i < base_parts_count (place->parts); i++)
    {
      const char *id = base_parts_get (place->parts, i)->id;

      if (g_str_has_prefix (id, "imap.item."))
        item = id;
    }
  return g_strcmp0 (item, "imap.item.bodypartstructure") == 0 && !is_nil (place) &&
         (place->quoted || is_number (place)) && place->word[-1] != '[';
}

static const char *
structure_id (const Place *place)
{
  static const Known words[] = { { "BODYPARTSTRUCTURE", "imap.item.bodypartstructure" },
                                 { "BINARY", "imap.item.binary" } };

  return is_in_structure (place) ? "imap.item.bodypartstructure"
                                 : known (place, words, G_N_ELEMENTS (words));
}

static const char *
conversion_id (const Place *place)
{
  static const Known words[] = {
    { "TAG", "imap.option.tag" },
    { "UID", "imap.item.uid" },
    { "BINARY", "imap.item.binary" },
    { "BINARY.SIZE", "imap.item.binary-size" },
    { "AVAILABLECONVERSIONS", "imap.item.availableconversions" },
    { "BODYPARTSTRUCTURE", "imap.item.bodypartstructure" },
    { "ERROR", "imap.arg.conversion-error" },
    { "TEMPFAIL", "imap.code.tempfail" },
    { "BADPARAMETERS", "imap.code.badparameters" },
    { "MISSINGPARAMETERS", "imap.code.missingparameters" },
  };
  const char *id = known (place, words, G_N_ELEMENTS (words));

  if (id != NULL || is_nil (place))
    return id;
  if (is_in_structure (place))
    return "imap.item.bodypartstructure";
  if (g_ascii_isdigit (place->word[0]) && !place->quoted)
    return place->word[-1] == '['                        ? "imap.part.section-number"
           : follows (place, "imap.command.uid-convert") ? "imap.arg.uid-set"
           : follows (place, "imap.command.convert")     ? "imap.arg.sequence-set"
           : follows (place, "imap.item.uid")            ? "imap.arg.uid"
                                                         : NULL;
  if (!place->quoted)
    return NULL;
  if (follows (place, "imap.option.tag"))
    return "imap.part.esearch-tag";
  if (follows (place, "imap.arg.conversion-error"))
    return "imap.arg.text";
  return memchr (place->word, '/', place->len) != NULL ? "imap.arg.media-type"
                                                       : "imap.arg.media-parameter";
}

/* "ADDTO (0 32768:32769)": a place in the list of results, and who belongs there now. */
static const char *
update_id (const Place *place)
{
  gboolean set;

  if ((!has (place, "imap.option.addto") && !has (place, "imap.option.removefrom")) ||
      !g_ascii_isdigit (place->word[0]))
    return NULL;
  set = follows (place, "imap.arg.list-position");
  if (!set)
    return "imap.arg.list-position";
  return has (place, "imap.part.esearch-uid") ? "imap.arg.uid-set" : "imap.arg.sequence-set";
}

const char *
learn_rare_id (const BaseParts *parts, const char *line, gsize from, gsize len)
{
  gboolean quoted = line[from] == '"';
  Place place = { .parts = parts,
                  .before = id_before (parts, from),
                  .word = line + from + (quoted ? 1 : 0),
                  .len = len - (quoted ? MIN (len, 2) : 0),
                  .quoted = quoted };
  const char *id = note_id (&place);

  if (id == NULL)
    id = catenate_id (&place);
  if (id == NULL &&
      (has (&place, "imap.command.urlfetch") || has (&place, "imap.response.urlfetch")))
    id = structure_id (&place);
  if (id == NULL &&
      (has (&place, "imap.command.convert") || has (&place, "imap.command.uid-convert") ||
       has (&place, "imap.command.conversions") || has (&place, "imap.response.conversion") ||
       has (&place, "imap.response.converted")))
    id = conversion_id (&place);
  if (id == NULL && has (&place, "imap.response.esearch"))
    id = update_id (&place);
  if (id == NULL && follows (&place, "imap.code.badurl"))
    id = "imap.arg.url";
  return id;
}
