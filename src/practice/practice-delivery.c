/* Delivery between those who live here, and into the queue for the others. */
#include "config.h"

#include "practice-delivery.h"

#include <string.h>

#include "mail-date.h"
#include "practice-canon.h"
#include "practice-dkim.h"

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

/* The name without its domain, in small letters; (transfer full). */
static char *
local_part (const char *path)
{
  const char *at = strrchr (path, '@');

  return g_ascii_strdown (path, at != NULL ? at - path : -1);
}

static void
refuse (PracticeAddressee *addressee, guint code, const char *enhanced, const char *text)
{
  addressee->verdict = (PracticeVerdict){ code, enhanced, text };
  addressee->user = NULL;
  addressee->domain = NULL;
}

/* Those who teach by what becomes of letters to them. */
static gboolean
is_special (const char *name, PracticeAddressee *addressee)
{
  static const struct
  {
    const char *name;
    PracticeFate fate;
    const char *status;
  } specials[] = {
    { "moved", PRACTICE_FATE_FAILED, "5.1.6" },
    { "slow", PRACTICE_FATE_DELAYED, "4.4.1" },
    { "full", PRACTICE_FATE_FAILED, "5.2.2" },
    { "mallory", PRACTICE_FATE_DELIVERED, "2.0.0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (specials); i++)
    {
      if (strcmp (name, specials[i].name) != 0)
        continue;
      addressee->fate = specials[i].fate;
      addressee->status = specials[i].status;
      addressee->provokes = strcmp (name, "mallory") == 0;
      return TRUE;
    }
  return FALSE;
}

/* Who lives longest in a domain answers for it (RFC 5321 §4.5.1). */
static const PracticeUser *
postmaster_of (const PracticeDomain *domain)
{
  const PracticeUser *user = practice_users (NULL);

  while (practice_user_domain (user) != domain)
    user++;
  return user;
}

void
practice_delivery_check (const char *given, PracticeAddressee *addressee)
{
  g_autofree char *path = unquote (given);
  g_autofree char *name = local_part (path);
  const char *at = strrchr (path, '@');

  *addressee = (PracticeAddressee){ .verdict = { 250, "2.1.5", "Will be delivered" },
                                    .fate = PRACTICE_FATE_DELIVERED,
                                    .status = "2.0.0" };
  addressee->domain = practice_domain_find (
      at != NULL ? at + 1 : practice_user_domain (practice_users (NULL))->name);
  if ((at == NULL && strcmp (name, "postmaster") != 0) || addressee->domain == NULL ||
      addressee->domain->mx == NULL)
    {
      refuse (addressee, 550, "5.7.1", "Practice: nothing leaves this computer");
      return;
    }
  if (is_special (name, addressee))
    {
      addressee->verdict.text = "Will be passed on";
      return;
    }
  addressee->user = strcmp (name, "postmaster") == 0 ? postmaster_of (addressee->domain)
                                                     : practice_user_find (path);
  if (addressee->user == NULL)
    refuse (addressee, 550, "5.1.1", "Nobody of that name lives here");
  else if (strcmp (name, "postmaster") == 0)
    addressee->verdict.text = "The postmaster will get it";
}

void
practice_delivery_check_border (PracticeStore *store,
                                const PracticeDomain *domain,
                                const char *path,
                                PracticeAddressee *addressee)
{
  /* <postmaster> alone is this domain's own (RFC 5321 §4.5.1). */
  g_autofree char *whole =
      strchr (path, '@') == NULL ? g_strconcat (path, "@", domain->name, NULL) : g_strdup (path);
  gboolean room;

  practice_delivery_check (whole, addressee);
  if (addressee->verdict.code != 250)
    return;
  if (addressee->domain != domain)
    {
      refuse (addressee, 550, "5.7.1", "Others' letters are not passed on here");
      return;
    }
  if (addressee->fate == PRACTICE_FATE_DELAYED)
    refuse (addressee, 451, "4.4.1", "What keeps the mailbox does not answer");
  else if (addressee->fate == PRACTICE_FATE_FAILED && strcmp (addressee->status, "5.1.6") == 0)
    refuse (addressee, 551, "5.1.6", "They have moved, and left no new address");
  if (addressee->user == NULL)
    return;
  practice_store_lock (store);
  room = practice_store_has_room (store, practice_store_account (store, addressee->user), 1);
  practice_store_unlock (store);
  if (!room)
    refuse (addressee, 452, "4.2.2", "The mailbox is full; try again later");
}

/* RFC 5321 §4.4, RFC 3848. (transfer full) */
static char *
write_received (PracticeStore *store,
                const PracticeEnvelope *envelope,
                const char *id,
                const char *address)
{
  gint64 now = practice_store_now (store) / G_USEC_PER_SEC;
  g_autofree char *date = mail_date_format (now, mail_date_local_offset (now));
  g_autofree char *whom = address != NULL ? g_strdup_printf ("for <%s>; ", address) : NULL;
  g_autofree char *from = NULL;

  if (envelope->peer != NULL)
    from =
        g_strdup_printf ("from %s (%s [%s])\r\n\t",
                         envelope->host,
                         strcmp (envelope->peer, "127.0.0.1") == 0 ? "localhost" : envelope->host,
                         envelope->peer);
  return g_strdup_printf ("Received: %sby %s (Restante) with %s%s%s id %.8s%s\r\n\t%s%s\r\n",
                          from != NULL ? from : "",
                          envelope->by,
                          from != NULL ? "ESMTP" : "local",
                          from != NULL && envelope->encrypted ? "S" : "",
                          from != NULL && envelope->signed_in ? "A" : "",
                          id,
                          whom != NULL ? "" : ";",
                          whom != NULL ? whom : "",
                          date);
}

static void
put_into_mailbox (PracticeStore *store,
                  const PracticeEnvelope *envelope,
                  const PracticeUser *user,
                  const char *id,
                  const guint8 *letter,
                  gsize len)
{
  PracticeAccount *account = practice_store_account (store, user);
  PracticeMailbox *junk = envelope->junk ? practice_account_find (account, "Junk") : NULL;
  g_autofree char *received = write_received (store, envelope, id, user->address);
  GString *whole = g_string_sized_new (len + 600);
  g_autoptr (GBytes) source = NULL;
  g_autoptr (PracticeMessage) message = NULL;

  g_string_append_printf (whole,
                          "Return-Path: <%s>\r\n%s%s",
                          envelope->from,
                          envelope->results != NULL ? envelope->results : "",
                          received);
  g_string_append_len (whole, (const char *) letter, (gssize) len);
  source = g_string_free_to_bytes (whole);
  message = practice_message_new (source, practice_store_now (store) / G_USEC_PER_SEC);
  practice_mailbox_add (junk != NULL ? junk : practice_account_inbox (account), message, NULL);
}

static void
put_into_queue (PracticeStore *store,
                const PracticeEnvelope *envelope,
                const PracticeOnward *onward,
                const char *id,
                const char *signatures,
                const guint8 *letter,
                gsize len)
{
  const SmtpCommand *first = onward->rcpts->pdata[0];
  g_autofree char *received =
      write_received (store, envelope, id, onward->rcpts->len == 1 ? first->argument : NULL);
  GString *whole = g_string_new (received);
  g_autoptr (GBytes) written = NULL;
  g_autoptr (PracticeMessage) message = NULL;

  g_string_append (whole, signatures);
  g_string_append_len (whole, (const char *) letter, (gssize) len);
  written = practice_onward_write (onward, (const guint8 *) whole->str, whole->len);
  g_string_free (whole, TRUE);
  message = practice_message_new (written, practice_store_now (store) / G_USEC_PER_SEC);
  practice_mailbox_add (practice_store_queue (store), message, NULL);
}

/* What each host puts in front of what it hands over. (transfer full) */
static GPtrArray *
sign (PracticeStore *store, const PracticeEnvelope *envelope, const guint8 *letter, gsize len)
{
  GPtrArray *signatures = g_ptr_array_new_with_free_func (g_free);
  PracticeDns *dns = practice_store_dns (store);

  for (guint i = 0; envelope->onward != NULL && i < envelope->onward->len; i++)
    {
      const PracticeOnward *onward = envelope->onward->pdata[i];

      g_ptr_array_add (signatures,
                       dns != NULL ? practice_dkim_sign (dns, onward->host, letter, len)
                                   : g_strdup (""));
    }
  return signatures;
}

static PracticeVerdict
deliver (PracticeStore *store, const PracticeEnvelope *envelope, const guint8 *letter, gsize len)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (GPtrArray) signatures = sign (store, envelope, letter, len);
  gboolean room = TRUE;
  gboolean ok;

  practice_store_lock (store);
  for (guint i = 0; i < envelope->to->len; i++)
    room = room && practice_store_has_room (
                       store, practice_store_account (store, envelope->to->pdata[i]), len);
  for (guint i = 0; room && i < envelope->to->len; i++)
    put_into_mailbox (store, envelope, envelope->to->pdata[i], id, letter, len);
  for (guint i = 0; room && envelope->onward != NULL && i < envelope->onward->len; i++)
    put_into_queue (
        store, envelope, envelope->onward->pdata[i], id, signatures->pdata[i], letter, len);
  ok = practice_store_commit (store, NULL);
  practice_store_unlock (store);
  if (!room)
    return (PracticeVerdict){ 452, "4.2.2", "A mailbox is full; try again later" };
  if (!ok)
    return (PracticeVerdict){ 452, "4.3.1", "There is no room for it; try again later" };
  if (envelope->onward != NULL && envelope->onward->len > 0)
    return (PracticeVerdict){ 250, "2.0.0", "Taken, to be passed on" };
  return (PracticeVerdict){ 250, "2.0.0", "Delivered" };
}

PracticeVerdict
practice_delivery_deliver (PracticeStore *store,
                           const PracticeEnvelope *envelope,
                           const guint8 *letter,
                           gsize len)
{
  g_autoptr (GByteArray) text = NULL;

  if (practice_begins_with_header (letter, len))
    return deliver (store, envelope, letter, len);
  text = g_byte_array_sized_new ((guint) len + 2);
  g_byte_array_append (text, (const guint8 *) "\r\n", 2);
  g_byte_array_append (text, letter, (guint) len);
  return deliver (store, envelope, text->data, text->len);
}

PracticeVerdict
practice_delivery_post (PracticeStore *store,
                        const PracticeDomain *host,
                        const PracticeUser *from,
                        const PracticeUser *to,
                        const guint8 *letter,
                        gsize len)
{
  g_autoptr (GPtrArray) here = g_ptr_array_new ();
  g_autoptr (GPtrArray) onward =
      g_ptr_array_new_with_free_func ((GDestroyNotify) practice_onward_free);
  const PracticeEnvelope envelope = { .from = from != NULL ? from->address : "",
                                      .to = here,
                                      .onward = onward,
                                      .host = host->name,
                                      .by = host->name };

  if (practice_user_domain (to) == host)
    g_ptr_array_add (here, (gpointer) to);
  else
    g_ptr_array_add (onward, practice_onward_new_simple (host, envelope.from, to->address));
  return practice_delivery_deliver (store, &envelope, letter, len);
}
