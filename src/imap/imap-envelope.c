/* Making and freeing envelopes. */
#include "config.h"

#include "imap-envelope.h"

static void
address_clear (gpointer data)
{
  ImapAddress *address = data;

  g_free (address->name);
  g_free (address->adl);
  g_free (address->mailbox);
  g_free (address->host);
}

GArray *
imap_envelope_addresses_new (void)
{
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (ImapAddress));

  g_array_set_clear_func (addresses, address_clear);
  return addresses;
}

ImapEnvelope *
imap_envelope_new (void)
{
  return g_new0 (ImapEnvelope, 1);
}

void
imap_envelope_free (ImapEnvelope *envelope)
{
  g_free (envelope->date);
  g_free (envelope->subject);
  g_free (envelope->in_reply_to);
  g_free (envelope->message_id);
  g_clear_pointer (&envelope->from, g_array_unref);
  g_clear_pointer (&envelope->sender, g_array_unref);
  g_clear_pointer (&envelope->reply_to, g_array_unref);
  g_clear_pointer (&envelope->to, g_array_unref);
  g_clear_pointer (&envelope->cc, g_array_unref);
  g_clear_pointer (&envelope->bcc, g_array_unref);
  g_free (envelope);
}
