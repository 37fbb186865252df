/* What is shown is not the line's bytes: a secret is as long as every other, and a line that goes
 * on and on is cut. So each part remembers where it stands in what is shown. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card-parts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app-card-fold.h"
#include "app-verbatim.h"

/* More of a line than this is not laid out, and more parts than these not made into rows, until
 * they are asked for. */
#define MAX_SHOWN 6000
#define MAX_READ (2 * MAX_SHOWN)
#define FIRST_PARTS 40
#define MAX_PARTS 400
#define NO_ROW G_MAXUINT
/* No part is marked: what no place has for its row. */
#define NOTHING (G_MAXUINT - 1)

/* Where a part stands in what is shown, and its row. */
typedef struct
{
  gsize from, to;
  guint row; /* NO_ROW: none */
} Place;

struct _AppCardParts
{
  GtkBox parent_instance;
  GtkLabel *line;
  GtkListBox *list;
  GString *shown;  /* the line for people */
  GArray *at;      /* guint: where in it each byte of the line stands */
  GArray *places;  /* Place of the outermost parts, in order */
  GPtrArray *left; /* Left: parts that have no row yet */
  AppCardPartsDepth depth;
};

G_DEFINE_FINAL_TYPE (AppCardParts, app_card_parts, GTK_TYPE_BOX)

/* In turn, so that neighbours differ; they are legible on light and dark. */
static const char *const underlines[] = { "#c64600", "#1c71d8", "#813d9c", "#26a269", "#a51d2d" };

/* The line */

static void
add_place (AppCardParts *self, const LearnPart *part, guint row, gboolean has_others)
{
  gsize end = (gsize) part->offset + part->length;
  gsize after =
      self->places->len > 0 ? g_array_index (self->places, Place, self->places->len - 1).to : 0;
  Place place = { .row = row };

  if (end >= self->at->len)
    return;
  /* Of the line as a whole the card tells above; its parts are what is looked for here. */
  if (part->offset == 0 && end + 1 == self->at->len && has_others)
    return;
  place.from = g_array_index (self->at, guint, part->offset);
  place.to = g_array_index (self->at, guint, end);
  /* The underlines of nested parts would lie on each other. */
  if (place.from >= after && place.to > place.from)
    g_array_append_val (self->places, place);
}

/* The next span that begins at @offset or before; NULL: there is none. */
static const BaseSpan *
next_span (const GArray *spans, guint *next, gsize offset)
{
  const BaseSpan *span = *next < spans->len ? &g_array_index (spans, BaseSpan, *next) : NULL;

  if (span == NULL || span->offset > offset)
    return NULL;
  (*next)++;
  return span;
}

/* The line for people, and for each of its bytes where that stands there: a secret is as long as
 * every other, what was left out is an ellipsis, and line ends in its middle are not shown. */
static void
read_text (AppCardParts *self, const WireLine *line, const char *bytes, gsize len)
{
  guint secret = 0;
  guint body = 0;

  for (gsize i = 0; i < len; i++)
    {
      guint at;
      const BaseSpan *hidden;

      if (next_span (line->bodies, &body, i) != NULL)
        g_string_append (self->shown, "…");
      hidden = next_span (line->secrets, &secret, i);
      at = (guint) self->shown->len;
      g_array_append_val (self->at, at);
      if (hidden != NULL)
        {
          gsize end = MIN (len, hidden->offset + hidden->length);

          g_string_append (self->shown, WIRE_LINE_SECRET);
          for (; i + 1 < end; i++)
            g_array_append_val (self->at, at);
        }
      else if (bytes[i] != '\r' && bytes[i] != '\n')
        {
          g_string_append_c (self->shown, bytes[i]);
        }
    }
  {
    guint end = (guint) self->shown->len;

    g_array_append_val (self->at, end);
  }
}

/* Bytes that are not UTF-8 are shown as the line's text shows them, without parts. */
static void
read_line (AppCardParts *self, const WireLine *line)
{
  gsize len;
  const char *bytes = g_bytes_get_data (line->bytes, &len);

  g_string_truncate (self->shown, 0);
  g_array_set_size (self->at, 0);
  while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
    len--;
  if (!g_utf8_validate (bytes, (gssize) len, NULL))
    {
      g_string_append (self->shown, line->text);
      return;
    }
  len = MIN (len, MAX_READ);
  while (len > 0 && len == MAX_READ && (bytes[len] & 0xc0) == 0x80)
    len--;
  read_text (self, line, bytes, len);
}

static void
append_escaped (GString *markup, const char *text, gsize len)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) len);

  g_string_append (markup, escaped);
}

/* With the part of row @focused marked. */
static void
write_line (AppCardParts *self, guint focused)
{
  GString *markup = g_string_new ("<tt>");
  gsize at = 0;
  gsize len = self->shown->len;

  if (len > MAX_SHOWN)
    len = (gsize) (g_utf8_find_prev_char (self->shown->str, self->shown->str + MAX_SHOWN) -
                   self->shown->str);
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (place->to > len)
        break;
      append_escaped (markup, self->shown->str + at, place->from - at);
      g_string_append_printf (markup,
                              "<span underline=\"%s\" underline_color=\"%s\"%s>",
                              place->row == focused ? "double" : "single",
                              underlines[i % G_N_ELEMENTS (underlines)],
                              place->row == focused ? " weight=\"bold\"" : "");
      append_escaped (markup, self->shown->str + place->from, place->to - place->from);
      g_string_append (markup, "</span>");
      at = place->to;
    }
  append_escaped (markup, self->shown->str + at, len - at);
  g_string_append (markup, len == self->shown->len ? "</tt>" : "…</tt>");
  gtk_label_set_markup (self->line, markup->str);
  g_string_free (markup, TRUE);
}

/* The place under the pointer. (nullable) */
static const Place *
find_place (AppCardParts *self, double x, double y)
{
  PangoLayout *layout = gtk_label_get_layout (self->line);
  int left, top, index, trailing;

  gtk_label_get_layout_offsets (self->line, &left, &top);
  if (!pango_layout_xy_to_index (
          layout, (int) (x - left) * PANGO_SCALE, (int) (y - top) * PANGO_SCALE, &index, &trailing))
    return NULL;
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if ((gsize) index >= place->from && (gsize) index < place->to)
        return place;
    }
  return NULL;
}

/* Rows */

static GtkListBoxRow *
row_of (AppCardParts *self, const Place *place)
{
  return place != NULL && place->row != NO_ROW
             ? gtk_list_box_get_row_at_index (self->list, (int) place->row)
             : NULL;
}

static void
add_detail (GtkWidget *box, const char *text, const char *css)
{
  if (text != NULL && *text != '\0')
    gtk_widget_add_css_class (app_card_fold_add (box, text, "card-part-detail"), css);
}

/* What is told of a part beside its name. */
typedef enum
{
  MEANING = 1 << 0,
  WHY = 1 << 1,
  STANDARD = 1 << 2,
  ALL = MEANING | WHY | STANDARD
} Details;

static const Details at_once[] = {
  [APP_CARD_PARTS_NAMES] = 0,
  [APP_CARD_PARTS_MEANING] = MEANING,
  [APP_CARD_PARTS_STANDARDS] = ALL,
};

static GtkWidget *
make_details (const LearnEntry *entry, Details details)
{
  GtkWidget *box = app_card_fold_box_new ();

  if (details & MEANING)
    add_detail (box, entry->meaning, "body");
  if (details & WHY)
    add_detail (box, entry->why, "body");
  if (details & STANDARD)
    {
      add_detail (box, entry->standard, "body");
      add_detail (box, entry->rfc, "caption");
    }
  gtk_widget_set_visible (box, gtk_widget_get_first_child (box) != NULL);
  return box;
}

/* The part that has the focus is marked in the line. */
static void
on_row_focus (AppCardParts *self, GtkEventController *focus)
{
  GtkWidget *row = gtk_event_controller_get_widget (focus);

  write_line (self, (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)));
}

static void
on_row_left (AppCardParts *self)
{
  write_line (self, NOTHING);
}

static void
follow_focus (AppCardParts *self, GtkWidget *row)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_object (focus, "enter", G_CALLBACK (on_row_focus), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (on_row_left), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (row, focus);
}

static void
add_row (AppCardParts *self, const char *text, const LearnEntry *entry)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = app_card_fold_box_new ();
  g_autofree char *markup = g_markup_printf_escaped ("<tt><b>%s</b></tt>  %s", text, entry->title);
  g_autofree char *name = g_strdup_printf ("%s: %s", text, entry->title);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *more = make_details (entry, ALL & ~at_once[self->depth]);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_widget_add_css_class (label, "card-part");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), make_details (entry, at_once[self->depth]));
  gtk_widget_set_visible (more, FALSE);
  gtk_box_append (GTK_BOX (box), more);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, entry->meaning);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  entry->meaning,
                                  -1);
  g_object_set_data (G_OBJECT (row), "more", more);
  follow_focus (self, row);
  gtk_list_box_append (self->list, row);
}

/* A part that has no row yet. */
typedef struct
{
  char *text;
  const LearnEntry *entry;
} Left;

static void
left_free (gpointer data)
{
  Left *left = data;

  g_free (left->text);
  g_free (left);
}

static void
add_left_row (AppCardParts *self)
{
  GtkWidget *row = gtk_list_box_row_new ();
  g_autofree char *text = g_strdup_printf (
      ngettext ("%d more part", "%d more parts", self->left->len), (int) self->left->len);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_list_box_append (self->list, row);
}

static void
on_activated (GtkListBox *list, GtkListBoxRow *row, AppCardParts *self)
{
  GtkWidget *more = g_object_get_data (G_OBJECT (row), "more");

  if (more != NULL)
    {
      gtk_widget_set_visible (more, !gtk_widget_get_visible (more));
      return;
    }
  gtk_list_box_remove (list, GTK_WIDGET (row));
  for (guint i = 0; i < MIN (self->left->len, MAX_PARTS); i++)
    add_row (self,
             ((const Left *) self->left->pdata[i])->text,
             ((const Left *) self->left->pdata[i])->entry);
  g_ptr_array_set_size (self->left, 0);
}

/* The whole */

static void
clear_rows (AppCardParts *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_ptr_array_set_size (self->left, 0);
  g_array_set_size (self->places, 0);
}

void
app_card_parts_clear (AppCardParts *self)
{
  clear_rows (self);
  g_string_truncate (self->shown, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->line), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
app_card_parts_show (AppCardParts *self,
                     const WireLine *line,
                     const LearnCard *card,
                     AppCardPartsDepth depth)
{
  guint rows = 0;

  clear_rows (self);
  self->depth = depth;
  read_line (self, line);
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];
      gboolean fits = part->entry != NULL && rows < FIRST_PARTS;

      /* The whole line again. */
      if (part->entry == card->entry && part->offset == 0 && card->parts->len > 1 &&
          part->length >= strlen (card->text))
        continue;

      add_place (self, part, fits ? rows : NO_ROW, card->parts->len > 1);
      if (fits)
        {
          add_row (self, part->text, part->entry);
          rows++;
        }
      else if (part->entry != NULL)
        {
          Left *left = g_new0 (Left, 1);

          left->text = g_strdup (part->text);
          left->entry = part->entry;
          g_ptr_array_add (self->left, left);
        }
    }
  if (self->left->len > 0)
    add_left_row (self);
  write_line (self, NOTHING);
  gtk_widget_set_visible (GTK_WIDGET (self->line), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), rows > 0);
}

gboolean
app_card_parts_focus (AppCardParts *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, 0);

  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* Pointer and keys */

static gboolean
on_tooltip (
    GtkWidget *line, int x, int y, gboolean keyboard, GtkTooltip *tooltip, AppCardParts *self)
{
  GtkListBoxRow *row = keyboard ? NULL : row_of (self, find_place (self, x, y));
  GtkWidget *box = row != NULL ? gtk_list_box_row_get_child (row) : NULL;
  GtkWidget *label = box != NULL ? gtk_widget_get_first_child (box) : NULL;

  if (!GTK_IS_LABEL (label))
    return FALSE;
  gtk_tooltip_set_markup (tooltip, gtk_label_get_label (GTK_LABEL (label)));
  return TRUE;
}

static void
on_clicked (GtkGestureClick *click, int n_press, double x, double y, AppCardParts *self)
{
  GtkListBoxRow *row = row_of (self, find_place (self, x, y));

  /* Who drags over it selects its words. */
  if (row != NULL && n_press == 1 && !gtk_label_get_selection_bounds (self->line, NULL, NULL))
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* Along the line as it is read. */
static gboolean
on_key (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        AppCardParts *self)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int step = key == GDK_KEY_Right || key == GDK_KEY_KP_Right ? 1
             : key == GDK_KEY_Left || key == GDK_KEY_KP_Left ? -1
                                                             : 0;

  if (step == 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return FALSE;
  g_signal_emit_by_name (
      self->list, "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, mirrored ? -step : step, FALSE, FALSE);
  return TRUE;
}

static void
app_card_parts_finalize (GObject *object)
{
  AppCardParts *self = APP_CARD_PARTS (object);

  g_string_free (self->shown, TRUE);
  g_array_unref (self->at);
  g_array_unref (self->places);
  g_ptr_array_unref (self->left);
  G_OBJECT_CLASS (app_card_parts_parent_class)->finalize (object);
}

static void
app_card_parts_class_init (AppCardPartsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_card_parts_finalize;
}

static void
app_card_parts_init (AppCardParts *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->shown = g_string_new (NULL);
  self->at = g_array_new (FALSE, FALSE, sizeof (guint));
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->left = g_ptr_array_new_with_free_func (left_free);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "card-parts");
  gtk_widget_set_hexpand (GTK_WIDGET (self->list), TRUE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Parts of the line"), -1);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_activated), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->list));
}

GtkWidget *
app_card_parts_new (GtkLabel *line)
{
  AppCardParts *self = g_object_new (APP_TYPE_CARD_PARTS, NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  self->line = line;
  gtk_widget_set_has_tooltip (GTK_WIDGET (line), TRUE);
  g_signal_connect_object (line, "query-tooltip", G_CALLBACK (on_tooltip), self, 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "released", G_CALLBACK (on_clicked), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (line), GTK_EVENT_CONTROLLER (click));
  return GTK_WIDGET (self);
}
