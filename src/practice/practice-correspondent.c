/* The answers are few, and chosen by what the letter is about. */
#include "config.h"

#include "practice-correspondent.h"

#include <string.h>

#include "mail-compose.h"
#include "mail-reply.h"
#include "practice-delivery.h"

/* Microseconds: until a letter for which there was no room is tried again. */
#define AGAIN (10 * G_USEC_PER_SEC)

typedef struct
{
  const PracticeUser *user;
  const PracticeUser *sender;
  GBytes *letter;
  gint64 due; /* of g_get_monotonic_time() */
} Job;

struct _PracticeCorrespondent
{
  PracticeStore *store;
  PracticeRelay *relay;
  gint64 delay;
  gboolean french;
  GThread *thread;
  GMutex lock;
  GCond cond;
  GQueue jobs; /* in the order they are due */
  gboolean stopping;
};

/* The first whose word stands in subject or text is taken; the last fits everything. */
static const struct
{
  const char *words; /* separated by '|' */
  const char *english;
  const char *french;
} answers[] = {
  { "lunch|déjeuner",
    "Friday at noon, then, in the café by the post office. I shall bring the map.",
    "Vendredi à midi, alors, au café près de la poste. J'apporterai le plan." },
  { "proof|preuve|theorem|théorème",
    "The third step can be shorter: assume the contrary and count the edges. The rest is "
    "beautiful.",
    "La troisième étape peut être plus courte : supposez le contraire et comptez les arêtes. Le "
    "reste "
    "est très beau." },
  { "thank|merci",
    "You are very welcome. Write again soon; the post here is quick.",
    "Je vous en prie. Écrivez encore bientôt ; ici, la poste est rapide." },
  { "?",
    "Good question. I think so, but let me look it up before you rely on it.",
    "Bonne question. Je crois que oui, mais je vérifie avant que vous ne vous y fiiez." },
  { "",
    "Your letter has arrived, every byte of it. This is my answer, and it came the same way.",
    "Votre lettre est arrivée, jusqu'au dernier octet. Voici ma réponse, venue par le même "
    "chemin." },
};

static void
job_free (gpointer data)
{
  Job *job = data;

  g_bytes_unref (job->letter);
  g_free (job);
}

static gboolean
mentions (const char *text, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, "|", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      if (strstr (text, list[i]) != NULL)
        return TRUE;
    }
  return words[0] == '\0';
}

static char *
write_answer (const PracticeCorrespondent *correspondent, const Job *job, MailMessage *message)
{
  g_autofree char *body = mail_message_dup_body_text (message, 64 * 1024);
  g_autofree char *all = g_strconcat (mail_message_get_subject (message), "\n", body, NULL);
  g_autofree char *text = g_utf8_strdown (all, -1);
  GPtrArray *attachments = mail_message_get_attachments (message);
  GString *answer = g_string_new (NULL);
  gsize i = 0;
  g_autofree char *first = g_strndup (job->sender->person, strcspn (job->sender->person, " "));
  g_autofree char *own = g_strndup (job->user->person, strcspn (job->user->person, " "));

  while (!mentions (text, answers[i].words))
    i++;
  g_string_append_printf (
      answer, correspondent->french ? "Bonjour %s,\n\n" : "Dear %s,\n\n", first);
  if (attachments->len > 0)
    {
      const char *name = mail_part_get_name (attachments->pdata[0]);

      g_string_append_printf (answer,
                              correspondent->french
                                  ? "Merci pour « %s » : la pièce jointe est arrivée entière.\n"
                                  : "Thank you for “%s”: the attachment arrived whole.\n",
                              name != NULL ? name : "…");
    }
  g_string_append_printf (
      answer, "%s\n\n%s", correspondent->french ? answers[i].french : answers[i].english, own);
  return g_string_free (answer, FALSE);
}

/* A machine's letter gets no answer, or two machines would write to each other for ever. */
static gboolean
is_automatic (MailMessage *message)
{
  g_autofree char *submitted = mail_message_dup_header (message, "Auto-Submitted", 0);
  g_autofree char *precedence = mail_message_dup_header (message, "Precedence", 0);

  return (submitted != NULL && g_ascii_strcasecmp (submitted, "no") != 0) || precedence != NULL ||
         mail_message_get_list_id (message) != NULL;
}

static GBytes *
compose (const PracticeCorrespondent *correspondent, const Job *job)
{
  g_autoptr (MailMessage) message = mail_message_parse (job->letter, NULL);
  g_autoptr (GPtrArray) own = mail_address_list_new ();
  g_autoptr (MailDraft) draft = NULL;
  g_autofree char *answer = NULL;
  char *text;

  if (message == NULL || is_automatic (message))
    return NULL;
  g_ptr_array_add (own, mail_address_new (job->user->person, job->user->address));
  draft = mail_reply (message, own, MAIL_REPLY_SENDER);
  answer = write_answer (correspondent, job, message);
  text = g_strconcat (answer, draft->text, NULL);
  g_free (draft->text);
  draft->text = text;
  /* The envelope decides who gets it; the header shows the same. */
  g_ptr_array_set_size (draft->to, 0);
  g_ptr_array_set_size (draft->cc, 0);
  g_ptr_array_add (draft->to, mail_address_new (job->sender->person, job->sender->address));
  return mail_compose (draft, MAIL_COMPOSE_SEND, NULL);
}

/* %FALSE: it has to be tried again. */
static gboolean
answer (PracticeCorrespondent *correspondent, const Job *job)
{
  g_autoptr (GBytes) letter = compose (correspondent, job);
  gsize len;
  const guint8 *bytes;
  gboolean posted;

  if (letter == NULL)
    return TRUE;
  bytes = g_bytes_get_data (letter, &len);
  posted = practice_delivery_post (correspondent->store,
                                   practice_user_domain (job->user),
                                   job->user,
                                   job->sender,
                                   bytes,
                                   len)
               .code == 250;
  practice_relay_wake (correspondent->relay);
  return posted;
}

static gpointer
run (gpointer data)
{
  PracticeCorrespondent *correspondent = data;

  g_mutex_lock (&correspondent->lock);
  while (!correspondent->stopping)
    {
      Job *job = g_queue_peek_head (&correspondent->jobs);
      gboolean answered;

      if (job == NULL)
        {
          g_cond_wait (&correspondent->cond, &correspondent->lock);
        }
      else if (g_get_monotonic_time () < job->due)
        {
          g_cond_wait_until (&correspondent->cond, &correspondent->lock, job->due);
        }
      else
        {
          g_queue_pop_head (&correspondent->jobs);
          g_mutex_unlock (&correspondent->lock);
          answered = answer (correspondent, job);
          g_mutex_lock (&correspondent->lock);
          if (answered)
            {
              job_free (job);
              continue;
            }
          job->due = g_get_monotonic_time () + AGAIN;
          g_queue_push_tail (&correspondent->jobs, job);
        }
    }
  g_mutex_unlock (&correspondent->lock);
  return NULL;
}

PracticeCorrespondent *
practice_correspondent_new (PracticeStore *store,
                            PracticeRelay *relay,
                            gint64 delay,
                            gboolean french)
{
  PracticeCorrespondent *correspondent = g_new0 (PracticeCorrespondent, 1);

  correspondent->store = practice_store_ref (store);
  correspondent->relay = relay;
  correspondent->delay = delay;
  correspondent->french = french;
  g_mutex_init (&correspondent->lock);
  g_cond_init (&correspondent->cond);
  g_queue_init (&correspondent->jobs);
  correspondent->thread = g_thread_new ("correspondent", run, correspondent);
  return correspondent;
}

void
practice_correspondent_free (PracticeCorrespondent *correspondent)
{
  g_mutex_lock (&correspondent->lock);
  correspondent->stopping = TRUE;
  g_cond_signal (&correspondent->cond);
  g_mutex_unlock (&correspondent->lock);
  g_thread_join (correspondent->thread);
  g_queue_clear_full (&correspondent->jobs, job_free);
  g_cond_clear (&correspondent->cond);
  g_mutex_clear (&correspondent->lock);
  practice_store_unref (correspondent->store);
  g_free (correspondent);
}

void
practice_correspondent_receive (PracticeCorrespondent *correspondent,
                                const PracticeUser *user,
                                const char *from,
                                const guint8 *letter,
                                gsize len)
{
  const PracticeUser *sender = practice_user_find (from);
  Job *job;

  if (!user->answers || sender == NULL || sender->answers)
    return;
  job = g_new0 (Job, 1);
  job->user = user;
  job->sender = sender;
  job->letter = g_bytes_new (letter, len);
  job->due = g_get_monotonic_time () + correspondent->delay;
  g_mutex_lock (&correspondent->lock);
  g_queue_push_tail (&correspondent->jobs, job);
  g_cond_signal (&correspondent->cond);
  g_mutex_unlock (&correspondent->lock);
}
