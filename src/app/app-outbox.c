/* Letters on their way, and drafts: what became of each, in words, and what can be done about it.
 * A letter keeps its row while it is here, so that the keyboard and what is read stay where they
 * are.
 */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include <glib/gi18n.h>

#include "app-composer.h"
#include "app-delivery.h"
#include "app-format.h"
#include "app-later-dialog.h"
#include "app-verbatim.h"
#include "app-wrap.h"

typedef struct
{
  AppApplication *application;
  EngineAccount *account;
  GtkListBox *list;
  guint watch;
  guint due; /* the next letter’s time comes */
} Outbox;

static void
outbox_free (gpointer data)
{
  Outbox *outbox = data;

  g_clear_handle_id (&outbox->due, g_source_remove);
  store_mailbase_unwatch (engine_account_mailbase (outbox->account), outbox->watch);
  engine_account_unref (outbox->account);
  g_free (outbox);
}

/* Whether somebody is left who was refused though others have it. */
static gboolean
is_partly_refused (const StoreOutboxEntry *entry)
{
  return entry->state == STORE_OUTBOX_SENT && entry->refused[0] != NULL;
}

/* It goes no further without somebody. */
static gboolean
waits_for_the_person (const StoreOutboxEntry *entry)
{
  return entry->state == STORE_OUTBOX_UNKNOWN || entry->state == STORE_OUTBOX_FAILED ||
         is_partly_refused (entry);
}

static char *
queued_text (const StoreOutboxEntry *entry)
{
  g_autofree char *time = app_format_date_short (entry->next_try / G_USEC_PER_SEC);
  g_autofree char *when = app_format_when (entry->next_try);

  if (entry->attempts > 0 && entry->error != NULL)
    /* Translators: a time, and what was in the way. */
    return g_strdup_printf (_ ("Next try at %1$s: %2$s"), time, entry->error);
  if (entry->next_try > g_get_real_time ())
    return g_strdup_printf (_ ("To be sent: %s"), when);
  return g_strdup (_ ("Waiting to be sent"));
}

static char *
state_text (const StoreOutboxEntry *entry)
{
  g_autofree char *who = g_strjoinv (", ", entry->accepted);

  switch (entry->state)
    {
    case STORE_OUTBOX_DRAFT:
      return g_strdup (_ ("Draft"));
    case STORE_OUTBOX_QUEUED:
      return queued_text (entry);
    case STORE_OUTBOX_SENDING:
      return g_strdup (_ ("Being handed over"));
    case STORE_OUTBOX_UNKNOWN:
      return g_strdup_printf (
          _ ("May have been sent: %s. Ask the recipient, or send it once more."),
          entry->error != NULL ? entry->error : _ ("the server’s answer is not known"));
    case STORE_OUTBOX_FAILED:
      return g_strdup_printf (_ ("Refused: %s"),
                              entry->error != NULL ? entry->error : _ ("no reason was given"));
    case STORE_OUTBOX_SENT:
    default:
      return is_partly_refused (entry) ? g_strdup_printf (_ ("Sent to %s, but not to all:"), who)
                                       : g_strdup (_ ("Sent"));
    }
}

/* Those do not get it again, whatever becomes of the others. (transfer full) (nullable) */
static char *
accepted_text (const StoreOutboxEntry *entry)
{
  g_autofree char *who = g_strjoinv (", ", entry->accepted);

  return *who != '\0' && entry->state != STORE_OUTBOX_SENT
             ? g_strdup_printf (_ ("Sent already to %s"), who)
             : NULL;
}

static gint64
id_of (GtkButton *button)
{
  return *(gint64 *) g_object_get_data (G_OBJECT (button), "outbox-id");
}

static void
tell (GtkButton *button, const GError *error)
{
  gtk_widget_activate_action (GTK_WIDGET (button), "win.tell", "s", error->message);
}

static void
on_edit (GtkButton *button, Outbox *outbox)
{
  g_autoptr (GError) error = NULL;
  AppComposer *composer =
      app_composer_new_draft (outbox->application, outbox->account, id_of (button), &error);

  if (composer == NULL)
    {
      tell (button, error);
      return;
    }
  gtk_window_set_application (GTK_WINDOW (composer), GTK_APPLICATION (outbox->application));
  gtk_window_present (GTK_WINDOW (composer));
}

static void
on_again (GtkButton *button, Outbox *outbox)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_SEND, NULL);
  g_autoptr (GError) error = NULL;

  if (!engine_account_send_again (outbox->account, id_of (button), cause, &error))
    tell (button, error);
}

static void
on_take_back (GtkButton *button, Outbox *outbox)
{
  g_autoptr (GError) error = NULL;

  if (!engine_account_unsend (outbox->account, id_of (button), &error))
    tell (button, error);
}

/* The row may be made anew while the person chooses. */
typedef struct
{
  EngineAccount *account;
  gint64 id;
} Later;

static void
later_free (gpointer data, GClosure *closure)
{
  Later *later = data;

  engine_account_unref (later->account);
  g_free (later);
}

static void
on_chosen (AppLaterDialog *dialog, gint64 when, Later *later)
{
  g_autoptr (StoreOutboxEntry) entry = NULL;
  g_autoptr (BaseCause) cause = NULL;
  g_autoptr (GError) error = NULL;
  EngineSendWish wish = { .when = when };

  if (!store_reader_outbox_entry (
          engine_account_reader (later->account), later->id, &entry, NULL) ||
      entry == NULL || entry->state != STORE_OUTBOX_QUEUED)
    return;
  cause = base_cause_new (BASE_CAUSE_SEND, entry->subject);
  wish.options = entry->options;
  if (!engine_account_send_draft (later->account, later->id, &wish, cause, &error))
    gtk_widget_activate_action (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (dialog))),
                                "win.tell",
                                "s",
                                error->message);
}

static void
on_change_time (GtkButton *button, Outbox *outbox)
{
  g_autoptr (StoreOutboxEntry) entry = NULL;
  AppLaterDialog *dialog;
  Later *later;

  if (!store_reader_outbox_entry (
          engine_account_reader (outbox->account), id_of (button), &entry, NULL) ||
      entry == NULL)
    return;
  dialog = app_later_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))),
                                 entry->next_try);
  later = g_new0 (Later, 1);
  later->account = engine_account_ref (outbox->account);
  later->id = entry->id;
  g_signal_connect_data (dialog, "chosen", G_CALLBACK (on_chosen), later, later_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_discard (GtkButton *button, Outbox *outbox)
{
  g_autoptr (GError) error = NULL;

  if (!engine_account_discard_draft (outbox->account, id_of (button), &error))
    tell (button, error);
}

/* What a row offers. */
typedef struct
{
  const char *label;
  const char *icon; /* in place of its words (nullable) */
  GCallback callback;
} Offer;

static GtkWidget *
make_button (Outbox *outbox, const StoreOutboxEntry *entry, const Offer *offer)
{
  GtkWidget *button = offer->icon != NULL ? gtk_button_new_from_icon_name (offer->icon)
                                          : gtk_button_new_with_label (offer->label);
  g_autofree char *name = g_strdup_printf ("%s: %s", offer->label, entry->subject);

  g_object_set_data_full (
      G_OBJECT (button), "outbox-id", g_memdup2 (&entry->id, sizeof entry->id), g_free);
  g_object_set_data (G_OBJECT (button), "offer", (gpointer) offer->label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (offer->icon != NULL)
    {
      gtk_widget_set_tooltip_text (button, offer->label);
      gtk_widget_add_css_class (button, "flat");
    }
  g_signal_connect (button, "clicked", offer->callback, outbox);
  return button;
}

static GtkWidget *
label_new (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

/* As long as there is room, and whole in the tooltip. */
static GtkWidget *
line_new (const char *text, const char *css)
{
  GtkWidget *label = label_new (text, css);

  gtk_label_set_wrap (GTK_LABEL (label), FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

/* What a row says and offers: the widgets are made anew only where this is different. */

static GArray *
offers_of (const StoreOutboxEntry *entry)
{
  GArray *offers = g_array_new (FALSE, FALSE, sizeof (Offer));
  gboolean waits = waits_for_the_person (entry);
  const Offer edit = { _ ("Edit"), NULL, G_CALLBACK (on_edit) };
  const Offer once_more = { _ ("Send Once More"), NULL, G_CALLBACK (on_again) };
  const Offer now = { _ ("Send Now"), NULL, G_CALLBACK (on_again) };
  const Offer change = { _ ("Change Time…"), NULL, G_CALLBACK (on_change_time) };
  const Offer back = { _ ("Take Back"), NULL, G_CALLBACK (on_take_back) };
  const Offer discard = { _ ("Discard"), "user-trash-symbolic", G_CALLBACK (on_discard) };

  if (entry->state == STORE_OUTBOX_DRAFT || waits)
    g_array_append_val (offers, edit);
  if (waits)
    g_array_append_val (offers, once_more);
  if (entry->state == STORE_OUTBOX_QUEUED && entry->next_try > g_get_real_time ())
    {
      g_array_append_val (offers, now);
      g_array_append_val (offers, back);
      if (entry->attempts == 0)
        g_array_append_val (offers, change);
    }
  if (entry->state != STORE_OUTBOX_SENDING)
    g_array_append_val (offers, discard);
  return offers;
}

static GPtrArray *
lines_of (const StoreOutboxEntry *entry)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  char *to = g_strjoinv (", ", entry->recipients);
  char *accepted = accepted_text (entry);

  if (*to == '\0')
    {
      g_free (to);
      to = g_strdup (_ ("(no recipient)"));
    }
  g_ptr_array_add (lines, to);
  g_ptr_array_add (lines, g_strdup (*entry->subject != '\0' ? entry->subject : _ ("(no subject)")));
  g_ptr_array_add (lines, state_text (entry));
  if (accepted != NULL)
    g_ptr_array_add (lines, accepted);
  for (guint i = 0; entry->refused[i] != NULL; i++)
    g_ptr_array_add (lines, app_delivery_refused_text (entry->refused[i]));
  return lines;
}

static char *
signature_of (const GPtrArray *lines, const GArray *offers)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) lines->pdata[i]);
  for (guint i = 0; i < offers->len; i++)
    g_string_append_printf (text, "\t%s", g_array_index (offers, Offer, i).label);
  return g_string_free (text, FALSE);
}

static GtkWidget *
make_content (Outbox *outbox,
              const StoreOutboxEntry *entry,
              const GPtrArray *lines,
              const GArray *offers)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *buttons = g_object_new (APP_TYPE_WRAP, "margin-top", 4, NULL);
  GtkWidget *to = line_new (lines->pdata[0], "heading");

  gtk_widget_add_css_class (box, "outbox-row");
  gtk_widget_set_hexpand (to, TRUE);
  gtk_box_append (GTK_BOX (top), to);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), line_new (lines->pdata[1], NULL));
  for (guint i = 2; i < lines->len; i++)
    {
      gboolean warns = i == 2 && waits_for_the_person (entry);
      GtkWidget *state = label_new (lines->pdata[i], warns ? "warning" : "dim-label");

      gtk_widget_add_css_class (state, "state");
      gtk_box_append (GTK_BOX (box), state);
    }
  for (guint i = 0; i < offers->len; i++)
    {
      const Offer *offer = &g_array_index (offers, Offer, i);
      GtkWidget *button = make_button (outbox, entry, offer);

      if (offer->icon != NULL)
        gtk_box_append (GTK_BOX (top), button);
      else
        gtk_widget_insert_before (button, buttons, NULL);
    }
  gtk_widget_set_visible (buttons, gtk_widget_get_first_child (buttons) != NULL);
  gtk_box_append (GTK_BOX (box), buttons);
  return box;
}

/* Which of a row's buttons has the keyboard, by its words; NULL if none has. */
static const char *
focused_button (GtkWidget *row)
{
  GtkRoot *root = gtk_widget_get_root (row);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !GTK_IS_BUTTON (focus) || !gtk_widget_is_ancestor (focus, row))
    return NULL;
  return g_object_get_data (G_OBJECT (focus), "offer");
}

/* (nullable) */
static GtkWidget *
find_button (GtkWidget *box, const char *label)
{
  GtkWidget *button = gtk_widget_get_first_child (box);

  while (button != NULL && g_strcmp0 (g_object_get_data (G_OBJECT (button), "offer"), label) != 0)
    button = gtk_widget_get_next_sibling (button);
  return button;
}

/* The button that says @label, else the row itself. */
static void
focus_button (GtkWidget *row, const char *label)
{
  GtkWidget *content = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));
  GtkWidget *button = find_button (gtk_widget_get_last_child (content), label);

  if (button == NULL)
    button = find_button (gtk_widget_get_first_child (content), label);
  gtk_widget_grab_focus (button != NULL ? button : row);
}

static void
show_entry (Outbox *outbox, GtkWidget *row, const StoreOutboxEntry *entry)
{
  g_autoptr (GPtrArray) lines = lines_of (entry);
  g_autoptr (GArray) offers = offers_of (entry);
  g_autofree char *signature = signature_of (lines, offers);
  g_autofree char *focused = g_strdup (focused_button (row));
  g_autofree char *name = NULL;

  if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "signature"), signature) == 0)
    return;
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), make_content (outbox, entry, lines, offers));
  g_ptr_array_add (lines, NULL);
  name = g_strjoinv (", ", (char **) lines->pdata);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (row), "signature", g_steal_pointer (&signature), g_free);
  if (focused != NULL)
    focus_button (row, focused);
}

static gint64
id_of_row (GtkListBoxRow *row)
{
  return *(gint64 *) g_object_get_data (G_OBJECT (row), "outbox-id");
}

static GtkWidget *
row_new (gint64 id)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  g_object_set_data_full (G_OBJECT (row), "outbox-id", g_memdup2 (&id, sizeof id), g_free);
  return row;
}

/* The keyboard goes on at the row that takes its place. */
static void
remove_row (GtkListBox *list, GtkListBoxRow *row)
{
  int index = gtk_list_box_row_get_index (row);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (row));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkListBoxRow *heir = gtk_list_box_get_row_at_index (list, index + 1);

  if (heir == NULL && index > 0)
    heir = gtk_list_box_get_row_at_index (list, index - 1);
  if (focus != NULL &&
      (focus == GTK_WIDGET (row) || gtk_widget_is_ancestor (focus, GTK_WIDGET (row))))
    gtk_widget_grab_focus (heir != NULL ? GTK_WIDGET (heir) : GTK_WIDGET (list));
  gtk_list_box_remove (list, GTK_WIDGET (row));
}

static gboolean
is_shown (const StoreOutboxEntry *entry)
{
  return entry->state != STORE_OUTBOX_SENT || is_partly_refused (entry);
}

static gboolean
has_id (const GPtrArray *entries, gint64 id)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];

      if (entry->id == id)
        return is_shown (entry);
    }
  return FALSE;
}

static void
drop_gone (Outbox *outbox, const GPtrArray *entries)
{
  GtkListBoxRow *row;
  int at = 0;

  while ((row = gtk_list_box_get_row_at_index (outbox->list, at)) != NULL)
    if (has_id (entries, id_of_row (row)))
      at++;
    else
      remove_row (outbox->list, row);
}

static void fill (Outbox *outbox);

static gboolean
on_due (gpointer data)
{
  Outbox *outbox = data;

  outbox->due = 0;
  fill (outbox);
  return G_SOURCE_REMOVE;
}

/* A time that has come is no longer to come, also where nothing else happens to the letter. */
static void
wait_until_due (Outbox *outbox, const GPtrArray *entries)
{
  gint64 now = g_get_real_time ();
  gint64 soonest = G_MAXINT64;

  g_clear_handle_id (&outbox->due, g_source_remove);
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];

      if (entry->state == STORE_OUTBOX_QUEUED && entry->next_try > now)
        soonest = MIN (soonest, entry->next_try);
    }
  if (soonest != G_MAXINT64)
    outbox->due = g_timeout_add_seconds (
        (guint) MIN ((soonest - now) / G_USEC_PER_SEC + 1, G_MAXINT / 1000), on_due, outbox);
}

/* The entries come in an order that does not change while they are here. */
static void
fill (Outbox *outbox)
{
  g_autoptr (GPtrArray) entries =
      store_reader_outbox (engine_account_reader (outbox->account), NULL);
  int at = 0;

  if (entries == NULL)
    return;
  drop_gone (outbox, entries);
  for (guint i = 0; i < entries->len; i++)
    {
      const StoreOutboxEntry *entry = entries->pdata[i];
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (outbox->list, at);
      GtkWidget *widget = GTK_WIDGET (row);

      if (!is_shown (entry))
        continue;
      if (row == NULL || id_of_row (row) != entry->id)
        gtk_list_box_insert (outbox->list, widget = row_new (entry->id), at);
      show_entry (outbox, widget, entry);
      at++;
    }
  wait_until_due (outbox, entries);
}

static void
on_change (StoreChange *change, gpointer data)
{
  if (change->outbox_changed)
    fill (data);
}

GtkWidget *
app_outbox_new (AppApplication *application, EngineAccount *account)
{
  Outbox *outbox = g_new0 (Outbox, 1);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *empty = gtk_label_new (_ ("Nothing is waiting here."));

  outbox->application = application;
  outbox->account = engine_account_ref (account);
  outbox->list = GTK_LIST_BOX (list);
  outbox->watch = store_mailbase_watch (engine_account_mailbase (account), NULL, on_change, outbox);
  gtk_widget_add_css_class (empty, "dim-label");
  gtk_widget_set_margin_top (empty, 24);
  gtk_list_box_set_placeholder (outbox->list, empty);
  gtk_list_box_set_selection_mode (outbox->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "outbox");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Outbox"), -1);
  g_object_set_data_full (G_OBJECT (list), "outbox", outbox, outbox_free);
  fill (outbox);
  return list;
}
