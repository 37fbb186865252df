/* A letter on its way out keeps its bytes but for the header fields that are nobody's business. The
 * header block is read and edited; what follows is pulled from the store when there is room. */
#include "config.h"

#include "engine-smtp-body.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine-error.h"
#include "mail-compose.h"
#include "mail-domain.h"
#include "mail-header.h"
#include "mail-seven.h"
#include "mail-summary.h"
#include "smtp-offer.h"

#define HEAD_MAX (4 * 1024 * 1024)
#define READ_SIZE 65536
#define ENCODE_MAX (64 * 1024 * 1024)

typedef struct
{
  GBytes *head;
  gsize head_done;
  BaseBody *rest;
} Outgoing;

static void
outgoing_free (gpointer data)
{
  Outgoing *outgoing = data;

  g_bytes_unref (outgoing->head);
  base_body_unref (outgoing->rest);
  g_free (outgoing);
}

static gssize
outgoing_read (gpointer data, guint8 *buffer, gsize len, GError **error)
{
  Outgoing *outgoing = data;
  gsize head_len;
  const guint8 *head = g_bytes_get_data (outgoing->head, &head_len);

  if (outgoing->head_done < head_len)
    {
      gsize part = MIN (len, head_len - outgoing->head_done);

      memcpy (buffer, head + outgoing->head_done, part);
      outgoing->head_done += part;
      return (gssize) part;
    }
  return base_body_read (outgoing->rest, buffer, len, error);
}

static gboolean
has_header_end (const GByteArray *read)
{
  return read->len > 0 && (memmem (read->data, read->len, "\r\n\r\n", 4) ||
                           memmem (read->data, read->len, "\n\n", 2));
}

/* Reads until the header block is whole. */
static GByteArray *
read_head (BaseBody *body, GError **error)
{
  g_autoptr (GByteArray) head = g_byte_array_new ();
  guint8 buffer[READ_SIZE];

  while (head->len < HEAD_MAX && !has_header_end (head))
    {
      gssize got = base_body_read (body, buffer, sizeof buffer, error);

      if (got < 0)
        return NULL;
      if (got == 0)
        break;
      g_byte_array_append (head, buffer, (guint) got);
    }
  return g_steal_pointer (&head);
}

static gboolean
has_eight_bit (const guint8 *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (bytes[i] >= 128)
      return TRUE;
  return FALSE;
}

/* Of what was read with the header, its own part. */
static gboolean
has_eight_bit_head (GBytes *read)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (read, &len);
  const guint8 *end = memmem (bytes, len, "\r\n\r\n", 4);

  return has_eight_bit (bytes, end ? (gsize) (end - bytes) : len);
}

/* @read holds the header and some of what follows. */
static GBytes *
edit_head (GBytes *read, gboolean ascii_domains)
{
  g_autoptr (GBytes) stripped = mail_strip_bcc (read);
  gsize len;
  const guint8 *bytes = g_bytes_get_data (stripped, &len);
  const guint8 *end = memmem (bytes, len, "\r\n\r\n", 4);
  gsize head_len = end ? (gsize) (end - bytes) : len;
  g_autoptr (GBytes) head = NULL;
  g_autoptr (GBytes) ascii = NULL;
  GByteArray *whole;

  if (!ascii_domains)
    return g_steal_pointer (&stripped);
  head = g_bytes_new_from_bytes (stripped, 0, head_len);
  ascii = mail_domain_header_to_ascii (head);
  whole = g_byte_array_new ();
  g_byte_array_append (whole, g_bytes_get_data (ascii, NULL), (guint) g_bytes_get_size (ascii));
  g_byte_array_append (whole, bytes + head_len, (guint) (len - head_len));
  return g_byte_array_free_to_bytes (whole);
}

static char *
dup_message_id (GBytes *head)
{
  gsize len;
  const char *text = g_bytes_get_data (head, &len);
  g_autoptr (MailSummary) summary = mail_summary_from_headers (text, len);

  return g_strdup (summary->message_id);
}

static gboolean
find_needs (StoreReader *reader, gint64 message, EngineSmtpNeeds *needs, GError **error)
{
  g_autoptr (BaseBody) body = store_reader_source_body (reader, message, error);
  guint8 buffer[READ_SIZE];
  guint8 last = '\0';
  gssize got;

  *needs = (EngineSmtpNeeds){ .whole_lines = TRUE };
  if (!body)
    return FALSE;
  while ((got = base_body_read (body, buffer, sizeof buffer, error)) > 0)
    {
      needs->eight_bit = needs->eight_bit || has_eight_bit (buffer, (gsize) got);
      for (gssize i = 0; i < got; i++)
        {
          if ((buffer[i] == '\n') != (last == '\r'))
            needs->whole_lines = FALSE;
          last = buffer[i];
        }
    }
  needs->whole_lines = needs->whole_lines && last == '\n';
  return got == 0;
}

BaseBody *
engine_smtp_outgoing (StoreReader *reader,
                      gint64 message,
                      gboolean ascii_domains,
                      EngineSmtpNeeds *needs,
                      GError **error)
{
  g_autoptr (BaseBody) rest = NULL;
  g_autoptr (GByteArray) read = NULL;
  g_autoptr (GBytes) head = NULL;
  guint64 size;
  Outgoing *outgoing;

  if (!find_needs (reader, message, needs, error))
    return NULL;
  rest = store_reader_source_body (reader, message, error);
  read = rest ? read_head (rest, error) : NULL;
  if (!read)
    return NULL;
  size = base_body_size (rest) - read->len;
  head = g_byte_array_free_to_bytes (g_steal_pointer (&read));
  outgoing = g_new0 (Outgoing, 1);
  outgoing->head = edit_head (head, needs->eight_bit && ascii_domains);
  needs->message_id = dup_message_id (outgoing->head);
  needs->eight_bit_head = needs->eight_bit && has_eight_bit_head (outgoing->head);
  outgoing->rest = g_steal_pointer (&rest);
  return base_body_new (
      size + g_bytes_get_size (outgoing->head), outgoing_read, outgoing, outgoing_free);
}

static GBytes *
read_whole (BaseBody *body, GError **error)
{
  g_autoptr (GByteArray) whole = g_byte_array_sized_new ((guint) base_body_size (body));
  guint8 buffer[READ_SIZE];
  gssize got;

  while ((got = base_body_read (body, buffer, sizeof buffer, error)) > 0)
    g_byte_array_append (whole, buffer, (guint) got);
  return got == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&whole)) : NULL;
}

BaseBody *
engine_smtp_fit (BaseBody *body,
                 EngineSmtpNeeds *needs,
                 const char *const *offer,
                 const char *host,
                 GError **error)
{
  g_autoptr (GBytes) letter = NULL;
  g_autoptr (GBytes) encoded = NULL;

  if (!needs->eight_bit || smtp_offer_keyword (offer, "8BITMIME") ||
      base_body_size (body) > ENCODE_MAX)
    return base_body_ref (body);
  letter = read_whole (body, error);
  if (!letter)
    return NULL;
  encoded = mail_seven_bit (letter, NULL);
  if (!encoded)
    {
      g_set_error (
          error,
          ENGINE_ERROR,
          ENGINE_ERROR_REFUSED,
          _ ("%s takes letters in plain ASCII only, and a signed part of this one would no "
             "longer be right if it were rewritten: send it through another server, or "
             "without that part"),
          host);
      return NULL;
    }
  needs->eight_bit = needs->eight_bit_head;
  return base_body_new_from_bytes (encoded);
}
