/* The words of actions. What they do is lesson's business. */
#include "config.h"

#include "learn-lesson-action.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "learn-clock.h"

#define MAX_TYPED 1000
#define MAX_LATER ((guint64) 366 * 24 * 60 * 60)

static const struct
{
  const char *name, *text;
} devices_known[] = {
  { "laptop", N_ ("Laptop") },
  { "phone", N_ ("Phone") },
  { "tablet", N_ ("Tablet") },
  { "office", N_ ("Office computer") },
  { "friend", N_ ("The friend’s computer") },
};

const char *const *
learn_lesson_device_names (void)
{
  static const char *const names[] = { "laptop", "phone", "tablet", "office", "friend", NULL };

  return names;
}

const char *
learn_lesson_device_text (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (devices_known); i++)
    if (g_str_equal (devices_known[i].name, name))
      return _ (devices_known[i].text);
  return name;
}

void
learn_lesson_device_free (LearnLessonDevice *device)
{
  g_free (device->name);
  g_free (device->protocol);
  g_free (device->user);
  g_free (device->leave);
  g_free (device->keep);
  g_free (device->security);
  g_free (device->sign);
  g_free (device);
}

static gboolean
is_one_of (const char *word, const char *choices)
{
  g_auto (GStrv) each = g_strsplit (choices, " ", -1);

  return g_strv_contains ((const char *const *) each, word);
}

static gboolean
is_setting (const char *name, const char *value)
{
  char *end = NULL;

  if (g_str_equal (name, "leave") && g_str_has_prefix (value, "days:") &&
      g_ascii_isdigit (value[5]))
    return g_ascii_strtoull (value + 5, &end, 10) < 10000 && *end == '\0';
  return is_one_of (value,
                    g_str_equal (name, "leave")      ? "all none until-deleted"
                    : g_str_equal (name, "keep")     ? "all headers"
                    : g_str_equal (name, "security") ? "tls starttls none"
                    : g_str_equal (name, "sign")     ? "password token"
                                                     : "right wrong");
}

static gboolean
check_settings (GPtrArray *words, guint line, GError **error)
{
  for (guint i = learn_lesson_words_count (words); i < words->len; i++)
    {
      const LearnLessonWord *word = words->pdata[i];

      if (!g_str_equal (word->name, "user") && !is_setting (word->name, word->text))
        return learn_lesson_fail (
            /* Translators: a setting of a device in a lesson’s file, and its value. */
            error,
            line,
            _ ("“%1$s=” cannot be “%2$s”"),
            word->name,
            word->text);
    }
  return TRUE;
}

static char *
named_or (GPtrArray *words, const char *name, const char *otherwise)
{
  const char *text = learn_lesson_words_named (words, name);

  return g_strdup (text != NULL ? text : otherwise);
}

LearnLessonDevice *
learn_lesson_device_parse (const char *text, guint line, GError **error)
{
  g_autoptr (GPtrArray) words = learn_lesson_words_parse (text, line, error);
  LearnLessonDevice *device;
  const char *name, *protocol;

  if (words == NULL ||
      !learn_lesson_words_only (words, "user leave keep security sign", line, error) ||
      !check_settings (words, line, error))
    return NULL;
  name = learn_lesson_words_get (words, 0);
  protocol = learn_lesson_words_get (words, 1);
  if (!g_strv_contains (learn_lesson_device_names (), name))
    {
      learn_lesson_fail (error,
                         line,
                         _ ("“%s” is no device: they are laptop, phone, tablet, office and friend"),
                         name);
      return NULL;
    }
  if (!is_one_of (protocol, "imap pop3") || learn_lesson_words_count (words) != 2)
    {
      learn_lesson_fail (error, line, _ ("a device is written like “laptop pop3” or “phone imap”"));
      return NULL;
    }
  device = g_new0 (LearnLessonDevice, 1);
  device->name = g_strdup (name);
  device->protocol = g_strdup (protocol);
  device->user = named_or (words, "user", "ada");
  device->leave = named_or (words, "leave", "all");
  device->keep = named_or (words, "keep", "all");
  device->security = named_or (words, "security", "tls");
  device->sign = named_or (words, "sign", "password");
  return device;
}

/* --- actions --- */

typedef enum
{
  TAKES_NOTHING,
  TAKES_SUBJECT,
  TAKES_SUBJECT_AND_WHAT,
  TAKES_WHAT,
  TAKES_WHAT_OR_NOTHING,
  TAKES_TIME,
  TAKES_LINES
} Takes;

static const struct
{
  const char *word;
  LearnActionKind kind;
  gboolean device; /* whose it is */
  Takes takes;
  const char *names;   /* that it may have */
  const char *choices; /* of @what; NULL: anything */
} actions[] = {
  { "sync", LEARN_ACTION_SYNC, TRUE, TAKES_NOTHING, "", NULL },
  { "collect", LEARN_ACTION_SYNC, TRUE, TAKES_NOTHING, "", NULL },
  { "open", LEARN_ACTION_OPEN, TRUE, TAKES_SUBJECT, "", NULL },
  { "mark",
    LEARN_ACTION_MARK,
    TRUE,
    TAKES_SUBJECT_AND_WHAT,
    "",
    "read unread starred unstarred deleted" },
  { "move", LEARN_ACTION_MOVE, TRUE, TAKES_SUBJECT_AND_WHAT, "", NULL },
  { "delete", LEARN_ACTION_DELETE, TRUE, TAKES_SUBJECT, "", NULL },
  { "erase", LEARN_ACTION_ERASE, TRUE, TAKES_SUBJECT, "", NULL },
  { "send", LEARN_ACTION_SEND, TRUE, TAKES_SUBJECT, "to cc bcc from text size envelope", NULL },
  { "retry", LEARN_ACTION_RETRY, TRUE, TAKES_NOTHING, "", NULL },
  { "set", LEARN_ACTION_SET, TRUE, TAKES_NOTHING, "leave keep security sign password", NULL },
  { "types", LEARN_ACTION_TYPES, TRUE, TAKES_LINES, "as", "imap pop3 smtp" },
  { "letter", LEARN_ACTION_LETTER, FALSE, TAKES_SUBJECT, "from to text size", NULL },
  { "room", LEARN_ACTION_ROOM, FALSE, TAKES_WHAT, "", NULL },
  { "fault", LEARN_ACTION_FAULT, FALSE, TAKES_WHAT, "", NULL },
  { "later", LEARN_ACTION_LATER, FALSE, TAKES_TIME, "", NULL },
  { "replay", LEARN_ACTION_REPLAY, FALSE, TAKES_WHAT_OR_NOTHING, "", NULL },
};

void
learn_lesson_action_free (LearnLessonAction *action)
{
  g_free (action->device);
  g_free (action->subject);
  g_free (action->what);
  g_ptr_array_unref (action->words);
  g_free (action);
}

const char *
learn_lesson_action_named (const LearnLessonAction *action, const char *name)
{
  return learn_lesson_words_named (action->words, name);
}

gboolean
learn_lesson_parse_size (const char *text, guint64 max, guint64 *size, guint line, GError **error)
{
  char *end = NULL;
  guint64 number = g_ascii_strtoull (text, &end, 10);
  guint64 unit = *end == 'K' ? 1024 : *end == 'M' ? 1024 * 1024 : 1;

  if (g_ascii_isdigit (text[0]) && end[unit > 1 ? 1 : 0] == '\0' && number <= max / unit)
    {
      *size = number * unit;
      return TRUE;
    }
  return learn_lesson_fail (
      error, line, _ ("“%s” is no size, like 300, 40K or 3M, or it is too large"), text);
}

static gboolean
has_device (GPtrArray *devices, const char *name)
{
  for (guint i = 0; i < devices->len; i++)
    if (g_str_equal (((LearnLessonDevice *) devices->pdata[i])->name, name))
      return TRUE;
  return FALSE;
}

/* A row of the table that is written like this; -1: none. */
static int
find_action (const char *word, gboolean device)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].device == device && g_str_equal (actions[i].word, word))
      return (int) i;
  return -1;
}

static gboolean
take_words (LearnLessonAction *action, int row, guint first, GError **error)
{
  guint n = learn_lesson_words_count (action->words) - first;
  Takes takes = actions[row].takes;
  gboolean subject = takes == TAKES_SUBJECT || takes == TAKES_SUBJECT_AND_WHAT;
  guint least = takes == TAKES_SUBJECT_AND_WHAT || takes == TAKES_LINES || takes == TAKES_TIME ? 2
                : takes == TAKES_NOTHING || takes == TAKES_WHAT_OR_NOTHING                     ? 0
                                                                                               : 1;
  guint most = takes == TAKES_LINES             ? LEARN_LESSON_MAX_WORDS
               : takes == TAKES_WHAT_OR_NOTHING ? 1
                                                : least;

  if (n < least || n > most)
    return learn_lesson_fail (error,
                              action->line,
                              /* Translators: one action of a lesson’s file. */
                              _ ("“%s” has more or fewer words than it should"),
                              actions[row].word);
  if (subject)
    action->subject = g_strdup (learn_lesson_words_get (action->words, first));
  if (takes != TAKES_SUBJECT && n > 0)
    action->what = g_strdup (learn_lesson_words_get (action->words, subject ? first + 1 : first));
  if (actions[row].choices != NULL && action->what != NULL &&
      !is_one_of (action->what, actions[row].choices))
    return learn_lesson_fail (error,
                              action->line,
                              /* Translators: a word of a lesson’s file, and those allowed. */
                              _ ("“%1$s” is none of: %2$s"),
                              action->what,
                              actions[row].choices);
  return TRUE;
}

static gboolean
check_lines (const LearnLessonAction *action, guint first, GError **error)
{
  for (guint i = first; i < action->words->len; i++)
    {
      const char *text = ((LearnLessonWord *) action->words->pdata[i])->text;

      if (strlen (text) > MAX_TYPED || strchr (text, '\r') != NULL)
        return learn_lesson_fail (error, action->line, _ ("what is typed has at most 1000 bytes"));
    }
  return TRUE;
}

/* "14 days": no more than a year, of which the rest of a lesson could make nothing. */
static gboolean
take_time (LearnLessonAction *action, guint first, GError **error)
{
  static const struct
  {
    const char *one, *many;
    guint64 seconds;
  } units[] = { { "minute", "minutes", 60 },
                { "hour", "hours", 60 * 60 },
                { "day", "days", 24 * 60 * 60 } };
  const char *unit = learn_lesson_words_get (action->words, first + 1);
  char *end = NULL;
  guint64 number = g_ascii_strtoull (action->what, &end, 10);

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_equal (unit, number == 1 ? units[i].one : units[i].many))
      action->size = number <= MAX_LATER / units[i].seconds ? number * units[i].seconds : 0;
  return (g_ascii_isdigit (action->what[0]) && *end == '\0' && action->size > 0) ||
         learn_lesson_fail (error,
                            action->line,
                            _ ("“%1$s %2$s” is no time, like 20 minutes, 3 hours or 14 days"),
                            action->what,
                            unit);
}

static gboolean
check_details (LearnLessonAction *action, guint first, GError **error)
{
  const char *size = learn_lesson_words_named (action->words, "size");

  if (action->kind == LEARN_ACTION_LATER)
    return take_time (action, first, error);
  if (action->kind == LEARN_ACTION_ROOM && !g_str_equal (action->what, "all"))
    return learn_lesson_parse_size (action->what, G_MAXUINT32, &action->size, action->line, error);
  if (size != NULL)
    return learn_lesson_parse_size (
        size, LEARN_LESSON_MAX_SIZE, &action->size, action->line, error);
  if (action->kind == LEARN_ACTION_SET)
    return check_settings (action->words, action->line, error);
  if (action->kind == LEARN_ACTION_SEND && !learn_lesson_action_named (action, "to") &&
      !learn_lesson_action_named (action, "bcc") && !learn_lesson_action_named (action, "envelope"))
    return learn_lesson_fail (error, action->line, _ ("a letter needs somebody it is for: to="));
  return action->kind != LEARN_ACTION_TYPES || check_lines (action, first + 1, error);
}

LearnLessonAction *
learn_lesson_action_parse (const char *text, GPtrArray *devices, guint line, GError **error)
{
  g_autoptr (LearnLessonAction) action = NULL;
  g_autoptr (GPtrArray) words = learn_lesson_words_parse (text, line, error);
  gboolean device;
  guint first;
  int row;

  if (words == NULL)
    return NULL;
  device = has_device (devices, learn_lesson_words_get (words, 0));
  first = device ? 2 : 1;
  row = find_action (learn_lesson_words_get (words, first - 1), device);
  if (row < 0)
    {
      learn_lesson_fail (error,
                         line,
                         _ ("“%1$s %2$s” is no action: there is no such device, or nothing of that "
                            "name can be done"),
                         learn_lesson_words_get (words, 0),
                         learn_lesson_words_get (words, 1));
      return NULL;
    }
  action = g_new0 (LearnLessonAction, 1);
  action->kind = actions[row].kind;
  action->line = line;
  action->device = device ? g_strdup (learn_lesson_words_get (words, 0)) : NULL;
  action->words = g_steal_pointer (&words);
  return take_words (action, row, first, error) &&
                 learn_lesson_words_only (action->words, actions[row].names, line, error) &&
                 check_details (action, first, error)
             ? g_steal_pointer (&action)
             : NULL;
}

/* --- in people's words --- */

static char *
mark_text (const LearnLessonAction *action)
{
  const char *subject = action->subject;

  if (g_str_equal (action->what, "read"))
    return g_strdup_printf (_ ("mark “%s” as read"), subject);
  if (g_str_equal (action->what, "unread"))
    return g_strdup_printf (_ ("mark “%s” as unread"), subject);
  if (g_str_equal (action->what, "starred"))
    return g_strdup_printf (_ ("star “%s”"), subject);
  if (g_str_equal (action->what, "unstarred"))
    return g_strdup_printf (_ ("take the star off “%s”"), subject);
  return g_strdup_printf (_ ("mark “%s” as \\Deleted"), subject);
}

static char *
named_text (const LearnLessonAction *action)
{
  GString *text = g_string_new (NULL);

  for (guint i = learn_lesson_words_count (action->words); i < action->words->len; i++)
    {
      const LearnLessonWord *word = action->words->pdata[i];

      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? " " : "", word->name, word->text);
    }
  return g_string_free (text, FALSE);
}

static char *
typed_text (const LearnLessonAction *action)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 3; i < learn_lesson_words_count (action->words); i++)
    g_string_append_printf (
        lines, "%s%s", lines->len > 0 ? " · " : "", learn_lesson_words_get (action->words, i));
  return g_string_free (lines, FALSE);
}

static char *
own_text (const LearnLessonAction *action)
{
  g_autofree char *detail = NULL;

  switch (action->kind)
    {
    case LEARN_ACTION_MARK:
      return mark_text (action);
    case LEARN_ACTION_SET:
      detail = named_text (action);
      /* Translators: settings of a device as a lesson’s file has them: leave=none */
      return g_strdup_printf (_ ("now with %s"), detail);
    case LEARN_ACTION_TYPES:
      detail = typed_text (action);
      /* Translators: lines typed by hand into a session with a server. */
      return g_strdup_printf (_ ("type %s"), detail);
    case LEARN_ACTION_ROOM:
      return action->size == 0 ? g_strdup (_ ("There is room again"))
                               : g_strdup_printf (_ ("The mailbox has room for %s"), action->what);
    case LEARN_ACTION_FAULT:
      return g_str_equal (action->what, "none")
                 ? g_strdup (_ ("The line and the server are well again"))
                 : g_strdup_printf (_ ("Something goes wrong: %s"), action->what);
    case LEARN_ACTION_SYNC:
      return g_strdup (g_str_equal (learn_lesson_words_get (action->words, 1), "collect")
                           ? _ ("collect mail")
                           : _ ("get mail"));
    case LEARN_ACTION_RETRY:
      return g_strdup (_ ("try again to send"));
    case LEARN_ACTION_OPEN:
      return g_strdup_printf (_ ("open “%s”"), action->subject);
    case LEARN_ACTION_MOVE:
      /* Translators: a letter, and the folder it goes to. */
      return g_strdup_printf (_ ("move “%1$s” to %2$s"), action->subject, action->what);
    case LEARN_ACTION_DELETE:
      return g_strdup_printf (_ ("delete “%s”"), action->subject);
    case LEARN_ACTION_ERASE:
      return g_strdup_printf (_ ("delete “%s” for good"), action->subject);
    case LEARN_ACTION_SEND:
      return g_strdup_printf (_ ("send “%s”"), action->subject);
    case LEARN_ACTION_LATER:
      detail = learn_period_text (action->size);
      /* Translators: a period: “14 days”. */
      return g_strdup_printf (_ ("The practice clock is put forward by %s"), detail);
    case LEARN_ACTION_LETTER:
      return g_strdup_printf (_ ("A letter arrives: “%s”"), action->subject);
    case LEARN_ACTION_REPLAY:
    default:
      return g_strdup (_ ("The recording is replayed"));
    }
}

char *
learn_lesson_action_text (const LearnLessonAction *action)
{
  g_autofree char *own = own_text (action);

  if (action->device == NULL)
    return g_steal_pointer (&own);
  /* Translators: which device does what: “Phone: get mail”. */
  return g_strdup_printf (_ ("%1$s: %2$s"), learn_lesson_device_text (action->device), own);
}
