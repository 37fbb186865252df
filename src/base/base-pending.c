/* A queue with a mark in it, between what was said and what was not. */
#include "config.h"

#include "base-pending.h"

static const BaseLinesClass *
class_of (const BaseLines *lines)
{
  return (const BaseLinesClass *) lines->core.klass;
}

static void
pending_free (BaseLines *lines, BasePending *pending)
{
  class_of (lines)->command_unref (pending->command);
  g_clear_pointer (&pending->raw, g_bytes_unref);
  g_clear_pointer (&pending->sign_in, class_of (lines)->free_sign_in);
  g_free (pending);
}

BasePending *
base_pending_add (BaseLines *lines, gpointer command, const BaseCause *cause)
{
  BasePending *pending = g_new0 (BasePending, 1);

  pending->command = class_of (lines)->command_ref (command);
  pending->exchange =
      base_core_begin_exchange (&lines->core, cause, class_of (lines)->command_verb (command));
  g_queue_push_tail (&lines->pending, pending);
  if (lines->unsaid == NULL)
    lines->unsaid = lines->pending.tail;
  return pending;
}

BasePending *
base_pending_current (const BaseLines *lines)
{
  return lines->n_said > 0 ? lines->pending.head->data : NULL;
}

guint64
base_pending_exchange (const BaseLines *lines)
{
  const BasePending *pending = base_pending_current (lines);

  return pending != NULL ? pending->exchange : 0;
}

BasePending *
base_pending_next (const BaseLines *lines)
{
  return lines->unsaid != NULL ? lines->unsaid->data : NULL;
}

void
base_pending_pop (BaseLines *lines)
{
  lines->n_said--;
  pending_free (lines, g_queue_pop_head (&lines->pending));
}

void
base_pending_drop_next (BaseLines *lines)
{
  lines->unsaid = lines->unsaid->next;
  pending_free (lines, g_queue_pop_nth (&lines->pending, lines->n_said));
}

void
base_pending_clear (BaseLines *lines)
{
  BasePending *pending;

  while ((pending = g_queue_pop_head (&lines->pending)) != NULL)
    pending_free (lines, pending);
}

static gsize
without_line_end (const guint8 *line, gsize len)
{
  while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
    len--;
  return len;
}

/* The console's line is said as it was typed; what of it is a credential is found all the same. */
static void
write_raw (BaseLines *lines, const BasePending *pending)
{
  BaseSecretSpan secret;
  gsize len;
  const guint8 *raw = g_bytes_get_data (pending->raw, &len);

  class_of (lines)->command_unref (
      class_of (lines)->command_read (raw, without_line_end (raw, len), &secret));
  base_core_write_line (&lines->core, pending->exchange, (const char *) raw, len, &secret);
}

static void
write_command (BaseLines *lines, const BasePending *pending)
{
  BaseSecretSpan secret;
  GString *line = class_of (lines)->command_write (pending->command, &secret);

  base_core_write_line (&lines->core, pending->exchange, line->str, line->len, &secret);
  base_secret_wipe (line->str, line->len);
  g_string_free (line, TRUE);
}

static void
say (BaseLines *lines, BasePending *pending)
{
  BaseSecret *secret = class_of (lines)->command_secret (pending->command);

  pending->said = TRUE;
  lines->n_said++;
  lines->alone = class_of (lines)->group (pending) != BASE_GROUP_ANYWHERE;
  if (secret != NULL)
    base_core_add_mask (&lines->core, secret);
  if (pending->raw != NULL)
    write_raw (lines, pending);
  else
    write_command (lines, pending);
  class_of (lines)->said (lines, pending);
}

gboolean
base_pending_is_due (const BaseLines *lines)
{
  const BasePending *pending = base_pending_next (lines);

  if (pending == NULL || lines->state == 0 || lines->expect == BASE_EXPECT_TLS)
    return FALSE;
  if (lines->n_said == 0)
    return TRUE;
  return !lines->alone && class_of (lines)->group (pending) != BASE_GROUP_ALONE &&
         class_of (lines)->pipelines (lines);
}

void
base_pending_pump (BaseCore *core)
{
  BaseLines *lines = BASE_LINES (core);

  if (core->role == BASE_ROLE_SERVER)
    return;
  while (base_pending_is_due (lines) && !base_pending_next (lines)->held)
    {
      BasePending *pending = base_pending_next (lines);

      lines->unsaid = lines->unsaid->next;
      say (lines, pending);
    }
  if (lines->expect == BASE_EXPECT_TLS && !lines->tls_asked && base_lines_check_injection (lines))
    {
      lines->tls_asked = TRUE;
      class_of (lines)->add_start_tls (lines);
    }
  base_core_set_awaiting (core,
                          !base_core_is_over (core) && lines->expect != BASE_EXPECT_TLS &&
                              !lines->at_ease && (lines->n_said > 0 || lines->state == 0));
}

guint64
base_pending_submit_raw (BaseCore *core, GBytes *bytes, const BaseCause *cause)
{
  BaseLines *lines = BASE_LINES (core);
  const BasePending *asked = base_pending_current (lines);
  BaseSecretSpan secret;
  BasePending *pending;
  gpointer command;
  gsize len;
  const guint8 *raw = g_bytes_get_data (bytes, &len);

  if (asked != NULL && class_of (lines)->step (lines, asked, raw, len))
    return asked->exchange;
  command = class_of (lines)->command_read (raw, without_line_end (raw, len), &secret);
  pending = base_pending_add (lines, command, cause);
  class_of (lines)->command_unref (command);
  pending->raw = g_bytes_ref (bytes);
  base_pending_pump (core);
  return pending->exchange;
}

gboolean
base_pending_edit (BaseCore *core, guint64 exchange, GBytes *line)
{
  BaseLines *lines = BASE_LINES (core);
  BaseSecretSpan secret = { 0, 0 };
  gsize len;
  const guint8 *raw = g_bytes_get_data (line, &len);

  for (GList *l = lines->pending.head; l != lines->unsaid; l = l->next)
    {
      BasePending *pending = l->data;
      BasePending other = { 0 };

      if (pending->exchange != exchange)
        continue;
      other.command = class_of (lines)->command_read (raw, without_line_end (raw, len), &secret);
      if (secret.length > 0 || class_of (lines)->group (pending) != BASE_GROUP_ANYWHERE ||
          class_of (lines)->group (&other) != BASE_GROUP_ANYWHERE)
        {
          class_of (lines)->command_unref (other.command);
          return FALSE;
        }
      class_of (lines)->command_unref (pending->command);
      pending->command = other.command;
      return TRUE;
    }
  return FALSE;
}
