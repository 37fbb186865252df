/* Addresses are compared without regard to case, as all real servers do. What the envelope says
 * decides where a letter goes; the header is what people read. */
#include "config.h"

#include "learn-envelope.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "learn-catalogue.h"
#include "smtp-offer.h"

static void
recipient_free (gpointer data)
{
  LearnRecipient *recipient = data;

  g_free (recipient->address);
  g_free (recipient->parameters);
  g_free (recipient->reply);
  g_free (recipient);
}

LearnEnvelope *
learn_envelope_new (const char *sender)
{
  LearnEnvelope *envelope = g_new0 (LearnEnvelope, 1);

  envelope->sender = g_strdup (sender);
  envelope->recipients = g_ptr_array_new_with_free_func (recipient_free);
  return envelope;
}

void
learn_envelope_add (LearnEnvelope *envelope,
                    const char *address,
                    const char *parameters,
                    const char *reply,
                    int accepted)
{
  LearnRecipient *recipient = g_new0 (LearnRecipient, 1);

  recipient->address = g_strdup (address);
  recipient->parameters = g_strdup (parameters);
  recipient->reply = g_strdup (reply);
  recipient->accepted = accepted;
  g_ptr_array_add (envelope->recipients, recipient);
}

void
learn_envelope_free (LearnEnvelope *envelope)
{
  g_free (envelope->sender);
  g_free (envelope->sender_parameters);
  g_free (envelope->sender_reply);
  g_strfreev (envelope->offer);
  g_ptr_array_unref (envelope->recipients);
  g_free (envelope);
}

void
learn_sides_free (LearnSides *sides)
{
  g_free (sides->envelope);
  g_free (sides->letter);
  g_free (sides->reply);
  g_free (sides->note);
  g_free (sides);
}

/* All but @kind may be %NULL; @note is borrowed. */
static void
add (GPtrArray *list,
     LearnSidesKind kind,
     char *envelope,
     char *letter,
     const char *reply,
     const char *note)
{
  LearnSides *sides = g_new0 (LearnSides, 1);

  sides->kind = kind;
  sides->envelope = envelope != NULL ? envelope : g_strdup ("");
  sides->letter = letter != NULL ? letter : g_strdup ("");
  sides->reply = g_strdup (reply != NULL ? reply : "");
  sides->note = g_strdup (note != NULL ? note : "");
  g_ptr_array_add (list, sides);
}

/* A server that reads ASCII only is told "ada@xn--mller-kva.example" (RFC 5890). */
static gboolean
same_domain (const char *a, const char *b)
{
  g_autofree char *left = g_hostname_to_ascii (a);
  g_autofree char *right = g_hostname_to_ascii (b);

  return left != NULL && right != NULL && g_ascii_strcasecmp (left, right) == 0;
}

static gboolean
same (const char *a, const char *b)
{
  const char *at = a != NULL ? strrchr (a, '@') : NULL;
  const char *other = b != NULL ? strrchr (b, '@') : NULL;

  if (a == NULL || b == NULL)
    return FALSE;
  return g_ascii_strcasecmp (a, b) == 0 ||
         (at != NULL && other != NULL && at - a == other - b &&
          g_ascii_strncasecmp (a, b, (gsize) (at - a)) == 0 && same_domain (at + 1, other + 1));
}

static gboolean
contains (const char *const *list, const char *address)
{
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    if (same (list[i], address))
      return TRUE;
  return FALSE;
}

static const LearnRecipient *
find_recipient (const LearnEnvelope *envelope, const char *address)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const LearnRecipient *recipient = envelope->recipients->pdata[i];

      if (same (recipient->address, address))
        return recipient;
    }
  return NULL;
}

static char *
command (const char *verb, const char *address, const char *parameters)
{
  return g_strdup_printf ("%s:<%s>%s%s",
                          verb,
                          address,
                          parameters != NULL && *parameters != '\0' ? " " : "",
                          parameters != NULL ? parameters : "");
}

static char *
field (const char *name, const char *const *addresses)
{
  g_autofree char *joined =
      addresses != NULL && addresses[0] != NULL ? g_strjoinv (", ", (char **) addresses) : NULL;

  return joined != NULL ? g_strdup_printf ("%s: %s", name, joined) : NULL;
}

/* "RCPT TO:<a@b> NOTIFY=NEVER" (RFC 5321 §4.1.1.3): the path in angle brackets, then parameters. A
 * quoted local part may hold a ">" (§4.1.2). */
static gboolean
read_path (const char *line, const char *verb, char **address, char **parameters)
{
  gsize length = strlen (verb);
  const char *begin, *end;
  gboolean quoted = FALSE;

  if (g_ascii_strncasecmp (line, verb, length) != 0)
    return FALSE;
  begin = line + length;
  while (*begin == ' ')
    begin++;
  if (*begin != '<')
    return FALSE;
  for (end = ++begin; *end != '\0' && (quoted || *end != '>'); end++)
    {
      if (*end == '"')
        quoted = !quoted;
      else if (quoted && *end == '\\' && end[1] != '\0')
        end++;
    }
  if (*end != '>')
    return FALSE;
  *address = g_strndup (begin, (gsize) (end - begin));
  *parameters = g_strstrip (g_strdup (end + 1));
  return TRUE;
}

void
learn_envelope_hear (LearnEnvelope *envelope, const char *line, const char *reply)
{
  g_autofree char *address = NULL;
  g_autofree char *parameters = NULL;
  LearnRecipient *recipient;

  if (read_path (line, "MAIL FROM:", &address, &parameters))
    {
      g_free (envelope->sender);
      g_free (envelope->sender_parameters);
      g_free (envelope->sender_reply);
      envelope->sender = g_steal_pointer (&address);
      envelope->sender_parameters = g_steal_pointer (&parameters);
      envelope->sender_reply = g_strdup (reply);
    }
  else if (read_path (line, "RCPT TO:", &address, &parameters))
    {
      recipient = (LearnRecipient *) find_recipient (envelope, address);
      if (recipient == NULL)
        {
          learn_envelope_add (envelope, address, NULL, NULL, -1);
          recipient = envelope->recipients->pdata[envelope->recipients->len - 1];
        }
      g_free (recipient->parameters);
      recipient->parameters = g_steal_pointer (&parameters);
      if (reply == NULL)
        return;
      g_free (recipient->reply);
      recipient->reply = g_strdup (reply);
      recipient->accepted = reply[0] == '2';
    }
}

/* The sender */

static void
compare_sender (GPtrArray *list, const LearnEnvelope *envelope, const LearnHeader *header)
{
  char *said = command ("MAIL FROM", envelope->sender, envelope->sender_parameters);
  char *from = field ("From", header->from);

  if (envelope->sender[0] == '\0')
    add (list,
         LEARN_SIDES_SENDER_DIFFERS,
         said,
         from,
         envelope->sender_reply,
         _ ("An empty sender: nobody is told when it cannot be delivered. Reports are sent so."));
  else if (contains (header->from, envelope->sender))
    add (list, LEARN_SIDES_SAME, said, from, envelope->sender_reply, NULL);
  else
    add (list,
         LEARN_SIDES_SENDER_DIFFERS,
         said,
         from,
         envelope->sender_reply,
         _ ("The envelope has another sender than the letter: failures are reported to the one in "
            "the envelope, people answer the one in the letter."));
}

static void
add_sender_fields (GPtrArray *list, const LearnHeader *header)
{
  char *text;

  if (header->sender != NULL && !contains (header->from, header->sender))
    {
      text = g_strdup_printf ("Sender: %s", header->sender);
      add (list,
           LEARN_SIDES_SENDER_DIFFERS,
           NULL,
           text,
           NULL,
           _ ("Sent by another person or machine than the one it is from. No server looks at it."));
    }
  text = field ("Reply-To", header->reply_to);
  if (text != NULL)
    add (list,
         LEARN_SIDES_UNROUTED,
         NULL,
         text,
         NULL,
         _ ("Where answers go: only the reader’s program looks at it."));
}

/* Recipients */

static void
compare_recipient (GPtrArray *list,
                   const LearnEnvelope *envelope,
                   const char *name,
                   const char *address)
{
  const LearnRecipient *recipient = find_recipient (envelope, address);
  char *letter = g_strdup_printf ("%s: %s", name, address);

  if (recipient == NULL)
    add (list,
         LEARN_SIDES_NOT_ENVELOPE,
         NULL,
         letter,
         NULL,
         envelope->before
             ? _ ("The letter names them, but it is not handed over for them: only RCPT TO "
                  "delivers.")
             : _ ("The letter names them, but it was not handed over for them from here: it may "
                  "have been sent to them at another time, or forwarded."));
  else if (recipient->accepted == 0)
    add (list,
         LEARN_SIDES_REFUSED,
         command ("RCPT TO", recipient->address, recipient->parameters),
         letter,
         recipient->reply,
         _ ("The server refused this recipient: the letter was not handed over for them."));
  else
    add (list,
         LEARN_SIDES_SAME,
         command ("RCPT TO", recipient->address, recipient->parameters),
         letter,
         recipient->reply,
         NULL);
}

static void
compare_field (GPtrArray *list,
               const LearnEnvelope *envelope,
               const char *name,
               const char *const *addresses)
{
  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    compare_recipient (list, envelope, name, addresses[i]);
}

/* Those that no header of the letter names to its readers. */
static void
add_hidden (GPtrArray *list, const LearnEnvelope *envelope, const LearnHeader *header)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const LearnRecipient *recipient = envelope->recipients->pdata[i];
      gboolean bcc = contains (header->bcc, recipient->address);
      const char *note;

      if (contains (header->to, recipient->address) || contains (header->cc, recipient->address))
        continue;
      if (recipient->accepted == 0)
        note = _ ("The server refused this recipient: the letter was not handed over for them.");
      else if (bcc)
        note = _ ("Blind copy: they stand on the envelope alone. The line Bcc is taken out before "
                  "the letter goes.");
      else
        note = _ ("They stand on the envelope alone, and get the letter like everybody: a blind "
                  "copy, or a letter that was sent on.");
      add (list,
           recipient->accepted == 0 ? LEARN_SIDES_REFUSED : LEARN_SIDES_HIDDEN,
           command ("RCPT TO", recipient->address, recipient->parameters),
           NULL,
           recipient->reply,
           note);
    }
}

/* The line of EHLO's answer without which a parameter would not be said (RFC 1870, 6152, 6531,
 * 3461, 8689). %NULL: the server was not heard. */
static char *
dup_ground (const LearnEnvelope *envelope, const char *parameter)
{
  static const struct
  {
    const char *parameter, *keyword;
  } grounds[] = {
    { "size", "SIZE" },         { "body", "8BITMIME" },
    { "smtputf8", "SMTPUTF8" }, { "ret", "DSN" },
    { "envid", "DSN" },         { "notify", "DSN" },
    { "orcpt", "DSN" },         { "requiretls", "REQUIRETLS" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grounds) && envelope->offer != NULL; i++)
    {
      const char *said =
          strcmp (parameter, grounds[i].parameter) == 0
              ? smtp_offer_keyword ((const char *const *) envelope->offer, grounds[i].keyword)
              : NULL;

      if (said != NULL)
        return g_strdup_printf ("250 %s%s%s", grounds[i].keyword, *said != '\0' ? " " : "", said);
    }
  return NULL;
}

/* Each once, with the catalogue's sentence for it. */
static void
add_parameters (GPtrArray *list,
                GHashTable *seen,
                const LearnEnvelope *envelope,
                const char *verb,
                const char *parameters)
{
  g_auto (GStrv) words = g_strsplit (parameters != NULL ? parameters : "", " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *name = g_ascii_strdown (words[i], (gssize) strcspn (words[i], "="));
      g_autofree char *id = g_strconcat ("smtp.parameter.", name, NULL);
      const LearnEntry *entry = learn_catalogue_find (learn_catalogue_get (NULL), id);
      g_autofree char *ground = dup_ground (envelope, name);

      if (entry == NULL || g_hash_table_contains (seen, name))
        continue;
      add (list,
           LEARN_SIDES_PARAMETER,
           g_strdup_printf ("%s … %s", verb, words[i]),
           NULL,
           ground,
           entry->meaning);
      g_hash_table_add (seen, g_steal_pointer (&name));
    }
}

static void
add_all_parameters (GPtrArray *list, const LearnEnvelope *envelope)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  add_parameters (list, seen, envelope, "MAIL", envelope->sender_parameters);
  for (guint i = 0; i < envelope->recipients->len; i++)
    add_parameters (list,
                    seen,
                    envelope,
                    "RCPT",
                    ((LearnRecipient *) envelope->recipients->pdata[i])->parameters);
}

/* Letters that came */

static void
compare_received (GPtrArray *list, const LearnHeader *header)
{
  char *from = field ("From", header->from);
  char *path = header->return_path != NULL
                   ? g_strdup_printf ("Return-Path: <%s>", header->return_path)
                   : NULL;

  if (path == NULL)
    add (list,
         LEARN_SIDES_SAME,
         NULL,
         from,
         NULL,
         _ ("Nothing is left of the envelope’s sender: the last server wrote no Return-Path."));
  else if (header->return_path[0] == '\0' || !contains (header->from, header->return_path))
    add (
        list,
        LEARN_SIDES_SENDER_DIFFERS,
        path,
        from,
        NULL,
        _ ("The envelope came from another address than the letter says: mailing lists, forwarding "
           "and reports do that, and so do forgeries."));
  else
    add (list, LEARN_SIDES_SAME, path, from, NULL, NULL);
  add_sender_fields (list, header);
  for (guint i = 0; header->delivered_to != NULL && header->delivered_to[i] != NULL; i++)
    {
      const char *address = header->delivered_to[i];
      gboolean named = contains (header->to, address) || contains (header->cc, address);
      char *said = g_strdup_printf ("Delivered-To: %s", address);

      add (list,
           named ? LEARN_SIDES_SAME : LEARN_SIDES_HIDDEN,
           said,
           field ("To", header->to),
           NULL,
           named ? NULL
                 : _ ("It was delivered to an address that the letter does not name: a blind copy, "
                      "a mailing list, or forwarding."));
    }
}

GPtrArray *
learn_envelope_compare (const LearnEnvelope *envelope, const LearnHeader *header)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_sides_free);

  if (envelope == NULL)
    {
      compare_received (list, header);
      return list;
    }
  if (envelope->sender != NULL)
    compare_sender (list, envelope, header);
  add_sender_fields (list, header);
  compare_field (list, envelope, "To", header->to);
  compare_field (list, envelope, "Cc", header->cc);
  add_hidden (list, envelope, header);
  add_all_parameters (list, envelope);
  return list;
}
