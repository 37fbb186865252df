/* Making and freeing commands. */
#include "config.h"

#include "imap-command.h"

#include <string.h>

static const char *const verbs[] = {
  [IMAP_VERB_CAPABILITY] = "CAPABILITY",
  [IMAP_VERB_NOOP] = "NOOP",
  [IMAP_VERB_LOGOUT] = "LOGOUT",
  [IMAP_VERB_STARTTLS] = "STARTTLS",
  [IMAP_VERB_AUTHENTICATE] = "AUTHENTICATE",
  [IMAP_VERB_LOGIN] = "LOGIN",
  [IMAP_VERB_ENABLE] = "ENABLE",
  [IMAP_VERB_SELECT] = "SELECT",
  [IMAP_VERB_EXAMINE] = "EXAMINE",
  [IMAP_VERB_CREATE] = "CREATE",
  [IMAP_VERB_DELETE] = "DELETE",
  [IMAP_VERB_RENAME] = "RENAME",
  [IMAP_VERB_SUBSCRIBE] = "SUBSCRIBE",
  [IMAP_VERB_UNSUBSCRIBE] = "UNSUBSCRIBE",
  [IMAP_VERB_LIST] = "LIST",
  [IMAP_VERB_LSUB] = "LSUB",
  [IMAP_VERB_NAMESPACE] = "NAMESPACE",
  [IMAP_VERB_STATUS] = "STATUS",
  [IMAP_VERB_APPEND] = "APPEND",
  [IMAP_VERB_COMPRESS] = "COMPRESS",
  [IMAP_VERB_REPLACE] = "REPLACE",
  [IMAP_VERB_IDLE] = "IDLE",
  [IMAP_VERB_CHECK] = "CHECK",
  [IMAP_VERB_CLOSE] = "CLOSE",
  [IMAP_VERB_UNSELECT] = "UNSELECT",
  [IMAP_VERB_EXPUNGE] = "EXPUNGE",
  [IMAP_VERB_SEARCH] = "SEARCH",
  [IMAP_VERB_FETCH] = "FETCH",
  [IMAP_VERB_STORE] = "STORE",
  [IMAP_VERB_COPY] = "COPY",
  [IMAP_VERB_MOVE] = "MOVE",
  [IMAP_VERB_ID] = "ID",
  [IMAP_VERB_GETQUOTA] = "GETQUOTA",
  [IMAP_VERB_GETQUOTAROOT] = "GETQUOTAROOT",
  [IMAP_VERB_NOTIFY] = "NOTIFY",
  [IMAP_VERB_SORT] = "SORT",
  [IMAP_VERB_THREAD] = "THREAD",
  [IMAP_VERB_UNKNOWN] = "UNKNOWN",
};

const char *
imap_verb_name (ImapVerb verb)
{
  return verbs[verb];
}

ImapVerb
imap_verb_find (const char *name, gsize len)
{
  for (guint i = 0; i < IMAP_VERB_UNKNOWN; i++)
    if (strlen (verbs[i]) == len && g_ascii_strncasecmp (verbs[i], name, len) == 0)
      return (ImapVerb) i;
  return IMAP_VERB_UNKNOWN;
}

/* Commands of extensions: they are known by name, so that the panel can say what was said. Words
 * that a client made up are not remembered. */
static const char *const others[] = {
  "CONVERT",    "DELETEACL",         "GETACL",   "GETMETADATA", "GENURLAUTH",
  "LISTRIGHTS", "MYRIGHTS",          "RESETKEY", "RLIST",       "RLSUB",
  "SETACL",     "SETMETADATA",       "SETQUOTA", "UIDBATCHES",  "UNAUTHENTICATE",
  "URLFETCH",   "XAPPLEPUSHSERVICE",
};

const char *
imap_command_verb (const ImapCommand *command)
{
  g_autofree char *word = NULL;

  if (command->verb != IMAP_VERB_UNKNOWN && !command->uid)
    return verbs[command->verb];
  word = g_strconcat (command->uid ? "UID " : "",
                      command->verb != IMAP_VERB_UNKNOWN ? verbs[command->verb] : command->name,
                      NULL);
  if (command->verb != IMAP_VERB_UNKNOWN)
    return g_intern_string (word);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_ascii_strcasecmp (others[i], word) == 0)
      return others[i];
  return verbs[IMAP_VERB_UNKNOWN];
}

ImapCommand *
imap_command_new (ImapVerb verb)
{
  ImapCommand *command = g_new0 (ImapCommand, 1);

  g_atomic_ref_count_init (&command->ref_count);
  command->verb = verb;
  command->internal_date = IMAP_DATE_NONE;
  return command;
}

ImapCommand *
imap_command_ref (ImapCommand *command)
{
  g_atomic_ref_count_inc (&command->ref_count);
  return command;
}

void
imap_command_unref (ImapCommand *command)
{
  if (!g_atomic_ref_count_dec (&command->ref_count))
    return;
  g_free (command->tag);
  g_free (command->name);
  g_free (command->mailbox);
  g_free (command->mailbox2);
  g_free (command->user);
  g_clear_pointer (&command->password, base_secret_unref);
  g_clear_pointer (&command->set, imap_set_unref);
  g_strfreev (command->words);
  g_strfreev (command->patterns);
  g_free (command->options);
  g_free (command->text);
  g_clear_pointer (&command->sections, g_array_unref);
  g_free (command->other);
  imap_flags_clear (&command->flags);
  g_strfreev (command->labels);
  g_clear_pointer (&command->more, g_array_unref);
  g_strfreev (command->sort);
  g_clear_pointer (&command->body, base_body_unref);
  imap_string_clear (&command->data);
  g_clear_pointer (&command->search, imap_search_key_free);
  g_free (command->charset);
  g_free (command);
}

ImapCommand *
imap_command_login (const char *user, BaseSecret *password)
{
  ImapCommand *command = imap_command_new (IMAP_VERB_LOGIN);

  command->user = g_strdup (user);
  command->password = base_secret_ref (password);
  return command;
}

ImapCommand *
imap_command_mailbox (ImapVerb verb, const char *mailbox)
{
  ImapCommand *command = imap_command_new (verb);

  command->mailbox = g_strdup (mailbox);
  return command;
}

ImapCommand *
imap_command_select (const char *mailbox, gboolean examine)
{
  return imap_command_mailbox (examine ? IMAP_VERB_EXAMINE : IMAP_VERB_SELECT, mailbox);
}

ImapCommand *
imap_command_list (const char *reference, const char *pattern, gboolean special_use)
{
  ImapCommand *command = imap_command_mailbox (IMAP_VERB_LIST, reference);

  command->mailbox2 = g_strdup (pattern);
  if (special_use)
    {
      const char *const words[] = { "SPECIAL-USE", NULL };

      command->words = g_strdupv ((char **) words);
    }
  return command;
}

ImapCommand *
imap_command_status (const char *mailbox, const char *const *items)
{
  ImapCommand *command = imap_command_mailbox (IMAP_VERB_STATUS, mailbox);

  command->words = g_strdupv ((char **) items);
  return command;
}

static ImapCommand *
command_uid (ImapVerb verb, ImapSet *uids)
{
  ImapCommand *command = imap_command_new (verb);

  command->uid = TRUE;
  command->set = imap_set_ref (uids);
  return command;
}

ImapCommand *
imap_command_fetch (ImapSet *uids, guint items)
{
  ImapCommand *command = command_uid (IMAP_VERB_FETCH, uids);

  command->items = items;
  return command;
}

static void
section_clear (gpointer data)
{
  g_free (((ImapFetchSection *) data)->section);
}

void
imap_command_add_section (ImapCommand *command, const char *name, gboolean peek)
{
  ImapFetchSection section = {
    .section = g_strdup (name), .peek = peek, .origin = -1, .length = -1
  };

  if (command->sections == NULL)
    {
      command->sections = g_array_new (FALSE, TRUE, sizeof (ImapFetchSection));
      g_array_set_clear_func (command->sections, section_clear);
    }
  g_array_append_val (command->sections, section);
}

ImapCommand *
imap_command_store (ImapSet *uids, int mode, const ImapFlags *flags, gboolean silent)
{
  ImapCommand *command = command_uid (IMAP_VERB_STORE, uids);

  command->store_mode = mode;
  command->silent = silent;
  imap_flags_copy (&command->flags, flags);
  return command;
}

ImapCommand *
imap_command_copy (ImapSet *uids, const char *mailbox, gboolean move)
{
  ImapCommand *command = command_uid (move ? IMAP_VERB_MOVE : IMAP_VERB_COPY, uids);

  command->mailbox = g_strdup (mailbox);
  return command;
}

ImapCommand *
imap_command_expunge (ImapSet *uids)
{
  return uids != NULL ? command_uid (IMAP_VERB_EXPUNGE, uids)
                      : imap_command_new (IMAP_VERB_EXPUNGE);
}

ImapCommand *
imap_command_append (
    const char *mailbox, const ImapFlags *flags, gint64 internal_date, gint offset, BaseBody *body)
{
  ImapCommand *command = imap_command_mailbox (IMAP_VERB_APPEND, mailbox);

  if (flags != NULL)
    imap_flags_copy (&command->flags, flags);
  command->internal_date = internal_date;
  command->internal_offset = offset;
  command->body = base_body_ref (body);
  command->size = base_body_size (body);
  return command;
}

static void
appended_clear (gpointer data)
{
  ImapAppended *one = data;

  imap_flags_clear (&one->flags);
  g_clear_pointer (&one->body, base_body_unref);
  imap_string_clear (&one->data);
}

ImapAppended *
imap_command_add_appended (ImapCommand *command)
{
  const ImapAppended empty = { .internal_date = IMAP_DATE_NONE };

  if (command->more == NULL)
    {
      command->more = g_array_new (FALSE, TRUE, sizeof (ImapAppended));
      g_array_set_clear_func (command->more, appended_clear);
    }
  g_array_append_val (command->more, empty);
  return &g_array_index (command->more, ImapAppended, command->more->len - 1);
}

void
imap_command_append_more (
    ImapCommand *command, const ImapFlags *flags, gint64 internal_date, gint offset, BaseBody *body)
{
  ImapAppended *one = imap_command_add_appended (command);

  if (flags != NULL)
    imap_flags_copy (&one->flags, flags);
  one->internal_date = internal_date;
  one->internal_offset = offset;
  one->body = base_body_ref (body);
  one->size = base_body_size (body);
}

void
imap_command_append_utf8 (ImapCommand *command)
{
  if (command->more != NULL)
    g_array_index (command->more, ImapAppended, command->more->len - 1).utf8 = TRUE;
  else
    command->utf8 = TRUE;
}

ImapCommand *
imap_command_store_labels (ImapSet *uids, int mode, const char *const *labels)
{
  ImapCommand *command = command_uid (IMAP_VERB_STORE, uids);

  command->store_mode = mode;
  command->silent = TRUE;
  command->labels = g_strdupv ((char **) labels);
  return command;
}

ImapCommand *
imap_command_search (ImapSearchKey *key, gboolean uid)
{
  ImapCommand *command = imap_command_new (IMAP_VERB_SEARCH);

  command->uid = uid;
  command->search = key;
  return command;
}

ImapCommand *
imap_command_id (const char *const *pairs)
{
  ImapCommand *command = imap_command_new (IMAP_VERB_ID);

  command->words = g_strdupv ((char **) pairs);
  return command;
}
