/* Out of the id alone (data/learn/README.md says how ids are made): what it folded away is put back
 * where all words of a kind have it, and nothing is guessed elsewhere. */
#include "config.h"

#include "learn-spelling.h"

#include <string.h>

typedef char *(*Spell) (const char *name);

static char *
upper (const char *name)
{
  return g_ascii_strup (name, -1);
}

/* "ok-select" and "fetch-marks" are an OK and a FETCH that have words of their own. */
static char *
first_word (const char *name)
{
  return g_ascii_strup (name, (gssize) strcspn (name, "-"));
}

static char *
spell_command (const char *name)
{
  return g_str_has_prefix (name, "uid-") ? g_strdelimit (upper (name), "-", ' ')
                                         : first_word (name);
}

static char *
spell_response (const char *name)
{
  return g_str_equal (name, "greeting") || g_str_has_prefix (name, "continuation")
             ? NULL
             : first_word (name);
}

static char *
spell_status (const char *name)
{
  return g_str_equal (name, "ok") ? g_strdup ("+OK") : g_strdup ("-ERR");
}

static char *
spell_enhanced (const char *name)
{
  return g_strdelimit (upper (name), "-", '.');
}

/* "\Deleted", "\Sent": what the standard itself defined; other flags are spelt as they please. */
static char *
spell_system (const char *name)
{
  g_autofree char *word = g_strdup (name);

  *word = g_ascii_toupper (*word);
  return g_strconcat ("\\", word, NULL);
}

static char *
spell_flag (const char *name)
{
  static const char *const system[] = { "seen",  "answered", "flagged", "deleted",
                                        "draft", "recent",   NULL };

  return g_strv_contains (system, name) ? spell_system (name) : NULL;
}

/* "ClientHello" */
static char *
spell_message (const char *name)
{
  g_auto (GStrv) words = g_strsplit (name, "-", -1);

  for (guint i = 0; words[i] != NULL; i++)
    *words[i] = g_ascii_toupper (*words[i]);
  return g_strjoinv ("", words);
}

static char *
spell_alert (const char *name)
{
  return g_strdelimit (g_strdup (name), "-", '_');
}

/* "Message-ID", "DKIM-Signature" */
static char *
spell_field (const char *name)
{
  static const char *const initials[] = { "arc",  "dkim", "dsn", "id",  "ip", "mdn",
                                          "mime", "mta",  "spf", "tls", "ua", NULL };
  g_auto (GStrv) words = g_strsplit (name, "-", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_strv_contains (initials, words[i]))
      for (char *c = words[i]; *c != '\0'; c++)
        *c = g_ascii_toupper (*c);
    else
      *words[i] = g_ascii_toupper (*words[i]);
  return g_strjoinv ("-", words);
}

static const struct
{
  const char *kind; /* of ids */
  Spell spell;
} spellings[] = {
  { "imap.command.", spell_command },   { "pop3.command.", spell_command },
  { "smtp.command.", spell_command },   { "imap.response.", spell_response },
  { "pop3.status.", spell_status },     { "smtp.reply.", first_word },
  { "smtp.enhanced.", spell_enhanced }, { "imap.code.", upper },
  { "pop3.capability.", upper },        { "smtp.keyword.", upper },
  { "smtp.parameter.", upper },         { "sasl.mechanism.", upper },
  { "imap.flag.", spell_flag },         { "imap.use.", spell_system },
  { "tls.message.", spell_message },    { "tls.alert.", spell_alert },
  { "mail.field.", spell_field },
};

char *
learn_spelling_of (const LearnEntry *entry)
{
  if (entry->is_class)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    if (g_str_has_prefix (entry->id, spellings[i].kind))
      return spellings[i].spell (entry->id + strlen (spellings[i].kind));
  return NULL;
}
