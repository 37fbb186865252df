/* The text of a letter: quotes in their colours, the signature in grey, links that can be followed.
 * Signals: "open-link" (the address), "hover-link" (the same; NULL: the pointer is on none). */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_LETTER_TEXT (app_letter_text_get_type ())
G_DECLARE_FINAL_TYPE (AppLetterText, app_letter_text, APP, LETTER_TEXT, GtkTextView)

void app_letter_text_show (AppLetterText *self, const char *text);

G_END_DECLS
