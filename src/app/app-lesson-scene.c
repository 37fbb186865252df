/* A column a place; a lesson has too few letters for models. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-lesson-scene.h"

#include <glib/gi18n.h>

#include "app-wrap.h"
#include "learn-wording.h"

#define SERVER "server"
/* Pixels: three places fit side by side on a phone; of more there is a piece to be seen, and their
 * subjects can be read. */
#define PLACE_WIDTH 100
#define MANY_PLACE_WIDTH 118

struct _AppLessonScene
{
  GtkBox parent_instance;
  GHashTable *columns; /* place → GtkBox of its letters */
};

G_DEFINE_FINAL_TYPE (AppLessonScene, app_lesson_scene, GTK_TYPE_BOX)

static void
clear_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

static void
add_column (
    AppLessonScene *self, const char *place, const char *name, const char *badge, gboolean stacked)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  /* No wrapping where it could come to it: what scrolls across asks for its height without a width.
   */
  GtkWidget *head =
      stacked ? gtk_box_new (GTK_ORIENTATION_VERTICAL, 2) : g_object_new (APP_TYPE_WRAP, NULL);
  GtkWidget *title = gtk_label_new (name);
  GtkWidget *letters = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class (column, "lesson-place");
  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (title, head);
  if (badge != NULL)
    {
      GtkWidget *label = gtk_label_new (g_str_equal (badge, "imap") ? "IMAP" : "POP3");

      gtk_widget_add_css_class (label, "badge");
      gtk_widget_add_css_class (label, badge);
      gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
      gtk_widget_set_halign (label, GTK_ALIGN_START);
      gtk_widget_insert_before (label, head, NULL);
    }
  else if (stacked)
    {
      /* As high as the others', so that letters stand beside letters. */
      GtkWidget *label = gtk_label_new (NULL);

      gtk_widget_add_css_class (label, "badge");
      gtk_widget_set_opacity (label, 0);
      gtk_widget_insert_before (label, head, NULL);
    }
  if (badge == NULL)
    gtk_widget_add_css_class (column, "lesson-server");
  gtk_box_append (GTK_BOX (column), head);
  gtk_box_append (GTK_BOX (column), letters);
  gtk_box_append (GTK_BOX (self), column);
  g_hash_table_insert (self->columns, g_strdup (place), letters);
}

void
app_lesson_scene_set_lesson (AppLessonScene *self, const LearnLesson *lesson)
{
  clear_box (GTK_WIDGET (self));
  g_hash_table_remove_all (self->columns);
  for (guint i = 0; i < lesson->devices->len; i++)
    {
      const LearnLessonDevice *device = lesson->devices->pdata[i];

      add_column (self,
                  device->name,
                  learn_lesson_device_text (device->name),
                  device->protocol,
                  lesson->devices->len > 1);
      /* Between them, where it is. */
      if (i == 0)
        add_column (self, SERVER, _ ("Server"), NULL, lesson->devices->len > 1);
    }
  for (GtkWidget *column = gtk_widget_get_first_child (GTK_WIDGET (self)); column != NULL;
       column = gtk_widget_get_next_sibling (column))
    gtk_widget_set_size_request (
        column, lesson->devices->len > 2 ? MANY_PLACE_WIDTH : PLACE_WIDTH, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), lesson->devices->len > 0);
}

/* The practice post office's own folders have the names that folders have elsewhere. */
static char *
folder_text (const char *name)
{
  static const struct
  {
    const char *name;
    StoreRole role;
  } known[] = { { "Drafts", STORE_ROLE_DRAFTS },
                { "Sent", STORE_ROLE_SENT },
                { "Archive", STORE_ROLE_ARCHIVE },
                { "Junk", STORE_ROLE_JUNK },
                { "Trash", STORE_ROLE_TRASH } };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      const StoreFolder folder = { .name = (char *) name, .role = known[i].role };

      if (g_str_equal (name, known[i].name))
        return learn_folder_title (&folder);
    }
  return learn_folder_text (name, "/");
}

/* "Trash · headers only": what is worth saying of it beside its subject. */
static char *
detail_text (const LearnLetter *letter)
{
  GString *text = g_string_new (NULL);
  gboolean server = g_str_equal (letter->place, SERVER);

  if (server && !g_str_equal (letter->user, "ada"))
    {
      g_autofree char *person = g_strdup (letter->user);

      person[0] = g_ascii_toupper (person[0]);
      /* Translators: whose mailbox a letter lies in: “for Carol”. */
      g_string_append_printf (text, _ ("for %s"), person);
    }
  if (g_ascii_strcasecmp (letter->folder, "INBOX") != 0)
    {
      g_autofree char *folder = folder_text (letter->folder);

      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", folder);
    }
  if ((letter->state & LEARN_LETTER_WHOLE) == 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", _ ("headers only"));
  if ((letter->state & LEARN_LETTER_DELETED) != 0)
    g_string_append_printf (text, "%s\\Deleted", text->len > 0 ? " · " : "");
  return g_string_free (text, FALSE);
}

static GtkWidget *
letter_row (const LearnLetter *letter, const char *detail, gboolean new)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gboolean whole = (letter->state & LEARN_LETTER_WHOLE) != 0;
  GtkWidget *icon = gtk_image_new_from_icon_name (
      (letter->state & LEARN_LETTER_READ) != 0 ? "mail-read-symbolic" : "mail-unread-symbolic");
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *subject = gtk_label_new (letter->subject);

  gtk_widget_add_css_class (row, "lesson-letter");
  gtk_widget_add_css_class (row, whole ? "whole" : "hollow");
  if (new)
    gtk_widget_add_css_class (row, "new");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, letter->subject, -1);
  gtk_label_set_xalign (GTK_LABEL (subject), 0);
  gtk_label_set_ellipsize (GTK_LABEL (subject), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (texts), subject);
  if (detail[0] != '\0')
    {
      GtkWidget *label = gtk_label_new (detail);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (label, "caption");
      gtk_box_append (GTK_BOX (texts), label);
    }
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), texts);
  return row;
}

/* As far as one sees it. */
static gboolean
was_there (const LearnLetter *letter, GPtrArray *before)
{
  for (guint i = 0; i < before->len; i++)
    {
      const LearnLetter *other = before->pdata[i];

      if (g_str_equal (letter->place, other->place) && g_str_equal (letter->user, other->user) &&
          g_str_equal (letter->folder, other->folder) &&
          g_str_equal (letter->subject, other->subject) &&
          ((letter->state ^ other->state) & (LEARN_LETTER_WHOLE | LEARN_LETTER_DELETED)) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_letter (AppLessonScene *self, const LearnLetter *letter, GPtrArray *before)
{
  GtkWidget *box = g_hash_table_lookup (self->columns, letter->place);
  g_autofree char *detail = detail_text (letter);
  gboolean new = before != NULL && !was_there (letter, before);

  if (box != NULL)
    gtk_box_append (GTK_BOX (box), letter_row (letter, detail, new));
}

static void
say_empty (GtkWidget *box)
{
  GtkWidget *nothing;

  if (gtk_widget_get_first_child (box) != NULL)
    return;
  /* Translators: a mailbox without letters. */
  nothing = gtk_label_new (_ ("nothing"));
  gtk_label_set_xalign (GTK_LABEL (nothing), 0);
  gtk_widget_add_css_class (nothing, "dim-label");
  gtk_box_append (GTK_BOX (box), nothing);
}

void
app_lesson_scene_show (AppLessonScene *self, GPtrArray *letters, GPtrArray *before)
{
  GHashTableIter iter;
  gpointer box;

  g_hash_table_iter_init (&iter, self->columns);
  while (g_hash_table_iter_next (&iter, NULL, &box))
    clear_box (box);
  for (guint i = 0; i < letters->len; i++)
    add_letter (self, letters->pdata[i], before);
  g_hash_table_iter_init (&iter, self->columns);
  while (g_hash_table_iter_next (&iter, NULL, &box))
    say_empty (box);
}

static void
app_lesson_scene_finalize (GObject *object)
{
  AppLessonScene *self = APP_LESSON_SCENE (object);

  g_hash_table_unref (self->columns);
  G_OBJECT_CLASS (app_lesson_scene_parent_class)->finalize (object);
}

static void
app_lesson_scene_class_init (AppLessonSceneClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_lesson_scene_finalize;
}

static void
app_lesson_scene_init (AppLessonScene *self)
{
  self->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_box_set_homogeneous (GTK_BOX (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "lesson-scene");
}
