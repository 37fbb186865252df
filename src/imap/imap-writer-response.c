/* Responses as lines (RFC 9051 §7, §9). */
#include "config.h"

#include "imap-writer-private.h"

#include <string.h>

typedef struct
{
  ImapWriter writer;
  BaseBody *const *bodies; /* for sections without bytes, in order */
  guint n_bodies;
} ResponseWriter;

static void
write_words (ImapWriter *writer, char **words)
{
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      imap_writer_put (writer, " ");
      imap_writer_put (writer, words[i]);
    }
}

static void
write_code (ImapWriter *writer, const ImapCode *code)
{
  if (code->name == NULL)
    return;
  imap_writer_put (writer, "[");
  imap_writer_put (writer, code->name);
  if (code->text != NULL)
    {
      imap_writer_put (writer, " ");
      imap_writer_put (writer, code->text);
    }
  imap_writer_put (writer, "] ");
}

static void
write_status (ImapWriter *writer, const ImapResponse *response)
{
  imap_writer_put (writer, imap_status_name (response->status));
  imap_writer_put (writer, " ");
  write_code (writer, &response->code);
  imap_writer_put (writer, response->text != NULL ? response->text : "");
}

static void
write_delimiter (ImapWriter *writer, char delimiter)
{
  char text[2] = { delimiter, '\0' };

  imap_writer_nstring (writer, delimiter != '\0' ? text : NULL);
}

static void
write_list (ImapWriter *writer, const ImapList *list)
{
  const char *space = "";

  imap_writer_put (writer, list->lsub ? "LSUB (" : "LIST (");
  for (guint bit = 0; bit < 32; bit++)
    if ((list->attributes & 1u << bit) != 0)
      {
        imap_writer_put (writer, space);
        imap_writer_put (writer, imap_mailbox_attribute_name (1u << bit));
        space = " ";
      }
  for (guint i = 0; list->others != NULL && list->others[i] != NULL; i++)
    {
      imap_writer_put (writer, space);
      imap_writer_put (writer, list->others[i]);
      space = " ";
    }
  imap_writer_put (writer, ") ");
  write_delimiter (writer, list->delimiter);
  imap_writer_put (writer, " ");
  if (list->wire_name != NULL)
    imap_writer_string (writer, list->wire_name);
  else
    imap_writer_mailbox (writer, list->name);
  if (list->extended != NULL)
    {
      imap_writer_put (writer, " ");
      imap_writer_put (writer, list->extended);
    }
}

static void
write_namespace_class (ImapWriter *writer, GArray *entries)
{
  imap_writer_put (writer, entries != NULL ? " (" : " NIL");
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const ImapNamespaceEntry *entry = &g_array_index (entries, ImapNamespaceEntry, i);

      imap_writer_put (writer, "(");
      imap_writer_name (writer, entry->prefix);
      imap_writer_put (writer, " ");
      write_delimiter (writer, entry->delimiter);
      imap_writer_put (writer, ")");
    }
  if (entries != NULL)
    imap_writer_put (writer, ")");
}

static void
write_status_items (ImapWriter *writer, const ImapStatusItems *items)
{
  const struct
  {
    const char *name;
    gboolean has;
    guint64 value;
  } known[] = {
    { "MESSAGES ", items->has_messages, items->messages },
    { "RECENT ", items->has_recent, items->recent },
    { "UIDNEXT ", items->has_uidnext, items->uidnext },
    { "UIDVALIDITY ", items->has_uidvalidity, items->uidvalidity },
    { "UNSEEN ", items->has_unseen, items->unseen },
    { "HIGHESTMODSEQ ", items->has_modseq, items->modseq },
    { "SIZE ", items->has_size, items->size },
    { "DELETED ", items->has_deleted, items->deleted },
    { "DELETED-STORAGE ", items->has_deleted_storage, items->deleted_storage },
  };
  const char *space = "";

  imap_writer_put (writer, "STATUS ");
  imap_writer_mailbox (writer, items->name);
  imap_writer_put (writer, " (");
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].has)
      {
        imap_writer_put (writer, space);
        imap_writer_put (writer, known[i].name);
        imap_writer_number (writer, known[i].value);
        space = " ";
      }
  if (items->has_appendlimit)
    {
      imap_writer_put (writer, space);
      imap_writer_put (writer,
                       items->appendlimit == G_MAXUINT64 ? "APPENDLIMIT NIL" : "APPENDLIMIT ");
      if (items->appendlimit != G_MAXUINT64)
        imap_writer_number (writer, items->appendlimit);
      space = " ";
    }
  if (items->mailbox_id != NULL)
    {
      imap_writer_put (writer, space);
      imap_writer_put (writer, "MAILBOXID (");
      imap_writer_astring (writer, items->mailbox_id);
      imap_writer_put (writer, ")");
      space = " ";
    }
  if (items->other != NULL)
    {
      imap_writer_put (writer, space);
      imap_writer_put (writer, items->other);
    }
  imap_writer_put (writer, ")");
}

static void
write_search (ImapWriter *writer, const ImapResponse *response)
{
  imap_writer_put (writer, response->sort ? "SORT" : "SEARCH");
  for (guint i = 0; i < response->numbers->len; i++)
    {
      imap_writer_put (writer, " ");
      imap_writer_number (writer, g_array_index (response->numbers, guint32, i));
    }
  if (response->modseq != 0)
    {
      imap_writer_put (writer, " (MODSEQ ");
      imap_writer_number (writer, response->modseq);
      imap_writer_put (writer, ")");
    }
}

static void
write_counted (ImapWriter *writer, const char *name, guint64 value)
{
  imap_writer_put (writer, name);
  imap_writer_number (writer, value);
}

static void
write_esearch (ImapWriter *writer, const ImapEsearch *esearch)
{
  imap_writer_put (writer, "ESEARCH");
  if (esearch->tag != NULL)
    {
      imap_writer_put (writer, " (TAG ");
      imap_writer_string (writer, esearch->tag);
      imap_writer_put (writer, ")");
    }
  if (esearch->uid)
    imap_writer_put (writer, " UID");
  if (esearch->min != 0)
    write_counted (writer, " MIN ", esearch->min);
  if (esearch->max != 0)
    write_counted (writer, " MAX ", esearch->max);
  if (esearch->count >= 0)
    write_counted (writer, " COUNT ", (guint64) esearch->count);
  if (esearch->all != NULL)
    {
      imap_writer_put (writer, " ALL ");
      imap_writer_set (writer, esearch->all);
    }
  if (esearch->modseq != 0)
    write_counted (writer, " MODSEQ ", esearch->modseq);
  if (esearch->partial_from != 0)
    {
      imap_writer_put (writer, " PARTIAL (");
      imap_writer_window (writer, esearch->partial_from, esearch->partial_to);
      imap_writer_put (writer, esearch->partial != NULL ? " " : " NIL");
      if (esearch->partial != NULL)
        imap_writer_set (writer, esearch->partial);
      imap_writer_put (writer, ")");
    }
  if (esearch->other != NULL)
    {
      imap_writer_put (writer, " ");
      imap_writer_put (writer, esearch->other);
    }
}

static void
write_id (ImapWriter *writer, char **words)
{
  imap_writer_put (writer, words != NULL ? "ID (" : "ID NIL");
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      imap_writer_put (writer, i > 0 ? " " : "");
      imap_writer_nstring (writer, i % 2 == 1 && words[i][0] == '\0' ? NULL : words[i]);
    }
  if (words != NULL)
    imap_writer_put (writer, ")");
}

static void
write_quota (ImapWriter *writer, const ImapQuota *quota)
{
  imap_writer_put (writer, "QUOTA ");
  imap_writer_string (writer, quota->name);
  imap_writer_put (writer, " (");
  for (guint i = 0; i < quota->resources->len; i++)
    {
      const ImapQuotaResource *resource = &g_array_index (quota->resources, ImapQuotaResource, i);

      imap_writer_put (writer, i > 0 ? " " : "");
      imap_writer_put (writer, resource->name);
      write_counted (writer, " ", resource->usage);
      write_counted (writer, " ", resource->limit);
    }
  imap_writer_put (writer, ")");
}

static void
write_quotaroot (ImapWriter *writer, const ImapQuota *quota)
{
  imap_writer_put (writer, "QUOTAROOT ");
  imap_writer_mailbox (writer, quota->name);
  for (guint i = 0; quota->roots != NULL && quota->roots[i] != NULL; i++)
    {
      imap_writer_put (writer, " ");
      imap_writer_string (writer, quota->roots[i]);
    }
}

/* Structures */

static void
write_addresses (ImapWriter *writer, GArray *addresses)
{
  if (addresses == NULL || addresses->len == 0)
    {
      imap_writer_put (writer, " NIL");
      return;
    }
  imap_writer_put (writer, " (");
  for (guint i = 0; i < addresses->len; i++)
    {
      const ImapAddress *address = &g_array_index (addresses, ImapAddress, i);

      imap_writer_put (writer, "(");
      imap_writer_nstring (writer, address->name);
      imap_writer_put (writer, " ");
      imap_writer_nstring (writer, address->adl);
      imap_writer_put (writer, " ");
      imap_writer_nstring (writer, address->mailbox);
      imap_writer_put (writer, " ");
      imap_writer_nstring (writer, address->host);
      imap_writer_put (writer, ")");
    }
  imap_writer_put (writer, ")");
}

static void
write_envelope (ImapWriter *writer, const ImapEnvelope *envelope)
{
  imap_writer_put (writer, "(");
  imap_writer_nstring (writer, envelope->date);
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, envelope->subject);
  write_addresses (writer, envelope->from);
  write_addresses (writer, envelope->sender);
  write_addresses (writer, envelope->reply_to);
  write_addresses (writer, envelope->to);
  write_addresses (writer, envelope->cc);
  write_addresses (writer, envelope->bcc);
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, envelope->in_reply_to);
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, envelope->message_id);
  imap_writer_put (writer, ")");
}

static void
write_strings (ImapWriter *writer, char **strings)
{
  imap_writer_put (writer, strings != NULL ? " (" : " NIL");
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    {
      imap_writer_put (writer, i > 0 ? " " : "");
      imap_writer_string (writer, strings[i]);
    }
  if (strings != NULL)
    imap_writer_put (writer, ")");
}

static void
write_extension (ImapWriter *writer, const ImapBody *body)
{
  if (body->disposition != NULL || body->disposition_parameters != NULL)
    {
      imap_writer_put (writer, " (");
      imap_writer_nstring (writer, body->disposition);
      write_strings (writer, body->disposition_parameters);
      imap_writer_put (writer, ")");
    }
  else
    imap_writer_put (writer, " NIL");
  write_strings (writer, body->languages);
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, body->location);
}

static void write_body (ImapWriter *writer, const ImapBody *body);

static void
write_multipart (ImapWriter *writer, const ImapBody *body)
{
  for (guint i = 0; i < body->children->len; i++)
    write_body (writer, body->children->pdata[i]);
  imap_writer_put (writer, body->children->len > 0 ? " " : "NIL ");
  imap_writer_nstring (writer, body->subtype);
  if (body->extended || body->parameters != NULL)
    {
      write_strings (writer, body->parameters);
      write_extension (writer, body);
    }
}

static void
write_single (ImapWriter *writer, const ImapBody *body)
{
  imap_writer_nstring (writer, body->type != NULL ? body->type : "");
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, body->subtype);
  write_strings (writer, body->parameters);
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, body->id);
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, body->description);
  imap_writer_put (writer, " ");
  imap_writer_nstring (writer, body->encoding);
  write_counted (writer, " ", body->size);
  if (body->envelope != NULL)
    {
      imap_writer_put (writer, " ");
      write_envelope (writer, body->envelope);
      imap_writer_put (writer, " ");
      if (body->children != NULL && body->children->len > 0)
        write_body (writer, body->children->pdata[0]);
      else
        imap_writer_put (writer, "NIL");
      write_counted (writer, " ", body->lines);
    }
  else if (body->type != NULL && g_ascii_strcasecmp (body->type, "text") == 0)
    write_counted (writer, " ", body->lines);
  if (body->extended || body->md5 != NULL)
    {
      imap_writer_put (writer, " ");
      imap_writer_nstring (writer, body->md5);
      write_extension (writer, body);
    }
}

/* Recursion is as deep as limits.depth let the parser, or the caller's own message, go. */
static void
write_body (ImapWriter *writer, const ImapBody *body)
{
  imap_writer_put (writer, "(");
  if (imap_body_is_multipart (body) && body->children != NULL)
    write_multipart (writer, body);
  else if (body->type != NULL || body->subtype != NULL)
    write_single (writer, body);
  imap_writer_put (writer, ")");
}

/* FETCH */

static void
write_string (ResponseWriter *self, const ImapString *string)
{
  gsize len;
  const char *bytes;

  if (string->bytes == NULL && self->n_bodies > 0 && !string->nil)
    {
      BaseBody *body = *self->bodies++;

      self->n_bodies--;
      imap_writer_mark (&self->writer, base_body_size (body), FALSE);
      imap_writer_body (&self->writer, body);
      return;
    }
  if (string->bytes == NULL)
    {
      imap_writer_put (&self->writer, string->stream != 0 ? "\"\"" : "NIL");
      return;
    }
  bytes = g_bytes_get_data (string->bytes, &len);
  if (bytes == NULL)
    bytes = "";
  imap_writer_mark (&self->writer, len, memchr (bytes, '\0', len) != NULL);
  imap_writer_bytes (&self->writer, BASE_SPAN_BODY, bytes, len);
}

/* "RFC822", "RFC822.HEADER", "RFC822.TEXT", or a section in brackets. */
static void
write_section_name (ImapWriter *writer, const ImapSection *section)
{
  if (section->old)
    {
      imap_writer_put (writer, section->section[0] == '\0' ? "RFC822" : "RFC822.");
      imap_writer_put (writer, section->section);
      return;
    }
  imap_writer_put (writer, section->binary ? "BINARY[" : "BODY[");
  imap_writer_put (writer, section->section);
  imap_writer_put (writer, "]");
}

static void
write_section (ResponseWriter *self, const ImapSection *section)
{
  write_section_name (&self->writer, section);
  if (section->origin >= 0)
    {
      write_counted (&self->writer, "<", (guint64) section->origin);
      imap_writer_put (&self->writer, ">");
    }
  imap_writer_put (&self->writer, " ");
  write_string (self, &section->data);
}

static void
write_date (ImapWriter *writer, gint64 utc, gint offset)
{
  GString *date = g_string_new ("\"");

  if (utc == IMAP_DATE_NONE)
    {
      g_string_free (date, TRUE);
      imap_writer_put (writer, "NIL");
      return;
    }
  imap_date_write (utc, offset, date);
  g_string_append_c (date, '"');
  imap_writer_take (writer, date);
}

static void
write_object_id (ImapWriter *writer, const char *id)
{
  if (id == NULL)
    {
      imap_writer_put (writer, "NIL");
      return;
    }
  imap_writer_put (writer, "(");
  imap_writer_astring (writer, id);
  imap_writer_put (writer, ")");
}

static void
write_item (ImapWriter *writer, const ImapFetch *fetch, guint item)
{
  switch (item)
    {
    case IMAP_FETCH_UID:
      write_counted (writer, "UID ", fetch->uid);
      break;
    case IMAP_FETCH_FLAGS:
      imap_writer_put (writer, "FLAGS ");
      imap_writer_flags (writer, &fetch->flags);
      break;
    case IMAP_FETCH_INTERNALDATE:
      imap_writer_put (writer, "INTERNALDATE ");
      write_date (writer, fetch->internal_date, fetch->internal_offset);
      break;
    case IMAP_FETCH_SIZE:
      write_counted (writer, "RFC822.SIZE ", fetch->size);
      break;
    case IMAP_FETCH_ENVELOPE:
      imap_writer_put (writer, "ENVELOPE ");
      write_envelope (writer, fetch->envelope);
      break;
    case IMAP_FETCH_BODY:
    case IMAP_FETCH_BODYSTRUCTURE:
      imap_writer_put (writer, item == IMAP_FETCH_BODY ? "BODY " : "BODYSTRUCTURE ");
      write_body (writer, fetch->body);
      break;
    case IMAP_FETCH_MODSEQ:
      write_counted (writer, "MODSEQ (", fetch->modseq);
      imap_writer_put (writer, ")");
      break;
    case IMAP_FETCH_EMAILID:
      imap_writer_put (writer, "EMAILID ");
      write_object_id (writer, fetch->email_id);
      break;
    case IMAP_FETCH_THREADID:
      imap_writer_put (writer, "THREADID ");
      write_object_id (writer, fetch->thread_id);
      break;
    case IMAP_FETCH_PREVIEW:
      imap_writer_put (writer, "PREVIEW ");
      imap_writer_nstring (writer, fetch->preview);
      break;
    case IMAP_FETCH_SAVEDATE:
      imap_writer_put (writer, "SAVEDATE ");
      write_date (writer, fetch->save_date, 0);
      break;
    case IMAP_FETCH_LABELS:
      imap_writer_put (writer, "X-GM-LABELS ");
      imap_writer_labels (writer, fetch->labels);
      break;
    default:
      imap_writer_put (writer, fetch->other);
      break;
    }
}

static gboolean
has_item (const ImapFetch *fetch, guint item)
{
  if ((fetch->items & item) == 0)
    return FALSE;
  if (item == IMAP_FETCH_ENVELOPE)
    return fetch->envelope != NULL;
  if (item == IMAP_FETCH_BODY || item == IMAP_FETCH_BODYSTRUCTURE)
    return fetch->body != NULL;
  return item != IMAP_FETCH_OTHER || fetch->other != NULL;
}

static void
write_fetch (ResponseWriter *self, const ImapFetch *fetch, gboolean uid)
{
  const char *space = "";

  imap_writer_put (&self->writer, uid ? " UIDFETCH (" : " FETCH (");
  for (guint item = uid ? 2 : 1; item <= IMAP_FETCH_OTHER; item <<= 1)
    if (has_item (fetch, item))
      {
        imap_writer_put (&self->writer, space);
        write_item (&self->writer, fetch, item);
        space = " ";
      }
  for (guint i = 0; fetch->sections != NULL && i < fetch->sections->len; i++)
    {
      imap_writer_put (&self->writer, space);
      write_section (self, &g_array_index (fetch->sections, ImapSection, i));
      space = " ";
    }
  imap_writer_put (&self->writer, ")");
}

static void
write_untagged (ResponseWriter *self, const ImapResponse *response)
{
  ImapWriter *writer = &self->writer;
  GString *text;

  switch (response->type)
    {
    case IMAP_RESPONSE_STATUS:
      write_status (writer, response);
      break;
    case IMAP_RESPONSE_CAPABILITY:
      imap_writer_put (writer, "CAPABILITY");
      write_words (writer, response->words);
      break;
    case IMAP_RESPONSE_ENABLED:
      imap_writer_put (writer, "ENABLED");
      write_words (writer, response->words);
      break;
    case IMAP_RESPONSE_LIST:
      write_list (writer, response->list);
      break;
    case IMAP_RESPONSE_NAMESPACE:
      imap_writer_put (writer, "NAMESPACE");
      write_namespace_class (writer, response->personal);
      write_namespace_class (writer, response->others);
      write_namespace_class (writer, response->shared);
      break;
    case IMAP_RESPONSE_STATUS_ITEMS:
      write_status_items (writer, response->status_items);
      break;
    case IMAP_RESPONSE_SEARCH:
      write_search (writer, response);
      break;
    case IMAP_RESPONSE_ESEARCH:
      write_esearch (writer, response->esearch);
      break;
    case IMAP_RESPONSE_THREAD:
      imap_writer_put (writer,
                       response->text != NULL && *response->text != '\0' ? "THREAD " : "THREAD");
      imap_writer_put (writer, response->text != NULL ? response->text : "");
      break;
    case IMAP_RESPONSE_FLAGS:
      imap_writer_put (writer, "FLAGS ");
      imap_writer_flags (writer, &response->flags);
      break;
    case IMAP_RESPONSE_EXISTS:
    case IMAP_RESPONSE_RECENT:
    case IMAP_RESPONSE_EXPUNGE:
      imap_writer_number (writer, response->number);
      imap_writer_put (writer,
                       response->type == IMAP_RESPONSE_EXISTS   ? " EXISTS"
                       : response->type == IMAP_RESPONSE_RECENT ? " RECENT"
                                                                : " EXPUNGE");
      break;
    case IMAP_RESPONSE_VANISHED:
      text = g_string_new (response->earlier ? "VANISHED (EARLIER) " : "VANISHED ");
      imap_set_write (response->set, text);
      imap_writer_take (writer, text);
      break;
    case IMAP_RESPONSE_FETCH:
      imap_writer_number (writer, response->number);
      write_fetch (self, response->fetch, response->uid);
      break;
    case IMAP_RESPONSE_ID:
      write_id (writer, response->words);
      break;
    case IMAP_RESPONSE_QUOTA:
      write_quota (writer, response->quota);
      break;
    case IMAP_RESPONSE_QUOTAROOT:
      write_quotaroot (writer, response->quota);
      break;
    case IMAP_RESPONSE_UNKNOWN:
      imap_writer_put (writer, response->text);
      break;
    case IMAP_RESPONSE_CONTINUE:
    default:
      g_assert_not_reached ();
    }
}

static void
write_response (ResponseWriter *self, const ImapResponse *response)
{
  if (response->type == IMAP_RESPONSE_CONTINUE)
    {
      imap_writer_put (&self->writer, "+ ");
      write_code (&self->writer, &response->code);
      imap_writer_put (&self->writer, response->text != NULL ? response->text : "");
    }
  else
    {
      imap_writer_put (&self->writer, response->tag != NULL ? response->tag : "*");
      imap_writer_put (&self->writer, " ");
      write_untagged (self, response);
    }
  imap_writer_end (&self->writer);
}

void
imap_writer_response_line (const ImapResponse *response,
                           guint options,
                           BaseBody *const *bodies,
                           guint n_bodies,
                           ImapLine *line)
{
  ResponseWriter self = { { line, options, FALSE, FALSE }, bodies, n_bodies };

  write_response (&self, response);
}

void
imap_writer_response (const ImapResponse *response, GString *out)
{
  g_autoptr (ImapLine) line = imap_line_new ();

  imap_writer_response_line (response, 0, NULL, 0, line);
  imap_writer_flatten (line, out);
}
