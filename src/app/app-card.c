/* The line stands at the top with its parts underlined (app-card-parts); the texts are the
 * catalogue's. What is related to it opens in its place, entry after entry, and leads back. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-card.h"

#include <glib/gi18n.h>

#include "app-card-network.h"
#include "app-card-parts.h"
#include "app-card-related.h"
#include "app-card-sign-in.h"
#include "app-card-tls.h"
#include "app-signal.h"
#include "app-verbatim.h"
#include "learn-spelling.h"
#include "learn-wording.h"

/* What is told of the line alone, and not of an entry that is related to it. */
#define N_OF_LINE 7

struct _AppCard
{
  GtkBox parent_instance;
  GtkWidget *about;    /* what is told of the exchange, above the line */
  GtkWidget *question; /* the box with both answers */
  GtkLabel *verdict, *between, *line, *title, *context, *meaning, *why, *storage, *advice,
      *standard, *rfc, *bytes, *empty;
  AppCardParts *parts;
  GtkWidget *sides, *mine; /* the switch, and what it shows at “You” */
  GtkWidget *network;      /* … and at “Someone on the network” */
  GtkWidget *tls;          /* a handshake in full */
  GtkWidget *letter;       /* what a line carried, opened */
  GtkWidget *sign_in;      /* its base64, opened */
  GtkWidget *links;
  GtkWidget *back; /* from an entry to where it was opened */
  GtkLabel *back_to;
  GtkLabel *word; /* what such an entry is called */
  AppCardRelated *related;
  GtkWidget *of_line[N_OF_LINE];
  gboolean of_line_shown[N_OF_LINE];
  const LearnEntry *entry; /* of the line */
  GPtrArray *opened;       /* LearnEntry, each from the one before, the first from the line */
  GArray *from;            /* guint: by which of the links */
  AppCardLetterFunc find_letter;
  gpointer find_data;
  GtkButton *mine_side;
  GtkToggleButton *theirs;
  AppCardDepth depth;
};

G_DEFINE_FINAL_TYPE (AppCard, app_card, GTK_TYPE_BOX)

enum
{
  ANSWERED,
  LEAVE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
show (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_headed (GtkLabel *label, const char *heading, const char *text)
{
  g_autofree char *markup = NULL;

  if (text == NULL || *text == '\0')
    {
      gtk_widget_set_visible (GTK_WIDGET (label), FALSE);
      return;
    }
  markup = g_markup_printf_escaped ("<b>%s</b>  %s", heading, text);
  gtk_label_set_markup (label, markup);
  gtk_widget_set_visible (GTK_WIDGET (label), TRUE);
}

static GtkLabel *
add_label (GtkWidget *box, const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_verbatim (GTK_LABEL (label));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
empty (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

/* A box with nothing in it would still take the space beside it. */
static void
show_filled (GtkWidget *box, gboolean wanted)
{
  gtk_widget_set_visible (box, wanted && gtk_widget_get_first_child (box) != NULL);
}

void
app_card_turn_back (AppCard *self)
{
  g_ptr_array_set_size (self->opened, 0);
  g_array_set_size (self->from, 0);
}

void
app_card_clear (AppCard *self)
{
  GtkLabel *const all[] = { self->verdict, self->between,  self->line, self->title,
                            self->context, self->meaning,  self->why,  self->storage,
                            self->advice,  self->standard, self->rfc,  self->bytes,
                            self->word };

  app_card_turn_back (self);
  self->entry = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    gtk_widget_set_visible (GTK_WIDGET (all[i]), FALSE);
  app_card_parts_clear (self->parts);
  app_card_related_show (self->related, NULL);
  gtk_widget_set_visible (self->about, TRUE);
  gtk_widget_set_visible (self->back, FALSE);
  gtk_widget_set_visible (self->question, FALSE);
  gtk_widget_set_visible (self->sides, FALSE);
  gtk_widget_set_visible (self->mine, FALSE);
  gtk_widget_set_visible (self->network, FALSE);
  gtk_widget_set_visible (self->tls, FALSE);
  empty (self->letter);
  empty (self->sign_in);
  app_card_set_links (self, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), TRUE);
}

/* Numbers and sections; for engineers also what these documents are called. */
static void
show_rfc (AppCard *self, const LearnEntry *entry)
{
  g_autofree char *titled = NULL;

  if (self->depth == APP_CARD_NEWCOMER)
    {
      show (self->rfc, NULL);
      return;
    }
  if (self->depth == APP_CARD_ENGINEER && entry->titles != NULL && *entry->titles != '\0')
    titled = g_strdup_printf ("%s\n%s", entry->rfc, entry->titles);
  show (self->rfc, titled != NULL ? titled : entry->rfc);
}

void
app_card_set_depth (AppCard *self, AppCardDepth depth)
{
  self->depth = depth;
}

static void
on_side (AppCard *self)
{
  gboolean theirs = gtk_toggle_button_get_active (self->theirs);

  gtk_widget_set_visible (self->mine, !theirs && gtk_widget_get_visible (self->sides));
  gtk_widget_set_visible (self->network, theirs && gtk_widget_get_visible (self->sides));
}

/* The same exchange as the person and as somebody on the network see it. */
static void
show_sides (AppCard *self, const LearnExchange *exchange)
{
  g_autoptr (GPtrArray) seen = learn_eavesdropper_see (exchange);
  gboolean tls = g_str_equal (exchange->verb, LEARN_TLS) && exchange->tls != NULL;

  app_card_network_fill (GTK_BOX (self->network), seen, exchange->info);
  gtk_button_set_label (
      self->mine_side,
      exchange->info != NULL && exchange->info->caller != NULL ? _ ("The two hosts") : _ ("You"));
  if (tls)
    app_card_tls_fill (GTK_BOX (self->tls), exchange->tls, self->depth >= APP_CARD_USER);
  gtk_widget_set_visible (self->tls, tls);
  gtk_widget_set_visible (self->sides, TRUE);
  on_side (self);
}

static void
show_entry (AppCard *self, const LearnEntry *entry)
{
  show (self->title, entry->title);
  show (self->meaning, entry->meaning);
  show_headed (self->why, _ ("Why"), self->depth >= APP_CARD_USER ? entry->why : NULL);
  show_headed (self->storage, _ ("Where mail is"), entry->storage);
  show_headed (self->advice, _ ("What to do"), entry->advice);
  show_headed (self->standard,
               _ ("What the standard fixes"),
               self->depth >= APP_CARD_ENGINEER ? entry->standard : NULL);
  show_rfc (self, entry);
  app_card_related_show (self->related, entry);
}

/* The line, or the entry that was opened last. */
static void
turn_page (AppCard *self)
{
  guint depth = self->opened->len;
  const LearnEntry *entry = depth > 0 ? self->opened->pdata[depth - 1] : self->entry;
  g_autofree char *word = depth > 0 ? learn_spelling_of (entry) : NULL;
  /* Translators: from an explanation to the one before it. */
  const char *to = depth > 1 ? C_ ("explanation", "Back") : _ ("Back to the Line");

  for (guint i = 0; i < N_OF_LINE; i++)
    gtk_widget_set_visible (self->of_line[i], depth == 0 && self->of_line_shown[i]);
  gtk_widget_set_visible (self->about, depth == 0);
  show_filled (self->links, depth == 0);
  gtk_widget_set_visible (self->back, depth > 0);
  gtk_label_set_text (self->back_to, to);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->back), GTK_ACCESSIBLE_PROPERTY_LABEL, to, -1);
  show (self->word, word);
  show_entry (self, entry);
}

/* The keyboard goes to the top of what is read now. */
static void
on_related (AppCard *self, const LearnEntry *entry, guint link)
{
  g_ptr_array_add (self->opened, (gpointer) entry);
  g_array_append_val (self->from, link);
  turn_page (self);
  gtk_widget_grab_focus (self->back);
}

/* … and comes back to the link that it left by. */
static gboolean
go_back (AppCard *self)
{
  guint depth = self->opened->len;
  guint link;

  if (depth == 0)
    return FALSE;
  link = g_array_index (self->from, guint, depth - 1);
  g_ptr_array_set_size (self->opened, (int) depth - 1);
  g_array_set_size (self->from, depth - 1);
  turn_page (self);
  app_card_related_focus (self->related, link);
  return TRUE;
}

void
app_card_show (AppCard *self, const LearnExchange *exchange, guint index)
{
  g_autoptr (GPtrArray) cards = learn_exchange_cards (exchange, NULL);
  g_autofree char *between = learn_between_note (exchange->info);
  g_autofree char *bytes = learn_exchange_bytes (exchange);
  const LearnCard *card;

  if (index >= cards->len || index >= exchange->lines->len)
    {
      app_card_clear (self);
      return;
    }
  card = cards->pdata[index];
  gtk_widget_set_visible (GTK_WIDGET (self->empty), FALSE);
  show (self->between, between);
  show (self->context, card->context);
  show (self->bytes, bytes);
  app_card_parts_show (
      self->parts, exchange->lines->pdata[index], card, (AppCardPartsDepth) self->depth);
  app_card_letter_fill (GTK_BOX (self->letter),
                        exchange,
                        index,
                        self->depth >= APP_CARD_USER,
                        self->find_letter,
                        self->find_data);
  app_card_sign_in_fill (GTK_BOX (self->sign_in), exchange, index);
  show_filled (self->letter, TRUE);
  show_filled (self->sign_in, TRUE);
  show_sides (self, exchange);
  self->entry = card->entry;
  for (guint i = 0; i < N_OF_LINE; i++)
    self->of_line_shown[i] = gtk_widget_get_visible (self->of_line[i]);
  turn_page (self);
}

gboolean
app_card_focus (AppCard *self)
{
  if (gtk_toggle_button_get_active (self->theirs))
    return gtk_widget_grab_focus (GTK_WIDGET (self->theirs));
  if (self->opened->len > 0)
    return gtk_widget_grab_focus (self->back);
  return app_card_parts_focus (self->parts) || gtk_widget_grab_focus (GTK_WIDGET (self->line));
}

static gboolean
on_back (GtkWidget *widget, GVariant *args, gpointer data)
{
  return go_back (APP_CARD (widget));
}

static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer data)
{
  gboolean left = FALSE;

  g_signal_emit (widget, signals[LEAVE], 0, &left);
  return left;
}

void
app_card_set_letters (AppCard *self, AppCardLetterFunc find, gpointer data)
{
  self->find_letter = find;
  self->find_data = data;
}

void
app_card_set_links (AppCard *self, GtkWidget *link)
{
  if (link != NULL)
    gtk_box_append (GTK_BOX (self->links), link);
  else
    empty (self->links);
  show_filled (self->links, self->opened->len == 0);
}

void
app_card_ask (AppCard *self, gboolean ask)
{
  gtk_widget_set_visible (self->question, ask);
  if (ask)
    gtk_widget_set_visible (GTK_WIDGET (self->verdict), FALSE);
}

void
app_card_tell (AppCard *self, const char *verdict, gboolean right)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->verdict), right ? "other" : "right");
  gtk_widget_add_css_class (GTK_WIDGET (self->verdict), right ? "right" : "other");
  show (self->verdict, verdict);
}

static void
on_keeps (GtkButton *button, AppCard *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, TRUE);
}

static void
on_goes (GtkButton *button, AppCard *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, FALSE);
}

static GtkWidget *
make_question (AppCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *answers = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *keeps = gtk_button_new_with_label (_ ("Yes, it keeps it"));
  GtkWidget *goes = gtk_button_new_with_label (_ ("No, it moves here"));

  gtk_widget_add_css_class (box, "card-question");
  gtk_label_set_text (add_label (box, "heading"), _ ("Will the server still have it?"));
  gtk_label_set_text (add_label (box, NULL),
                      _ ("This command is ready and has not been said yet. Predict, and it runs; "
                         "then the strip below answers."));
  g_signal_connect (keeps, "clicked", G_CALLBACK (on_keeps), self);
  g_signal_connect (goes, "clicked", G_CALLBACK (on_goes), self);
  gtk_box_append (GTK_BOX (answers), keeps);
  gtk_box_append (GTK_BOX (answers), goes);
  gtk_box_append (GTK_BOX (box), answers);
  return box;
}

static GtkWidget *
make_sides (AppCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *mine = gtk_toggle_button_new_with_label (_ ("You"));
  GtkWidget *theirs = gtk_toggle_button_new_with_label (_ ("Someone on the network"));

  gtk_widget_add_css_class (box, "linked");
  gtk_widget_add_css_class (box, "card-sides");
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (theirs), GTK_TOGGLE_BUTTON (mine));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (mine), TRUE);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Seen by"), -1);
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (theirs))),
                           PANGO_ELLIPSIZE_END);
  self->mine_side = GTK_BUTTON (mine);
  self->theirs = GTK_TOGGLE_BUTTON (theirs);
  g_signal_connect_swapped (theirs, "toggled", G_CALLBACK (on_side), self);
  gtk_box_append (GTK_BOX (box), mine);
  gtk_box_append (GTK_BOX (box), theirs);
  return box;
}

static void
app_card_finalize (GObject *object)
{
  AppCard *self = APP_CARD (object);

  g_ptr_array_unref (self->opened);
  g_array_unref (self->from);
  G_OBJECT_CLASS (app_card_parent_class)->finalize (object);
}

static void
app_card_class_init (AppCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_card_finalize;
  signals[ANSWERED] = app_signal_new (klass, "answered", 1, G_TYPE_BOOLEAN);
  /* It has an answer: whether the keyboard found where to go. */
  signals[LEAVE] = g_signal_new ("leave",
                                 G_TYPE_FROM_CLASS (klass),
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 g_signal_accumulator_true_handled,
                                 NULL,
                                 NULL,
                                 G_TYPE_BOOLEAN,
                                 0);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_ALT_MASK, on_back, NULL);
}

static void
make_back (AppCard *self)
{
  GtkWidget *inside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *arrow = g_object_new (GTK_TYPE_IMAGE,
                                   "icon-name",
                                   "go-previous-symbolic",
                                   "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                   NULL);

  self->back = gtk_button_new ();
  self->back_to = GTK_LABEL (gtk_label_new (NULL));
  app_verbatim (self->back_to);
  gtk_label_set_xalign (self->back_to, 0);
  gtk_box_append (GTK_BOX (inside), arrow);
  gtk_box_append (GTK_BOX (inside), GTK_WIDGET (self->back_to));
  gtk_button_set_child (GTK_BUTTON (self->back), inside);
  gtk_widget_set_halign (self->back, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->back, "flat");
  gtk_widget_add_css_class (self->back, "card-back");
  /* Translators: a key. */
  gtk_widget_set_tooltip_text (self->back, _ ("Alt+Left"));
  g_signal_connect_swapped (self->back, "clicked", G_CALLBACK (go_back), self);
  gtk_box_append (GTK_BOX (self->mine), self->back);
}

static GtkWidget *
add_box (GtkWidget *parent, int spacing)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, spacing);

  gtk_box_append (GTK_BOX (parent), box);
  return box;
}

static void
list_of_line (AppCard *self)
{
  GtkWidget *const of_line[N_OF_LINE] = {
    GTK_WIDGET (self->line),
    GTK_WIDGET (self->context),
    self->letter,
    self->sign_in,
    GTK_WIDGET (self->parts),
    self->tls,
    GTK_WIDGET (self->bytes),
  };

  for (guint i = 0; i < N_OF_LINE; i++)
    self->of_line[i] = of_line[i];
}

static void
app_card_init (AppCard *self)
{
  GtkWidget *box = GTK_WIDGET (self);

  self->opened = g_ptr_array_new ();
  self->from = g_array_new (FALSE, FALSE, sizeof (guint));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  gtk_widget_add_css_class (box, "panel-card");
  self->about = add_box (box, 8);
  self->question = make_question (self);
  gtk_box_append (GTK_BOX (self->about), self->question);
  self->verdict = add_label (self->about, "card-verdict");
  self->sides = make_sides (self);
  gtk_box_append (GTK_BOX (self->about), self->sides);
  self->between = add_label (self->about, "card-between");
  self->mine = add_box (box, 8);
  self->network = add_box (box, 4);
  make_back (self);
  self->word = add_label (self->mine, "card-word");
  self->line = add_label (self->mine, "card-line");
  self->title = add_label (self->mine, "title-4");
  self->context = add_label (self->mine, "card-context");
  self->meaning = add_label (self->mine, NULL);
  self->links = add_box (self->mine, 4);
  self->letter = add_box (self->mine, 4);
  self->sign_in = add_box (self->mine, 4);
  self->why = add_label (self->mine, NULL);
  self->storage = add_label (self->mine, NULL);
  self->advice = add_label (self->mine, NULL);
  self->standard = add_label (self->mine, NULL);
  self->parts = APP_CARD_PARTS (app_card_parts_new (self->line));
  gtk_box_append (GTK_BOX (self->mine), GTK_WIDGET (self->parts));
  self->rfc = add_label (self->mine, "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->rfc), "caption");
  self->bytes = add_label (self->mine, "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->bytes), "caption");
  self->related = APP_CARD_RELATED (app_card_related_new ());
  g_signal_connect_swapped (self->related, "opened", G_CALLBACK (on_related), self);
  gtk_box_append (GTK_BOX (self->mine), GTK_WIDGET (self->related));
  self->tls = add_box (self->mine, 4);
  list_of_line (self);
  self->empty = add_label (box, "dim-label");
  gtk_label_set_text (
      self->empty, _ ("Choose an exchange or one of its lines: what it means is explained here."));
  app_card_clear (self);
}

GtkWidget *
app_card_new (void)
{
  return g_object_new (APP_TYPE_CARD, NULL);
}
