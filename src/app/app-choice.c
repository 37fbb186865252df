/* The switch recommends, the cards decide; the drawing and the note follow the policy chosen. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-choice.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app-choice-drawing.h"
#include "app-policy.h"
#include "app-spoken.h"
#include "app-wrap.h"

struct _AppChoice
{
  GtkBox parent_instance;
  GtkSwitch *elsewhere;
  GtkWidget *question, *cards, *imap_card, *pop3_card;
  AppChoiceDrawing *imap_drawing, *pop3_drawing;
  GtkCheckButton *imap, *pop3;
  GtkDropDown *keep, *leave;
  GtkLabel *note;
  EngineAccount *account; /* whose numbers the note tells (nullable) */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (AppChoice, app_choice, GTK_TYPE_BOX)

/* In the order of the drop-downs. */
static const char *const keep_policies[] = { "headers", "days:30", "all" };
static const char *const leave_policies[] = { "all", "days:14", "until-deleted", "none" };

static gboolean
is_imap (AppChoice *self)
{
  return gtk_check_button_get_active (self->imap);
}

/* What the policy would do, while nothing has happened yet. */

static void
on_foreseen (GObject *object, GAsyncResult *result, gpointer data)
{
  AppChoice *self = APP_CHOICE (object);
  g_autoptr (AppForeseen) foreseen = app_policy_foresee_finish (result, NULL);

  if (foreseen != NULL && self->account != NULL)
    gtk_label_set_text (self->note, foreseen->text);
}

static void
ask (AppChoice *self, const char *policy)
{
  /* An answer about another policy comes too late. */
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  app_policy_foresee (self->account, policy, G_OBJECT (self), self->cancellable, on_foreseen, NULL);
}

static void
update (AppChoice *self)
{
  guint leave = gtk_drop_down_get_selected (self->leave);
  gboolean imap = is_imap (self);

  app_choice_drawing_set (self->imap_drawing, TRUE, TRUE);
  app_choice_drawing_set (self->pop3_drawing, FALSE, leave == 0);
  if (imap)
    {
      gtk_widget_add_css_class (self->imap_card, "chosen");
      gtk_widget_remove_css_class (self->pop3_card, "chosen");
    }
  else
    {
      gtk_widget_add_css_class (self->pop3_card, "chosen");
      gtk_widget_remove_css_class (self->imap_card, "chosen");
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->keep), imap);
  gtk_widget_set_sensitive (GTK_WIDGET (self->leave), !imap);
  if (!imap && self->account != NULL)
    ask (self, leave_policies[leave]);
  else if (imap || leave == 0)
    gtk_label_set_text (
        self->note,
        _ ("Nothing is removed from the server unless you choose so. You can change this later."));
  else if (leave == 2)
    gtk_label_set_text (
        self->note,
        _ ("Deleting a letter here asks the server to remove it too. Until then both have it."));
  else
    gtk_label_set_text (self->note,
                        _ ("Only copy: here. Once the server’s is removed, a lost disk is lost "
                           "mail: keep a backup."));
}

static void
on_elsewhere (GtkSwitch *widget, GParamSpec *pspec, AppChoice *self)
{
  gtk_check_button_set_active (gtk_switch_get_active (widget) ? self->imap : self->pop3, TRUE);
}

static void
on_imap_card (GtkGestureClick *gesture, int n_press, double x, double y, AppChoice *self)
{
  gtk_check_button_set_active (self->imap, TRUE);
}

static void
on_pop3_card (GtkGestureClick *gesture, int n_press, double x, double y, AppChoice *self)
{
  gtk_check_button_set_active (self->pop3, TRUE);
}

static guint
index_of (const char *const *policies, guint n, const char *policy)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal (policies[i], policy))
      return i;
  return 0;
}

void
app_choice_load (AppChoice *self, const StoreAccountInfo *info)
{
  gboolean imap = !g_str_equal (info->protocol, "pop3");

  gtk_switch_set_active (self->elsewhere, imap);
  gtk_check_button_set_active (imap ? self->imap : self->pop3, TRUE);
  gtk_drop_down_set_selected (
      self->keep, index_of (keep_policies, G_N_ELEMENTS (keep_policies), info->keep_policy));
  gtk_drop_down_set_selected (
      self->leave, index_of (leave_policies, G_N_ELEMENTS (leave_policies), info->leave_policy));
  update (self);
}

void
app_choice_fix (AppChoice *self, gboolean fixed)
{
  gboolean imap = is_imap (self);

  gtk_widget_set_visible (self->question, !fixed);
  gtk_widget_set_visible (self->imap_card, !fixed || imap);
  gtk_widget_set_visible (self->pop3_card, !fixed || !imap);
  /* One card alone stands in the middle. */
  gtk_widget_set_halign (self->cards, fixed ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
}

void
app_choice_set_account (AppChoice *self, EngineAccount *account)
{
  if (account != NULL)
    engine_account_ref (account);
  g_clear_pointer (&self->account, engine_account_unref);
  self->account = account;
  update (self);
}

void
app_choice_save (AppChoice *self, StoreAccountInfo *info)
{
  gboolean was_pop3 = g_strcmp0 (info->protocol, "pop3") == 0;

  g_free (info->protocol);
  info->protocol = g_strdup (is_imap (self) ? "imap" : "pop3");
  /* The list of what to keep is IMAP's: POP3 brings letters home, unless its account says
   * otherwise. */
  if (is_imap (self) || !was_pop3)
    {
      g_free (info->keep_policy);
      info->keep_policy = g_strdup (
          is_imap (self) ? keep_policies[gtk_drop_down_get_selected (self->keep)] : "all");
    }
  g_free (info->leave_policy);
  info->leave_policy = g_strdup (leave_policies[gtk_drop_down_get_selected (self->leave)]);
}

static void
app_choice_dispose (GObject *object)
{
  g_clear_pointer (&APP_CHOICE (object)->account, engine_account_unref);
  g_cancellable_cancel (APP_CHOICE (object)->cancellable);
  g_clear_object (&APP_CHOICE (object)->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), APP_TYPE_CHOICE);
  G_OBJECT_CLASS (app_choice_parent_class)->dispose (object);
}

static void
app_choice_class_init (AppChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_choice_dispose;
  g_type_ensure (APP_TYPE_CHOICE_DRAWING);
  g_type_ensure (APP_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/restante/Restante/ui/app-choice.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AppChoice, name)
  BIND (question);
  BIND (cards);
  BIND (elsewhere);
  BIND (imap_card);
  BIND (pop3_card);
  BIND (imap_drawing);
  BIND (pop3_drawing);
  BIND (imap);
  BIND (pop3);
  BIND (keep);
  BIND (leave);
  BIND (note);
#undef BIND
}

static void
app_choice_init (AppChoice *self)
{
  GtkGesture *imap_click = gtk_gesture_click_new ();
  GtkGesture *pop3_click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  app_spoken_drop_down (self->keep);
  app_spoken_drop_down (self->leave);
  g_signal_connect (imap_click, "pressed", G_CALLBACK (on_imap_card), self);
  g_signal_connect (pop3_click, "pressed", G_CALLBACK (on_pop3_card), self);
  gtk_widget_add_controller (self->imap_card, GTK_EVENT_CONTROLLER (imap_click));
  gtk_widget_add_controller (self->pop3_card, GTK_EVENT_CONTROLLER (pop3_click));
  g_signal_connect (self->elsewhere, "notify::active", G_CALLBACK (on_elsewhere), self);
  g_signal_connect_swapped (self->imap, "toggled", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->leave, "notify::selected", G_CALLBACK (update), self);
  update (self);
}

GtkWidget *
app_choice_new (void)
{
  return g_object_new (APP_TYPE_CHOICE, NULL);
}
