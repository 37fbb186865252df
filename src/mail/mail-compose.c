/* A letter is written in one pass into memory: header, text, and each attachment after a boundary
 * that was made sure not to occur. */
#include "config.h"

#include "mail-compose.h"
#include "mail-date.h"
#include "mail-encode.h"
#include "mail-error.h"
#include "mail-header.h"
#include "mail-line.h"
#include "mail-writer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ID 900

/* References worth writing; the first and the last are what threads are made of. */
#define MAX_WRITTEN_REFERENCES 30

static void
write_field (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "%s: %s\r\n", name, value);
}

static void
write_addresses (GString *out, const char *name, GPtrArray *list)
{
  g_autofree char *value = NULL;

  if (list->len == 0)
    return;
  value = mail_address_list_to_header (list, strlen (name));
  write_field (out, name, value);
}

static void
write_from (GString *out, const MailDraft *draft)
{
  g_autoptr (GPtrArray) list = mail_address_list_new ();

  if (draft->from != NULL)
    g_ptr_array_add (list, mail_address_ref (draft->from));
  write_addresses (out, "From", list);
}

static void
write_subject (GString *out, const char *subject)
{
  g_autofree char *valid = g_utf8_make_valid (subject != NULL ? subject : "", -1);
  g_autofree char *line = mail_clean_line (valid);
  g_autofree char *value = mail_encode_header (line, strlen ("Subject"));

  write_field (out, "Subject", value);
}

/* An id that can stand between brackets, or NULL. */
static char *
tidy_id (const char *id)
{
  g_autofree char *tidy = g_strdup (id != NULL ? id : "");

  mail_remove_spaces (tidy);
  if (*tidy == '\0' || strlen (tidy) > MAX_ID || strpbrk (tidy, "<>") != NULL ||
      !g_str_is_ascii (tidy))
    return NULL;
  return g_steal_pointer (&tidy);
}

static void
write_ids (GString *out, const char *name, const char *const *ids)
{
  guint n = ids != NULL ? g_strv_length ((char **) ids) : 0;
  gboolean first = TRUE;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = tidy_id (ids[i]);

      if (id == NULL || (i > 0 && n > MAX_WRITTEN_REFERENCES && i < n - MAX_WRITTEN_REFERENCES + 1))
        continue;
      if (first)
        g_string_append_printf (out, "%s: <%s>", name, id);
      else
        g_string_append_printf (out, "\r\n <%s>", id);
      first = FALSE;
    }
  if (!first)
    g_string_append (out, "\r\n");
}

static void
write_header (GString *out, const MailDraft *draft, MailComposeMode mode)
{
  g_autofree char *date = mail_date_format (draft->date, draft->date_offset);
  const char *id[] = { draft->message_id, NULL };
  const char *parent[] = { draft->in_reply_to, NULL };

  write_from (out, draft);
  write_addresses (out, "Reply-To", draft->reply_to);
  write_addresses (out, "To", draft->to);
  write_addresses (out, "Cc", draft->cc);
  if (mode == MAIL_COMPOSE_DRAFT)
    write_addresses (out, MAIL_BCC_FIELD, draft->bcc);
  write_subject (out, draft->subject);
  write_field (out, "Date", date);
  write_ids (out, "Message-ID", id);
  write_ids (out, "In-Reply-To", parent);
  write_ids (out, "References", (const char *const *) draft->references);
  write_field (out, "MIME-Version", "1.0");
}

static gboolean
check_addresses (GPtrArray *list, GError **error)
{
  for (guint i = 0; i < list->len; i++)
    {
      const MailAddress *one = list->pdata[i];

      if (*one->address != '\0' && mail_address_is_valid (one->address))
        continue;
      g_set_error (error,
                   MAIL_ERROR,
                   MAIL_ERROR_ADDRESS,
                   _ ("“%s” is not a complete address."),
                   *one->address != '\0' ? one->address : one->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_sending (const MailDraft *draft, GError **error)
{
  if (draft->from == NULL || !mail_address_is_valid (draft->from->address))
    {
      g_set_error_literal (
          error, MAIL_ERROR, MAIL_ERROR_ADDRESS, _ ("The letter has no valid sender."));
      return FALSE;
    }
  if (draft->to->len + draft->cc->len + draft->bcc->len == 0)
    {
      g_set_error_literal (
          error, MAIL_ERROR, MAIL_ERROR_ADDRESS, _ ("The letter has no recipient."));
      return FALSE;
    }
  return check_addresses (draft->to, error) && check_addresses (draft->cc, error) &&
         check_addresses (draft->bcc, error) && check_addresses (draft->reply_to, error);
}

static GBytes *
load_attachment (const MailAttachment *attachment, GError **error)
{
  g_autoptr (GError) cause = NULL;
  char *data = NULL;
  gsize length = 0;

  if (attachment->bytes != NULL)
    return g_bytes_ref (attachment->bytes);
  if (attachment->path != NULL && g_file_get_contents (attachment->path, &data, &length, &cause))
    return g_bytes_new_take (data, length);
  g_set_error (error,
               MAIL_ERROR,
               MAIL_ERROR_ATTACHMENT,
               _ ("“%s” cannot be attached: %s"),
               attachment->name,
               cause != NULL ? cause->message : _ ("there is no such file"));
  return NULL;
}

static GPtrArray *
load_attachments (const MailDraft *draft, GError **error)
{
  g_autoptr (GPtrArray) loaded = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  gsize total = 0;

  for (guint i = 0; i < draft->attachments->len; i++)
    {
      GBytes *bytes = load_attachment (draft->attachments->pdata[i], error);

      if (bytes == NULL)
        return NULL;
      g_ptr_array_add (loaded, bytes);
      total += g_bytes_get_size (bytes);
      if (total > MAIL_MAX_SOURCE / 2)
        {
          g_set_error_literal (error,
                               MAIL_ERROR,
                               MAIL_ERROR_TOO_LARGE,
                               _ ("The attachments are too large to be sent by mail."));
          return NULL;
        }
    }
  return g_steal_pointer (&loaded);
}

static gboolean
occurs (const char *text, gsize length, const char *word)
{
  return length > 0 && memmem (text, length, word, strlen (word)) != NULL;
}

/* Made from the id, so that composing again gives the same bytes; "=_" cannot occur in base64 or
 * quoted-printable, and the rest is looked at. */
static char *
make_boundary (const MailDraft *draft, GPtrArray *files)
{
  for (guint salt = 0;; salt++)
    {
      g_autofree char *seed = g_strdup_printf ("%u %s", salt, draft->message_id);
      g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, seed, -1);
      g_autofree char *boundary = g_strdup_printf ("=_%.24s", hash);
      const char *text = draft->text != NULL ? draft->text : "";
      gboolean taken = occurs (text, strlen (text), boundary);

      for (guint i = 0; i < files->len && !taken; i++)
        {
          gsize length = 0;
          const char *data = g_bytes_get_data (files->pdata[i], &length);

          taken = occurs (data, length, boundary);
        }
      if (!taken)
        return g_steal_pointer (&boundary);
    }
}

/* NUL and CR are no part of a text; the rest is made valid. */
static char *
tidy_text (const char *text)
{
  char *tidy = g_utf8_make_valid (text != NULL ? text : "", -1);
  char *to = tidy;

  for (const char *at = tidy; *at != '\0'; at++)
    if (*at != '\r')
      *to++ = *at;
  *to = '\0';
  return tidy;
}

static void
write_body (GString *out, const MailDraft *draft, GPtrArray *files)
{
  g_autofree char *text = tidy_text (draft->text);
  g_autofree char *boundary = NULL;

  if (files->len == 0)
    {
      mail_write_text (out, text);
      return;
    }
  boundary = make_boundary (draft, files);
  g_string_append_printf (
      out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
  mail_write_text (out, text);
  for (guint i = 0; i < files->len; i++)
    {
      const MailAttachment *attachment = draft->attachments->pdata[i];

      g_string_append_printf (out, "\r\n--%s\r\n", boundary);
      mail_write_file (out, files->pdata[i], attachment->name, attachment->mime_type);
    }
  g_string_append_printf (out, "\r\n--%s--\r\n", boundary);
}

GBytes *
mail_compose (MailDraft *draft, MailComposeMode mode, GError **error)
{
  g_autoptr (GPtrArray) files = NULL;
  GString *out = NULL;

  if (mode == MAIL_COMPOSE_SEND && !check_sending (draft, error))
    return NULL;
  files = load_attachments (draft, error);
  if (files == NULL)
    return NULL;
  if (draft->date == 0)
    {
      draft->date = g_get_real_time () / G_USEC_PER_SEC;
      draft->date_offset = mail_date_local_offset (draft->date);
    }
  if (draft->message_id == NULL || *draft->message_id == '\0')
    {
      g_free (draft->message_id);
      draft->message_id =
          mail_generate_message_id (draft->from != NULL ? draft->from->address : NULL);
    }
  out = g_string_new (NULL);
  write_header (out, draft, mode);
  write_body (out, draft, files);
  return g_string_free_to_bytes (out);
}

char *
mail_generate_message_id (const char *from_address)
{
  const char *domain = mail_address_get_domain (from_address);
  g_autofree char *ascii = domain != NULL ? g_hostname_to_ascii (domain) : NULL;
  g_autofree char *unique = g_uuid_string_random ();

  if (ascii == NULL || *ascii == '\0' ||
      strspn (ascii, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") !=
          strlen (ascii))
    return g_strdup_printf ("%s@localhost", unique);
  return g_strdup_printf ("%s@%s", unique, ascii);
}
