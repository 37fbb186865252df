/* Delivery between those who live here. */
#include "config.h"

#include "practice-delivery.h"

#include <string.h>

#include "mail-date.h"

/* "\"ada\"@…" is another way to write ada@… (RFC 5321 §4.1.2): the quotes are no part of the name.
 */
static char *
unquote (const char *path)
{
  GString *plain = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (const char *p = path; *p != '\0'; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      else if (quoted && *p == '\\' && p[1] != '\0')
        g_string_append_c (plain, *++p);
      else
        g_string_append_c (plain, *p);
    }
  return g_string_free (plain, FALSE);
}

PracticeVerdict
practice_delivery_check (const char *given, const PracticeUser **user, PracticeFate *fate)
{
  g_autofree char *path = unquote (given);
  const char *at = strrchr (path, '@');

  *user = NULL;
  *fate = PRACTICE_FATE_DELIVERED;
  if (g_ascii_strncasecmp (path, "postmaster", 10) == 0 && (path[10] == '\0' || path[10] == '@') &&
      (at == NULL || practice_domain_is_local (at + 1)))
    {
      *user = practice_user_find ("ada");
      return (PracticeVerdict){ 250, "2.1.5", "The postmaster will get it" };
    }
  if (at == NULL || !practice_domain_is_local (at + 1))
    return (PracticeVerdict){ 550, "5.7.1", "Practice: nothing leaves this computer" };
  if (g_ascii_strncasecmp (path, "moved@", 6) == 0 || g_ascii_strncasecmp (path, "slow@", 5) == 0)
    {
      *fate = g_ascii_tolower (path[0]) == 'm' ? PRACTICE_FATE_FAILED : PRACTICE_FATE_DELAYED;
      return (PracticeVerdict){ 250, "2.1.5", "Will be passed on" };
    }
  *user = practice_user_find (path);
  if (*user == NULL)
    return (PracticeVerdict){ 550, "5.1.1", "Nobody of that name lives here" };
  return (PracticeVerdict){ 250, "2.1.5", "Will be delivered" };
}

PracticeVerdict
practice_delivery_deliver (PracticeStore *store,
                           const PracticeEnvelope *envelope,
                           const guint8 *letter,
                           gsize len)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *date = mail_date_format (now, mail_date_local_offset (now));
  g_autofree char *id = g_uuid_string_random ();
  gboolean room = TRUE;
  gboolean ok;

  practice_store_lock (store);
  for (guint i = 0; i < envelope->to->len; i++)
    room = room && practice_store_has_room (
                       store, practice_store_account (store, envelope->to->pdata[i]), len);
  for (guint i = 0; room && i < envelope->to->len; i++)
    {
      const PracticeUser *user = envelope->to->pdata[i];
      GString *whole = g_string_sized_new (len + 400);
      g_autoptr (GBytes) source = NULL;
      g_autoptr (PracticeMessage) message = NULL;

      g_string_append_printf (whole,
                              "Return-Path: <%s>\r\n"
                              "Received: from %s (localhost [127.0.0.1])\r\n"
                              "\tby practice.example (Restante) with ESMTP%sA id %.8s\r\n"
                              "\tfor <%s>; %s\r\n",
                              envelope->from,
                              envelope->host,
                              envelope->encrypted ? "S" : "",
                              id,
                              user->address,
                              date);
      g_string_append_len (whole, (const char *) letter, (gssize) len);
      source = g_string_free_to_bytes (whole);
      message = practice_message_new (source, now);
      practice_mailbox_add (
          practice_account_inbox (practice_store_account (store, user)), message, NULL);
    }
  ok = practice_store_commit (store, NULL);
  practice_store_unlock (store);
  if (!room)
    return (PracticeVerdict){ 452, "4.2.2", "A mailbox is full; try again later" };
  if (!ok)
    return (PracticeVerdict){ 452, "4.3.1", "There is no room for it; try again later" };
  return (PracticeVerdict){ 250, "2.0.0", "Delivered" };
}
