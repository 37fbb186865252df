/* What is shown is looked up by its key each time: the dialogue may have forgotten it. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-projector.h"

#include <glib/gi18n.h>

#include "app-verbatim.h"
#include "app-words.h"
#include "learn-wording.h"

struct _AppPanelProjector
{
  AdwWindow parent_instance;
  GtkLabel *cause, *title, *meaning, *effect, *hint;
  GtkLabel *left, *right; /* who speaks at either end */
  GtkBox *words;
  AppPanelModel *model;
  GHashTable *practice;
  guint64 key; /* 0: nothing to show */
  guint lines; /* of it that are shown */
};

G_DEFINE_FINAL_TYPE (AppPanelProjector, app_panel_projector, ADW_TYPE_WINDOW)

static gboolean
may_show (AppPanelProjector *self, const LearnExchange *exchange)
{
  const WireConnection *info = exchange->info;

  return info != NULL && exchange->lines->len > 0 &&
         (info->caller != NULL ||
          (info->account != NULL && g_hash_table_contains (self->practice, info->account)));
}

/* The next that may be shown, from the key on in this direction. (nullable) */
static LearnExchange *
find (AppPanelProjector *self, guint64 key, int direction)
{
  LearnDialogue *dialogue = app_panel_model_get_dialogue (self->model);
  guint n = learn_dialogue_count (dialogue);
  guint64 first = n > 0 ? learn_dialogue_get (dialogue, 0)->key : 0;

  if (n == 0 || key < first || key - first >= n)
    return NULL;
  for (gint64 at = (gint64) (key - first); at >= 0 && at < (gint64) n; at += direction)
    if (may_show (self, learn_dialogue_get (dialogue, (guint) at)))
      return learn_dialogue_get (dialogue, (guint) at);
  return NULL;
}

static void
show_label (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
add_words (AppPanelProjector *self, const LearnExchange *exchange, const WireLine *line)
{
  gboolean out = line->direction == BASE_DIRECTION_OUT;
  g_autofree char *text = g_strdup_printf (out ? "%s  →" : "←  %s", line->text);
  g_autofree char *spoken =
      g_strdup_printf ("%s: %s", learn_speaker_text (exchange->info, line->direction), line->text);
  GtkWidget *label = gtk_label_new (text);

  app_verbatim (GTK_LABEL (label));
  gtk_label_set_xalign (GTK_LABEL (label), out ? 0 : 1);
  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "projector-line");
  gtk_widget_add_css_class (label, out ? "panel-out" : "panel-in");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_box_append (self->words, label);
}

/* This computer, or the host that calls; the server, or the host that is called. */
static void
name_ends (AppPanelProjector *self, const WireConnection *info)
{
  gboolean between = info->caller != NULL;

  gtk_label_set_text (self->left, between ? info->caller : _ ("This computer"));
  gtk_label_set_text (self->right, between ? info->host : _ ("Server"));
}

/* The lines up to the last that is shown, as many as there is room for. */
static void
show (AppPanelProjector *self)
{
  const LearnExchange *exchange = self->key != 0 ? find (self, self->key, 1) : NULL;
  g_autoptr (GPtrArray) cards = NULL;
  g_autofree char *title = NULL;
  g_autofree char *cause = NULL;
  g_autofree char *effect = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->words))) != NULL)
    gtk_box_remove (self->words, child);
  if (exchange == NULL || exchange->key != self->key)
    {
      show_label (self->cause, "");
      show_label (self->title,
                  _ ("Nothing was said on the practice account yet. Real accounts are not shown "
                     "here."));
      show_label (self->meaning, "");
      show_label (self->effect, "");
      return;
    }
  name_ends (self, exchange->info);
  cards = learn_exchange_cards (exchange, NULL);
  self->lines = MIN (self->lines, exchange->lines->len);
  for (guint i = self->lines > 6 ? self->lines - 6 : 0; i < self->lines; i++)
    add_words (self, exchange, exchange->lines->pdata[i]);
  cause = exchange->cause != NULL ? learn_cause_text (exchange->cause) : g_strdup ("");
  title = learn_exchange_title (exchange);
  effect = self->lines == exchange->lines->len ? learn_exchange_effect (exchange) : g_strdup ("");
  show_label (self->cause, cause);
  /* The title says how it ended. */
  show_label (self->title, self->lines == exchange->lines->len ? title : exchange->verb);
  show_label (self->meaning,
              self->lines > 0 && self->lines <= cards->len
                  ? ((LearnCard *) cards->pdata[self->lines - 1])->entry->title
                  : "");
  show_label (self->effect, effect);
}

static void
step (AppPanelProjector *self, int direction)
{
  const LearnExchange *exchange = self->key != 0 ? find (self, self->key, 1) : NULL;
  const LearnExchange *next = NULL;

  if (exchange == NULL)
    return;
  if (direction > 0 && self->lines < exchange->lines->len)
    self->lines++;
  else if (direction < 0 && self->lines > 1)
    self->lines--;
  else
    next = find (self, self->key + (guint64) direction, direction);
  if (next != NULL)
    {
      self->key = next->key;
      self->lines = direction > 0 ? 1 : next->lines->len;
    }
  show (self);
}

static gboolean
on_key (GtkEventControllerKey *keys,
        guint key,
        guint code,
        GdkModifierType state,
        AppPanelProjector *self)
{
  switch (key)
    {
    case GDK_KEY_space:
    case GDK_KEY_Right:
    case GDK_KEY_Page_Down:
      step (self, 1);
      return TRUE;
    case GDK_KEY_BackSpace:
    case GDK_KEY_Left:
    case GDK_KEY_Page_Up:
      step (self, -1);
      return TRUE;
    case GDK_KEY_Escape:
      gtk_window_close (GTK_WINDOW (self));
      return TRUE;
    default:
      return FALSE;
    }
}

static void
app_panel_projector_dispose (GObject *object)
{
  AppPanelProjector *self = APP_PANEL_PROJECTOR (object);

  g_clear_object (&self->model);
  g_clear_pointer (&self->practice, g_hash_table_unref);
  G_OBJECT_CLASS (app_panel_projector_parent_class)->dispose (object);
}

static void
app_panel_projector_class_init (AppPanelProjectorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_panel_projector_dispose;
}

static GtkWidget *
make_end (const char *icon, const char *name, GtkLabel **text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);
  GtkWidget *label = gtk_label_new (name);

  gtk_image_set_pixel_size (GTK_IMAGE (image), 96);
  gtk_widget_add_css_class (label, "projector-end");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), label);
  *text = GTK_LABEL (label);
  return box;
}

static void
app_panel_projector_init (AppPanelProjector *self)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 24));
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_window_set_title (GTK_WINDOW (self), _ ("Projector"));
  gtk_window_set_default_size (GTK_WINDOW (self), 1200, 760);
  gtk_widget_add_css_class (GTK_WIDGET (self), "projector");
  self->cause = app_words_add (box, "projector-cause");
  self->title = app_words_add (box, "projector-title");
  self->words = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  gtk_widget_set_hexpand (GTK_WIDGET (self->words), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->words), GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (middle, TRUE);
  gtk_box_append (GTK_BOX (middle),
                  make_end ("computer-symbolic", _ ("This computer"), &self->left));
  gtk_box_append (GTK_BOX (middle), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (middle),
                  make_end ("network-server-symbolic", _ ("Server"), &self->right));
  gtk_box_append (box, middle);
  self->meaning = app_words_add (box, "projector-meaning");
  self->effect = app_words_add (box, "projector-effect");
  self->hint = app_words_add (box, "dim-label");
  gtk_label_set_text (self->hint, _ ("Space: go on · Backspace: back · Escape: end"));
  gtk_widget_add_css_class (GTK_WIDGET (box), "projector-page");
  adw_window_set_content (ADW_WINDOW (self), GTK_WIDGET (box));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
app_panel_projector_new (GtkWidget *parent, AppPanelModel *model, GHashTable *practice, guint64 key)
{
  AppPanelProjector *self = g_object_new (APP_TYPE_PANEL_PROJECTOR,
                                          "transient-for",
                                          gtk_widget_get_root (parent),
                                          "destroy-with-parent",
                                          TRUE,
                                          NULL);
  LearnDialogue *dialogue = app_panel_model_get_dialogue (model);
  guint n = learn_dialogue_count (dialogue);
  const LearnExchange *begin = NULL;

  self->model = g_object_ref (model);
  self->practice = g_hash_table_ref (practice);
  if (key != 0)
    begin = find (self, key, 1);
  if (begin == NULL && n > 0)
    begin = find (self, learn_dialogue_get (dialogue, n - 1)->key, -1);
  self->key = begin != NULL ? begin->key : 0;
  self->lines = 1;
  show (self);
  gtk_window_fullscreen (GTK_WINDOW (self));
  return GTK_WIDGET (self);
}
