/* A cell follows from the letter's rows where there are any, and from the last thing the ledger
 * says of that place where there are none: only a proof makes "gone". */
#include "config.h"

#include "learn-storage.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "learn-wording.h"

/* Places */

LearnPlace *
learn_place_new (LearnPlaceKind kind, const char *id, const char *title)
{
  LearnPlace *place = g_new0 (LearnPlace, 1);

  place->kind = kind;
  place->id = g_strdup (id);
  place->title = g_strdup (title);
  return place;
}

void
learn_place_free (LearnPlace *place)
{
  g_free (place->id);
  g_free (place->title);
  g_free (place->name);
  g_free (place);
}

static LearnPlace *
place_of_folder (const StoreFolder *folder)
{
  g_autofree char *id = g_strconcat ("server:", folder->name, NULL);
  g_autofree char *title =
      folder->role == STORE_ROLE_MAILDROP ? g_strdup (_ ("Server")) : learn_folder_title (folder);
  LearnPlace *place = learn_place_new (LEARN_PLACE_SERVER, id, title);

  place->folder = folder->id;
  place->name = g_strdup (folder->name);
  place->maildrop = folder->role == STORE_ROLE_MAILDROP;
  return place;
}

/* -1: no column. */
static int
rank_of (const StoreFolder *folder)
{
  if (folder->place != STORE_PLACE_SERVER || !folder->selectable)
    return -1;
  if (folder->role == STORE_ROLE_INBOX || folder->role == STORE_ROLE_MAILDROP)
    return 0;
  if (folder->total > 0 || folder->server_total > 0)
    return 1;
  return folder->as_of > 0 ? 2 : -1;
}

GPtrArray *
learn_places (GPtrArray *folders)
{
  GPtrArray *places = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_place_free);

  g_ptr_array_add (places, learn_place_new (LEARN_PLACE_HERE, "here", _ ("This computer")));
  /* The inbox first, then what has something: it is what people look for. */
  for (int rank = 0; rank < 3; rank++)
    for (guint i = 0; i < folders->len; i++)
      if (rank_of (folders->pdata[i]) == rank)
        g_ptr_array_add (places, place_of_folder (folders->pdata[i]));
  g_ptr_array_add (places, learn_place_new (LEARN_PLACE_OUTBOX, "outbox", _ ("Outbox")));
  g_ptr_array_add (places, learn_place_new (LEARN_PLACE_ON_THE_WAY, "way", _ ("On the way")));
  return places;
}

/* Cells */

LearnCell *
learn_cell_new (LearnCellState state,
                const char *text,
                const char *why,
                gint64 since,
                const char *exchange,
                const BaseCause *cause)
{
  LearnCell *cell = g_new0 (LearnCell, 1);

  cell->state = state;
  cell->text = g_strdup (text);
  cell->why = g_strdup (why != NULL ? why : "");
  cell->since = since;
  cell->exchange = g_strdup (exchange != NULL ? exchange : "");
  cell->cause = cause != NULL ? base_cause_ref (cause) : NULL;
  return cell;
}

LearnCell *
learn_cell_copy (const LearnCell *cell)
{
  return learn_cell_new (
      cell->state, cell->text, cell->why, cell->since, cell->exchange, cell->cause);
}

void
learn_cell_free (LearnCell *cell)
{
  g_free (cell->text);
  g_free (cell->why);
  g_free (cell->exchange);
  g_clear_pointer (&cell->cause, base_cause_unref);
  g_free (cell);
}

gboolean
learn_cell_is_provisional (const LearnCell *cell)
{
  return cell->state == LEARN_CELL_COMING || cell->state == LEARN_CELL_LEAVING ||
         cell->state == LEARN_CELL_UNKNOWN;
}

const char *
learn_cell_state_name (LearnCellState state)
{
  static const char *const names[] = {
    [LEARN_CELL_ABSENT] = "absent",   [LEARN_CELL_WHOLE] = "whole",
    [LEARN_CELL_HEADERS] = "headers", [LEARN_CELL_COMING] = "coming",
    [LEARN_CELL_LEAVING] = "leaving", [LEARN_CELL_UNKNOWN] = "unknown",
    [LEARN_CELL_GONE] = "gone",       [LEARN_CELL_NOT_LISTED] = "not-listed",
    [LEARN_CELL_REFUSED] = "refused"
  };

  return names[state];
}

/* "Copy here since 9:41 · by RETR · You asked for new mail". */
static LearnCell *
cell_of (LearnCellState state, const char *text, const StoreLedgerEntry *entry)
{
  g_autofree char *what = entry != NULL ? learn_ledger_text (entry) : NULL;
  g_autofree char *cause =
      entry != NULL && entry->cause != NULL ? learn_cause_text (entry->cause) : NULL;
  GString *why = g_string_new (what);

  if (entry == NULL)
    {
      g_string_free (why, TRUE);
      return learn_cell_new (state, text, NULL, 0, NULL, NULL);
    }
  if (entry->exchange[0] != '\0')
    {
      g_string_append (why, " · ");
      /* Translators: by which command that is known: "by UID FETCH" */
      g_string_append_printf (why, _ ("by %s"), entry->exchange);
    }
  if (cause != NULL)
    g_string_append_printf (why, " · %s", cause);
  what = (g_free (what), g_string_free (why, FALSE));
  return learn_cell_new (state, text, what, entry->at, entry->exchange, entry->cause);
}

typedef gboolean (*Match) (const StoreLedgerEntry *entry, const char *folder);

/* The last entry that matches: the ledger is in the order of what happened. */
static const StoreLedgerEntry *
last_entry (const StoreLetter *letter, Match match, const char *folder)
{
  for (guint i = letter->ledger->len; i > 0; i--)
    if (match (letter->ledger->pdata[i - 1], folder))
      return letter->ledger->pdata[i - 1];
  return NULL;
}

static gboolean
is_copy (const StoreLedgerEntry *entry, const char *folder)
{
  return entry->state == STORE_LEDGER_COPIED_HERE || entry->state == STORE_LEDGER_SAVED_HERE ||
         entry->state == STORE_LEDGER_QUEUED;
}

static gboolean
is_seen (const StoreLedgerEntry *entry, const char *folder)
{
  return entry->state == STORE_LEDGER_SEEN_ON_SERVER;
}

static gboolean
is_removal (const StoreLedgerEntry *entry, const char *folder)
{
  return entry->state == STORE_LEDGER_REMOVED_HERE;
}

static gboolean
is_of_sending (const StoreLedgerEntry *entry, const char *folder)
{
  return entry->state == STORE_LEDGER_HANDED_OVER || entry->state == STORE_LEDGER_REFUSED ||
         entry->state == STORE_LEDGER_MAYBE_HANDED_OVER;
}

static gboolean
is_queued (const StoreLedgerEntry *entry, const char *folder)
{
  return entry->state == STORE_LEDGER_QUEUED || entry->state == STORE_LEDGER_SAVED_HERE;
}

/* What is said of a folder on the server: also that something was moved into it. */
static gboolean
is_about (const StoreLedgerEntry *entry, const char *folder)
{
  if (is_of_sending (entry, folder))
    return FALSE;
  if (entry->state == STORE_LEDGER_MOVED || entry->state == STORE_LEDGER_MOVE_ASKED)
    return strcmp (entry->folder, folder) == 0 || strcmp (entry->detail, folder) == 0;
  return entry->place == STORE_PLACE_SERVER && strcmp (entry->folder, folder) == 0;
}

static const StoreFolder *
folder_of (GPtrArray *folders, gint64 id)
{
  for (guint i = 0; i < folders->len; i++)
    if (((const StoreFolder *) folders->pdata[i])->id == id)
      return folders->pdata[i];
  return NULL;
}

/* Which folder of this computer shows it; %NULL: none. */
static const StoreFolder *
local_folder (const StoreLetter *letter, GPtrArray *folders)
{
  for (guint i = 0; i < letter->placements->len; i++)
    {
      const StoreRow *row = letter->placements->pdata[i];
      const StoreFolder *folder = folder_of (folders, row->folder);

      if (folder != NULL && folder->place == STORE_PLACE_HERE)
        return folder;
    }
  return NULL;
}

static LearnCell *
cell_here (const StoreLetter *letter, GPtrArray *folders)
{
  const StoreLedgerEntry *copied = last_entry (letter, is_copy, NULL);
  const StoreLedgerEntry *removed = last_entry (letter, is_removal, NULL);
  const StoreFolder *folder = local_folder (letter, folders);
  g_autofree char *title = folder != NULL ? learn_folder_title (folder) : NULL;
  g_autofree char *text = NULL;

  if (letter->has_source && title != NULL)
    {
      /* Translators: the whole letter is on this computer, in that folder: "whole · Inbox" */
      text = g_strdup_printf (_ ("whole · %s"), title);
      return cell_of (LEARN_CELL_WHOLE, text, copied);
    }
  if (letter->has_source)
    return cell_of (LEARN_CELL_WHOLE, _ ("whole"), copied);
  if (letter->placements->len > 0)
    return cell_of (LEARN_CELL_HEADERS,
                    _ ("headers only"),
                    removed != NULL ? removed : last_entry (letter, is_seen, NULL));
  return removed != NULL ? cell_of (LEARN_CELL_GONE, _ ("removed"), removed)
                         : cell_of (LEARN_CELL_ABSENT, _ ("nothing"), NULL);
}

static const StoreRow *
placement_in (const StoreLetter *letter, gint64 folder)
{
  for (guint i = 0; i < letter->placements->len; i++)
    if (((const StoreRow *) letter->placements->pdata[i])->folder == folder)
      return letter->placements->pdata[i];
  return NULL;
}

static LearnCell *
cell_placed (const StoreRow *row, const LearnPlace *place, const StoreLedgerEntry *entry)
{
  if (row->pending & STORE_PENDING_APPEND)
    return cell_of (LEARN_CELL_COMING, _ ("to be put there"), entry);
  if (row->pending & STORE_PENDING_DELE)
    return cell_of (LEARN_CELL_LEAVING, _ ("leaves at QUIT"), entry);
  if (row->pending & STORE_PENDING_DELETE)
    return cell_of (LEARN_CELL_LEAVING,
                    place->maildrop ? _ ("leaves at the next visit") : _ ("to be deleted"),
                    entry);
  if (row->pending & STORE_PENDING_MOVE)
    return cell_of (LEARN_CELL_COMING, _ ("to be moved here"), entry);
  if (row->flags & STORE_FLAG_DELETED)
    return cell_of (LEARN_CELL_LEAVING, _ ("marked, until EXPUNGE"), entry);
  return cell_of (LEARN_CELL_WHOLE, place->maildrop ? _ ("listed") : _ ("whole"), entry);
}

/* It is in no row of the folder any more, or never was. */
static LearnCell *
cell_left (const LearnPlace *place, const StoreLedgerEntry *entry)
{
  gboolean from = entry != NULL && strcmp (entry->folder, place->name) == 0;

  switch (entry != NULL ? (int) entry->state : 0)
    {
    case STORE_LEDGER_GONE_FROM_SERVER:
      return cell_of (LEARN_CELL_GONE, _ ("gone"), entry);
    case STORE_LEDGER_NO_LONGER_LISTED:
      return cell_of (LEARN_CELL_NOT_LISTED, _ ("no longer listed"), entry);
    case STORE_LEDGER_MOVED:
      return from ? cell_of (LEARN_CELL_GONE, _ ("moved away"), entry)
                  : cell_of (LEARN_CELL_ABSENT, _ ("nothing"), NULL);
    case STORE_LEDGER_MOVE_ASKED:
      return from ? cell_of (LEARN_CELL_LEAVING, _ ("to be moved away"), entry)
                  : cell_of (LEARN_CELL_ABSENT, _ ("nothing"), NULL);
    default:
      return cell_of (LEARN_CELL_ABSENT, _ ("nothing"), NULL);
    }
}

static LearnCell *
cell_on_server (const StoreLetter *letter, const LearnPlace *place)
{
  const StoreRow *row = placement_in (letter, place->folder);
  const StoreLedgerEntry *entry = last_entry (letter, is_about, place->name);

  return row != NULL ? cell_placed (row, place, entry) : cell_left (place, entry);
}

static LearnCell *
cell_in_outbox (const StoreLetter *letter)
{
  const StoreLedgerEntry *queued = last_entry (letter, is_queued, NULL);
  const StoreLedgerEntry *said = last_entry (letter, is_of_sending, NULL);

  switch (letter->outbox)
    {
    case STORE_OUTBOX_DRAFT:
      return cell_of (LEARN_CELL_WHOLE, _ ("draft"), queued);
    case STORE_OUTBOX_QUEUED:
      return cell_of (LEARN_CELL_WHOLE, _ ("waits"), queued);
    case STORE_OUTBOX_SENDING:
      return cell_of (LEARN_CELL_LEAVING, _ ("being sent"), queued);
    case STORE_OUTBOX_UNKNOWN:
      return cell_of (LEARN_CELL_UNKNOWN, _ ("may have been sent"), said);
    case STORE_OUTBOX_FAILED:
      return cell_of (LEARN_CELL_REFUSED, _ ("not sent"), said);
    case STORE_OUTBOX_SENT:
      return cell_of (LEARN_CELL_GONE, _ ("sent"), said);
    default:
      return cell_of (LEARN_CELL_ABSENT, _ ("nothing"), NULL);
    }
}

/* The worst news of any recipient; what the reports do not tell of is on its way. */
static LearnCell *
cell_reported (const StoreLetter *letter, const StoreLedgerEntry *said)
{
  guint counts[STORE_DELIVERY_FAILED + 1] = { 0 };
  gint64 at = 0;
  LearnCell *cell;

  for (guint i = 0; i < letter->deliveries->len; i++)
    {
      const StoreDelivery *delivery = letter->deliveries->pdata[i];

      counts[delivery->state]++;
      at = MAX (at, delivery->at);
    }
  if (counts[STORE_DELIVERY_FAILED] > 0)
    cell = cell_of (LEARN_CELL_REFUSED, _ ("not delivered"), said);
  else if (counts[STORE_DELIVERY_DELAYED] > 0)
    cell = cell_of (LEARN_CELL_COMING, _ ("delayed"), said);
  else if (counts[STORE_DELIVERY_RELAYED] > 0)
    cell = cell_of (LEARN_CELL_WHOLE, _ ("carried on"), said);
  else
    cell = cell_of (LEARN_CELL_GONE, _ ("delivered"), said);
  cell->since = at;
  return cell;
}

static LearnCell *
cell_on_the_way (const StoreLetter *letter)
{
  const StoreLedgerEntry *said = last_entry (letter, is_of_sending, NULL);

  if (letter->deliveries->len > 0)
    return cell_reported (letter, said);
  switch (said != NULL ? (int) said->state : 0)
    {
    case STORE_LEDGER_HANDED_OVER:
      return cell_of (LEARN_CELL_WHOLE, _ ("handed over"), said);
    case STORE_LEDGER_MAYBE_HANDED_OVER:
      return cell_of (LEARN_CELL_UNKNOWN, _ ("perhaps"), said);
    case STORE_LEDGER_REFUSED:
      return cell_of (LEARN_CELL_REFUSED, _ ("refused"), said);
    default:
      return cell_of (LEARN_CELL_ABSENT, _ ("nothing"), NULL);
    }
}

LearnCell *
learn_cell (const StoreLetter *letter, const LearnPlace *place, GPtrArray *folders)
{
  switch (place->kind)
    {
    case LEARN_PLACE_HERE:
      return cell_here (letter, folders);
    case LEARN_PLACE_SERVER:
      return cell_on_server (letter, place);
    case LEARN_PLACE_OUTBOX:
      return cell_in_outbox (letter);
    case LEARN_PLACE_ON_THE_WAY:
      return cell_on_the_way (letter);
    case LEARN_PLACE_ELSEWHERE:
    default:
      return learn_cell_new (LEARN_CELL_ABSENT, _ ("nothing"), NULL, 0, NULL, NULL);
    }
}
