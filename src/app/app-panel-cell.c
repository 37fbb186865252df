/* Direction, outcome and secrecy are told by icon and word beside colour. Rows of one kind are of
 * one height, which is measured once, and what stands in a cell is laid out when it comes in sight.
 */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-panel-cell.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-panel-sight.h"
#include "learn-wording.h"

/* More of a line than this is wider than any window. */
#define MAX_TEXT 1000
/* In a narrow window what happened is worth more than how long it took. */
#define TEXT_CHARS 13
/* Less than the narrowest list; what has no room there ends in ellipses. */
#define MIN_WIDTH 180
#define NATURAL_WIDTH 240

/* What a cell shows; strings are its own. Only what is another than before is set: while somebody
 * scrolls, two hundred cells change what they show in one frame. */
typedef struct
{
  const char *icon, *outcome;                  /* an icon's name and class; NULL: none */
  char *who, *text, *badge, *measure, *effect; /* NULL: none */
  const char *badge_class;
  const char *spoken; /* what the icon says (nullable) */
  char *between;      /* spoken, too: which hosts (nullable) */
  guint classes;      /* Class */
  gboolean tight;     /* the measure belongs to the text */
} Look;

typedef enum
{
  CAUSE = 1 << 0,
  EXCHANGE = 1 << 1,
  LINE = 1 << 2,
  FOLD = 1 << 3,
  OUT = 1 << 4,
  IN = 1 << 5,
  HELD = 1 << 6,
  BETWEEN = 1 << 7
} Class;

static const char *const classes[] = { "panel-cause", "panel-exchange", "panel-line",
                                       "panel-fold",  "panel-out",      "panel-in",
                                       "panel-held",  "panel-between" };

struct _AppPanelCell
{
  GtkWidget parent_instance;
  GtkWidget *inside; /* a box of what follows */
  GtkImage *icon;
  GtkLabel *who, *text, *badge, *measure, *effect;
  AppPanelRow *row;
  GtkListItem *item; /* whose child it is, while it is bound; not owned (nullable) */
  AppPanelRowType kind;
  gulong changed;
  gboolean filled; /* with what the row says */
  int width;       /* as it was told last */
  int needed;      /* of it, by all of an exchange */
  gboolean named;  /* beside its item */
  guint later;     /* source that names what is out of sight; 0: none */
  /* What is shown. */
  const char *icon_name, *outcome, *badge_class;
  guint classes;
};

G_DEFINE_FINAL_TYPE (AppPanelCell, app_panel_cell, GTK_TYPE_WIDGET)

/* Of each kind's cells, 0: not known; and whether it may be another by now. */
static int heights[APP_PANEL_DROPPED + 1];
static gboolean stale[APP_PANEL_DROPPED + 1];

static void
look_clear (Look *look)
{
  g_free (look->who);
  g_free (look->text);
  g_free (look->badge);
  g_free (look->measure);
  g_free (look->effect);
  g_free (look->between);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

/* Showing it */

static void
show_label (GtkLabel *label, const char *text)
{
  if (text != NULL && !g_str_equal (text, gtk_label_get_text (label)))
    gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

/* @now is static, like what was shown before. */
static void
change_class (GtkWidget *widget, const char **shown, const char *now)
{
  if (g_strcmp0 (*shown, now) == 0)
    return;
  if (*shown != NULL)
    gtk_widget_remove_css_class (widget, *shown);
  if (now != NULL)
    gtk_widget_add_css_class (widget, now);
  *shown = now;
}

static void
show_look (AppPanelCell *self, const Look *look)
{
  guint changed = self->classes ^ look->classes;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (changed & look->classes & (1u << i))
      gtk_widget_add_css_class (self->inside, classes[i]);
    else if (changed & (1u << i))
      gtk_widget_remove_css_class (self->inside, classes[i]);
  self->classes = look->classes;
  if (look->icon != NULL && g_strcmp0 (look->icon, self->icon_name) != 0)
    {
      gtk_image_set_from_icon_name (self->icon, look->icon);
      self->icon_name = look->icon;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->icon), look->icon != NULL);
  change_class (GTK_WIDGET (self->icon), &self->outcome, look->outcome);
  show_label (self->who, look->who);
  show_label (self->text, look->text);
  show_label (self->badge, look->badge);
  change_class (GTK_WIDGET (self->badge), &self->badge_class, look->badge_class);
  show_label (self->measure, look->measure);
  show_label (self->effect, look->effect);
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), !look->tight);
  gtk_label_set_width_chars (self->text, look->tight ? -1 : TEXT_CHARS);
  self->needed = 0;
  if ((look->classes & EXCHANGE) == 0)
    return;
  /* What happened is worth more than how long it took. */
  gtk_widget_measure (
      self->inside, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &self->needed, NULL, NULL);
  if (self->width < self->needed)
    gtk_widget_set_visible (GTK_WIDGET (self->measure), FALSE);
}

/* Rows are found and read aloud by the name of the list item around them. */
static void
name_item (AppPanelCell *self, const Look *look)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *const words[] = { look->who,    look->text,   look->measure,
                                look->effect, look->spoken, look->between };
  GString *name;

  if (item == NULL)
    return;
  name = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i] != NULL && *words[i] != '\0')
      g_string_append_printf (name, "%s%s", name->len > 0 ? " " : "", words[i]);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, -1);
  /* Where the keyboard stands on it and not on the item. */
  if (self->named || gtk_widget_get_focusable (GTK_WIDGET (self)))
    {
      self->named = gtk_widget_get_focusable (GTK_WIDGET (self));
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->named ? name->str : "", -1);
    }
  g_string_free (name, TRUE);
}

/* What rows look like */

static void
look_outcome (AppPanelCell *self, const LearnExchange *exchange, Look *look)
{
  if (exchange->held)
    {
      look->icon = "media-playback-pause-symbolic";
      look->outcome = "warning";
    }
  else if (app_panel_row_is_under_way (self->row))
    {
      look->icon = "content-loading-symbolic";
    }
  else if (exchange->outcome == BASE_OUTCOME_OK || exchange->outcome == BASE_OUTCOME_NONE)
    {
      look->icon = "emblem-ok-symbolic";
    }
  else if (exchange->routine)
    {
      /* A wish that was not granted, and nothing went wrong. */
      look->icon = "dialog-information-symbolic";
      look->spoken = learn_exchange_outcome_text (exchange);
    }
  else
    {
      gboolean temporary = exchange->outcome == BASE_OUTCOME_TEMPORARY;

      look->icon = temporary ? "document-open-recent-symbolic" : "dialog-error-symbolic";
      look->outcome = temporary ? "warning" : "error";
      look->spoken = learn_exchange_outcome_text (exchange);
    }
}

/* (transfer full) */
static char *
measure_of (const LearnExchange *exchange, gboolean under_way)
{
  g_autofree char *size = NULL;
  g_autofree char *duration = NULL;

  if (exchange->held)
    return g_strdup (_ ("held, not said yet"));
  if (under_way || exchange->duration < 0)
    return g_strdup (_ ("under way"));
  size = learn_size_text (exchange->bytes_in + exchange->bytes_out);
  duration = learn_duration_text (exchange->duration);
  return g_strdup_printf ("%s · %s", duration, size);
}

static void
look_cause (const LearnExchange *exchange, Look *look)
{
  g_autofree char *why = learn_cause_text (exchange->cause);
  g_autofree char *between = learn_between_text (exchange->info);

  look->classes = CAUSE;
  look->text = between != NULL ? g_strdup_printf ("%s · %s", why, between) : g_steal_pointer (&why);
}

static void
look_exchange (AppPanelCell *self, const LearnExchange *exchange, Look *look)
{
  gboolean under_way = app_panel_row_is_under_way (self->row);

  look->classes = EXCHANGE | (exchange->info->caller != NULL ? BETWEEN : 0);
  look->between = learn_between_text (exchange->info);
  if (look->between != NULL)
    look->who = g_strdup (exchange->info->caller);
  look_outcome (self, exchange, look);
  look->text = learn_exchange_title (exchange);
  look->badge = g_ascii_strup (exchange->info->protocol, -1);
  look->badge_class = g_intern_string (exchange->info->protocol);
  look->measure = measure_of (exchange, under_way);
  look->effect = under_way ? NULL : learn_exchange_effect (exchange);
}

/* The beginning of @text, of MAX_TEXT bytes at most. (transfer full) */
static char *
cut (const char *text)
{
  gsize len = strnlen (text, MAX_TEXT + 1);

  if (len > MAX_TEXT)
    for (len = MAX_TEXT; len > 0 && (text[len] & 0xc0) == 0x80;)
      len--;
  return g_strndup (text, len);
}

static void
look_line (const LearnExchange *exchange, const WireLine *line, Look *look)
{
  gboolean between = exchange->info != NULL && exchange->info->caller != NULL;
  gboolean out = line->direction == BASE_DIRECTION_OUT;
  g_autofree char *size = line->body > 0 ? learn_size_text (line->body) : NULL;

  look->classes = LINE | (out ? OUT : IN) | (line->held ? HELD : 0) | (between ? BETWEEN : 0);
  look->who = g_strdup (learn_speaker_text (exchange->info, line->direction));
  /* Nobody reads more of a line here, and laying it out would take its time. */
  look->text = *line->text != '\0' ? cut (line->text) : g_strdup (_ ("(an empty line)"));
  if (size == NULL)
    return;
  /* Translators: the content of a letter went over the line here: "▸ the letter, 48 KB" */
  look->measure = g_strdup_printf (_ ("▸ the letter, %s"), size);
  /* It belongs to the line, where a size belongs to the table. */
  look->tight = TRUE;
}

static void
look_fold (AppPanelCell *self, Look *look)
{
  guint64 count = app_panel_row_get_count (self->row);
  const LearnExchange *exchange = app_panel_row_get_exchange (self->row);
  const char *arrow = app_panel_row_is_open (self->row) ? "▾" : "▸";

  look->classes = FOLD;
  if (app_panel_row_is_run (self->row))
    look->text = g_strdup_printf ("%s %" G_GUINT64_FORMAT " × %s", arrow, count, exchange->verb);
  else if (app_panel_row_is_earlier (self->row))
    look->text = g_strdup_printf (
        ngettext ("%s %d earlier exchange", "%s %d earlier exchanges", (gulong) count),
        arrow,
        (int) count);
  else
    look->text = g_strdup_printf (ngettext ("%s %d exchange in the background",
                                            "%s %d exchanges in the background",
                                            (gulong) count),
                                  arrow,
                                  (int) count);
}

static void
look_dropped (AppPanelCell *self, Look *look)
{
  guint64 count = app_panel_row_get_count (self->row);

  look->classes = FOLD;
  look->text =
      app_panel_row_get_exchange (self->row) == NULL
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
}

static void
update (AppPanelCell *self)
{
  const LearnExchange *exchange = app_panel_row_get_exchange (self->row);
  AppPanelRowType kind = app_panel_row_get_kind (self->row);
  guint line = app_panel_row_get_line (self->row);
  g_auto (Look) look = { 0 };

  g_clear_handle_id (&self->later, g_source_remove);
  if (exchange == NULL && kind != APP_PANEL_DROPPED)
    return;
  switch (kind)
    {
    case APP_PANEL_CAUSE:
      look_cause (exchange, &look);
      break;
    case APP_PANEL_EXCHANGE:
      look_exchange (self, exchange, &look);
      break;
    case APP_PANEL_LINE:
      if (line < exchange->lines->len)
        look_line (exchange, exchange->lines->pdata[line], &look);
      break;
    case APP_PANEL_FOLD:
      look_fold (self, &look);
      break;
    case APP_PANEL_DROPPED:
    default:
      look_dropped (self, &look);
      break;
    }
  if (self->filled)
    show_look (self, &look);
  name_item (self, &look);
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
  gtk_box_append (GTK_BOX (self->inside), label);
  return GTK_LABEL (label);
}

/* Most cells are never in sight, and need nothing in them. */
static void
make_inside (AppPanelCell *self)
{
  self->inside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_set_parent (self->inside, GTK_WIDGET (self));
  gtk_widget_add_css_class (self->inside, "panel-cell");
  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_box_append (GTK_BOX (self->inside), GTK_WIDGET (self->icon));
  self->who = add_label (self, "who", FALSE);
  gtk_label_set_width_chars (self->who, 7);
  self->text = add_label (self, "text", TRUE);
  self->badge = add_label (self, "badge", FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self->badge), GTK_ALIGN_CENTER);
  self->measure = add_label (self, "measure", FALSE);
  gtk_label_set_ellipsize (self->measure, PANGO_ELLIPSIZE_END);
  self->effect = add_label (self, "effect", FALSE);
  gtk_label_set_ellipsize (self->effect, PANGO_ELLIPSIZE_END);
}

static void
fill (GtkWidget *widget)
{
  AppPanelCell *self = APP_PANEL_CELL (widget);

  if (self->inside == NULL)
    make_inside (self);
  self->filled = TRUE;
  if (self->row != NULL)
    update (self);
}

static gboolean
on_later (gpointer data)
{
  AppPanelCell *self = data;

  self->later = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* All of a line that is too long for the list, where the card has the rest, and what an exchange
 * changed, where that is cut. */
static gboolean
on_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer data)
{
  AppPanelCell *self = APP_PANEL_CELL (widget);

  GtkLabel *label = (self->classes & LINE) != 0 ? self->text : self->effect;
  const char *text = gtk_label_get_text (label);

  if (*text == '\0' ||
      ((self->classes & LINE) == 0 && !pango_layout_is_ellipsized (gtk_label_get_layout (label))))
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* GTK gives the keyboard to rows that can be selected, and to what stands in the others: they would
 * be a wall to it, and would be read to nobody. */
static void
take_kind (AppPanelCell *self)
{
  AppPanelRowType kind = app_panel_row_get_kind (self->row);
  gboolean selectable = kind == APP_PANEL_EXCHANGE || kind == APP_PANEL_LINE;

  self->kind = kind;
  gtk_widget_set_focusable (GTK_WIDGET (self), !selectable);
  if (self->item == NULL)
    return;
  gtk_list_item_set_selectable (self->item, selectable);
  gtk_list_item_set_activatable (self->item, kind != APP_PANEL_CAUSE && kind != APP_PANEL_DROPPED);
}

/* Each name is sent to who listens. Those of what is out of sight follow the frame, and come before
 * any question. */
static void
update_later (AppPanelCell *self)
{
  if (self->later == 0)
    self->later = g_idle_add_full (G_PRIORITY_DEFAULT, on_later, self, NULL);
}

/* It says something else, and may stand for something else altogether. */
static void
on_changed (AppPanelRow *row, AppPanelCell *self)
{
  if (app_panel_row_get_kind (row) != self->kind)
    {
      take_kind (self);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  if (app_panel_sight_has (GTK_WIDGET (self)))
    {
      update (self);
      return;
    }
  self->filled = FALSE;
  update_later (self);
}

void
app_panel_cell_bind (AppPanelCell *self, AppPanelRow *row, GtkListItem *item)
{
  if (self->row != NULL)
    g_signal_handler_disconnect (self->row, self->changed);
  g_clear_handle_id (&self->later, g_source_remove);
  g_set_object (&self->row, row);
  self->item = item;
  if (row == NULL)
    return;
  take_kind (self);
  /* One of each kind shows how high they are. */
  self->filled = heights[self->kind] == 0;
  if (self->filled && self->inside == NULL)
    make_inside (self);
  self->changed = g_signal_connect (row, "changed", G_CALLBACK (on_changed), self);
  if (self->filled)
    update (self);
  else
    update_later (self);
}

AppPanelRow *
app_panel_cell_get_row (AppPanelCell *self)
{
  return self->row;
}

/* Laying it out */

static void
app_panel_cell_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (app_panel_cell_parent_class)->root (widget);
  app_panel_sight_join (widget);
}

static void
app_panel_cell_unroot (GtkWidget *widget)
{
  app_panel_sight_leave (widget);
  GTK_WIDGET_CLASS (app_panel_cell_parent_class)->unroot (widget);
}

static void
app_panel_cell_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  AppPanelCell *self = APP_PANEL_CELL (widget);
  AppPanelRowType kind = self->row != NULL ? app_panel_row_get_kind (self->row) : APP_PANEL_CAUSE;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH;
      *natural = NATURAL_WIDTH;
      return;
    }
  if (self->filled && (heights[kind] == 0 || stale[kind]))
    {
      gtk_widget_measure (self->inside, orientation, -1, &heights[kind], NULL, NULL, NULL);
      stale[kind] = FALSE;
    }
  *minimum = *natural = heights[kind];
}

static void
app_panel_cell_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AppPanelCell *self = APP_PANEL_CELL (widget);
  gboolean seen = app_panel_sight_has (widget);
  GtkAllocation whole = { 0, 0, width, height };
  int least;

  /* There is room for all of it again, or no more. */
  if ((width < self->needed) != (self->width < self->needed))
    self->filled = FALSE;
  self->width = width;
  if (seen && !self->filled)
    app_panel_sight_fill (widget, fill);
  if (self->inside != NULL)
    gtk_widget_set_child_visible (self->inside, seen && self->filled);
  if (!seen || !self->filled)
    return;
  gtk_widget_measure (self->inside, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  whole.width = MAX (width, least);
  gtk_widget_size_allocate (self->inside, &whole, baseline);
}

/* Another font is another height. */
static void
app_panel_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (app_panel_cell_parent_class)->css_changed (widget, change);
  for (guint i = 0; i < G_N_ELEMENTS (stale); i++)
    stale[i] = TRUE;
}

static void
app_panel_cell_dispose (GObject *object)
{
  AppPanelCell *self = APP_PANEL_CELL (object);

  app_panel_cell_bind (self, NULL, NULL);
  g_clear_pointer (&self->inside, gtk_widget_unparent);
  G_OBJECT_CLASS (app_panel_cell_parent_class)->dispose (object);
}

static void
app_panel_cell_class_init (AppPanelCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_panel_cell_dispose;
  widget_class->root = app_panel_cell_root;
  widget_class->unroot = app_panel_cell_unroot;
  widget_class->measure = app_panel_cell_measure;
  widget_class->size_allocate = app_panel_cell_size_allocate;
  widget_class->css_changed = app_panel_cell_css_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
app_panel_cell_init (AppPanelCell *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_tooltip), NULL);
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
  app_panel_cell_bind (
      APP_PANEL_CELL (gtk_list_item_get_child (item)), gtk_list_item_get_item (item), item);
}

static void
unbind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  app_panel_cell_bind (APP_PANEL_CELL (gtk_list_item_get_child (item)), NULL, NULL);
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

/* The selection */

static void
on_selected (GtkSingleSelection *selection, GParamSpec *pspec, AppPanelModel *model)
{
  app_panel_model_keep (model, gtk_single_selection_get_selected_item (selection));
}

/* It would be looked for in all that takes its place. */
static void
on_leaving (AppPanelModel *model, AppPanelRow *row, GtkSingleSelection *selection)
{
  if (gtk_single_selection_get_selected_item (selection) == row)
    gtk_single_selection_set_selected (selection, GTK_INVALID_LIST_POSITION);
}

GtkSingleSelection *
app_panel_cell_selection_new (AppPanelModel *model)
{
  GtkSingleSelection *selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (model)));

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_selected (selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (selection, "notify::selected-item", G_CALLBACK (on_selected), model, 0);
  g_signal_connect_object (model, "leaving", G_CALLBACK (on_leaving), selection, 0);
  return selection;
}
