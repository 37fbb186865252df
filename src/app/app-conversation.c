/* All letters are looked at for it, on a thread of its own; then the server is asked. The window
 * may be closed before either has ended. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-conversation.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app-leave.h"
#include "app-message-row.h"
#include "learn-wording.h"

/* Deeper answers stand no further to the right. */
#define DEPTH_MAX 4
#define INDENT 18

typedef struct
{
  GtkWindow *window;
  GtkWindow *parent;
  EngineAccount *account;
  gint64 letter;
  AdwWindowTitle *title;
  GtkWidget *here, *there; /* lists */
  GtkWidget *joined;       /* the heading above the second */
  GtkLabel *note;
  GHashTable *shown; /* gint64: messages */
  guint count;
} Conversation;

static void
conversation_free (gpointer data)
{
  Conversation *self = data;

  engine_account_unref (self->account);
  g_hash_table_unref (self->shown);
  g_free (self);
}

/* What is answered later finds nothing to show it in. */
static void
on_destroy (GtkWidget *window, gpointer data)
{
  g_object_set_data (G_OBJECT (window), "conversation", NULL);
}

static Conversation *
conversation_of (GtkWindow *window)
{
  return g_object_get_data (G_OBJECT (window), "conversation");
}

/* Rows */

static int
oldest_first (gconstpointer a, gconstpointer b)
{
  const StoreRow *one = *(StoreRow *const *) a;
  const StoreRow *other = *(StoreRow *const *) b;
  gint64 first = one->date_utc != 0 ? one->date_utc : one->arrived;
  gint64 second = other->date_utc != 0 ? other->date_utc : other->arrived;

  return first < second ? -1 : first > second;
}

/* The letter that @row answers, among @rows. */
static const StoreRow *
answered (GPtrArray *rows, const StoreRow *row)
{
  const char *last = row->refs != NULL ? strrchr (row->refs, ' ') : NULL;
  const char *names[] = { row->in_reply_to, last != NULL ? last + 1 : row->refs };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; names[i] != NULL && j < rows->len; j++)
      {
        const StoreRow *other = rows->pdata[j];

        if (other != row && g_strcmp0 (other->message_id, names[i]) == 0)
          return other;
      }
  return NULL;
}

static int
depth_of (GPtrArray *rows, const StoreRow *row)
{
  int depth = 0;

  while (depth < DEPTH_MAX && (row = answered (rows, row)) != NULL)
    depth++;
  return depth;
}

static char *
folder_of (Conversation *self, const StoreRow *row)
{
  g_autoptr (StoreFolder) folder =
      store_reader_folder (engine_account_reader (self->account), row->folder, NULL);

  return folder != NULL ? learn_folder_title (folder) : g_strdup ("");
}

static GtkWidget *
make_row (Conversation *self, const StoreRow *row, int depth)
{
  g_autoptr (AppMessage) message = app_message_new (store_row_ref ((StoreRow *) row));
  g_autofree char *folder = folder_of (self, row);
  gboolean asked = row->message == self->letter;
  GtkWidget *item = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *letter = app_message_row_new ();
  GtkWidget *place = gtk_label_new (NULL);
  g_autofree char *text =
      /* Translators: a folder, behind the letter from which the conversation was opened. */
      asked ? g_strdup_printf (_ ("%s · this letter"), folder) : g_steal_pointer (&folder);
  g_autofree char *name = NULL;

  gtk_label_set_text (GTK_LABEL (place), text);
  gtk_label_set_xalign (GTK_LABEL (place), 0);
  gtk_label_set_ellipsize (GTK_LABEL (place), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (place, "caption");
  gtk_widget_add_css_class (place, asked ? "accent" : "dim-label");
  gtk_widget_add_css_class (box, "conversation-row");
  gtk_widget_set_margin_start (box, depth * INDENT);
  gtk_box_append (GTK_BOX (box), letter);
  gtk_box_append (GTK_BOX (box), place);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (item), box);
  app_message_row_bind (APP_MESSAGE_ROW (letter), message, FALSE);
  name = g_strdup_printf (
      "%s, %s, %s", *row->from_name ? row->from_name : row->from_address, row->subject, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (
      G_OBJECT (item), "message", g_memdup2 (&row->message, sizeof row->message), g_free);
  return item;
}

/* Those of @messages that are not shown yet; returns how many came. */
static guint
add_rows (Conversation *self, GtkWidget *list, GArray *messages)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_row_unref);

  for (guint i = 0; i < messages->len; i++)
    {
      gint64 message = g_array_index (messages, gint64, i);
      StoreRow *row =
          g_hash_table_contains (self->shown, &message)
              ? NULL
              : store_reader_row_of_message (engine_account_reader (self->account), message, NULL);

      if (row == NULL)
        continue;
      g_hash_table_add (self->shown, g_memdup2 (&message, sizeof message));
      g_ptr_array_add (rows, row);
    }
  g_ptr_array_sort (rows, oldest_first);
  for (guint i = 0; i < rows->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list),
                         make_row (self, rows->pdata[i], depth_of (rows, rows->pdata[i])));
  self->count += rows->len;
  return rows->len;
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, Conversation *self)
{
  const gint64 *message = g_object_get_data (G_OBJECT (row), "message");
  GtkWindow *parent = self->parent;
  g_autoptr (GVariant) letter = g_variant_ref_sink (
      g_variant_new ("(sx)", engine_account_info (self->account)->uuid, *message));

  gtk_window_destroy (self->window);
  gtk_widget_activate_action_variant (GTK_WIDGET (parent), "win.show-letter", letter);
}

static void
show_count (Conversation *self)
{
  g_autofree char *text = g_strdup_printf (
      ngettext ("%d letter", "%d letters", (gulong) self->count), (int) self->count);

  adw_window_title_set_subtitle (self->title, text);
}

/* What the server says */

static void
on_told (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWindow) window = data;
  Conversation *self = conversation_of (window);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) messages = engine_account_find_finish (result, &error);
  guint more;

  if (self == NULL)
    return;
  if (messages == NULL)
    {
      gtk_label_set_text (self->note, error->message);
      return;
    }
  more = add_rows (self, self->there, messages);
  gtk_widget_set_visible (self->joined, more > 0);
  gtk_widget_set_visible (self->there, more > 0);
  gtk_label_set_text (self->note,
                      more > 0 ? _ ("These name no letter that they answer; the server goes by "
                                    "their subject, or by what it knows.")
                               : _ ("The server groups the same letters."));
  show_count (self);
}

static void
ask_server (Conversation *self, const char *subject)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_THREAD, subject);

  if (!g_str_equal (engine_account_info (self->account)->protocol, "imap"))
    {
      gtk_label_set_text (self->note,
                          _ ("POP3 knows no conversations: these letters name each other."));
      return;
    }
  gtk_label_set_text (self->note, _ ("Asking the server…"));
  engine_account_conversation_async (
      self->account, self->letter, cause, on_told, g_object_ref (self->window));
}

/* What is known here */

typedef struct
{
  StoreMailbase *mailbase;
  gint64 letter;
  char *subject;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  store_mailbase_unref (question->mailbase);
  g_free (question->subject);
  g_free (question);
}

static void
look (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  GError *error = NULL;
  g_autoptr (StoreReader) reader = store_mailbase_reader (question->mailbase, &error);
  GArray *messages =
      reader != NULL ? store_reader_conversation (reader, question->letter, &error) : NULL;

  if (messages != NULL)
    g_task_return_pointer (task, messages, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  Conversation *self = conversation_of (GTK_WINDOW (source));
  const Question *question = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) messages = g_task_propagate_pointer (G_TASK (result), &error);

  if (self == NULL)
    return;
  if (messages == NULL)
    {
      gtk_label_set_text (self->note, error->message);
      return;
    }
  add_rows (self, self->here, messages);
  gtk_widget_set_visible (self->here, self->count > 0);
  gtk_widget_child_focus (self->here, GTK_DIR_TAB_FORWARD);
  show_count (self);
  ask_server (self, question->subject);
}

/* The window */

static GtkWidget *
make_list (Conversation *self, const char *name)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_set_visible (list, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (list, "row-activated", G_CALLBACK (on_row_activated), self);
  return list;
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_content (Conversation *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  self->title = ADW_WINDOW_TITLE (adw_window_title_new (_ ("Conversation"), NULL));
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), GTK_WIDGET (self->title));
  self->here = make_list (self, _ ("Conversation"));
  self->joined = make_label (_ ("The server counts these to it"), "heading");
  gtk_widget_set_visible (self->joined, FALSE);
  self->there = make_list (self, _ ("The server counts these to it"));
  self->note = GTK_LABEL (make_label (_ ("Looking…"), "dim-label"));
  gtk_box_append (GTK_BOX (inner), self->here);
  gtk_box_append (GTK_BOX (inner), self->joined);
  gtk_box_append (GTK_BOX (inner), self->there);
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (self->note));
  gtk_widget_add_css_class (inner, "conversation");
  adw_clamp_set_child (ADW_CLAMP (clamp), inner);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), scroller);
  return box;
}

GtkWidget *
app_conversation_new (GtkWindow *parent, EngineAccount *account, const StoreRow *letter)
{
  Conversation *self = g_new0 (Conversation, 1);
  Question *question = g_new0 (Question, 1);
  g_autoptr (GTask) task = NULL;

  self->window = g_object_new (ADW_TYPE_WINDOW,
                               "accessible-role",
                               GTK_ACCESSIBLE_ROLE_DIALOG,
                               "transient-for",
                               parent,
                               "destroy-with-parent",
                               TRUE,
                               "title",
                               _ ("Conversation"),
                               "default-width",
                               560,
                               "default-height",
                               520,
                               "width-request",
                               360,
                               NULL);
  self->parent = parent;
  self->account = engine_account_ref (account);
  self->letter = letter->message;
  self->shown = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  adw_window_set_content (ADW_WINDOW (self->window), make_content (self));
  g_object_set_data_full (G_OBJECT (self->window), "conversation", self, conversation_free);
  g_signal_connect (self->window, "destroy", G_CALLBACK (on_destroy), NULL);
  app_leave_by_escape (self->window);

  question->mailbase = store_mailbase_ref (engine_account_mailbase (account));
  question->letter = letter->message;
  question->subject = g_strdup (letter->subject);
  task = g_task_new (self->window, NULL, on_looked, NULL);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, look);
  return GTK_WIDGET (self->window);
}
