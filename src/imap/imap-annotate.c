/* Explaining recorded lines: the state that is worth recording, and the parts of a line, found by
 * the grammar that read it when it was said. */
#include "config.h"

#include "imap-core-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Beside the state: mailbox names are UTF-8. */
#define STATE_UTF8 0x80
/* state, mailbox, exists, encrypted, capabilities, commands in flight: tag and verb */
#define CHECKPOINT_TYPE "(ysubasa(ss))"

GVariant *
imap_annotate_checkpoint (const BaseCore *base)
{
  const ImapCore *core = (const ImapCore *) base;
  GVariantBuilder words;
  GVariantBuilder jobs;

  g_variant_builder_init (&words, G_VARIANT_TYPE ("as"));
  if (core->capabilities != NULL)
    {
      GHashTableIter iter;
      gpointer word;

      g_hash_table_iter_init (&iter, core->capabilities);
      while (g_hash_table_iter_next (&iter, &word, NULL))
        if (g_utf8_validate (word, -1, NULL))
          g_variant_builder_add (&words, "s", word);
    }
  g_variant_builder_init (&jobs, G_VARIANT_TYPE ("a(ss)"));
  for (GList *l = core->flight.head; l != NULL; l = l->next)
    {
      const ImapCommand *command = ((const ImapJob *) l->data)->command;
      g_autofree char *tag = g_utf8_make_valid (command->tag != NULL ? command->tag : "", -1);

      g_variant_builder_add (&jobs, "(ss)", tag, imap_command_verb (command));
    }
  return g_variant_new (CHECKPOINT_TYPE,
                        (guchar) (core->state | (core->utf8 ? STATE_UTF8 : 0)),
                        core->mailbox != NULL ? core->mailbox : "",
                        core->exists,
                        core->encrypted,
                        &words,
                        &jobs);
}

static ImapCommand *
command_from_verb (const char *verb)
{
  gboolean uid = g_str_has_prefix (verb, "UID ");
  const char *word = uid ? verb + 4 : verb;
  ImapCommand *command = imap_command_new (imap_verb_find (word, strlen (word)));

  command->uid = uid;
  if (command->verb == IMAP_VERB_UNKNOWN)
    command->name = g_strdup (word);
  return command;
}

gboolean
imap_annotate_restore (BaseCore *base, GVariant *checkpoint, GError **error)
{
  ImapCore *core = (ImapCore *) base;
  g_autoptr (GVariantIter) jobs = NULL;
  g_autofree char **words = NULL;
  const char *mailbox;
  const char *tag;
  const char *verb;
  guint32 exists;
  guchar state;

  if (!g_variant_is_of_type (checkpoint, G_VARIANT_TYPE (CHECKPOINT_TYPE)))
    {
      g_set_error (error,
                   BASE_CORE_ERROR,
                   BASE_CORE_ERROR_PROTOCOL,
                   _ ("This is no checkpoint of a %s session."),
                   "imap");
      return FALSE;
    }
  g_variant_get (
      checkpoint, "(y&sub^a&sa(ss))", &state, &mailbox, &exists, &core->encrypted, &words, &jobs);
  core->utf8 = (state & STATE_UTF8) != 0;
  state &= (guchar) ~STATE_UTF8;
  imap_core_enter (core, (ImapState) MIN (state, IMAP_STATE_LOGOUT));
  imap_core_set_mailbox (core, *mailbox != '\0' ? mailbox : NULL);
  core->exists = exists;
  if (words[0] != NULL)
    imap_core_learn_capabilities (core, words);
  while (g_variant_iter_next (jobs, "(&s&s)", &tag, &verb))
    {
      ImapCommand *command = command_from_verb (verb);

      command->tag = g_strdup (tag);
      g_queue_push_tail (&core->flight, imap_job_new (command));
    }
  return TRUE;
}

/* Lines */

static gsize
without_line_end (const guint8 *line, gsize len)
{
  while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
    len--;
  return len;
}

static ImapJob *
last_of (ImapCore *core, ImapVerb verb)
{
  ImapJob *job = g_queue_peek_tail (&core->flight);

  return job != NULL && job->command->verb == verb ? job : NULL;
}

/* Parts are found in the text without literals; recorded literals shift what comes behind them. */
static void
add_shifted (BaseParts *parts, const BaseParts *found, const ImapFrame *frame)
{
  for (guint i = 0; i < base_parts_count (found); i++)
    {
      const BasePart *part = base_parts_get (found, i);
      gsize from = part->offset;
      gsize to = from + part->length;
      gsize shift_from = 0;
      gsize shift_to = 0;

      for (guint j = 0; j < frame->n_literals; j++)
        if (frame->literals[j].bytes != NULL)
          {
            /* A part that ends with a literal's mark has the literal in it. */
            shift_from += from >= frame->literals[j].at ? frame->literals[j].size : 0;
            shift_to += to >= frame->literals[j].at ? frame->literals[j].size : 0;
          }
      base_parts_add (parts, from + shift_from, to + shift_to - from - shift_from, part->id);
    }
}

/* The checkpoint of an exchange may have its command in flight already, before the line is said. */
static gboolean
says_again (const ImapJob *job, const guint8 *line, gsize len)
{
  const char *tag = job->command->tag;
  gsize tag_len = tag != NULL ? strlen (tag) : 0;

  return tag_len > 0 && len > tag_len && memcmp (line, tag, tag_len) == 0 && line[tag_len] == ' ';
}

static void
annotate_command (ImapCore *core, const guint8 *line, gsize len, BaseParts *parts)
{
  gsize text_len = without_line_end (line, len);
  const ImapJob *authenticating = last_of (core, IMAP_VERB_AUTHENTICATE);
  g_autoptr (BaseParts) found = base_parts_new ();
  ImapFrame frame;
  ImapCommand *command;

  if (authenticating != NULL && !says_again (authenticating, line, text_len))
    {
      /* An empty answer is one too: all there is to point at is its line end. */
      gsize shown = text_len > 0 ? text_len : len;

      if (shown > 0)
        base_parts_add (parts,
                        0,
                        shown,
                        text_len == 1 && *line == '*' ? "imap.arg.cancel" : "sasl.syntax.response");
      return;
    }
  if (text_len == 4 && g_ascii_strncasecmp ((const char *) line, "DONE", 4) == 0)
    {
      base_parts_add (parts, 0, 4, "imap.command.done");
      return;
    }
  imap_frame_init (&frame, BASE_ROLE_SERVER, (const char *) line, len);
  frame.utf8 = core->utf8;
  command = imap_parser_command (&frame, &core->base.limits, found, NULL);
  add_shifted (parts, found, &frame);
  if (command == NULL)
    {
      command = imap_command_new (IMAP_VERB_UNKNOWN);
      command->tag = imap_parser_tag (&frame);
    }
  imap_frame_clear (&frame);
  if (command->tag != NULL &&
      imap_core_find_job (core, command->tag, strlen (command->tag)) != NULL)
    imap_command_unref (command);
  else
    g_queue_push_tail (&core->flight, imap_job_new (command));
}

/* The end of a command, or a challenge, or news. */
static void
follow (ImapCore *core, const ImapResponse *response)
{
  ImapJob *job;

  imap_core_follow_response (core, response);
  if (response->tag == NULL)
    return;
  job = imap_core_find_job (core, response->tag, strlen (response->tag));
  if (job == NULL)
    return;
  imap_core_follow_done (core, job->command, response);
  if (core->state == IMAP_STATE_SELECTED && job->command->mailbox != NULL &&
      (job->command->verb == IMAP_VERB_SELECT || job->command->verb == IMAP_VERB_EXAMINE))
    {
      guint32 exists = core->exists;

      imap_core_set_mailbox (core, job->command->mailbox);
      core->exists = exists;
    }
  g_queue_remove (&core->flight, job);
  imap_job_free (job);
}

static void
annotate_response (ImapCore *core, const guint8 *line, gsize len, BaseParts *parts)
{
  gsize text_len = without_line_end (line, len);
  gboolean is_greeting = core->state == IMAP_STATE_GREETING;
  g_autoptr (BaseParts) found = base_parts_new ();
  g_autoptr (ImapResponse) response = NULL;
  ImapFrame frame;

  if (text_len > 0 && *line == '+' && last_of (core, IMAP_VERB_AUTHENTICATE) != NULL)
    {
      base_parts_add (parts, 0, 1, "imap.response.continuation");
      if (text_len > 2)
        base_parts_add (parts, 2, text_len - 2, "sasl.syntax.challenge");
      return;
    }
  imap_frame_init (&frame, BASE_ROLE_CLIENT, (const char *) line, len);
  frame.utf8 = core->utf8;
  response = imap_parser_response (&frame, &core->base.limits, found, NULL);
  if (is_greeting && response != NULL && response->type == IMAP_RESPONSE_STATUS &&
      response->tag == NULL && text_len > 0)
    base_parts_add (parts, 0, text_len, "imap.response.greeting");
  add_shifted (parts, found, &frame);
  imap_frame_clear (&frame);
  if (response != NULL)
    follow (core, response);
}

void
imap_annotate_line (
    BaseCore *base, BaseDirection direction, const guint8 *line, gsize len, BaseParts *parts)
{
  ImapCore *core = (ImapCore *) base;

  if ((direction == BASE_DIRECTION_OUT) == (base->role == BASE_ROLE_CLIENT))
    annotate_command (core, line, len, parts);
  else
    annotate_response (core, line, len, parts);
}
