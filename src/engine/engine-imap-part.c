/* One part of a letter alone: an attachment without the rest. A server with BINARY (RFC 3516)
 * undoes the transfer encoding, which saves a quarter of the bytes; elsewhere, and where it does
 * not know the encoding, it is undone here. */
#include "config.h"

#include "engine-imap.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "mail-message.h"

#define FIELDS "HEADER.FIELDS (CONTENT-TYPE CONTENT-TRANSFER-ENCODING)"

typedef struct
{
  char *section;                            /* "2" */
  char *header;                             /* "2.MIME" */
  GBytes *binary, *encoded, *mime, *fields; /* (nullable) */
} Part;

static void
part_clear (Part *part)
{
  g_free (part->section);
  g_free (part->header);
  g_clear_pointer (&part->binary, g_bytes_unref);
  g_clear_pointer (&part->encoded, g_bytes_unref);
  g_clear_pointer (&part->mime, g_bytes_unref);
  g_clear_pointer (&part->fields, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Part, part_clear)

static GBytes **
place_of (Part *part, const ImapSection *section)
{
  if (strcmp (section->section, part->section) == 0)
    return section->binary ? &part->binary : &part->encoded;
  if (strcmp (section->section, part->header) == 0)
    return &part->mime;
  return g_str_has_prefix (section->section, "HEADER") ? &part->fields : NULL;
}

/* NIL: the letter has no such part. */
static GBytes *
take_bytes (EngineImap *imap, const ImapString *data)
{
  gpointer key, found;

  if (data->stream && g_hash_table_steal_extended (imap->gathered, &data->stream, &key, &found))
    {
      g_free (key);
      return g_byte_array_free_to_bytes (found);
    }
  return data->bytes ? g_bytes_ref (data->bytes) : NULL;
}

static void
fetching (EngineImap *imap, ImapEvent *event, gpointer data)
{
  const ImapFetch *fetch;

  if (event->base.type != IMAP_EVENT_RESPONSE || event->response->type != IMAP_RESPONSE_FETCH)
    return;
  fetch = event->response->fetch;
  for (guint i = 0; fetch->sections && i < fetch->sections->len; i++)
    {
      const ImapSection *section = &g_array_index (fetch->sections, ImapSection, i);
      GBytes **place = section->section ? place_of (data, section) : NULL;

      if (place)
        {
          g_clear_pointer (place, g_bytes_unref);
          *place = take_bytes (imap, &section->data);
        }
    }
}

static void
free_gathered (gpointer bytes)
{
  g_byte_array_unref (bytes);
}

/* *@refused (nullable): a NO is no error. */
static gboolean
ask (EngineImap *imap, ImapCommand *command, Part *part, gboolean *refused, GError **error)
{
  g_autoptr (BaseEvent) event = NULL;

  imap->gathered = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_gathered);
  imap->func = fetching;
  imap->func_data = part;
  event = (BaseEvent *) engine_imap_wait (imap, engine_imap_submit (imap, command), error);
  imap->func = NULL;
  g_clear_pointer (&imap->gathered, g_hash_table_unref);
  if (!event)
    return FALSE;
  if (event->outcome == BASE_OUTCOME_OK)
    return TRUE;
  if (refused)
    {
      *refused = TRUE;
      return TRUE;
    }
  engine_imap_set_refused (
      imap, (ImapEvent *) event, _ ("The server does not give this part of the letter"), error);
  return FALSE;
}

/* RFC 3516 §4.3: NO [UNKNOWN-CTE] where the server does not know the encoding. */
static gboolean
ask_decoded (EngineImap *imap, guint32 uid, Part *part, GError **error)
{
  g_autoptr (ImapSet) set = imap_set_new_single (uid);
  ImapCommand *command = imap_command_fetch (set, IMAP_FETCH_UID);
  gboolean refused = FALSE;

  imap_command_add_section (command, part->section, TRUE);
  g_array_index (command->sections, ImapFetchSection, 0).binary = TRUE;
  return ask (imap, command, part, &refused, error);
}

/* A letter that is no multipart has its part's header in its own. */
static gboolean
ask_encoded (EngineImap *imap, guint32 uid, Part *part, GError **error)
{
  g_autoptr (ImapSet) set = imap_set_new_single (uid);
  ImapCommand *command = imap_command_fetch (set, IMAP_FETCH_UID);

  if (strcmp (part->section, "1") == 0)
    imap_command_add_section (command, FIELDS, TRUE);
  imap_command_add_section (command, part->header, TRUE);
  imap_command_add_section (command, part->section, TRUE);
  return ask (imap, command, part, NULL, error);
}

static gboolean
says_something (GBytes *header)
{
  return header && g_bytes_get_size (header) > strlen ("\r\n");
}

/* Of what is not there servers say NIL, or nothing at all, as they do of what is empty: that has a
 * header, and be it only the line that ends one. */
static gboolean
is_there (const Part *part)
{
  return part->encoded && (g_bytes_get_size (part->encoded) > 0 || says_something (part->fields) ||
                           (part->mime && g_bytes_get_size (part->mime) > 0));
}

static void
append (GByteArray *array, GBytes *bytes)
{
  gsize len;
  gconstpointer data = g_bytes_get_data (bytes, &len);

  g_byte_array_append (array, data, (guint) len);
}

/* The part with its header reads like a letter. */
static GBytes *
decode (const Part *part, GError **error)
{
  GByteArray *whole = g_byte_array_new ();
  GBytes *header = says_something (part->mime) ? part->mime : part->fields;
  g_autoptr (GBytes) source = NULL;
  g_autoptr (MailMessage) message = NULL;

  if (header)
    append (whole, header);
  if (whole->len < 4 || memcmp (whole->data + whole->len - 4, "\r\n\r\n", 4) != 0)
    g_byte_array_append (whole, (const guint8 *) "\r\n", 2);
  append (whole, part->encoded);
  source = g_byte_array_free_to_bytes (whole);
  message = mail_message_parse (source, error);
  return message ? mail_part_decode (mail_message_get_root (message)) : NULL;
}

GBytes *
engine_imap_part (EngineImap *imap, guint32 uid, const char *section, GError **error)
{
  g_auto (Part)
      part = { .section = g_strdup (section), .header = g_strconcat (section, ".MIME", NULL) };

  if (engine_imap_has (imap, "BINARY") && !ask_decoded (imap, uid, &part, error))
    return NULL;
  if (part.binary && g_bytes_get_size (part.binary) > 0)
    return g_bytes_ref (part.binary);
  if (!ask_encoded (imap, uid, &part, error))
    return NULL;
  if (is_there (&part))
    return part.binary ? g_bytes_ref (part.binary) : decode (&part, error);
  g_set_error (error,
               ENGINE_ERROR,
               ENGINE_ERROR_NOT_FOUND,
               _ ("This letter has no part %s: “show --structure” tells which it has"),
               section);
  return NULL;
}
