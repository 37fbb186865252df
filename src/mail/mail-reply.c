/* Who an answer goes to, what it is called, and what it quotes. */
#include "config.h"

#include "mail-reply.h"
#include "mail-thread.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_FILE_NAME 60

static void
add_once (GPtrArray *list, MailAddress *address)
{
  if (*address->address != '\0' && !mail_address_list_contains (list, address->address))
    g_ptr_array_add (list, mail_address_ref (address));
}

static void
add_all_once (GPtrArray *list, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    add_once (list, from->pdata[i]);
}

/* The first of one's own addresses among those that the letter was sent to. */
static MailAddress *
choose_from (MailMessage *message, GPtrArray *own)
{
  GPtrArray *lists[] = { mail_message_get_to (message),
                         mail_message_get_cc (message),
                         mail_message_get_bcc (message),
                         mail_message_get_from (message) };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint at = 0; at < lists[i]->len; at++)
      for (guint mine = 0; mine < own->len; mine++)
        if (mail_address_equal (((MailAddress *) lists[i]->pdata[at])->address,
                                ((MailAddress *) own->pdata[mine])->address))
          return mail_address_ref (own->pdata[mine]);
  return own->len > 0 ? mail_address_ref (own->pdata[0]) : NULL;
}

static gboolean
is_own_letter (MailMessage *message, GPtrArray *own)
{
  GPtrArray *from = mail_message_get_from (message);

  return from->len > 0 &&
         mail_address_list_contains (own, ((MailAddress *) from->pdata[0])->address);
}

/* RFC 2369 §3.4: List-Post: <mailto:list@host>, or NO. */
static MailAddress *
dup_list_address (MailMessage *message)
{
  g_autofree char *value = mail_message_dup_header (message, "List-Post", 0);
  const char *start = value != NULL ? strstr (value, "<mailto:") : NULL;
  g_autofree char *address = NULL;

  if (start == NULL)
    return NULL;
  start += strlen ("<mailto:");
  address = g_strndup (start, strcspn (start, ">?"));
  return mail_address_is_valid (address) ? mail_address_new (NULL, address) : NULL;
}

static void
address_reply (MailDraft *draft, MailMessage *message, GPtrArray *own, MailReplyMode mode)
{
  g_autoptr (MailAddress) list = mode == MAIL_REPLY_LIST ? dup_list_address (message) : NULL;
  gboolean own_letter = is_own_letter (message, own);
  GPtrArray *reply_to = mail_message_get_reply_to (message);

  if (list != NULL)
    {
      add_once (draft->to, list);
      return;
    }
  if (own_letter)
    add_all_once (draft->to, mail_message_get_to (message));
  else if (reply_to->len > 0)
    add_all_once (draft->to, reply_to);
  else
    add_all_once (draft->to, mail_message_get_from (message));
  if (draft->to->len == 0)
    add_all_once (draft->to, mail_message_get_sender (message));
}

static void
address_others (MailDraft *draft, MailMessage *message, GPtrArray *own)
{
  GPtrArray *lists[] = { mail_message_get_to (message), mail_message_get_cc (message) };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint at = 0; at < lists[i]->len; at++)
      {
        MailAddress *one = lists[i]->pdata[at];

        if (!mail_address_list_contains (own, one->address) &&
            !mail_address_list_contains (draft->to, one->address))
          add_once (draft->cc, one);
      }
}

/* RFC 5322 §3.6.4: the parent's References (else its In-Reply-To), then the parent. */
static void
set_references (MailDraft *draft, MailMessage *message)
{
  const char *id = mail_message_get_message_id (message);
  const char *const *known = mail_message_get_references (message);
  const char *parent = mail_message_get_in_reply_to (message);
  GPtrArray *references = NULL;

  if (id == NULL)
    return;
  references = g_ptr_array_new ();
  for (guint i = 0; known[i] != NULL; i++)
    g_ptr_array_add (references, g_strdup (known[i]));
  if (references->len == 0 && parent != NULL)
    g_ptr_array_add (references, g_strdup (parent));
  g_ptr_array_add (references, g_strdup (id));
  g_ptr_array_add (references, NULL);
  draft->in_reply_to = g_strdup (id);
  draft->references = (char **) g_ptr_array_free (references, FALSE);
}

/* The letter's date as the person's clock showed it. */
static char *
format_date (MailMessage *message)
{
  gint64 utc = 0;
  g_autoptr (GDateTime) local = NULL;

  if (!mail_message_get_date (message, &utc, NULL))
    return NULL;
  local = g_date_time_new_from_unix_local (utc);
  /* Translators: strftime's letters for a date and a time, in numbers only. */
  return local != NULL ? g_date_time_format (local, _ ("%Y-%m-%d %H:%M")) : NULL;
}

static char *
make_attribution (MailMessage *message)
{
  GPtrArray *from = mail_message_get_from (message);
  const char *name = from->len > 0 ? mail_address_display (from->pdata[0]) : _ ("someone");
  g_autofree char *date = format_date (message);

  if (date == NULL)
    /* Translators: above a quotation; %s is the writer's name. */
    return g_strdup_printf (_ ("%s wrote:"), name);
  /* Translators: above a quotation; the first %s is a date with time, the second the writer. */
  return g_strdup_printf (_ ("On %s, %s wrote:"), date, name);
}

MailDraft *
mail_reply (MailMessage *message, GPtrArray *own, MailReplyMode mode)
{
  MailDraft *draft = mail_draft_new ();
  g_autofree char *body = mail_message_dup_body_text (message, 0);
  g_autofree char *quoted = mail_quote (body);
  g_autofree char *attribution = make_attribution (message);

  draft->from = choose_from (message, own);
  address_reply (draft, message, own, mode);
  if (mode == MAIL_REPLY_ALL)
    address_others (draft, message, own);
  draft->subject = mail_reply_subject (mail_message_get_subject (message));
  draft->text = g_strdup_printf ("\n\n%s\n%s", attribution, quoted);
  set_references (draft, message);
  return draft;
}

static void
add_line (GString *out, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (out, "%s %s\n", label, value);
}

static char *
make_forward_text (MailMessage *message)
{
  GString *out = g_string_new ("\n\n");
  g_autofree char *from = mail_address_list_to_text (mail_message_get_from (message));
  g_autofree char *to = mail_address_list_to_text (mail_message_get_to (message));
  g_autofree char *cc = mail_address_list_to_text (mail_message_get_cc (message));
  g_autofree char *date = format_date (message);
  g_autofree char *body = mail_message_dup_body_text (message, 0);

  g_string_append_printf (out, "---------- %s ----------\n", _ ("Forwarded letter"));
  add_line (out, _ ("From:"), from);
  add_line (out, _ ("Date:"), date);
  add_line (out, _ ("Subject:"), mail_message_get_subject (message));
  add_line (out, _ ("To:"), to);
  add_line (out, _ ("Cc:"), cc);
  g_string_append_c (out, '\n');
  g_string_append (out, body);
  return g_string_free (out, FALSE);
}

/* "lunch?" → "lunch.eml" */
static char *
make_file_name (MailMessage *message)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *at = mail_message_get_subject (message);
       *at != '\0' && name->len < MAX_FILE_NAME;
       at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isalnum (c) || c == '-' || c == '_')
        g_string_append_unichar (name, c);
      else if (name->len > 0 && name->str[name->len - 1] != ' ')
        g_string_append_c (name, ' ');
    }
  g_strchomp (name->str);
  return g_strconcat (*name->str != '\0' ? name->str : _ ("letter"), ".eml", NULL);
}

MailDraft *
mail_forward (MailMessage *message, GPtrArray *own, MailForwardMode mode)
{
  MailDraft *draft = mail_draft_new ();
  GPtrArray *attachments = mail_message_get_attachments (message);

  draft->from = choose_from (message, own);
  draft->subject = mail_forward_subject (mail_message_get_subject (message));
  if (mode == MAIL_FORWARD_ATTACHED)
    {
      g_autofree char *name = make_file_name (message);

      draft->text = g_strdup ("");
      g_ptr_array_add (draft->attachments,
                       mail_attachment_new_for_bytes (
                           mail_message_get_source (message), name, "message/rfc822"));
      return draft;
    }
  draft->text = make_forward_text (message);
  for (guint i = 0; i < attachments->len; i++)
    g_ptr_array_add (draft->attachments, mail_attachment_new_for_part (attachments->pdata[i]));
  return draft;
}

/* @prefix once, in place of all prefixes of its own kind that stand first. */
static char *
put_prefix (const char *prefix, const char *subject, gboolean forwards)
{
  const char *at = subject != NULL ? subject : "";

  for (;;)
    {
      gboolean forward = FALSE;
      const char *next = NULL;

      at += strspn (at, " \t");
      next = mail_subject_skip_prefix (at, &forward);
      if (next == NULL || forward != forwards)
        return g_strconcat (prefix, at, NULL);
      at = next;
    }
}

char *
mail_reply_subject (const char *subject)
{
  return put_prefix ("Re: ", subject, FALSE);
}

char *
mail_forward_subject (const char *subject)
{
  return put_prefix ("Fwd: ", subject, TRUE);
}

char *
mail_quote (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + strlen (text) / 16);
  gsize end = 0;

  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\n");

      if (length == 3 && strncmp (line, "-- ", 3) == 0)
        break;
      g_string_append (out, *line == '>' ? ">" : length > 0 ? "> " : ">");
      g_string_append_len (out, line, length);
      g_string_append_c (out, '\n');
      if (length > 0)
        end = out->len;
      line += length + (line[length] == '\n');
    }
  g_string_truncate (out, end);
  return g_string_free (out, FALSE);
}
