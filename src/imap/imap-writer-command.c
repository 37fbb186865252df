/* Commands as lines (RFC 9051 §6, §9). */
#include "config.h"

#include "imap-writer-private.h"

#include <string.h>

static void
write_words (ImapWriter *writer, char **words)
{
  imap_writer_put (writer, "(");
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      if (i > 0)
        imap_writer_put (writer, " ");
      imap_writer_raw (writer, words[i]);
    }
  imap_writer_put (writer, ")");
}

static void
write_options (ImapWriter *writer, const char *options)
{
  if (options != NULL)
    {
      imap_writer_put (writer, " ");
      imap_writer_raw (writer, options);
    }
}

/* SEARCH */

static gboolean
needs_charset (const ImapSearchKey *key)
{
  if ((key->text != NULL && !g_str_is_ascii (key->text)) ||
      (key->text2 != NULL && !g_str_is_ascii (key->text2)))
    return TRUE;
  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    if (needs_charset (key->children->pdata[i]))
      return TRUE;
  return FALSE;
}

static void write_key (ImapWriter *writer, const ImapSearchKey *key, gboolean top);

static void
write_children (ImapWriter *writer, const ImapSearchKey *key)
{
  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    {
      if (i > 0)
        imap_writer_put (writer, " ");
      write_key (writer, key->children->pdata[i], FALSE);
    }
}

static void
write_argument (ImapWriter *writer, const ImapSearchKey *key, ImapSearchArgument argument)
{
  GString *date;

  if (argument != IMAP_SEARCH_NOTHING)
    imap_writer_put (writer, " ");
  switch (argument)
    {
    case IMAP_SEARCH_NOTHING:
      break;
    case IMAP_SEARCH_STRING:
      imap_writer_string (writer, key->text != NULL ? key->text : "");
      break;
    case IMAP_SEARCH_HEADER:
      imap_writer_astring (writer, key->text != NULL ? key->text : "");
      imap_writer_put (writer, " ");
      imap_writer_string (writer, key->text2 != NULL ? key->text2 : "");
      break;
    case IMAP_SEARCH_ATOM:
      imap_writer_astring (writer, key->text != NULL ? key->text : "");
      break;
    case IMAP_SEARCH_DATE:
      date = g_string_new (NULL);
      imap_date_write_day (key->date, date);
      imap_writer_take (writer, date);
      break;
    case IMAP_SEARCH_NUMBER:
      imap_writer_number (writer, key->number);
      break;
    case IMAP_SEARCH_SET:
      imap_writer_set (writer, key->set);
      break;
    case IMAP_SEARCH_KEY:
    case IMAP_SEARCH_KEYS_2:
      write_children (writer, key);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
write_key (ImapWriter *writer, const ImapSearchKey *key, gboolean top)
{
  ImapSearchArgument argument;
  const char *name;

  if (strcmp (key->name, "SET") == 0)
    imap_writer_set (writer, key->set);
  else if (strcmp (key->name, "AND") == 0)
    {
      if (!top)
        imap_writer_put (writer, "(");
      write_children (writer, key);
      if (!top)
        imap_writer_put (writer, ")");
    }
  else if (imap_search_find (key->name, strlen (key->name), &name, &argument))
    {
      imap_writer_put (writer, name);
      write_argument (writer, key, argument);
    }
  else
    imap_writer_raw (writer, key->name);
}

/* SORT and THREAD name their charset always (RFC 5256 §3). */
static void
write_sort (ImapWriter *writer, const ImapCommand *command)
{
  if (command->esearch)
    {
      imap_writer_put (writer, " RETURN ");
      write_words (writer, command->words);
    }
  imap_writer_put (writer, " ");
  if (command->verb == IMAP_VERB_SORT)
    write_words (writer, command->sort);
  else
    imap_writer_raw (writer, command->name != NULL ? command->name : "");
  imap_writer_put (writer, " ");
  imap_writer_astring (writer, command->charset != NULL ? command->charset : "UTF-8");
  imap_writer_put (writer, " ");
  if (command->search != NULL)
    write_key (writer, command->search, TRUE);
  else
    imap_writer_put (writer, "ALL");
}

static void
write_search (ImapWriter *writer, const ImapCommand *command)
{
  const char *charset = command->charset;

  if (command->esearch)
    {
      imap_writer_put (writer, " RETURN ");
      write_words (writer, command->words);
    }
  if (charset == NULL && (writer->options & IMAP_WRITER_UTF8) == 0 && command->search != NULL &&
      needs_charset (command->search))
    charset = "UTF-8";
  if (charset != NULL)
    {
      imap_writer_put (writer, " CHARSET ");
      imap_writer_astring (writer, charset);
    }
  imap_writer_put (writer, " ");
  if (command->search != NULL)
    write_key (writer, command->search, TRUE);
  else
    imap_writer_put (writer, "ALL");
}

/* FETCH and STORE */

static const char *const item_names[] = {
  "UID",    "FLAGS",   "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY",        "BODYSTRUCTURE",
  "MODSEQ", "EMAILID", "THREADID",     "PREVIEW",     "SAVEDATE", "X-GM-LABELS",
};

static void
write_section (ImapWriter *writer, const ImapFetchSection *section)
{
  imap_writer_put (writer, section->binary ? "BINARY" : "BODY");
  imap_writer_put (writer, section->peek ? ".PEEK[" : "[");
  imap_writer_raw (writer, section->section);
  imap_writer_put (writer, "]");
  if (section->origin >= 0)
    {
      imap_writer_put (writer, "<");
      imap_writer_number (writer, (guint64) section->origin);
      imap_writer_put (writer, ".");
      imap_writer_number (writer, (guint64) MAX (section->length, 1));
      imap_writer_put (writer, ">");
    }
}

static void
write_fetch_modifiers (ImapWriter *writer, const ImapCommand *command)
{
  if (command->changed_since == 0 && command->partial_from == 0)
    return;
  imap_writer_put (writer, " (");
  if (command->changed_since != 0)
    {
      imap_writer_put (writer, "CHANGEDSINCE ");
      imap_writer_number (writer, command->changed_since);
      imap_writer_put (writer, command->vanished ? " VANISHED" : "");
    }
  if (command->partial_from != 0)
    {
      imap_writer_put (writer, command->changed_since != 0 ? " PARTIAL " : "PARTIAL ");
      imap_writer_window (writer, command->partial_from, command->partial_to);
    }
  imap_writer_put (writer, ")");
}

static void
write_fetch (ImapWriter *writer, const ImapCommand *command)
{
  const char *space = " (";

  imap_writer_put (writer, " ");
  imap_writer_set (writer, command->set);
  for (guint i = 0; i < G_N_ELEMENTS (item_names); i++)
    if ((command->items & 1u << i) != 0)
      {
        imap_writer_put (writer, space);
        imap_writer_put (writer, item_names[i]);
        if (command->lazy && 1u << i == IMAP_FETCH_PREVIEW)
          imap_writer_put (writer, " (LAZY)");
        space = " ";
      }
  if (command->other != NULL)
    {
      imap_writer_put (writer, space);
      imap_writer_raw (writer, command->other);
      space = " ";
    }
  for (guint i = 0; command->sections != NULL && i < command->sections->len; i++)
    {
      imap_writer_put (writer, space);
      write_section (writer, &g_array_index (command->sections, ImapFetchSection, i));
      space = " ";
    }
  imap_writer_put (writer, ")");
  write_fetch_modifiers (writer, command);
}

static void
write_store (ImapWriter *writer, const ImapCommand *command)
{
  const char mode[] = { (char) command->store_mode, '\0' };

  imap_writer_put (writer, " ");
  imap_writer_set (writer, command->set);
  if (command->has_unchanged_since)
    {
      imap_writer_put (writer, " (UNCHANGEDSINCE ");
      imap_writer_number (writer, command->unchanged_since);
      imap_writer_put (writer, ")");
    }
  imap_writer_put (writer, " ");
  imap_writer_put (writer, mode);
  if (command->labels != NULL)
    {
      imap_writer_put (writer, command->silent ? "X-GM-LABELS.SILENT " : "X-GM-LABELS ");
      imap_writer_labels (writer, command->labels);
      return;
    }
  imap_writer_put (writer, command->silent ? "FLAGS.SILENT " : "FLAGS ");
  imap_writer_flags (writer, &command->flags);
}

/* The rest */

static void
write_letter (ImapWriter *writer,
              const ImapFlags *flags,
              gint64 internal_date,
              gint offset,
              gboolean utf8,
              BaseBody *body,
              const ImapString *data)
{
  gsize len;
  const void *bytes;

  if (flags->bits != 0 || flags->keywords != NULL)
    {
      imap_writer_put (writer, " ");
      imap_writer_flags (writer, flags);
    }
  if (internal_date != IMAP_DATE_NONE)
    {
      GString *date = g_string_new (" \"");

      imap_date_write (internal_date, offset, date);
      g_string_append_c (date, '"');
      imap_writer_take (writer, date);
    }
  imap_writer_put (writer, utf8 ? " UTF8 (" : " ");
  bytes = data->bytes != NULL ? g_bytes_get_data (data->bytes, &len) : NULL;
  imap_writer_mark (writer, body != NULL ? base_body_size (body) : (bytes != NULL ? len : 0), utf8);
  if (body != NULL)
    imap_writer_body (writer, body);
  else if (bytes != NULL)
    imap_writer_bytes (writer, BASE_SPAN_BODY, bytes, len);
  imap_writer_put (writer, utf8 ? ")" : "");
}

static void
write_append (ImapWriter *writer, const ImapCommand *command)
{
  imap_writer_put (writer, " ");
  imap_writer_mailbox (writer, command->mailbox);
  write_letter (writer,
                &command->flags,
                command->internal_date,
                command->internal_offset,
                command->utf8,
                command->body,
                &command->data);
  for (guint i = 0; command->more != NULL && i < command->more->len; i++)
    {
      const ImapAppended *one = &g_array_index (command->more, ImapAppended, i);

      write_letter (writer,
                    &one->flags,
                    one->internal_date,
                    one->internal_offset,
                    one->utf8,
                    one->body,
                    &one->data);
    }
}

static void
write_list (ImapWriter *writer, const ImapCommand *command)
{
  write_options (writer, command->options);
  imap_writer_put (writer, " ");
  /* Patterns are quoted: their wildcards are not for atoms. */
  imap_writer_string (writer, command->mailbox != NULL ? command->mailbox : "");
  imap_writer_put (writer, " ");
  if (command->patterns != NULL)
    {
      imap_writer_put (writer, "(");
      for (guint i = 0; command->patterns[i] != NULL; i++)
        {
          imap_writer_put (writer, i > 0 ? " " : "");
          imap_writer_mailbox (writer, command->patterns[i]);
        }
      imap_writer_put (writer, ")");
    }
  else if (command->mailbox2 != NULL && *command->mailbox2 == '\0')
    imap_writer_put (writer, "\"\"");
  else
    imap_writer_mailbox (writer, command->mailbox2 != NULL ? command->mailbox2 : "*");
  if (command->words != NULL)
    {
      imap_writer_put (writer, " RETURN ");
      write_words (writer, command->words);
    }
}

static void
write_id (ImapWriter *writer, char **pairs)
{
  if (pairs == NULL)
    {
      imap_writer_put (writer, " NIL");
      return;
    }
  imap_writer_put (writer, " (");
  for (guint i = 0; pairs[i] != NULL; i++)
    {
      imap_writer_put (writer, i > 0 ? " " : "");
      imap_writer_nstring (writer, i % 2 == 1 && pairs[i][0] == '\0' ? NULL : pairs[i]);
    }
  imap_writer_put (writer, ")");
}

static void
write_login (ImapWriter *writer, const ImapCommand *command)
{
  gsize len = 0;
  const char *password =
      command->password != NULL ? base_secret_peek (command->password, &len) : "";

  imap_writer_put (writer, " ");
  imap_writer_string (writer, command->user != NULL ? command->user : "");
  imap_writer_put (writer, " ");
  imap_writer_string_bytes (writer, BASE_SPAN_SECRET, password, len);
}

static void
write_authenticate (ImapWriter *writer, const ImapCommand *command)
{
  g_autofree char *base64 = NULL;
  const char *response;
  gsize len;

  imap_writer_put (writer, " ");
  imap_writer_raw (writer, command->name != NULL ? command->name : "");
  if (command->password == NULL)
    return;
  imap_writer_put (writer, " ");
  response = base_secret_peek (command->password, &len);
  /* An empty initial response is "=" (RFC 4959 §3). */
  base64 = len > 0 ? g_base64_encode ((const guchar *) response, len) : g_strdup ("=");
  imap_writer_bytes (writer, BASE_SPAN_SECRET, base64, strlen (base64));
  base_secret_wipe (base64, strlen (base64));
}

static void
write_mailbox_argument (ImapWriter *writer, const char *mailbox)
{
  imap_writer_put (writer, " ");
  imap_writer_mailbox (writer, mailbox != NULL ? mailbox : "");
}

static void
write_arguments (ImapWriter *writer, const ImapCommand *command)
{
  switch (command->verb)
    {
    case IMAP_VERB_LOGIN:
      write_login (writer, command);
      break;
    case IMAP_VERB_AUTHENTICATE:
      write_authenticate (writer, command);
      break;
    case IMAP_VERB_ENABLE:
      for (guint i = 0; command->words != NULL && command->words[i] != NULL; i++)
        write_options (writer, command->words[i]);
      break;
    case IMAP_VERB_SELECT:
    case IMAP_VERB_EXAMINE:
    case IMAP_VERB_CREATE:
      write_mailbox_argument (writer, command->mailbox);
      write_options (writer, command->options);
      break;
    case IMAP_VERB_DELETE:
    case IMAP_VERB_SUBSCRIBE:
    case IMAP_VERB_UNSUBSCRIBE:
    case IMAP_VERB_GETQUOTAROOT:
      write_mailbox_argument (writer, command->mailbox);
      break;
    case IMAP_VERB_RENAME:
      write_mailbox_argument (writer, command->mailbox);
      write_mailbox_argument (writer, command->mailbox2);
      break;
    case IMAP_VERB_GETQUOTA:
      imap_writer_put (writer, " ");
      imap_writer_string (writer, command->mailbox != NULL ? command->mailbox : "");
      break;
    case IMAP_VERB_LIST:
    case IMAP_VERB_LSUB:
      write_list (writer, command);
      break;
    case IMAP_VERB_STATUS:
      write_mailbox_argument (writer, command->mailbox);
      imap_writer_put (writer, " ");
      write_words (writer, command->words);
      break;
    case IMAP_VERB_COMPRESS:
      imap_writer_put (writer, " ");
      imap_writer_raw (writer, command->name);
      break;
    case IMAP_VERB_REPLACE:
      imap_writer_put (writer, " ");
      imap_writer_set (writer, command->set);
      write_append (writer, command);
      break;
    case IMAP_VERB_APPEND:
      write_append (writer, command);
      break;
    case IMAP_VERB_EXPUNGE:
      if (command->uid)
        {
          imap_writer_put (writer, " ");
          imap_writer_set (writer, command->set);
        }
      break;
    case IMAP_VERB_SEARCH:
      write_search (writer, command);
      break;
    case IMAP_VERB_SORT:
    case IMAP_VERB_THREAD:
      write_sort (writer, command);
      break;
    case IMAP_VERB_FETCH:
      write_fetch (writer, command);
      break;
    case IMAP_VERB_STORE:
      write_store (writer, command);
      break;
    case IMAP_VERB_COPY:
    case IMAP_VERB_MOVE:
      imap_writer_put (writer, " ");
      imap_writer_set (writer, command->set);
      write_mailbox_argument (writer, command->mailbox);
      break;
    case IMAP_VERB_ID:
      write_id (writer, command->words);
      break;
    case IMAP_VERB_NOTIFY:
    case IMAP_VERB_UNKNOWN:
      write_options (writer, command->text);
      break;
    case IMAP_VERB_CAPABILITY:
    case IMAP_VERB_NOOP:
    case IMAP_VERB_LOGOUT:
    case IMAP_VERB_STARTTLS:
    case IMAP_VERB_NAMESPACE:
    case IMAP_VERB_IDLE:
    case IMAP_VERB_CHECK:
    case IMAP_VERB_CLOSE:
    case IMAP_VERB_UNSELECT:
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
write_command (ImapWriter *writer, const ImapCommand *command)
{
  if (command->tag != NULL)
    {
      imap_writer_put (writer, command->tag);
      imap_writer_put (writer, " ");
    }
  if (command->uid)
    imap_writer_put (writer, "UID ");
  if (command->verb == IMAP_VERB_UNKNOWN)
    imap_writer_raw (writer, command->name != NULL ? command->name : "");
  else
    imap_writer_put (writer, imap_verb_name (command->verb));
  write_arguments (writer, command);
  imap_writer_end (writer);
}

gboolean
imap_writer_command_line (const ImapCommand *command, guint options, ImapLine *line)
{
  ImapWriter writer = { line, options, TRUE, FALSE };

  write_command (&writer, command);
  return !writer.invalid;
}

void
imap_writer_command (const ImapCommand *command, GString *out)
{
  g_autoptr (ImapLine) line = imap_line_new ();
  ImapWriter writer = { line, 0, FALSE, FALSE };

  write_command (&writer, command);
  imap_writer_flatten (line, out);
}
