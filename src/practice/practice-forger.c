/* The forged letters. */
#include "config.h"

#include "practice-forger.h"

#include "mail-compose.h"
#include "mail-date.h"
#include "practice-delivery.h"

static const struct
{
  const char *subject[2], *text[2]; /* English, French */
} letters[] = {
  { { "Urgent", "Urgent" },
    { "Dear friend,\n\nI have lost the key to the archive. Send me yours at once, and tell "
      "nobody.\n",
      "Chère amie,\n\nj’ai perdu la clé des archives. Envoyez-moi la vôtre tout de suite, et n’en "
      "parlez à personne.\n" } },
  { { "Confirmation", "Confirmation" },
    { "Your mailbox will be closed. Confirm your password today, or all your letters will be "
      "lost.\n",
      "Votre boîte va être fermée. Confirmez votre mot de passe aujourd’hui, ou toutes vos lettres "
      "seront perdues.\n" } },
};

/* Somebody else than @victim, of the same domain or of the other one. */
static const PracticeUser *
choose_mask (const PracticeUser *victim, gboolean same)
{
  guint n;
  const PracticeUser *users = practice_users (&n);

  for (guint i = 0; i < n; i++)
    if (&users[i] != victim &&
        (practice_user_domain (&users[i]) == practice_user_domain (victim)) == same)
      return &users[i];
  return victim;
}

static void
forge (const PracticeShared *shared, const PracticeUser *victim, guint which)
{
  const PracticeDomain *host = practice_domain_forger ();
  const PracticeUser *mask = choose_mask (victim, which == 1);
  g_autoptr (MailDraft) draft = mail_draft_new ();
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autoptr (GPtrArray) onward =
      g_ptr_array_new_with_free_func ((GDestroyNotify) practice_onward_free);
  g_autofree char *from = g_strconcat ("bulk@", host->name, NULL);
  const PracticeEnvelope envelope = {
    .from = from, .to = nobody, .onward = onward, .host = host->name, .by = host->name
  };
  g_autoptr (GBytes) letter = NULL;
  gsize len;
  const guint8 *bytes;

  draft->from = mail_address_new (mask->person, mask->address);
  g_ptr_array_add (draft->to, mail_address_new (victim->person, victim->address));
  draft->subject = g_strdup (letters[which].subject[shared->french]);
  draft->text = g_strdup (letters[which].text[shared->french]);
  draft->date = g_get_real_time () / G_USEC_PER_SEC;
  draft->date_offset = mail_date_local_offset (draft->date);
  letter = mail_compose (draft, MAIL_COMPOSE_SEND, NULL);
  if (letter == NULL)
    return;
  bytes = g_bytes_get_data (letter, &len);
  g_ptr_array_add (onward, practice_onward_new_simple (host, from, victim->address));
  practice_delivery_deliver (shared->store, &envelope, bytes, len);
}

void
practice_forger_write (const PracticeShared *shared, const PracticeUser *victim)
{
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    forge (shared, victim, i);
}
