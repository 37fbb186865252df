/* The three views of a message file that the terminal program prints. */
#include "config.h"

#include "mail-inspect.h"
#include "mail-date.h"
#include "mail-error.h"

#include "base-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
add_addresses (BaseJson *json, const char *key, GPtrArray *list)
{
  g_autofree char *text = mail_address_list_to_text (list);

  base_json_add_string (json, key, text);
}

/* RFC 3339, as written where the sender was: 2026-11-22T09:41:00+01:00. */
static char *
format_date (MailMessage *message)
{
  gint64 utc = 0;
  int offset = 0;
  g_autoptr (GDateTime) local = NULL;

  if (!mail_message_get_date (message, &utc, &offset))
    return NULL;
  local = g_date_time_new_from_unix_utc (utc + offset * 60);
  if (local == NULL)
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d",
                          g_date_time_get_year (local),
                          g_date_time_get_month (local),
                          g_date_time_get_day_of_month (local),
                          g_date_time_get_hour (local),
                          g_date_time_get_minute (local),
                          g_date_time_get_second (local),
                          offset < 0 ? '-' : '+',
                          ABS (offset) / 60,
                          ABS (offset) % 60);
}

/* Recursion is bounded by MAIL_MAX_DEPTH. */
static void
add_part (BaseJson *json, const MailPart *part)
{
  gboolean leaf = mail_part_get_n_children (part) == 0;

  base_json_begin_object (json, NULL);
  base_json_add_string (json, "type", mail_part_get_mime_type (part));
  base_json_add_string (json, "charset", mail_part_get_charset (part));
  base_json_add_string (json, "name", mail_part_get_name (part));
  base_json_add_uint (json, "size", mail_part_get_size (part));
  base_json_add_string (json, "disposition", mail_part_get_disposition (part));
  if (leaf && mail_part_is (part, "text", NULL))
    {
      g_autofree char *text = mail_part_dup_text (part, 0);

      base_json_add_string (json, "text", text);
    }
  else
    base_json_add_null (json, "text");
  base_json_begin_array (json, "parts");
  for (guint i = 0; i < mail_part_get_n_children (part); i++)
    add_part (json, mail_part_get_child (part, i));
  base_json_end_array (json);
  base_json_end_object (json);
}

char *
mail_inspect_json (MailMessage *message)
{
  BaseJson *json = base_json_new ();
  const char *id = mail_message_get_message_id (message);
  g_autofree char *bracketed = id != NULL ? g_strdup_printf ("<%s>", id) : NULL;
  g_autofree char *date = format_date (message);

  base_json_begin_object (json, NULL);
  base_json_add_string (json, "subject", mail_message_get_subject (message));
  add_addresses (json, "from", mail_message_get_from (message));
  add_addresses (json, "to", mail_message_get_to (message));
  add_addresses (json, "cc", mail_message_get_cc (message));
  base_json_add_string (json, "date", date);
  base_json_add_string (json, "message_id", bracketed);
  base_json_begin_array (json, "parts");
  add_part (json, mail_message_get_root (message));
  base_json_end_array (json);
  base_json_end_object (json);
  return base_json_free_to_string (json);
}

static void
add_field (GString *out, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (out, "%s %s\n", label, value);
}

static void
add_people (GString *out, const char *label, GPtrArray *list)
{
  g_autofree char *text = mail_address_list_to_text (list);

  add_field (out, label, text);
}

static void
add_attachment (GString *out, const MailPart *part)
{
  const char *name = mail_part_get_name (part);
  g_autofree char *size = g_format_size (mail_part_get_size (part));

  g_string_append_printf (out,
                          "[%s, %s, %s]\n",
                          name != NULL ? name : _ ("without a name"),
                          mail_part_get_mime_type (part),
                          size);
}

char *
mail_inspect_text (MailMessage *message)
{
  GString *out = g_string_new (NULL);
  GPtrArray *attachments = mail_message_get_attachments (message);
  g_autofree char *body = mail_message_dup_body_text (message, 0);
  g_autofree char *date = NULL;
  gint64 utc = 0;
  int offset = 0;

  if (mail_message_get_date (message, &utc, &offset))
    date = mail_date_format (utc, offset);
  add_field (out, _ ("Subject:"), mail_message_get_subject (message));
  add_people (out, _ ("From:"), mail_message_get_from (message));
  add_people (out, _ ("To:"), mail_message_get_to (message));
  add_people (out, _ ("Cc:"), mail_message_get_cc (message));
  add_field (out, _ ("Date:"), date);
  g_string_append_c (out, '\n');
  g_string_append (out, body);
  if (out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  if (attachments->len > 0)
    g_string_append_c (out, '\n');
  for (guint i = 0; i < attachments->len; i++)
    add_attachment (out, attachments->pdata[i]);
  return g_string_free (out, FALSE);
}

static void
add_node (GString *out, const MailPart *part, const char *number, guint depth)
{
  g_string_append_printf (out,
                          "%*s%s%s%s",
                          (int) depth * 2,
                          "",
                          number,
                          *number != '\0' ? " " : "",
                          mail_part_get_mime_type (part));
  if (mail_part_get_charset (part) != NULL)
    g_string_append_printf (out, "; charset=%s", mail_part_get_charset (part));
  if (mail_part_get_name (part) != NULL)
    g_string_append_printf (out, "; name=\"%s\"", mail_part_get_name (part));
  if (mail_part_get_disposition (part) != NULL)
    g_string_append_printf (out, "; %s", mail_part_get_disposition (part));
  g_string_append_printf (
      out, "; %s; %" G_GSIZE_FORMAT "\n", mail_part_get_encoding (part), mail_part_get_size (part));
}

/* RFC 9051 §6.4.5.1: parts of a multipart are numbered from 1; a message that is no multipart has
 * part 1; the parts of an enclosed message carry on under its own number. */
static void
add_tree (GString *out, const MailPart *part, const char *number, guint depth)
{
  const MailPart *container = part;

  add_node (out, part, number, depth);
  if (mail_part_is (part, "message", "rfc822") && mail_part_get_n_children (part) == 1)
    {
      const MailPart *inner = mail_part_get_child (part, 0);

      if (!mail_part_is (inner, "multipart", NULL))
        {
          g_autofree char *only = g_strconcat (number, *number != '\0' ? "." : "", "1", NULL);

          add_tree (out, inner, only, depth + 1);
          return;
        }
      add_node (out, inner, "", depth + 1);
      container = inner;
      depth++;
    }
  for (guint i = 0; i < mail_part_get_n_children (container); i++)
    {
      g_autofree char *child =
          g_strdup_printf ("%s%s%u", number, *number != '\0' ? "." : "", i + 1);

      add_tree (out, mail_part_get_child (container, i), child, depth + 1);
    }
}

char *
mail_inspect_structure (MailMessage *message)
{
  GString *out = g_string_new (NULL);
  const MailPart *root = mail_message_get_root (message);

  add_tree (out, root, mail_part_is (root, "multipart", NULL) ? "" : "1", 0);
  return g_string_free (out, FALSE);
}

MailMessage *
mail_inspect_parse (GBytes *source, GError **error)
{
  g_autoptr (MailMessage) message = mail_message_parse (source, error);

  if (message == NULL)
    return NULL;
  if (mail_message_get_defects (message) & MAIL_DEFECT_NO_HEADER)
    {
      g_set_error_literal (error,
                           MAIL_ERROR,
                           MAIL_ERROR_NOT_A_MESSAGE,
                           _ ("This is not a mail message: it does not start with a header."));
      return NULL;
    }
  return g_steal_pointer (&message);
}
