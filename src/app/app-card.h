/* The explanation of one line: what it says in a sentence, why, what it does to where mail is
 * stored, its parts, and what is related, which opens in its place (Alt+Left: back). Or the
 * question about a command held at the gate. */
#pragma once

#include <gtk/gtk.h>

#include "app-card-letter.h"
#include "learn-annotator.h"
#include "learn-dialogue.h"

G_BEGIN_DECLS

#define APP_TYPE_CARD (app_card_get_type ())
G_DECLARE_FINAL_TYPE (AppCard, app_card, APP, CARD, GtkBox)

/* How much is told of a line and its parts; each tells what those before it tell, too. */
typedef enum
{
  APP_CARD_NEWCOMER, /* what it is, and what it does to mail */
  APP_CARD_USER,     /* why it is said, what each part means, and where that is written */
  APP_CARD_ENGINEER  /* what the standards fix, part by part */
} AppCardDepth;

/* Signals: "answered" (gboolean keeps): the question was answered. "leave": Escape was pressed;
 * returns whether somebody takes the focus. */
GtkWidget *app_card_new (void);
void app_card_clear (AppCard *self);
/* Explains line @index of @exchange; an entry that was opened from what is shown stays open, since
 * more may have come of the same line. */
void app_card_show (AppCard *self, const LearnExchange *exchange, guint index);
/* The next app_card_show() is of something else: it begins with the line. */
void app_card_turn_back (AppCard *self);
/* Holds from the next app_card_show() on. */
void app_card_set_depth (AppCard *self, AppCardDepth depth);
/* The focus goes to the first part of the line, and from part to part by the arrow keys. */
gboolean app_card_focus (AppCard *self);
/* Who finds the letter whose content a line carried, for the next app_card_show() on. (nullable) */
void app_card_set_letters (AppCard *self, AppCardLetterFunc find, gpointer data);
/* Adds a widget that leads to what the exchange is about (transfer floating); %NULL takes all away.
 */
void app_card_set_links (AppCard *self, GtkWidget *link);
/* Puts the question about a held FETCH above the explanation. */
void app_card_ask (AppCard *self, gboolean ask);
/* What came of the answer; stays until the next question or clear. */
void app_card_tell (AppCard *self, const char *verdict, gboolean right);

G_END_DECLS
