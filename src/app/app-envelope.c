/* The comparison is learn's (learn-envelope.h); here it is gathered from the outbox, the tap and
 * the letter, and shown. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-envelope.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-format.h"
#include "app-leave.h"
#include "app-trouble.h"
#include "app-verbatim.h"
#include "engine-foreseen.h"
#include "learn-dialogue.h"
#include "learn-envelope.h"
#include "mail-address.h"
#include "store-survey.h"

/* Header fields as lists of addresses. */
typedef struct
{
  LearnHeader header;
  GPtrArray *owned; /* char ** and char * */
} Fields;

static void
fields_clear (Fields *fields)
{
  g_ptr_array_unref (fields->owned);
}

static const char *const *
own_list (Fields *fields, GPtrArray *list)
{
  char **addresses = g_new0 (char *, list->len + 1);

  for (guint i = 0; i < list->len; i++)
    {
      addresses[i] = g_strdup (((const MailAddress *) list->pdata[i])->address);
      g_ptr_array_add (fields->owned, addresses[i]);
    }
  g_ptr_array_add (fields->owned, addresses);
  return (const char *const *) addresses;
}

static const char *const *
field_of (Fields *fields, const MailMessage *letter, const char *name)
{
  g_autofree char *text = mail_message_dup_header (letter, name, 0);
  g_autoptr (GPtrArray) list = mail_address_parse_list (text);

  return own_list (fields, list);
}

static const char *
first_of (Fields *fields, const MailMessage *letter, const char *name)
{
  return field_of (fields, letter, name)[0];
}

static void
read_letter (Fields *fields, const MailMessage *letter)
{
  g_autofree char *path = mail_message_dup_header (letter, "Return-Path", 0);

  fields->owned = g_ptr_array_new_with_free_func (g_free);
  fields->header.from = field_of (fields, letter, "From");
  fields->header.sender = first_of (fields, letter, "Sender");
  fields->header.reply_to = field_of (fields, letter, "Reply-To");
  fields->header.to = field_of (fields, letter, "To");
  fields->header.cc = field_of (fields, letter, "Cc");
  fields->header.bcc = field_of (fields, letter, "Bcc");
  fields->header.delivered_to = field_of (fields, letter, "Delivered-To");
  if (path == NULL)
    return;
  fields->header.return_path = first_of (fields, letter, "Return-Path");
  /* "<>" is no address, and says something. */
  if (fields->header.return_path == NULL)
    fields->header.return_path = "";
}

/* What is remembered of the envelope */

static void
add_remembered (LearnEnvelope *envelope, const StoreOutboxEntry *entry)
{
  for (guint i = 0; entry->recipients[i] != NULL; i++)
    {
      const char *address = entry->recipients[i];
      g_autofree char *prefix = g_strconcat (address, "\t", NULL);
      g_autofree char *reply = NULL;
      int accepted = g_strv_contains ((const char *const *) entry->accepted, address) ? 1 : -1;

      for (guint j = 0; entry->refused[j] != NULL && accepted < 0; j++)
        if (g_str_has_prefix (entry->refused[j], prefix))
          {
            accepted = 0;
            reply = g_strdelimit (g_strdup (entry->refused[j] + strlen (prefix)), "\t", ' ');
          }
      learn_envelope_add (envelope, address, NULL, reply, accepted);
    }
}

/* The command of an exchange and its answer. */
static void
hear_exchange (LearnEnvelope *envelope, const LearnExchange *exchange)
{
  const char *command = NULL, *reply = NULL;

  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];

      if (line->direction == BASE_DIRECTION_OUT && command == NULL)
        command = line->text;
      else if (line->direction == BASE_DIRECTION_IN)
        reply = line->text;
    }
  if (command != NULL)
    learn_envelope_hear (envelope, command, reply);
}

/* In the server's own words, as long as the tap has the session. */
static void
hear_session (LearnEnvelope *envelope, WireTap *tap, guint64 cause)
{
  g_autoptr (LearnDialogue) dialogue = learn_dialogue_new (100000, NULL, NULL);

  while (learn_dialogue_pull (dialogue, tap, 10000))
    ;
  for (guint i = 0; i < learn_dialogue_count (dialogue); i++)
    {
      const LearnExchange *exchange = learn_dialogue_get (dialogue, i);

      if (exchange->cause != NULL && base_cause_covers (exchange->cause, cause))
        hear_exchange (envelope, exchange);
    }
}

/* The window */

static GtkWidget *
make_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  app_verbatim (GTK_LABEL (label));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), css == NULL || strcmp (css, "heading") != 0);
  gtk_widget_set_hexpand (label, TRUE);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static GtkWidget *
make_pair (const char *left, const char *right, const char *css)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *labels[2] = { make_label (left, css), make_label (right, css) };

  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  for (int i = 0; i < 2; i++)
    {
      gtk_widget_set_valign (labels[i], GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (box), labels[i]);
    }
  return box;
}

static GtkWidget *
make_sides (const LearnSides *sides)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  g_autofree char *name = g_strdup_printf ("%s | %s. %s %s",
                                           *sides->envelope ? sides->envelope : "–",
                                           *sides->letter ? sides->letter : "–",
                                           sides->note,
                                           sides->reply);

  gtk_widget_add_css_class (box, "envelope-row");
  if (sides->kind != LEARN_SIDES_SAME && sides->kind != LEARN_SIDES_UNROUTED &&
      sides->kind != LEARN_SIDES_PARAMETER)
    gtk_widget_add_css_class (box, "differs");
  gtk_box_append (GTK_BOX (box),
                  make_pair (*sides->envelope ? sides->envelope : "–",
                             *sides->letter ? sides->letter : "–",
                             "monospace"));
  if (*sides->reply != '\0')
    {
      /* Translators: what the server answered: "Server: 250 2.1.5 Ok" */
      g_autofree char *reply = g_strdup_printf (_ ("Server: %s"), sides->reply);

      gtk_box_append (GTK_BOX (box), make_label (reply, "caption"));
    }
  if (*sides->note != '\0')
    gtk_box_append (GTK_BOX (box), make_label (sides->note, NULL));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

static GtkWidget *
make_window (GtkWindow *parent, const char *left, const char *explained, GPtrArray *sides)
{
  GtkWidget *window = g_object_new (ADW_TYPE_WINDOW,
                                    "accessible-role",
                                    GTK_ACCESSIBLE_ROLE_DIALOG,
                                    "transient-for",
                                    parent,
                                    "title",
                                    _ ("Envelope and Letter"),
                                    "default-width",
                                    700,
                                    "default-height",
                                    520,
                                    "width-request",
                                    360,
                                    NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *words;

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Envelope and Letter"), -1);
  for (guint i = 0; i < sides->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), make_sides (sides->pdata[i]));
  gtk_widget_add_css_class (inner, "envelope");
  /* The keyboard begins in the list: a label that it is given would be selected whole. */
  words = make_label (explained, NULL);
  gtk_label_set_selectable (GTK_LABEL (words), FALSE);
  gtk_box_append (GTK_BOX (inner), words);
  gtk_box_append (GTK_BOX (inner), make_pair (left, _ ("Letter: what people read"), "heading"));
  gtk_box_append (GTK_BOX (inner), list);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), inner);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scroller);
  adw_window_set_content (ADW_WINDOW (window), box);
  app_leave_by_escape (GTK_WINDOW (window));
  return window;
}

GtkWidget *
app_envelope_new (AppApplication *application,
                  GtkWindow *parent,
                  EngineAccount *account,
                  gint64 message,
                  MailMessage *letter)
{
  StoreOutboxEntry *entry = store_reader_sent (engine_account_reader (account), message, NULL);
  g_autoptr (LearnEnvelope) envelope = NULL;
  g_autoptr (GPtrArray) sides = NULL;
  Fields fields = { 0 };
  GtkWidget *window;

  read_letter (&fields, letter);
  if (entry != NULL)
    {
      envelope = learn_envelope_new (entry->sender);
      add_remembered (envelope, entry);
      if (entry->cause != NULL)
        hear_session (envelope, app_application_get_tap (application), entry->cause->id);
      store_outbox_entry_free (entry);
    }
  sides = learn_envelope_compare (envelope, &fields.header);
  window = make_window (
      parent,
      envelope != NULL ? _ ("Envelope: what the server was told")
                       : _ ("What is left of the envelope"),
      envelope != NULL
          ? _ ("The envelope decided where this letter went; servers look at no line of the letter "
               "for that.")
          : _ ("A letter arrives without its envelope. The last server may note who stood on it."),
      sides);
  fields_clear (&fields);
  return window;
}

/* Of a letter that is still being written */

typedef struct
{
  StoreMailbase *mailbase;
  StoreAccountInfo *info;
  MailDraft *draft;
  gint64 outbox;
  guint options;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  store_mailbase_unref (question->mailbase);
  store_account_info_unref (question->info);
  mail_draft_free (question->draft);
  g_free (question);
}

static void
foresee (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  GError *error = NULL;
  EngineForeseen *foreseen = engine_foresee (
      question->mailbase, question->info, question->outbox, question->options, &error);

  if (foreseen != NULL)
    g_task_return_pointer (task, foreseen, (GDestroyNotify) engine_foreseen_free);
  else
    g_task_return_error (task, error);
}

/* Each address once, where no line is known; what is no address is not handed over. */
static void
add_addresses (LearnEnvelope *envelope, const MailDraft *draft)
{
  GPtrArray *const lists[] = { draft->to, draft->cc, draft->bcc };
  g_autoptr (GPtrArray) all = mail_address_list_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      {
        MailAddress *address = lists[i]->pdata[j];

        if (!mail_address_is_valid (address->address) ||
            mail_address_list_contains (all, address->address))
          continue;
        g_ptr_array_add (all, mail_address_ref (address));
        learn_envelope_add (envelope, address->address, NULL, NULL, -1);
      }
}

/* On what the forecast stands, and what nobody can know before. */
static char *
explain_forecast (const EngineForeseen *foreseen, const char *host)
{
  g_autofree char *when =
      foreseen->heard > 0 ? app_format_date_long (foreseen->heard / G_USEC_PER_SEC) : NULL;
  GString *text = g_string_new (
      _ ("Nothing was said yet. The envelope decides where the letter goes; servers look at no "
         "line of the letter for that."));

  g_string_append_c (text, ' ');
  if (foreseen->refused != NULL)
    /* Translators: %s is a sentence that says why. */
    g_string_append_printf (text,
                            _ ("As it stands, the letter would not be handed over: %s."),
                            foreseen->refused->message);
  else if (when != NULL)
    g_string_append_printf (text,
                            _ ("These are the lines for the letter as it stands now, by what %1$s "
                               "said it offers (%2$s); "
                               "both are looked at again when it is sent."),
                            host,
                            when);
  else
    g_string_append_printf (text,
                            _ ("These are the lines for the letter as it stands now. %s was not "
                               "heard yet: what stands behind an address is only said where its "
                               "answer to EHLO offers it."),
                            host);
  if (foreseen->refused == NULL)
    g_string_append_printf (text, " %s", _ ("Whom the server accepts, it says only then."));
  if (foreseen->more)
    g_string_append_printf (
        text,
        " %s",
        _ ("It takes fewer recipients at a time: the others are named in another transaction."));
  return g_string_free (text, FALSE);
}

static GPtrArray *
compare_draft (const EngineForeseen *foreseen, const MailDraft *draft)
{
  const char *from[] = { draft->from != NULL ? draft->from->address : "", NULL };
  g_autoptr (LearnEnvelope) envelope = learn_envelope_new (from[0]);
  Fields fields = { .owned = g_ptr_array_new_with_free_func (g_free) };
  GPtrArray *sides;

  envelope->before = TRUE;
  envelope->offer = g_strdupv (foreseen->offer);
  if (foreseen->mail != NULL)
    learn_envelope_hear (envelope, foreseen->mail, NULL);
  for (guint i = 0; foreseen->rcpts != NULL && foreseen->rcpts[i] != NULL; i++)
    learn_envelope_hear (envelope, foreseen->rcpts[i], NULL);
  if (foreseen->mail == NULL || foreseen->more)
    add_addresses (envelope, draft);
  fields.header.from = from;
  fields.header.to = own_list (&fields, draft->to);
  fields.header.cc = own_list (&fields, draft->cc);
  fields.header.bcc = own_list (&fields, draft->bcc);
  sides = learn_envelope_compare (envelope, &fields.header);
  fields_clear (&fields);
  return sides;
}

static void
on_foreseen (GObject *object, GAsyncResult *result, gpointer data)
{
  GtkWindow *parent = GTK_WINDOW (object);
  const Question *question = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (EngineForeseen) foreseen = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GPtrArray) sides = NULL;
  g_autofree char *explained = NULL;
  GtkWidget *window;

  if (!gtk_widget_get_mapped (GTK_WIDGET (parent)))
    return;
  if (foreseen == NULL)
    {
      app_trouble_tell (parent, error);
      return;
    }
  sides = compare_draft (foreseen, question->draft);
  explained = explain_forecast (foreseen, question->info->smtp_host);
  window = make_window (parent, _ ("Envelope: what the server will be told"), explained, sides);
  gtk_window_present (GTK_WINDOW (window));
}

void
app_envelope_show_draft (
    GtkWindow *parent, EngineAccount *account, const MailDraft *draft, gint64 outbox, guint options)
{
  Question *question = g_new0 (Question, 1);
  g_autoptr (GTask) task = g_task_new (parent, NULL, on_foreseen, NULL);

  question->mailbase = store_mailbase_ref (engine_account_mailbase (account));
  question->info = store_account_info_copy (engine_account_info (account));
  question->draft = mail_draft_copy (draft);
  question->outbox = outbox;
  question->options = options;
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, foresee);
}
