/* Letters at which a server ended the connection: Dovecot does so where a file of its own is
 * broken. They are asked for last, each alone, so that they keep no others away; one at which it
 * ends again is left alone for a day. Kept as a fact of each folder: "UIDVALIDITY UID:TIMES …". */
#include "config.h"

#include "engine-fact.h"
#include "engine-imap.h"

#define MOST 20
#define MOST_TIMES 2
#define FORGET ((gint64) 24 * 60 * 60 * G_USEC_PER_SEC)

typedef struct
{
  guint32 uid;
  guint times;
} Suspect;

static char *
fact_name (EngineImap *imap)
{
  return g_strdup_printf ("imap-suspect-%" G_GINT64_FORMAT, imap->folder->id);
}

static GArray *
load (EngineImap *imap)
{
  GArray *suspects = g_array_new (FALSE, FALSE, sizeof (Suspect));
  g_autofree char *name = fact_name (imap);
  gint64 at = 0;
  g_autofree char *value = store_reader_fact (imap->reader, name, &at);
  g_auto (GStrv) words = NULL;

  if (!value || at + FORGET < g_get_real_time ())
    return suspects;
  words = g_strsplit (value, " ", -1);
  if (!words[0] || g_ascii_strtoull (words[0], NULL, 10) != imap->uidvalidity)
    return suspects;
  for (guint i = 1; words[i]; i++)
    {
      char *end;
      Suspect suspect = { .uid = (guint32) g_ascii_strtoull (words[i], &end, 10) };

      suspect.times = *end == ':' ? (guint) g_ascii_strtoull (end + 1, NULL, 10) : 0;
      if (suspect.uid != 0)
        g_array_append_val (suspects, suspect);
    }
  return suspects;
}

/* That it could not be noted costs a detour, and no letter. */
static void
save (EngineImap *imap, const GArray *suspects)
{
  g_autofree char *name = fact_name (imap);
  g_autoptr (GString) value = g_string_new (NULL);

  g_string_append_printf (value, "%u", imap->uidvalidity);
  for (guint i = suspects->len > MOST ? suspects->len - MOST : 0; i < suspects->len; i++)
    {
      const Suspect *suspect = &g_array_index (suspects, Suspect, i);

      g_string_append_printf (value, " %u:%u", suspect->uid, suspect->times);
    }
  engine_fact_keep (imap->mailbase, STORE_PRIORITY_BULK, FALSE, name, value->str, NULL);
}

static Suspect *
find (const GArray *suspects, guint32 uid)
{
  for (guint i = 0; i < suspects->len; i++)
    if (g_array_index (suspects, Suspect, i).uid == uid)
      return &g_array_index (suspects, Suspect, i);
  return NULL;
}

void
engine_imap_suspect (EngineImap *imap, guint32 uid)
{
  g_autoptr (GArray) suspects = load (imap);
  Suspect *known = find (suspects, uid);
  Suspect fresh = { uid, 1 };

  if (known)
    known->times++;
  else
    g_array_append_val (suspects, fresh);
  save (imap, suspects);
}

GArray *
engine_imap_take_suspects (EngineImap *imap, GArray *missing)
{
  g_autoptr (GArray) suspects = load (imap);
  GArray *later = g_array_new (FALSE, FALSE, sizeof (StoreMissing));
  guint kept = 0;

  for (guint i = 0; suspects->len > 0 && i < missing->len; i++)
    {
      StoreMissing one = g_array_index (missing, StoreMissing, i);
      const Suspect *suspect = find (suspects, one.uid);

      if (!suspect)
        g_array_index (missing, StoreMissing, kept++) = one;
      else if (suspect->times < MOST_TIMES)
        g_array_append_val (later, one);
    }
  if (suspects->len > 0)
    g_array_set_size (missing, kept);
  return later;
}
