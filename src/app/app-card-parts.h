/* The parts of a line, by pointer, keyboard and screen reader: the line with its parts underlined,
 * and a row for each part that says what it is. Arrow keys walk from part to part, and the one that
 * has the focus is marked in the line; Enter opens what more there is to say of it. */
#pragma once

#include <gtk/gtk.h>

#include "learn-annotator.h"
#include "wire-lines.h"

G_BEGIN_DECLS

#define APP_TYPE_CARD_PARTS (app_card_parts_get_type ())
G_DECLARE_FINAL_TYPE (AppCardParts, app_card_parts, APP, CARD_PARTS, GtkBox)

/* How much of each part is told without being asked. */
typedef enum
{
  APP_CARD_PARTS_NAMES,    /* what it is */
  APP_CARD_PARTS_MEANING,  /* and what that means */
  APP_CARD_PARTS_STANDARDS /* and what the standards fix */
} AppCardPartsDepth;

/* @line: where the line is shown; it lives at least as long. */
GtkWidget *app_card_parts_new (GtkLabel *line);
/* Both are needed only during the call. */
void app_card_parts_show (AppCardParts *self,
                          const WireLine *line,
                          const LearnCard *card,
                          AppCardPartsDepth depth);
void app_card_parts_clear (AppCardParts *self);
/* To the first part. FALSE: there is none. */
gboolean app_card_parts_focus (AppCardParts *self);

G_END_DECLS
