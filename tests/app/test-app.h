/* What the window's models are tested with: an account in a directory of its own, never started,
 * whose letters the test puts there; and a copy of a list that is kept by what the list tells. */
#pragma once

#include "app-list-model.h"
#include "engine-service.h"
#include "test-store.h"

typedef struct
{
  Fix fix; /* for the store's helpers: dir, mailbase, reader, cause and folders */
  EngineService *service;
  EngineAccount *account;
} AppFix;

void app_fix_setup (AppFix *fix, gconstpointer data);
void app_fix_teardown (AppFix *fix, gconstpointer data);
/* @n rows in the inbox in one transaction, dates descending from UID 1 on. */
void app_fix_fill (AppFix *fix, guint n);

/* Runs the main loop until @done says so; fails after a while. */
void app_wait (gboolean (*done) (gpointer data), gpointer data);

/* A list as somebody would have it who only listens to "items-changed". */
typedef struct
{
  GListModel *list;
  GPtrArray *items;
  guint told; /* how often */
} Copy;
void copy_init (Copy *copy, GListModel *list);
/* The copy is what the list has. */
void copy_check (Copy *copy);
void copy_clear (Copy *copy);
