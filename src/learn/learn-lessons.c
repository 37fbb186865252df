/* The lessons that come with the program, and what they are there to settle. */
#include "config.h"

#include "learn-lesson.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "learn-data.h"

/* In the order they should be taken. */
static const char *const names[] = {
  "where-did-my-letter-go",
  "two-devices",
  "envelope-and-letter",
  "deleted-still-full",
  "who-can-listen",
  "moving-letters",
  "sent-mail",
  "no-backup",
  "list-and-mail",
  "numbers",
  "mailbox-full",
  "later",
  "accepted",
  "on-the-way",
  "why-a-browser",
  "who-wrote-this",
};

static const char two_devices[] = "[Lesson]\n"
                                  "Title=Two devices\n"
                                  "Devices=laptop pop3 leave=all; phone imap\n"
                                  "Start1=letter Invitation from=grace\n"
                                  "Start2=letter Photos from=edsger\n"
                                  "Start3=letter Concert from=emmy\n"
                                  "[Step 1]\n"
                                  "Kind=read\n"
                                  "Text=…\n";

/* As the catalogue chooses. */
static const char *
language_or_default (const char *language)
{
  if (language == NULL)
    /* Translators: the language of the explanation catalogue to use: "en" or "fr". */
    language = C_ ("catalogue", "en");
  return g_str_has_prefix (language, "fr") ? "fr" : "en";
}

static GBytes *
load (const char *name)
{
  g_autofree char *path = g_strconcat ("lessons/", name, NULL);
  GBytes *bytes = learn_data_load (path);

  if (bytes == NULL)
    g_error ("%s: missing", path);
  return bytes;
}

static LearnLesson *
load_lesson (const char *id, const char *language)
{
  g_autofree char *file = g_strconcat (id, ".lesson", NULL);
  g_autoptr (GBytes) bytes = load (file);
  g_autoptr (GError) error = NULL;
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  LearnLesson *lesson = learn_lesson_parse (id, text, len, language_or_default (language), &error);

  if (lesson == NULL)
    g_error ("%s: %s", file, error->message);
  return lesson;
}

GPtrArray *
learn_lessons (const char *language)
{
  GPtrArray *lessons = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_lesson_free);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (lessons, load_lesson (names[i], language));
  return lessons;
}

GPtrArray *
learn_claims (const char *language)
{
  g_autoptr (GBytes) bytes = load ("claims.ini");
  g_autoptr (GError) error = NULL;
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  GPtrArray *claims = learn_lesson_parse_claims (text, len, language_or_default (language), &error);

  if (claims == NULL)
    g_error ("claims.ini: %s", error->message);
  return claims;
}

LearnLesson *
learn_lesson_named (const char *id, const char *language)
{
  g_autoptr (GPtrArray) claims = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], id))
      return load_lesson (id, language);
  claims = learn_claims (language);
  for (guint i = 0; i < claims->len; i++)
    if (g_str_equal (((LearnLesson *) claims->pdata[i])->id, id))
      {
        g_ptr_array_set_free_func (claims, NULL);
        for (guint j = 0; j < claims->len; j++)
          if (j != i)
            learn_lesson_free (claims->pdata[j]);
        return claims->pdata[i];
      }
  return NULL;
}

/* A file that grows while it is read, or is no file, does not take us along. */
static GByteArray *
read_bounded (const char *path, GError **error)
{
  const gsize most = LEARN_LESSON_MAX_TEXT + LEARN_LESSON_MAX_RECORDING + 1;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GByteArray) text = g_byte_array_new ();
  guint8 piece[16 * 1024];
  gssize got = -1;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, _ ("There is no file %s"), path);
      return NULL;
    }
  stream = g_file_read (file, NULL, error);
  while (stream != NULL && text->len < most &&
         (got = g_input_stream_read (G_INPUT_STREAM (stream), piece, sizeof piece, NULL, error)) >
             0)
    g_byte_array_append (text, piece, (guint) got);
  return got >= 0 ? g_steal_pointer (&text) : NULL;
}

LearnLesson *
learn_lesson_open (const char *path, const char *language, GError **error)
{
  g_autoptr (GByteArray) text = read_bounded (path, error);
  g_autofree char *sum = NULL;
  g_autofree char *id = NULL;

  if (text == NULL)
    return NULL;
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, text->data, text->len);
  id = g_strdup_printf ("file-%.16s", sum);
  return learn_lesson_parse (id,
                             text->len > 0 ? (const char *) text->data : "",
                             text->len,
                             language_or_default (language),
                             error);
}

LearnLesson *
learn_lesson_two_devices (const char *language)
{
  LearnLesson *lesson = learn_lesson_parse (
      "free", two_devices, strlen (two_devices), language_or_default (language), NULL);

  g_free (lesson->title);
  lesson->title = g_strdup (_ ("Two devices, one mailbox"));
  return lesson;
}

const char *
learn_misunderstanding_text (guint number)
{
  static const char *const texts[] = {
    N_ ("“Deleting on my phone only affects my phone”"),
    N_ ("“My mail vanished”"),
    N_ ("“POP3 and IMAP can share a mailbox without trouble”"),
    N_ ("“POP3 always deletes”"),
    N_ ("“IMAP is a backup”"),
    N_ ("“What I sent must be on my other devices”"),
    N_ ("“I delete mail to free my phone’s space”"),
    N_ ("“I deleted it all, and the mailbox is still full”"),
    N_ ("“If the mailbox is full, mail simply waits”"),
    N_ ("“From proves who wrote, and To who gets it”"),
    N_ ("“Port 465 is obsolete, and STARTTLS is safer”"),
    N_ ("“SSL or TLS in the menu: which is stronger?”"),
    N_ ("“My password is right, so why a browser?”"),
    N_ ("“The list is the mail”"),
    N_ ("“Accepted means delivered”"),
    N_ ("“TLS protects my letter all the way”"),
    N_ ("“Message 3 stays message 3”"),
    N_ ("“QUIT is only politeness”"),
    N_ ("“Moving a POP3 letter to a folder moves it on the server”"),
  };

  return number >= 1 && number <= G_N_ELEMENTS (texts) ? _ (texts[number - 1]) : "";
}
