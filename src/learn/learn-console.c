/* Reads what is typed as far as it goes, and judges it by the tables of learn-console-words. */
#include "config.h"

#include "learn-console.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "base-dot.h"
#include "learn-console-words.h"

/* Literals of that many bytes may stand without waiting where LITERAL- is offered (RFC 7888). */
#define LITERAL_MINUS 4096
/* ".", CR and LF: a line of its own. */
#define LONE_DOT 3

/* What is typed, taken apart. */
typedef struct
{
  char *tag;     /* IMAP (nullable) */
  char *command; /* upper-case: "UID FETCH"; "" if nothing is there yet */
  char *rest;    /* behind the command, without spaces around it */
} Typed;

static void
typed_clear (Typed *typed)
{
  g_free (typed->tag);
  g_free (typed->command);
  g_free (typed->rest);
}

static gboolean
is_imap (const BaseMoment *now)
{
  return strcmp (now->protocol, "imap") == 0;
}

static const LearnConsoleWord *
find_word (const BaseMoment *now, const char *command)
{
  guint n;
  const LearnConsoleWord *words = learn_console_words (now->protocol, &n);

  for (guint i = 0; i < n; i++)
    if (strcmp (words[i].word, command) == 0)
      return &words[i];
  return NULL;
}

/* The next word of *text, in upper case; *text is left behind it and the spaces after. */
static char *
take_word (const char **text)
{
  gsize len = strcspn (*text, " ");
  char *word = g_ascii_strup (*text, (gssize) len);

  *text += len;
  *text += strspn (*text, " ");
  return word;
}

static void
read_typed (const BaseMoment *now, const char *text, Typed *typed)
{
  const char *left = text + strspn (text, " ");
  g_autofree char *tag = is_imap (now) ? g_strndup (left, strcspn (left, " ")) : NULL;
  g_autofree char *word = take_word (&left);

  typed->tag = NULL;
  if (is_imap (now) && *left != '\0' && strcmp (word, "UID") != 0 && find_word (now, word) == NULL)
    {
      typed->tag = g_steal_pointer (&tag);
      g_free (word);
      word = take_word (&left);
    }
  if (is_imap (now) && strcmp (word, "UID") == 0)
    {
      g_autofree char *verb = take_word (&left);

      typed->command = g_strconcat ("UID ", verb, NULL);
    }
  else
    typed->command = g_steal_pointer (&word);
  typed->rest = g_strchomp (g_strdup (left));
}

/* Whether one of "A|B" is offered; "THREAD=" is what some offer begins with. */
static gboolean
is_offered (const BaseMoment *now, const char *wanted)
{
  g_auto (GStrv) names = g_strsplit (wanted, "|", -1);

  for (guint i = 0; now->offers != NULL && now->offers[i] != NULL; i++)
    for (guint j = 0; names[j] != NULL; j++)
      {
        gsize len = strlen (names[j]);
        char end =
            g_ascii_strncasecmp (now->offers[i], names[j], len) == 0 ? now->offers[i][len] : 'x';

        if (end == '\0' || end == ' ' || (end != 'x' && g_str_has_suffix (names[j], "=")))
          return TRUE;
      }
  return FALSE;
}

/* Why not now */

static char *
wrong_state (const BaseMoment *now, const LearnConsoleWord *word, guint when)
{
  if (when == 0)
    return g_strdup (_ ("The session is over, or has not begun: connect first."));
  if (word->when == LEARN_WHEN_START)
    return g_strdup (_ ("You are signed in already."));
  if (strcmp (now->protocol, "smtp") != 0)
    return g_strdup (when == LEARN_WHEN_START ? _ ("Sign in first.")
                     : is_imap (now) && word->when == LEARN_WHEN_OPEN
                         ? _ ("Open a folder first: SELECT or EXAMINE.")
                         : _ ("It has to be said before a folder is opened."));
  if (when == LEARN_WHEN_START)
    return g_strdup (_ ("Greet the server first: EHLO."));
  if (word->when == LEARN_WHEN_READY)
    return g_strdup (_ ("A letter is under way: finish it, or say RSET."));
  if (when == LEARN_WHEN_READY)
    return g_strdup (_ ("Name the sender first: MAIL FROM."));
  return g_strdup (_ ("Name a recipient first: RCPT TO."));
}

static char *
objection (const BaseMoment *now, const LearnConsoleWord *word)
{
  guint when = learn_console_when (now);

  if (now->wants_more)
    return g_strdup (_ ("The server waits for the rest of the last command."));
  if ((word->when & when) == 0)
    return wrong_state (now, word, when);
  if (g_str_has_prefix (word->word, "ST") && g_str_has_suffix (word->word, "LS") && now->encrypted)
    return g_strdup (_ ("The line is encrypted already."));
  if (word->offer != NULL && now->offers != NULL && !is_offered (now, word->offer))
    /* Translators: a capability's name. */
    return g_strdup_printf (_ ("This server does not offer %s."),
                            strcspn (word->offer, "|=") < strlen (word->offer) ? word->word
                                                                               : word->offer);
  return NULL;
}

char *
learn_console_objection (const BaseMoment *now, const char *typed)
{
  Typed read;
  const LearnConsoleWord *word;

  read_typed (now, typed, &read);
  word = find_word (now, read.command);
  typed_clear (&read);
  return word != NULL ? objection (now, word) : NULL;
}

/* Suggestions */

void
learn_suggestion_free (LearnSuggestion *suggestion)
{
  g_free (suggestion->reason);
  g_free (suggestion);
}

static const LearnEntry *
entry_of (const BaseMoment *now, const char *command, const char *language)
{
  g_autofree char *word = g_ascii_strdown (command, -1);
  g_autofree char *id =
      g_strconcat (now->protocol, ".command.", g_strdelimit (word, " ", '-'), NULL);

  return learn_catalogue_explain (learn_catalogue_get (language), id);
}

GPtrArray *
learn_console_suggest (const BaseMoment *now, const char *typed, const char *language)
{
  GPtrArray *legal = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_suggestion_free);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  guint n;
  const LearnConsoleWord *words = learn_console_words (now->protocol, &n);
  Typed read;

  read_typed (now, typed, &read);
  for (guint i = 0; i < n; i++)
    {
      LearnSuggestion *suggestion;

      if (*read.rest != '\0' ? strcmp (words[i].word, read.command) != 0
                             : !g_str_has_prefix (words[i].word, read.command))
        continue;
      suggestion = g_new0 (LearnSuggestion, 1);
      suggestion->command = words[i].word;
      suggestion->synopsis = words[i].synopsis;
      suggestion->entry = entry_of (now, words[i].word, language);
      suggestion->reason = objection (now, &words[i]);
      suggestion->legal = suggestion->reason == NULL;
      g_ptr_array_add (suggestion->legal ? legal : others, suggestion);
    }
  typed_clear (&read);
  g_ptr_array_extend_and_steal (legal, g_steal_pointer (&others));
  return legal;
}

char *
learn_console_complete (const BaseMoment *now, const char *typed)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *line = NULL;
  const LearnSuggestion *first;
  Typed read;

  if (now->wants_more)
    return NULL;
  read_typed (now, typed, &read);
  /* "UID " is half a command; behind any other word a space ends it, or it was a tag. */
  if (*read.command != '\0' && *read.rest == '\0' &&
      (!g_str_has_suffix (typed, " ") || strcmp (read.command, "UID ") == 0))
    found = learn_console_suggest (now, typed, NULL);
  if (found != NULL && found->len > 0)
    {
      first = found->pdata[0];
      line = g_strconcat (read.tag != NULL ? read.tag : "",
                          read.tag != NULL ? " " : "",
                          first->command,
                          *first->synopsis != '\0' ? " " : "",
                          NULL);
    }
  typed_clear (&read);
  return line != NULL && strcmp (line, typed) != 0 ? g_steal_pointer (&line) : NULL;
}

LearnCard *
learn_console_explain (const BaseMoment *now,
                       GVariant *checkpoint,
                       const char *typed,
                       const char *language)
{
  g_autoptr (LearnAnnotator) annotator = learn_annotator_new (now->protocol, checkpoint, language);
  g_autoptr (GBytes) line = learn_console_line (now, typed, 1, NULL, NULL);
  gsize len;
  const guint8 *bytes = g_bytes_get_data (line, &len);

  learn_annotator_skip_greeting (annotator);
  return learn_annotator_line (annotator, BASE_DIRECTION_OUT, bytes, len);
}

/* What it would do */

void
learn_console_target_clear (LearnConsoleTarget *target)
{
  g_clear_pointer (&target->set, g_free);
  g_clear_pointer (&target->folder, g_free);
}

static LearnWeight
weight_of (const BaseMoment *now, const LearnConsoleWord *word, const Typed *read)
{
  if (strcmp (now->protocol, "pop3") == 0 && strcmp (word->word, "QUIT") == 0)
    return now->leaving > 0 ? LEARN_WEIGHT_DESTROYS : LEARN_WEIGHT_NONE;
  /* A folder that was opened with EXAMINE cannot be told from one that was not: the server says. */
  return word->weight;
}

/* The mailbox that stands there, quoted or not; %NULL: none, or not to its end. */
static char *
folder_of (const char *rest)
{
  GString *name;

  if (*rest != '"')
    return *rest != '\0' && strchr (rest, ' ') == NULL ? g_strdup (rest) : NULL;
  name = g_string_new (NULL);
  for (rest++; *rest != '\0' && *rest != '"'; rest++)
    {
      if (*rest == '\\' && rest[1] != '\0')
        rest++;
      g_string_append_c (name, *rest);
    }
  return g_string_free (name, *rest == '\0');
}

void
learn_console_target (const BaseMoment *now, const char *typed, LearnConsoleTarget *target)
{
  Typed read;
  const LearnConsoleWord *word;

  *target = (LearnConsoleTarget){ 0 };
  read_typed (now, typed, &read);
  word = find_word (now, read.command);
  if (word != NULL)
    target->weight = weight_of (now, word, &read);
  target->uids = g_str_has_prefix (read.command, "UID ");
  if (g_ascii_isdigit (read.rest[0]))
    target->set = g_strndup (read.rest, strspn (read.rest, "0123456789:,*"));
  if (is_imap (now))
    {
      target->marked = strcmp (read.command, "EXPUNGE") == 0 || strcmp (read.command, "CLOSE") == 0;
      target->folder = strcmp (read.command, "DELETE") == 0 ? folder_of (read.rest) : NULL;
    }
  typed_clear (&read);
}

/* What stands behind "it": how many of the letters are known, and what would be lost of them. */
static char *
meant_text (const StoreMeant *meant, gboolean marked)
{
  if (meant->letters == 0 && marked)
    return g_strdup (_ ("As far as is known here, none is marked."));
  if (meant->letters == 0)
    return g_strdup (_ ("Nothing is known here of the letters it means."));
  if (meant->letters == 1 && meant->subject != NULL)
    return meant->without > 0
               /* Translators: a letter's subject. */
               ? g_strdup_printf (_ ("It means “%s”, of which there is no whole copy here."),
                                  meant->subject)
               : g_strdup_printf (_ ("It means “%s”; a copy is here."), meant->subject);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "It means %u letter known here, %u without a whole copy.",
                                       "It means %u letters known here, %u without a whole copy.",
                                       meant->letters),
                          meant->letters,
                          meant->without);
}

static char *
pop3_effect (const BaseMoment *now, const char *command)
{
  if (strcmp (command, "DELE") == 0)
    return g_strdup (_ ("Marks the letter; QUIT removes it from the server, RSET forgets it."));
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "The server now removes %u letter that was marked: for good.",
                   "The server now removes %u letters that were marked: for good.",
                   now->leaving),
      now->leaving);
}

static char *
imap_effect (const Typed *read)
{
  static const struct
  {
    const char *command;
    const char *text;
  } effects[] = {
    { "EXPUNGE", N_ ("Removes all letters marked \\Deleted from the open folder, for good.") },
    { "UID EXPUNGE",
      N_ ("Removes these letters from the server for good, if they are marked "
          "\\Deleted.") },
    { "CLOSE",
      N_ ("Removes all letters marked \\Deleted from the open folder without a word, and "
          "closes it; UNSELECT closes without removing.") },
    { "DELETE", N_ ("Removes the folder with all letters in it, for good.") },
    { "RENAME", N_ ("Gives the folder another name, for every device.") },
    { "CREATE", N_ ("Makes a folder on the server, for every device.") },
    { "APPEND", N_ ("Puts a letter into the folder, for every device.") },
    { "REPLACE", N_ ("Puts a letter in the place of another, which is removed for good.") },
    { "UID REPLACE", N_ ("Puts a letter in the place of another, which is removed for good.") },
    { "MOVE", N_ ("Moves the letters to another folder, for every device.") },
    { "UID MOVE", N_ ("Moves the letters to another folder, for every device.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    if (strcmp (read->command, effects[i].command) == 0)
      return g_strdup (_ (effects[i].text));
  if (strstr (read->rest, "\\Deleted") != NULL || strstr (read->rest, "\\deleted") != NULL)
    return g_strdup (_ ("Changes the mark \\Deleted, for every device; EXPUNGE removes what is "
                        "marked."));
  return g_strdup (_ ("Changes marks, for every device."));
}

char *
learn_console_warning (const BaseMoment *now,
                       const char *typed,
                       LearnConsoleLook look,
                       gpointer data)
{
  LearnConsoleTarget target;
  StoreMeant meant = { 0 };
  g_autofree char *effect = NULL;
  g_autofree char *letters = NULL;
  Typed read;

  learn_console_target (now, typed, &target);
  read_typed (now, typed, &read);
  if (target.weight != LEARN_WEIGHT_NONE)
    {
      effect = strcmp (now->protocol, "pop3") == 0 ? pop3_effect (now, read.command)
               : is_imap (now)                     ? imap_effect (&read)
                               : g_strdup (_ ("Hands the letter over: after the server’s answer "
                                              "it cannot be taken back."));
      if ((target.set != NULL || target.folder != NULL || target.marked) &&
          !g_str_has_prefix (read.command, "BDAT"))
        {
          look (data, &target, &meant);
          letters = meant_text (&meant, target.marked);
          g_free (meant.subject);
        }
    }
  typed_clear (&read);
  learn_console_target_clear (&target);
  if (effect == NULL || letters == NULL)
    return g_steal_pointer (&effect);
  return g_strconcat (effect, " ", letters, NULL);
}

/* Bytes */

/* @text with whole line ends; with @dots stuffed, and its last line ended. */
static GByteArray *
make_text (const char *text, gboolean dots)
{
  GByteArray *bytes = g_byte_array_new ();
  BaseDotWriter writer = { 0 };

  if (dots)
    {
      base_dot_write (&writer, (const guint8 *) text, strlen (text), bytes);
      base_dot_finish (&writer, bytes);
      g_byte_array_set_size (bytes, bytes->len - LONE_DOT);
      return bytes;
    }
  for (const char *line = text; *line != '\0';)
    {
      gsize len = strcspn (line, "\r\n");

      g_byte_array_append (bytes, (const guint8 *) line, (guint) len);
      line += len;
      if (*line != '\0')
        g_byte_array_append (bytes, (const guint8 *) "\r\n", 2);
      line += *line == '\r' && line[1] == '\n' ? 2 : *line != '\0';
    }
  return bytes;
}

GBytes *
learn_console_text (const BaseMoment *now, const char *text)
{
  GByteArray *bytes = make_text (text, strcmp (now->protocol, "smtp") == 0);

  if (strcmp (now->protocol, "smtp") != 0)
    g_byte_array_append (bytes, (const guint8 *) "\r\n", 2);
  return g_byte_array_free_to_bytes (bytes);
}

/* Whether a literal of @size may stand without the server's "+". */
static gboolean
need_not_wait (const BaseMoment *now, guint size)
{
  return is_offered (now, "LITERAL+") ||
         (size <= LITERAL_MINUS && is_offered (now, "LITERAL-|IMAP4REV2"));
}

GBytes *
learn_console_line (
    const BaseMoment *now, const char *typed, guint number, const char *text, GBytes **rest)
{
  GByteArray *line = g_byte_array_new ();
  /* Of a literal, or a password, every byte counts. */
  g_autofree char *plain = now->wants_more ? g_strdup (typed) : g_strchomp (g_strdup (typed));
  Typed read;

  read_typed (now, typed, &read);
  if (is_imap (now) && !now->wants_more && read.tag == NULL)
    {
      g_autofree char *tag = g_strdup_printf ("c%u ", number);

      g_byte_array_append (line, (const guint8 *) tag, (guint) strlen (tag));
    }
  typed_clear (&read);
  if (is_imap (now) && text != NULL && g_str_has_suffix (plain, "{}"))
    {
      GByteArray *literal = make_text (text, FALSE);
      gboolean at_once = need_not_wait (now, literal->len);
      g_autofree char *size = g_strdup_printf ("%u%s}\r\n", literal->len, at_once ? "+" : "");

      g_byte_array_append (line, (const guint8 *) plain, (guint) strlen (plain) - 1);
      g_byte_array_append (line, (const guint8 *) size, (guint) strlen (size));
      g_byte_array_append (literal, (const guint8 *) "\r\n", 2);
      if (at_once)
        g_byte_array_append (line, literal->data, literal->len);
      else if (rest != NULL)
        *rest = g_bytes_new (literal->data, literal->len);
      g_byte_array_unref (literal);
      return g_byte_array_free_to_bytes (line);
    }
  g_byte_array_append (line, (const guint8 *) plain, (guint) strlen (plain));
  g_byte_array_append (line, (const guint8 *) "\r\n", 2);
  return g_byte_array_free_to_bytes (line);
}
