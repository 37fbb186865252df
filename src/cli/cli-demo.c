/* demo: one letter is sent and fetched by IMAP and by POP3 on the practice post office. What is
 * shown is what was said: the exchanges come from the tap, their words from the catalogue. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "cli-office.h"
#include "cli.h"
#include "learn-wording.h"

#define LINES_SHOWN 14

typedef struct
{
  CliOffice *office;
  WireTap *tap;
  LearnDialogue *dialogue;
  guint shown; /* exchanges */
  EngineService *service;
} Demo;

/* --- telling --- */

static void
chapter (guint number, const char *title, const char *text)
{
  g_print ("\n%u. %s\n\n%s\n", number, title, text);
}

static void
print_line (const WireLine *line, const LearnCard *card, const char *before)
{
  g_print ("   %s %s\n", line->direction == BASE_DIRECTION_OUT ? "→" : "←", line->text);
  /* The same explanation is not given twice in a row. */
  if (g_strcmp0 (before, card->entry->id) != 0)
    g_print ("       %s\n", card->entry->title);
}

static void
print_exchange (const LearnExchange *exchange)
{
  g_autofree char *title = learn_exchange_title (exchange);
  g_autofree char *effect = learn_exchange_effect (exchange);
  g_autofree char *took = learn_duration_text (exchange->duration);
  g_autoptr (GPtrArray) cards = learn_exchange_cards (exchange, NULL);
  const char *before = NULL;

  g_print ("\n ▸ %s (%s%s%s)\n", title, took, effect[0] ? ", " : "", effect);
  for (guint i = 0; i < exchange->lines->len && i < cards->len; i++)
    {
      const LearnCard *card = g_ptr_array_index (cards, i);

      if (i >= LINES_SHOWN && i + 1 < exchange->lines->len)
        {
          if (i == LINES_SHOWN)
            g_print ("   …\n");
          continue;
        }
      print_line (g_ptr_array_index (exchange->lines, i), card, before);
      before = card->entry->id;
    }
}

/* What is the same in every session is named once and folded. */
static gboolean
is_worth_telling (const LearnExchange *exchange, gboolean first)
{
  if (strcmp (exchange->verb, "EHLO") == 0)
    return TRUE;
  if (!first && (g_str_has_prefix (exchange->verb, "AUTH") || strcmp (exchange->verb, "LIST") == 0))
    return FALSE;
  return !exchange->routine;
}

static void
tell_new (Demo *demo)
{
  guint folded = 0;
  gboolean first = demo->shown == 0;

  while (learn_dialogue_pull (demo->dialogue, demo->tap, 1000))
    ;
  for (; demo->shown < learn_dialogue_count (demo->dialogue); demo->shown++)
    {
      const LearnExchange *exchange = learn_dialogue_get (demo->dialogue, demo->shown);

      if (is_worth_telling (exchange, first))
        print_exchange (exchange);
      else
        folded++;
    }
  if (folded > 0)
    g_print ("\n   (%s)\n",
             _ ("folded: greeting, encryption, signing in and the like; --wire shows them"));
}

/* --- doing --- */

static char *
password_file (Demo *demo, const PracticeUser *user, GError **error)
{
  g_autofree char *path = g_build_filename (demo->office->dir, user->name, NULL);

  return g_file_set_contents_full (
             path, user->password, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error)
             ? g_steal_pointer (&path)
             : NULL;
}

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static EngineAccount *
add_account (Demo *demo, const char *protocol, const PracticeUser *user, GError **error)
{
  g_autoptr (StoreAccountInfo) info = store_account_info_new ();
  const PracticeOffice *office = demo->office->office;
  gboolean pop3 = strcmp (protocol, "pop3") == 0;
  g_autofree char *path = password_file (demo, user, error);
  g_autofree char *name = g_strconcat (user->name, "-", protocol, NULL);

  if (!path)
    return NULL;
  set (&info->protocol, protocol);
  set (&info->name, name);
  set (&info->email, user->address);
  set (&info->user, user->name);
  set (&info->smtp_user, user->name);
  set (&info->host, practice_office_host (office));
  set (&info->smtp_host, practice_office_host (office));
  set (&info->ca_file, practice_office_ca_file (office));
  set (&info->password_file, path);
  set (&info->leave_policy, "none");
  info->practice = TRUE;
  info->port = practice_office_port (office, pop3 ? PRACTICE_PORT_POP3S : PRACTICE_PORT_IMAPS);
  info->smtp_port = practice_office_port (office, PRACTICE_PORT_SUBMISSIONS);
  return engine_service_add (demo->service, info, NULL, error);
}

static GBytes *
make_letter (const PracticeUser *from, const PracticeUser *to)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%d %b %Y %H:%M:%S %z");
  char *text = g_strdup_printf ("From: %s <%s>\r\nTo: %s <%s>\r\nSubject: lunch?\r\nDate: %s\r\n"
                                "Message-ID: <demo.%" G_GINT64_FORMAT "@practice.example>\r\n\r\n"
                                "At noon, under the clock?\r\n",
                                from->person,
                                from->address,
                                to->person,
                                to->address,
                                date,
                                g_get_real_time ());

  return g_bytes_new_take (text, strlen (text));
}

static gboolean
tell_sending (Demo *demo, const PracticeUser *from, const PracticeUser *to, GError **error)
{
  g_autoptr (EngineAccount) account = add_account (demo, "imap", from, error);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_LESSON, "lunch?");
  g_autoptr (GBytes) letter = make_letter (from, to);

  if (!account)
    return FALSE;
  chapter (1,
           _ ("Sending: SMTP"),
           _ ("Ada writes to Emmy. Her program brings the letter to the post office: first the "
              "envelope (MAIL FROM, RCPT TO), then the letter (DATA). With the last 250 the post "
              "office has taken responsibility. IMAP then files Ada’s own copy in Sent."));
  if (!engine_run_send (account, letter, NULL, NULL, cause, error))
    return FALSE;
  tell_new (demo);
  return TRUE;
}

static gboolean
tell_imap (Demo *demo, EngineAccount *account, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_LESSON, "INBOX");
  char *folders[] = { (char *) "INBOX", NULL };
  EngineSyncOptions options = { .folders = folders };

  if (!engine_run_sync (account, &options, cause, NULL, error))
    return FALSE;
  tell_new (demo);
  return TRUE;
}

static gboolean
tell_pop3 (Demo *demo, EngineAccount *account, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_LESSON, "lunch?");

  if (!engine_run_sync (account, NULL, cause, NULL, error))
    return FALSE;
  tell_new (demo);
  return TRUE;
}

static gint64
inbox_total (EngineAccount *account)
{
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_name (engine_account_reader (account), "INBOX", NULL);

  return folder ? folder->total : 0;
}

static gboolean
tell_fetching (Demo *demo, const PracticeUser *user, GError **error)
{
  g_autoptr (EngineAccount) imap = add_account (demo, "imap", user, error);
  g_autoptr (EngineAccount) pop3 = imap ? add_account (demo, "pop3", user, error) : NULL;

  if (!pop3)
    return FALSE;
  chapter (
      2,
      _ ("Reading: IMAP"),
      _ ("Emmy looks into her mailbox with IMAP. SELECT opens a folder, FETCH asks for copies. "
         "The letters stay on the server: a second device would see the same."));
  if (!tell_imap (demo, imap, error))
    return FALSE;
  g_print ("\n   = %s %" G_GINT64_FORMAT "\n",
           _ ("Letters in the IMAP INBOX here:"),
           inbox_total (imap));
  chapter (
      3,
      _ ("Collecting: POP3"),
      _ ("Now an old laptop collects the same mailbox with POP3, and removes what it has stored. "
         "UIDL names the letters, RETR brings them, DELE only asks: nothing is removed before "
         "QUIT was answered."));
  if (!tell_pop3 (demo, pop3, error))
    return FALSE;
  g_print ("\n   = %s %" G_GINT64_FORMAT "\n", _ ("Letters on the laptop:"), inbox_total (pop3));
  chapter (4,
           _ ("Where is the letter now?"),
           _ ("IMAP looks again. The server’s mailbox is the only one there is, and the laptop has "
              "emptied it."));
  if (!tell_imap (demo, imap, error))
    return FALSE;
  g_print (
      "\n   = %s %" G_GINT64_FORMAT "\n\n%s\n",
      _ ("Letters in the IMAP INBOX here:"),
      inbox_total (imap),
      _ ("The letter has one copy left: on the laptop. Nobody stole it; a client asked for it, "
         "and QUIT decided. The practice post office ends here, and leaves nothing behind."));
  return TRUE;
}

static int
run (Demo *demo)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_build_filename (demo->office->dir, "data", NULL);
  const PracticeUser *ada = practice_user_find ("ada");
  const PracticeUser *emmy = practice_user_find ("emmy");

  demo->service = engine_service_new (data, demo->tap, &error);
  if (!demo->service)
    return cli_fail (g_steal_pointer (&error));
  g_print (
      "%s\n",
      _ ("A post office opens on this computer: real SMTP, IMAP and POP3 servers, for practice. "
         "Nothing leaves the machine. → is what we say, ← what the server answers."));
  if (!tell_sending (demo, ada, emmy, &error) || !tell_fetching (demo, emmy, &error))
    return cli_fail (g_steal_pointer (&error));
  return CLI_OK;
}

int
cli_demo (Cli *cli, int argc, char **argv)
{
  PracticeOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (CliOffice) office = NULL;
  Demo demo = { 0 };
  int code;

  if (argc != 1)
    return cli_usage ("demo");
  office = cli_office_open (NULL, &options, &error);
  if (!office)
    return cli_fail (g_steal_pointer (&error));
  demo.office = office;
  demo.tap = wire_tap_ref (cli->tap);
  wire_tap_set_enabled (demo.tap, TRUE);
  demo.dialogue = learn_dialogue_new (10000, NULL, NULL);
  code = run (&demo);
  g_clear_pointer (&demo.service, engine_service_free);
  learn_dialogue_free (demo.dialogue);
  wire_tap_unref (demo.tap);
  return code;
}
