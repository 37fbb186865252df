/* Direction, outcome and secrecy are told by icon and word beside colour. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-cell.h"

#include <glib/gi18n.h>

#include "learn-wording.h"

struct _AppPanelCell
{
  GtkBox parent_instance;
  GtkImage *icon;
  GtkLabel *who, *text, *badge, *measure, *effect;
  AppPanelRow *row;
  gulong changed;
};

G_DEFINE_FINAL_TYPE (AppPanelCell, app_panel_cell, GTK_TYPE_BOX)

static const char *const classes[] = { "panel-cause", "panel-exchange", "panel-line",
                                       "panel-fold",  "panel-out",      "panel-in",
                                       "panel-held",  "imap",           "pop3",
                                       "smtp" };

static void
reset (AppPanelCell *self)
{
  static const char *const outcomes[] = { "success", "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self), classes[i]);
      gtk_widget_remove_css_class (GTK_WIDGET (self->badge), classes[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), outcomes[i]);
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->who), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->measure), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->effect), FALSE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), NULL);
}

static void
show_label (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
show_icon (AppPanelCell *self, const char *name, const char *css)
{
  gtk_image_set_from_icon_name (self->icon, name);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), TRUE);
  if (css != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), css);
}

static void
show_outcome (AppPanelCell *self, const LearnExchange *exchange)
{
  if (exchange->held)
    show_icon (self, "media-playback-pause-symbolic", "warning");
  else if (app_panel_row_is_under_way (self->row))
    show_icon (self, "content-loading-symbolic", NULL);
  else if (exchange->outcome == BASE_OUTCOME_OK || exchange->outcome == BASE_OUTCOME_NONE)
    show_icon (self, "emblem-ok-symbolic", NULL);
  else if (exchange->outcome == BASE_OUTCOME_TEMPORARY)
    show_icon (self, "document-open-recent-symbolic", "warning");
  else
    show_icon (self, "dialog-error-symbolic", "error");
}

static void
show_exchange (AppPanelCell *self, const LearnExchange *exchange)
{
  g_autofree char *title = learn_exchange_title (exchange);
  gboolean under_way = app_panel_row_is_under_way (self->row);
  g_autofree char *effect = under_way ? g_strdup ("") : learn_exchange_effect (exchange);
  g_autofree char *size = learn_size_text (exchange->bytes_in + exchange->bytes_out);
  g_autofree char *duration =
      exchange->duration >= 0 && !under_way ? learn_duration_text (exchange->duration) : NULL;
  g_autofree char *protocol = g_ascii_strup (exchange->info->protocol, -1);
  g_autofree char *measure = NULL;
  g_autofree char *name = NULL;

  gtk_widget_add_css_class (GTK_WIDGET (self), "panel-exchange");
  show_outcome (self, exchange);
  show_label (self->text, title);
  show_label (self->badge, protocol);
  gtk_widget_add_css_class (GTK_WIDGET (self->badge), exchange->info->protocol);
  if (exchange->held)
    measure = g_strdup (_ ("held, not said yet"));
  else if (duration != NULL)
    measure = g_strdup_printf ("%s · %s", duration, size);
  else
    measure = g_strdup (_ ("under way"));
  show_label (self->measure, measure);
  show_label (self->effect, effect);
  name = g_strdup_printf ("%s, %s, %s, %s %s",
                          title,
                          protocol,
                          exchange->held ? _ ("held")
                          : under_way    ? _ ("under way")
                                         : learn_outcome_text (exchange->outcome),
                          measure,
                          effect);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_line (AppPanelCell *self, const WireLine *line)
{
  gboolean out = line->direction == BASE_DIRECTION_OUT;
  g_autofree char *size = line->body > 0 ? learn_size_text (line->body) : NULL;
  g_autofree char *body = NULL;

  gtk_widget_add_css_class (GTK_WIDGET (self), "panel-line");
  gtk_widget_add_css_class (GTK_WIDGET (self), out ? "panel-out" : "panel-in");
  if (line->held)
    gtk_widget_add_css_class (GTK_WIDGET (self), "panel-held");
  show_label (self->who, out ? _ ("You") : _ ("Server"));
  show_label (self->text, line->text);
  if (size != NULL)
    {
      /* Translators: the content of a letter went over the line here: "▸ the letter, 48 KB" */
      body = g_strdup_printf (_ ("▸ the letter, %s"), size);
      show_label (self->measure, body);
      /* It belongs to the line, where a size belongs to the table. */
      gtk_widget_set_hexpand (GTK_WIDGET (self->text), FALSE);
    }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), line->text);
}

static void
show_fold (AppPanelCell *self)
{
  guint64 count = app_panel_row_get_count (self->row);
  const LearnExchange *exchange = app_panel_row_get_exchange (self->row);
  const char *arrow = app_panel_row_is_open (self->row) ? "▾" : "▸";
  g_autofree char *text = NULL;

  gtk_widget_add_css_class (GTK_WIDGET (self), "panel-fold");
  if (app_panel_row_is_run (self->row))
    text = g_strdup_printf ("%s %" G_GUINT64_FORMAT " × %s", arrow, count, exchange->verb);
  else if (app_panel_row_is_earlier (self->row))
    text = g_strdup_printf (
        ngettext ("%s %d earlier exchange", "%s %d earlier exchanges", (gulong) count),
        arrow,
        (int) count);
  else
    text = g_strdup_printf (ngettext ("%s %d exchange in the background",
                                      "%s %d exchanges in the background",
                                      (gulong) count),
                            arrow,
                            (int) count);
  show_label (self->text, text);
}

static void
update (AppPanelCell *self)
{
  const LearnExchange *exchange = app_panel_row_get_exchange (self->row);
  g_autofree char *text = NULL;

  reset (self);
  if (app_panel_row_get_kind (self->row) == APP_PANEL_DROPPED)
    {
      guint64 count = app_panel_row_get_count (self->row);

      gtk_widget_add_css_class (GTK_WIDGET (self), "panel-fold");
      text = exchange == NULL
                 ? g_strdup_printf (ngettext ("%d older exchange is no longer kept",
                                              "%d older exchanges are no longer kept",
                                              (gulong) count),
                                    (int) count)
                 : g_strdup_printf (ngettext ("%d event is missing here: more was said than could "
                                              "be kept until it was looked at",
                                              "%d events are missing here: more was said than "
                                              "could be kept until it was looked at",
                                              (gulong) count),
                                    (int) count);
      show_label (self->text, text);
      return;
    }
  if (exchange == NULL)
    return;
  switch (app_panel_row_get_kind (self->row))
    {
    case APP_PANEL_CAUSE:
      gtk_widget_add_css_class (GTK_WIDGET (self), "panel-cause");
      text = learn_cause_text (exchange->cause);
      show_label (self->text, text);
      break;
    case APP_PANEL_EXCHANGE:
      show_exchange (self, exchange);
      break;
    case APP_PANEL_LINE:
      if (app_panel_row_get_line (self->row) < exchange->lines->len)
        show_line (self, exchange->lines->pdata[app_panel_row_get_line (self->row)]);
      break;
    case APP_PANEL_FOLD:
      show_fold (self);
      break;
    case APP_PANEL_DROPPED:
    default:
      break;
    }
}

/* Rows are found and read aloud by the name of the list item around them. */
static void
name_item (AppPanelCell *self)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = NULL;

  name = g_strjoin (" ",
                    gtk_label_get_text (self->who),
                    gtk_label_get_text (self->text),
                    gtk_label_get_text (self->measure),
                    gtk_label_get_text (self->effect),
                    NULL);
  if (item != NULL)
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, g_strstrip (name), -1);
}

static void
on_row_changed (AppPanelCell *self)
{
  update (self);
  name_item (self);
}

void
app_panel_cell_bind (AppPanelCell *self, AppPanelRow *row)
{
  if (self->row != NULL)
    g_signal_handler_disconnect (self->row, self->changed);
  g_set_object (&self->row, row);
  if (row == NULL)
    return;
  self->changed = g_signal_connect_swapped (row, "changed", G_CALLBACK (on_row_changed), self);
  on_row_changed (self);
}

AppPanelRow *
app_panel_cell_get_row (AppPanelCell *self)
{
  return self->row;
}

static void
app_panel_cell_dispose (GObject *object)
{
  app_panel_cell_bind (APP_PANEL_CELL (object), NULL);
  G_OBJECT_CLASS (app_panel_cell_parent_class)->dispose (object);
}

static void
app_panel_cell_class_init (AppPanelCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_panel_cell_dispose;
}

static GtkLabel *
add_label (AppPanelCell *self, const char *css, gboolean expand)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, expand);
  if (expand)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css);
  gtk_box_append (GTK_BOX (self), label);
  return GTK_LABEL (label);
}

static void
app_panel_cell_init (AppPanelCell *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 8);
  gtk_widget_add_css_class (GTK_WIDGET (self), "panel-cell");
  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->icon));
  self->who = add_label (self, "who", FALSE);
  gtk_label_set_width_chars (self->who, 7);
  self->text = add_label (self, "text", TRUE);
  self->badge = add_label (self, "badge", FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self->badge), GTK_ALIGN_CENTER);
  self->measure = add_label (self, "measure", FALSE);
  /* In a narrow window what happened is worth more than how long it took. */
  gtk_label_set_ellipsize (self->measure, PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (self->text, 13);
  self->effect = add_label (self, "effect", FALSE);
}

GtkWidget *
app_panel_cell_new (void)
{
  return g_object_new (APP_TYPE_PANEL_CELL, NULL);
}

static void
setup_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  gtk_list_item_set_child (item, app_panel_cell_new ());
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  AppPanelRow *row = gtk_list_item_get_item (item);
  AppPanelRowType kind = app_panel_row_get_kind (row);

  app_panel_cell_bind (APP_PANEL_CELL (gtk_list_item_get_child (item)), row);
  gtk_list_item_set_selectable (item, kind == APP_PANEL_EXCHANGE || kind == APP_PANEL_LINE);
  gtk_list_item_set_activatable (item, kind != APP_PANEL_CAUSE && kind != APP_PANEL_DROPPED);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  app_panel_cell_bind (APP_PANEL_CELL (gtk_list_item_get_child (item)), NULL);
}

GtkListItemFactory *
app_panel_cell_factory_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), NULL);
  return factory;
}
