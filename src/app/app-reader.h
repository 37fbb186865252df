/* The right pane: one letter, its head, where it is, and its attachments. */
#pragma once

#include <gtk/gtk.h>

#include "app-message.h"
#include "engine-account.h"
#include "mail-message.h"
#include "store-book.h"

G_BEGIN_DECLS

#define APP_TYPE_READER (app_reader_get_type ())
G_DECLARE_FINAL_TYPE (AppReader, app_reader, APP, READER, GtkBox)

/* Signals: "opened" (the letter is on screen), "back" (narrow windows go back to the list). */
void app_reader_set_book (AppReader *self, StoreBook *book);
/* Shows @message; asks the engine for its body where only the header is here, with the FETCH held
 * at the gate if @hold. */
void app_reader_show (AppReader *self, EngineAccount *account, AppMessage *message, gboolean hold);
/* Nothing is selected, or @count letters are. */
void app_reader_show_none (AppReader *self, guint count);
/* The outbox is listed, whose letters are not read here. */
void app_reader_show_outbox (AppReader *self);
/* The store changed, or the account's status: the body may have come, flags and place too. */
void app_reader_update (AppReader *self);
/* The folders a letter can be moved to. */
void app_reader_set_move_menu (AppReader *self, GMenuModel *menu);
/* Alone in the window, with a way back. */
void app_reader_set_folded (AppReader *self, gboolean folded);
/* Where there is no room for every button, some are in the menu alone. */
void app_reader_set_narrow (AppReader *self, gboolean narrow);

AppMessage *app_reader_get_message (AppReader *self); /* (nullable) */
EngineAccount *app_reader_get_account (AppReader *self);
/* That the letter shown was opened: what else that does has the same cause. Borrowed. */
const BaseCause *app_reader_get_cause (AppReader *self);
/* The letter once its body is here. (nullable) */
MailMessage *app_reader_get_letter (AppReader *self);

G_END_DECLS
