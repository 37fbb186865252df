/* Columns that others add to "Where it is": places that the account itself does not know, such as
 * another device on the same mailbox. All on the app's thread, and quick. */
#pragma once

#include "engine-account.h"
#include "learn-storage.h"

G_BEGIN_DECLS

typedef struct
{
  /* Appends LearnPlaces of kind ELSEWHERE, with ids of its own, to @places. */
  void (*add_places) (EngineAccount *account, GPtrArray *places, gpointer data);
  /* @place is one of those; %NULL: nothing is known there of @letter. (transfer full) */
  LearnCell *(*cell) (EngineAccount *account,
                      const LearnPlace *place,
                      const StoreLetter *letter,
                      gpointer data);
} AppStorageProvider;

/* @provider must live as long as the program. */
void app_storage_provider_add (const AppStorageProvider *provider, gpointer data);

/* What all of them add: LearnPlaces. (transfer full) */
GPtrArray *app_storage_provider_places (EngineAccount *account);
/* What is known of @letter at one of those; %NULL: nothing, or it is another's place. (transfer
 * full) */
LearnCell *app_storage_provider_cell (EngineAccount *account,
                                      const LearnPlace *place,
                                      const StoreLetter *letter);

G_END_DECLS
