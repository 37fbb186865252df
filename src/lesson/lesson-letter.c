/* The composer that people use makes lessons' letters too. */
#include "config.h"

#include "lesson-letter.h"

#include <string.h>

#include <glib/gi18n-lib.h>

MailAddress *
lesson_address (const char *word)
{
  const PracticeUser *user = practice_user_find (word);
  g_autoptr (MailAddress) address =
      user != NULL ? mail_address_new (user->person, user->address) : mail_address_parse (word);

  return address != NULL && mail_address_is_valid (address->address) ? g_steal_pointer (&address)
                                                                     : NULL;
}

/* The addresses of a comma-separated list, into both lists (nullable). */
static gboolean
add_addresses (const LearnLessonAction *action,
               const char *name,
               GPtrArray *header,
               GPtrArray *envelope,
               GError **error)
{
  const char *given = learn_lesson_action_named (action, name);
  gboolean arrives = action->kind == LEARN_ACTION_LETTER && strcmp (name, "to") == 0;
  const char *words = given == NULL && arrives ? "ada" : given;
  g_auto (GStrv) each = g_strsplit (words != NULL ? words : "", ",", -1);

  for (guint i = 0; each[i] != NULL; i++)
    {
      MailAddress *address = lesson_address (g_strstrip (each[i]));

      if (address == NULL)
        return learn_lesson_fail (error, action->line, _ ("“%s” is nobody’s address"), each[i]);
      if (envelope != NULL)
        g_ptr_array_add (envelope, g_strdup (address->address));
      if (header != NULL)
        g_ptr_array_add (header, address);
      else
        mail_address_unref (address);
    }
  return TRUE;
}

/* As long as the lesson wants it. */
static void
fill (MailDraft *draft, guint64 size)
{
  static const char line[] = "What matters is not what is written here, but how long it is.\n";
  GString *text = g_string_new (draft->text);

  g_string_append_c (text, '\n');
  while (text->len < size)
    g_string_append (text, line);
  g_free (draft->text);
  draft->text = g_string_free (text, FALSE);
}

static gboolean
fill_in (MailDraft *draft,
         const LearnLessonAction *action,
         const MailAddress *from,
         GPtrArray *envelope,
         GError **error)
{
  const char *given = learn_lesson_action_named (action, "from");
  const char *text = learn_lesson_action_named (action, "text");
  gboolean own = learn_lesson_action_named (action, "envelope") != NULL;
  GPtrArray *both = own ? NULL : envelope;

  draft->from =
      given != NULL ? lesson_address (given) : mail_address_new (from->name, from->address);
  if (draft->from == NULL)
    return learn_lesson_fail (error, action->line, _ ("“%s” is nobody’s address"), given);
  draft->subject = g_strdup (action->subject);
  draft->text = g_strdup (text != NULL ? text : _ ("A letter for practice."));
  if (action->size > 0)
    fill (draft, action->size);
  return add_addresses (action, "to", draft->to, both, error) &&
         add_addresses (action, "cc", draft->cc, both, error) &&
         add_addresses (action, "bcc", NULL, both, error) &&
         add_addresses (action, "envelope", NULL, envelope, error);
}

GBytes *
lesson_letter_compose (const LearnLessonAction *action,
                       const MailAddress *from,
                       GPtrArray **recipients,
                       GError **error)
{
  g_autoptr (MailDraft) draft = mail_draft_new ();
  g_autoptr (GPtrArray) envelope = g_ptr_array_new_with_free_func (g_free);
  GBytes *letter;

  if (!fill_in (draft, action, from, envelope, error))
    return NULL;
  letter = mail_compose (draft, MAIL_COMPOSE_SEND, error);
  if (letter != NULL && recipients != NULL)
    *recipients = g_steal_pointer (&envelope);
  return letter;
}
