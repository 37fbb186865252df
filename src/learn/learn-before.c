/* Sentences with numbers. A number that is not known is not said. */
#include "config.h"

#include "learn-before.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "learn-wording.h"

#define PLURAL(one, many, n) g_dngettext (GETTEXT_PACKAGE, one, many, (gulong) (n))

static void
add (GString *text, char *sentence)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
  g_free (sentence);
}

/* @words has one "%d". */
static char *
with_number (const char *words, gint64 number)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (words, (int) number);
#pragma GCC diagnostic pop
}

static gint64
days_of (const char *policy)
{
  return g_str_has_prefix (policy, "days:") ? g_ascii_strtoll (policy + strlen ("days:"), NULL, 10)
                                            : 0;
}

void
learn_before_policy_asks (const char *policy, gint64 now, gint64 *before, gboolean *deleted)
{
  *deleted = strcmp (policy, "all") != 0;
  *before = G_MININT64;
  if (strcmp (policy, "none") == 0)
    *before = G_MAXINT64;
  else if (g_str_has_prefix (policy, "days:"))
    *before = now - days_of (policy) * 24 * 60 * 60;
}

static void
add_leaving (GString *text, const StoreRemoval *removal)
{
  g_autofree char *size = learn_size_text ((guint64) removal->leave.bytes);

  if (removal->leave.letters > 0)
    add (
        text,
        g_strdup_printf (PLURAL ("%1$d letter (%2$s) leaves the server at the next visit; its only "
                                 "copy is then here.",
                                 "%1$d letters (%2$s) leave the server at the next visit; their "
                                 "only copies are then here.",
                                 removal->leave.letters),
                         (int) removal->leave.letters,
                         size));
  else
    add (text, g_strdup (_ ("Nothing leaves the server at the next visit.")));
}

static void
add_staying (GString *text, const StoreRemoval *removal)
{
  if (removal->stay.letters > 0)
    add (text,
         with_number (
             PLURAL ("%d letter stays there.", "%d letters stay there.", removal->stay.letters),
             removal->stay.letters));
}

char *
learn_before_policy (const char *policy, const StoreRemoval *removal)
{
  GString *text = g_string_new (NULL);

  add_leaving (text, removal);
  add_staying (text, removal);
  if (strcmp (policy, "none") == 0)
    add (text, g_strdup (_ ("Later letters leave as soon as they are stored here.")));
  else if (days_of (policy) > 0)
    add (text,
         with_number (PLURAL ("Each letter leaves %d day after it was collected.",
                              "Each letter leaves %d days after it was collected.",
                              days_of (policy)),
                      days_of (policy)));
  else if (strcmp (policy, "until-deleted") == 0)
    add (text, g_strdup (_ ("A letter leaves when you delete it here.")));
  return g_string_free (text, FALSE);
}

/* Deleting */

static void
add_imap (GString *text, const StoreDeletion *deletion, gint64 kept)
{
  gint64 gone = deletion->all.letters - deletion->other;

  kept = MIN (kept, gone);
  if (kept > 0)
    {
      add (text,
           with_number (PLURAL ("%d letter leaves the server, and with it every device that shows "
                                "this mailbox.",
                                "%d letters leave the server, and with it every device that shows "
                                "this mailbox.",
                                gone),
                        gone));
      /* Translators: a POP3 account of this computer collected them before. */
      add (text,
           with_number (PLURAL ("The copy of %d letter that POP3 collected stays here.",
                                "The copies of %d letters that POP3 collected stay here.",
                                kept),
                        kept));
    }
  else if (gone > 0)
    add (text,
         with_number (PLURAL ("%d letter leaves the server, and with it every device that shows "
                              "this mailbox. No copy remains.",
                              "%d letters leave the server, and with it every device that shows "
                              "this mailbox. No copy remains.",
                              gone),
                      gone));
  if (deletion->other > 0)
    add (text,
         with_number (PLURAL ("%d letter is in another folder too, and stays there.",
                              "%d letters are in another folder too, and stay there.",
                              deletion->other),
                      deletion->other));
}

static void
add_pop3 (GString *text, gboolean asks_server, const StoreDeletion *deletion)
{
  if (deletion->only_here > 0)
    add (text,
         with_number (PLURAL ("The only copy of %d letter is here: nothing of it remains.",
                              "The only copies of %d letters are here: nothing of them remains.",
                              deletion->only_here),
                      deletion->only_here));
  if (deletion->there > 0 && asks_server)
    add (text,
         with_number (PLURAL ("%d letter leaves this computer and, at the next visit, the server "
                              "too. No copy remains.",
                              "%d letters leave this computer and, at the next visit, the server "
                              "too. No copy remains.",
                              deletion->there),
                      deletion->there));
  else if (deletion->there > 0)
    add (text,
         with_number (PLURAL ("%d letter leaves this computer; the server keeps its copy, which is "
                              "not collected again.",
                              "%d letters leave this computer; the server keeps its copies, which "
                              "are not collected again.",
                              deletion->there),
                      deletion->there));
}

char *
learn_before_delete (const char *protocol,
                     gboolean asks_server,
                     const StoreDeletion *deletion,
                     gint64 kept)
{
  GString *text = g_string_new (NULL);

  if (strcmp (protocol, "imap") == 0)
    add_imap (text, deletion, kept);
  else
    add_pop3 (text, asks_server, deletion);
  add (text, g_strdup (_ ("This cannot be undone.")));
  return g_string_free (text, FALSE);
}

char *
learn_after_trash (const char *protocol, gboolean asks_server, guint letters)
{
  if (strcmp (protocol, "imap") == 0)
    return with_number (PLURAL ("%d letter moved to the Trash, on every device",
                                "%d letters moved to the Trash, on every device",
                                letters),
                        letters);
  if (asks_server)
    return with_number (
        PLURAL ("%d letter in the Trash here; it leaves the server at the next visit",
                "%d letters in the Trash here; they leave the server at the next "
                "visit",
                letters),
        letters);
  return with_number (PLURAL ("%d letter in the Trash here; the server keeps what it has",
                              "%d letters in the Trash here; the server keeps what it has",
                              letters),
                      letters);
}

/* Losses */

char *
learn_loss_computer (const StoreSurvey *survey)
{
  if (survey->only_here.letters == 0)
    return g_strdup (_ ("No letter would be lost"));
  return with_number (
      PLURAL ("%d letter would be lost", "%d letters would be lost", survey->only_here.letters),
      survey->only_here.letters);
}

char *
learn_loss_computer_why (const StoreSurvey *survey)
{
  GString *text = g_string_new (NULL);
  g_autofree char *size = learn_size_text ((guint64) survey->only_here.bytes);

  if (survey->only_here.letters == 0)
    {
      g_string_append (text, _ ("A server has every letter that is here."));
      return g_string_free (text, FALSE);
    }
  add (text, g_strdup_printf (_ ("Their only copies are here (%s): no server has them."), size));
  if (survey->unsent > 0)
    add (text,
         with_number (PLURAL ("%d of them is a draft or on its way.",
                              "%d of them are drafts or on their way.",
                              survey->unsent),
                      survey->unsent));
  return g_string_free (text, FALSE);
}

gint64
learn_loss_provider_letters (const StoreSurvey *survey)
{
  return survey->only_there.letters + survey->not_seen;
}

char *
learn_loss_provider (const StoreSurvey *survey)
{
  gint64 letters = learn_loss_provider_letters (survey);

  if (letters == 0)
    return g_strdup (_ ("No letter would be lost"));
  return with_number (PLURAL ("%d letter would be lost", "%d letters would be lost", letters),
                      letters);
}

char *
learn_loss_provider_why (const StoreSurvey *survey)
{
  GString *text = g_string_new (NULL);

  if (learn_loss_provider_letters (survey) == 0)
    g_string_append (text, _ ("Every letter that the server is known to have is here too."));
  if (survey->only_there.letters > 0)
    {
      g_autofree char *size = learn_size_text ((guint64) survey->only_there.bytes);

      add (text,
           g_strdup_printf (PLURAL ("Of %1$d (%2$s) there are headers here at most.",
                                    "Of %1$d (%2$s) there are headers here at most.",
                                    survey->only_there.letters),
                            (int) survey->only_there.letters,
                            size));
    }
  if (survey->not_seen > 0)
    add (text,
         with_number (PLURAL ("%d was counted by the server and never looked at here.",
                              "%d were counted by the server and never looked at here.",
                              survey->not_seen),
                      survey->not_seen));
  return g_string_free (text, FALSE);
}

/* Two accounts, one mailbox */

char *
learn_twin_text (const char *policy, const char *pop3, const char *imap)
{
  GString *text = g_string_new (NULL);

  if (g_ascii_strcasecmp (pop3, imap) == 0)
    add (text, g_strdup_printf (_ ("You read the mailbox of %s by POP3 and by IMAP."), pop3));
  else
    add (text,
         g_strdup_printf (
             _ ("%1$s, read by POP3, and %2$s, read by IMAP, are one mailbox."), pop3, imap));
  if (strcmp (policy, "none") == 0)
    add (
        text,
        g_strdup (_ ("What POP3 collects is removed from the server, and vanishes from the "
                     "IMAP account and every device that uses it. Nobody stole it: keep letters on "
                     "the server if you read them in both.")));
  else if (days_of (policy) > 0)
    add (text,
         with_number (PLURAL ("%d day after POP3 collected a letter it vanishes from the IMAP "
                              "account and every device that uses it.",
                              "%d days after POP3 collected a letter it vanishes from the IMAP "
                              "account and every device that uses it.",
                              days_of (policy)),
                      days_of (policy)));
  else if (strcmp (policy, "until-deleted") == 0)
    add (text,
         g_strdup (_ ("What you delete in the POP3 account vanishes from the IMAP account too. "
                      "Read marks and "
                      "folders are not shared: POP3 has none.")));
  else
    add (text,
         g_strdup (_ (
             "Letters stay on the server, so both have them. Deleting in the POP3 account changes "
             "nothing there; what the IMAP account deletes, POP3 no longer lists.")));
  return g_string_free (text, FALSE);
}
