/* GKeyFile would read it, but says neither in which line something is wrong, nor what it passed
 * over. */
#include "config.h"

#include "learn-lesson-file.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define RECORDING "Recording"
#define MAX_NAME 40
#define LEFT_GUILLEMET 0xab
#define RIGHT_GUILLEMET 0xbb

G_DEFINE_QUARK (learn - lesson - error - quark, learn_lesson_error)

gboolean
learn_lesson_fail (GError **error, guint line, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error,
               LEARN_LESSON_ERROR,
               LEARN_LESSON_ERROR_FORMAT,
               /* Translators: where in a lesson’s file, and what is wrong there. */
               _ ("line %1$u: %2$s"),
               line,
               reason);
  return FALSE;
}

static void
key_free (gpointer data)
{
  LearnLessonKey *key = data;

  g_free (key->name);
  g_free (key->language);
  g_free (key->value);
  g_free (key);
}

static void
group_free (gpointer data)
{
  LearnLessonGroup *group = data;

  g_free (group->name);
  g_ptr_array_unref (group->keys);
  g_free (group);
}

void
learn_lesson_file_free (LearnLessonFile *file)
{
  g_ptr_array_unref (file->groups);
  g_clear_pointer (&file->recording, g_bytes_unref);
  g_free (file);
}

LearnLessonGroup *
learn_lesson_file_find (const LearnLessonFile *file, const char *name)
{
  for (guint i = 0; i < file->groups->len; i++)
    {
      LearnLessonGroup *group = file->groups->pdata[i];

      if (g_str_equal (group->name, name))
        return group;
    }
  return NULL;
}

gboolean
learn_lesson_file_speaks (const LearnLessonFile *file, const char *language)
{
  for (guint i = 0; i < file->groups->len; i++)
    {
      const LearnLessonGroup *group = file->groups->pdata[i];

      for (guint j = 0; j < group->keys->len; j++)
        if (g_str_equal (((LearnLessonKey *) group->keys->pdata[j])->language, language))
          return TRUE;
    }
  return FALSE;
}

static LearnLessonKey *
find_exact (const LearnLessonGroup *group, const char *name, const char *language)
{
  for (guint i = 0; i < group->keys->len; i++)
    {
      LearnLessonKey *key = group->keys->pdata[i];

      if (g_str_equal (key->name, name) && g_str_equal (key->language, language))
        return key;
    }
  return NULL;
}

const LearnLessonKey *
learn_lesson_group_find (LearnLessonGroup *group, const char *name, const char *language)
{
  const LearnLessonKey *found = find_exact (group, name, language);

  for (guint i = 0; i < group->keys->len; i++)
    {
      LearnLessonKey *key = group->keys->pdata[i];

      if (g_str_equal (key->name, name))
        key->asked = TRUE;
    }
  return found != NULL ? found : find_exact (group, name, "");
}

const char *
learn_lesson_group_need (LearnLessonGroup *group,
                         const char *name,
                         const char *language,
                         GError **error)
{
  const LearnLessonKey *key = learn_lesson_group_find (group, name, language);

  if (key != NULL && key->value[0] != '\0')
    return key->value;
  learn_lesson_fail (error,
                     key != NULL ? key->line : group->line,
                     /* Translators: a group and a key of a lesson’s file. */
                     _ ("[%1$s] has to say “%2$s=”"),
                     group->name,
                     name);
  return NULL;
}

gboolean
learn_lesson_group_finish (const LearnLessonGroup *group, GError **error)
{
  for (guint i = 0; i < group->keys->len; i++)
    {
      const LearnLessonKey *key = group->keys->pdata[i];

      if (!key->asked)
        return learn_lesson_fail (
            error, key->line, _ ("[%1$s] has no “%2$s=” here"), group->name, key->name);
    }
  return TRUE;
}

/* --- reading --- */

typedef struct
{
  LearnLessonFile *file;
  LearnLessonGroup *group; /* the last one begun (nullable) */
  guint line, keys;
} Reading;

/* "\n", "\t", "\s" and "\\", as GKeyFile has them. */
static char *
unescape (Reading *reading, const char *text, GError **error)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p != '\\')
        {
          g_string_append_c (plain, *p);
          continue;
        }
      p++;
      if (*p == 'n')
        g_string_append_c (plain, '\n');
      else if (*p == 't')
        g_string_append_c (plain, '\t');
      else if (*p == 's')
        g_string_append_c (plain, ' ');
      else if (*p == '\\')
        g_string_append_c (plain, '\\');
      else
        {
          learn_lesson_fail (error,
                             reading->line,
                             _ ("after a backslash only n, t, s or another backslash can stand; a "
                                "backslash itself is written twice"));
          return NULL;
        }
    }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

static gboolean
is_name (const char *text, gsize len, const char *extra)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && strchr (extra, text[i]) == NULL)
      return FALSE;
  return len > 0 && len <= MAX_NAME;
}

static gboolean
begin_group (Reading *reading, const char *line, GError **error)
{
  gsize len = strlen (line);
  g_autofree char *name = NULL;

  if (len < 3 || line[len - 1] != ']' || !is_name (line + 1, len - 2, " "))
    return learn_lesson_fail (error, reading->line, _ ("a group is written like [Step 1]"));
  name = g_strndup (line + 1, len - 2);
  if (learn_lesson_file_find (reading->file, name) != NULL)
    return learn_lesson_fail (error, reading->line, _ ("there is a [%s] already"), name);
  reading->group = g_new0 (LearnLessonGroup, 1);
  reading->group->name = g_steal_pointer (&name);
  reading->group->line = reading->line;
  reading->group->keys = g_ptr_array_new_with_free_func (key_free);
  g_ptr_array_add (reading->file->groups, reading->group);
  return TRUE;
}

static gboolean
split_name (Reading *reading, const char *written, char **name, char **language, GError **error)
{
  gsize len = strcspn (written, "[");
  gsize rest = strlen (written + len);

  if (is_name (written, len, "-") && (rest == 0 || (rest > 2 && written[len + rest - 1] == ']' &&
                                                    is_name (written + len + 1, rest - 2, "_@-"))))
    {
      *name = g_strndup (written, len);
      *language = rest > 0 ? g_strndup (written + len + 1, rest - 2) : g_strdup ("");
      return TRUE;
    }
  return learn_lesson_fail (error, reading->line, _ ("“%s” is no key"), written);
}

/* A file is written with plain spaces; on screen French marks do not begin a line, nor guillemets
 * stand alone. (transfer full) */
static char *
keep_together (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 16);
  gboolean after_quote = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar next = *p == ' ' ? g_utf8_get_char (p + 1) : 0;

      if (*p == ' ' &&
          (after_quote || next == '?' || next == '!' || next == ';' || next == RIGHT_GUILLEMET))
        g_string_append (out, "\u202f");
      else if (next == ':')
        g_string_append (out, "\u00a0");
      else
        g_string_append_unichar (out, g_utf8_get_char (p));
      after_quote = g_utf8_get_char (p) == LEFT_GUILLEMET;
    }
  return g_string_free (out, FALSE);
}

/* Do1, Start1, Check1: lines of a grammar, and no text. */
static gboolean
is_grammar (const char *name)
{
  return g_ascii_isdigit (name[strlen (name) - 1]) && !g_str_has_prefix (name, "Answer");
}

static gboolean
add_key (Reading *reading, char *line, GError **error)
{
  char *equals = strchr (line, '=');
  g_autofree char *name = NULL;
  g_autofree char *language = NULL;
  g_autofree char *value = NULL;
  LearnLessonKey *key;

  if (equals == NULL)
    return learn_lesson_fail (
        error, reading->line, _ ("this is neither a [Group], nor Key=value, nor a # comment"));
  if (reading->group == NULL)
    return learn_lesson_fail (error, reading->line, _ ("a key stands below a [Group]"));
  if (++reading->keys > LEARN_LESSON_MAX_KEYS)
    return learn_lesson_fail (error, reading->line, _ ("these are too many keys"));
  *equals = '\0';
  if (!split_name (reading, g_strchomp (line), &name, &language, error))
    return FALSE;
  value = unescape (reading, g_strchug (equals + 1), error);
  if (value == NULL)
    return FALSE;
  if (find_exact (reading->group, name, language) != NULL)
    return learn_lesson_fail (error, reading->line, _ ("“%s=” was said before"), name);
  key = g_new0 (LearnLessonKey, 1);
  key->name = g_steal_pointer (&name);
  key->language = g_steal_pointer (&language);
  key->value = g_strchomp (g_steal_pointer (&value));
  key->line = reading->line;
  if (g_str_equal (key->language, "fr") && !is_grammar (key->name))
    {
      g_autofree char *plain = key->value;

      key->value = keep_together (plain);
    }
  g_ptr_array_add (reading->group->keys, key);
  return TRUE;
}

static gboolean
is_text (const char *line)
{
  for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) && *p != '\t')
      return FALSE;
  return TRUE;
}

static gboolean
read_line (Reading *reading, const char *start, gsize len, GError **error)
{
  g_autofree char *line = NULL;

  if (len > LEARN_LESSON_MAX_LINE)
    return learn_lesson_fail (error, reading->line, _ ("this line is too long"));
  if (!g_utf8_validate (start, (gssize) len, NULL))
    return learn_lesson_fail (error, reading->line, _ ("this is not UTF-8"));
  line = g_strndup (start, len);
  if (!is_text (line))
    return learn_lesson_fail (error, reading->line, _ ("there are control characters here"));
  g_strchug (line);
  if (line[0] == '\0' || line[0] == '#')
    return TRUE;
  return line[0] == '[' ? begin_group (reading, g_strchomp (line), error)
                        : add_key (reading, line, error);
}

/* What follows the last group's heading is not ours to read. */
static gboolean
is_recording (const char *start, gsize len)
{
  return len == strlen ("[" RECORDING "]") && memcmp (start, "[" RECORDING "]", len) == 0;
}

static gboolean
read_all (Reading *reading, const char *text, gsize len, GError **error)
{
  const char *end = text + len;

  for (const char *start = text; start < end;)
    {
      const char *stop = memchr (start, '\n', (gsize) (end - start));
      gsize size = (gsize) ((stop != NULL ? stop : end) - start);

      reading->line++;
      if (size > 0 && start[size - 1] == '\r')
        size--;
      if (is_recording (start, size))
        {
          start = stop != NULL ? stop + 1 : end;
          if ((gsize) (end - start) > LEARN_LESSON_MAX_RECORDING)
            return learn_lesson_fail (error, reading->line, _ ("the recording is too large"));
          reading->file->recording = g_bytes_new (start, (gsize) (end - start));
          reading->file->recording_line = reading->line + 1;
          return TRUE;
        }
      if (start - text > LEARN_LESSON_MAX_TEXT)
        return learn_lesson_fail (error, reading->line, _ ("a lesson is not as long as this"));
      if (!read_line (reading, start, size, error))
        return FALSE;
      start = stop != NULL ? stop + 1 : end;
    }
  return TRUE;
}

LearnLessonFile *
learn_lesson_file_parse (const char *text, gsize len, GError **error)
{
  g_autoptr (LearnLessonFile) file = g_new0 (LearnLessonFile, 1);
  Reading reading = { .file = file };

  file->groups = g_ptr_array_new_with_free_func (group_free);
  return read_all (&reading, text, len, error) ? g_steal_pointer (&file) : NULL;
}
