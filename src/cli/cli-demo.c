/* demo: one letter is sent and fetched by IMAP and by POP3 on the practice post office. What is
 * shown is what was said: the exchanges come from the tap, their words from the catalogue. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "cli-office.h"
#include "cli-page.h"
#include "cli.h"
#include "learn-wording.h"

/* Lines of one exchange; the last one is always shown. */
#define LINES_SHOWN 14
#define INDENT 4

/* Where copies of the letter are, as far as the lines so far have proved it. */
typedef struct
{
  guint sent, mailbox, phone, laptop;
  guint leaving; /* the mailbox's, marked by DELE */
} Copies;

typedef struct
{
  CliOffice *office;
  WireTap *tap;
  LearnDialogue *dialogue;
  guint shown; /* exchanges */
  EngineService *service;
  GHashTable *told;   /* ids of entries that were explained, and lines of the server */
  GString *folded;    /* titles of exchanges that are not told */
  gboolean signed_in; /* signing in was told */
  Copies copies;
} Demo;

/* --- telling --- */

static guint
explanation_column (void)
{
  return MIN (cli_page_width () / 2 + 2, 50);
}

static void
chapter (const char *title, const char *text, const char *question)
{
  cli_page_print_title (title);
  cli_page_print (text, 0, NULL, CLI_PLAIN);
  g_print ("\n");
  cli_page_print (question, 2, "? ", CLI_ASK);
}

static void
answer (const char *text)
{
  g_print ("\n");
  cli_page_print (text, 2, "! ", CLI_GOOD);
}

static void
print_folded (Demo *demo)
{
  if (demo->folded->len == 0)
    return;
  g_print ("\n");
  cli_page_print (demo->folded->str, INDENT, "⋯ ", CLI_FAINT);
  g_string_truncate (demo->folded, 0);
}

static void
fold (Demo *demo, const LearnExchange *exchange)
{
  g_autofree char *title = learn_exchange_title (exchange);

  g_string_append_printf (demo->folded, "%s%s", demo->folded->len > 0 ? " · " : "", title);
}

/* What is explained once is not explained again; then what is known here and now says more. */
static const char *
explanation (Demo *demo, const LearnCard *card)
{
  gboolean new = g_hash_table_add (demo->told, (gpointer) card->entry->id);

  return new ? card->entry->title : card->context;
}

static void
print_line (Demo *demo, const WireLine *line, const LearnCard *card, const char *protocol)
{
  gboolean ours = line->direction == BASE_DIRECTION_OUT;
  g_autofree char *text = g_strconcat (ours ? "→ " : "← ", line->text, NULL);

  if (line->body > 0 && strcmp (protocol, "imap") != 0)
    {
      g_autofree char *size = learn_size_text (line->body);
      /* Translators: a letter of this size, where its lines would stand. */
      g_autofree char *letter = g_strdup_printf (_ ("(the letter, %s)"), size);

      cli_page_print (letter, INDENT + 2, ours ? "→ " : "← ", CLI_FAINT);
    }
  cli_page_print_beside (text,
                         explanation (demo, card),
                         INDENT,
                         explanation_column (),
                         ours ? CLI_CLIENT : CLI_SERVER,
                         CLI_PLAIN);
}

/* Whether the server said this very line before: the second visit need not repeat the first. */
static gboolean
is_repeated (Demo *demo, const WireLine *line)
{
  return line->direction == BASE_DIRECTION_IN && g_str_has_prefix (line->text, "* ") &&
         !g_hash_table_add (demo->told, (gpointer) g_intern_string (line->text));
}

static void
print_lines (Demo *demo, const LearnExchange *exchange)
{
  g_autoptr (GPtrArray) cards = learn_exchange_cards (exchange, NULL);
  guint printed = 0;

  for (guint i = 0; i < exchange->lines->len && i < cards->len; i++)
    {
      const WireLine *line = g_ptr_array_index (exchange->lines, i);

      if (is_repeated (demo, line))
        continue;
      if (++printed > LINES_SHOWN && i + 1 < exchange->lines->len)
        {
          if (printed == LINES_SHOWN + 1)
            g_print ("%*s…\n", INDENT, "");
          continue;
        }
      print_line (demo, line, g_ptr_array_index (cards, i), exchange->info->protocol);
    }
}

/* --- where the copies are --- */

/* What the exchange's own lines prove, and no more. */
static gboolean
follow_copies (Copies *copies, const LearnExchange *exchange)
{
  Copies before = *copies;
  const char *protocol = exchange->info->protocol;
  gboolean ok = exchange->outcome == BASE_OUTCOME_OK;

  if (ok && strcmp (exchange->verb, "DATA") == 0)
    copies->mailbox++;
  else if (ok && strcmp (exchange->verb, "APPEND") == 0)
    copies->sent++;
  else if (strcmp (protocol, "imap") == 0)
    copies->phone += exchange->letters;
  else if (strcmp (protocol, "pop3") == 0 && exchange->letters > 0)
    copies->laptop += exchange->letters;
  else if (ok && strcmp (exchange->verb, "DELE") == 0)
    copies->leaving = exchange->leaving;
  else if (ok && strcmp (exchange->verb, "QUIT") == 0)
    {
      copies->mailbox -= MIN (copies->mailbox, copies->leaving);
      copies->leaving = 0;
    }
  return memcmp (&before, copies, sizeof before) != 0;
}

static void
print_copies (const Copies *copies)
{
  g_autofree char *leaving =
      copies->leaving > 0
          /* Translators: how many of the letters in the mailbox go at QUIT; a space before it. */
          ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                          " (%u leaves at QUIT)",
                                          " (%u leave at QUIT)",
                                          copies->leaving),
                             copies->leaving)
          : g_strdup ("");
  /* Translators: numbers of copies, in the order of the letter's way; %4$s is “ (1 leaves at QUIT)”
   * or nothing. */
  g_autofree char *text =
      g_strdup_printf (_ ("Copies: Sent %1$u │ mailbox %2$u%3$s │ phone %4$u │ laptop %5$u"),
                       copies->sent,
                       copies->mailbox,
                       leaving,
                       copies->phone,
                       copies->laptop);

  cli_page_print (text, INDENT, "■ ", CLI_BOLD);
}

static void
print_exchange (Demo *demo, const LearnExchange *exchange)
{
  g_autofree char *title = learn_exchange_title (exchange);

  g_print ("\n");
  cli_page_print (title, 2, NULL, CLI_BOLD);
  print_lines (demo, exchange);
  if (follow_copies (&demo->copies, exchange))
    print_copies (&demo->copies);
}

/* What is the same in every session is named and folded; signing in is told once. */
static gboolean
is_worth_telling (Demo *demo, const LearnExchange *exchange)
{
  if (g_str_has_prefix (exchange->verb, "AUTH"))
    {
      gboolean before = demo->signed_in;

      demo->signed_in = TRUE;
      return !before;
    }
  if (strcmp (exchange->verb, "EHLO") == 0)
    return !demo->signed_in;
  return !exchange->routine && strcmp (exchange->verb, "LIST") != 0;
}

static void
tell_new (Demo *demo)
{
  while (learn_dialogue_pull (demo->dialogue, demo->tap, 1000))
    ;
  for (; demo->shown < learn_dialogue_count (demo->dialogue); demo->shown++)
    {
      const LearnExchange *exchange = learn_dialogue_get (demo->dialogue, demo->shown);

      if (!is_worth_telling (demo, exchange))
        {
          fold (demo, exchange);
          continue;
        }
      print_folded (demo);
      print_exchange (demo, exchange);
    }
  print_folded (demo);
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
sync_inbox (EngineAccount *account, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_LESSON, "INBOX");
  char *folders[] = { (char *) "INBOX", NULL };
  EngineSyncOptions options = { .folders = folders };

  return engine_run_sync (account, &options, cause, NULL, error);
}

static guint
inbox_total (EngineAccount *account)
{
  g_autoptr (StoreFolder) folder =
      store_reader_folder_by_name (engine_account_reader (account), "INBOX", NULL);

  return folder ? (guint) folder->total : 0;
}

static gboolean
tell_sending (Demo *demo, const PracticeUser *from, const PracticeUser *to, GError **error)
{
  g_autoptr (EngineAccount) account = add_account (demo, "imap", from, error);
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_LESSON, "lunch?");
  g_autoptr (GBytes) letter = make_letter (from, to);

  if (!account)
    return FALSE;
  chapter (_ ("1 of 4 · Ada sends a letter, with SMTP"),
           _ ("Her program hands over an envelope first (MAIL FROM, RCPT TO), then the letter "
              "(DATA). SMTP only transports: her own copy is filed in Sent afterwards, with IMAP."),
           _ ("From which line on must the post office answer for the letter?"));
  if (!engine_run_send (account, letter, NULL, NULL, NULL, cause, error))
    return FALSE;
  tell_new (demo);
  answer (_ ("From the last 250, after the lone dot. Until then Ada’s program had to keep the "
             "letter; from there on the post office must deliver it, or report that it cannot."));
  return TRUE;
}

static gboolean
tell_phone (Demo *demo, EngineAccount *phone, GError **error)
{
  chapter (_ ("2 of 4 · Emmy’s phone reads it, with IMAP"),
           _ ("SELECT opens her folder, FETCH asks for what is in it: first what a list shows, "
              "then the letter."),
           _ ("The phone fetches the letter. Will the server still have it?"));
  if (!sync_inbox (phone, error))
    return FALSE;
  tell_new (demo);
  demo->copies.phone = inbox_total (phone);
  answer (_ ("Yes. FETCH gives a copy, and PEEK does not even mark the letter as read. Every "
             "device that asks sees this same mailbox."));
  return TRUE;
}

static gboolean
tell_laptop (Demo *demo, EngineAccount *laptop, GError **error)
{
  g_autoptr (BaseCause) cause = base_cause_new (BASE_CAUSE_LESSON, "lunch?");

  chapter (_ ("3 of 4 · Her old laptop collects it, with POP3"),
           _ ("UIDL names the letters, RETR brings them, DELE asks to remove them, QUIT ends the "
              "visit. This laptop is set to leave nothing on the server."),
           _ ("Which line takes the letter off the server: RETR, DELE or QUIT?"));
  if (!engine_run_sync (laptop, NULL, cause, NULL, error))
    return FALSE;
  tell_new (demo);
  demo->copies.laptop = inbox_total (laptop);
  answer (_ ("QUIT. RETR only copied, DELE only marked. Had the line been cut before QUIT, the "
             "letter would still be there."));
  return TRUE;
}

static gboolean
tell_phone_again (Demo *demo, EngineAccount *phone, GError **error)
{
  chapter (_ ("4 of 4 · The phone looks again"),
           _ ("Nobody touched the phone since. What the server said before is not repeated here."),
           _ ("What does it find: one letter, or none?"));
  if (!sync_inbox (phone, error))
    return FALSE;
  tell_new (demo);
  demo->copies.phone = inbox_total (phone);
  print_copies (&demo->copies);
  answer (_ ("None. IMAP shows the server’s mailbox, and the laptop has emptied it; the phone’s "
             "copy followed. Nobody stole the letter: a client asked, and QUIT decided. Emmy’s "
             "only copy is on the laptop now."));
  return TRUE;
}

static gboolean
tell (Demo *demo, GError **error)
{
  const PracticeUser *emmy = practice_user_find ("emmy");
  g_autoptr (EngineAccount) phone = NULL;
  g_autoptr (EngineAccount) laptop = NULL;

  cli_page_print (_ ("A post office opens on this computer: real SMTP, IMAP and POP3 servers, for "
                     "practice. One letter passes through it; nothing leaves the machine. Each "
                     "step asks you something: guess, then read what was really said."),
                  0,
                  NULL,
                  CLI_PLAIN);
  g_print ("\n");
  cli_page_print (_ ("→ the client   ← the server   ■ where copies are   ⋯ routine, folded"),
                  2,
                  NULL,
                  CLI_FAINT);
  if (!tell_sending (demo, practice_user_find ("ada"), emmy, error))
    return FALSE;
  phone = add_account (demo, "imap", emmy, error);
  laptop = phone ? add_account (demo, "pop3", emmy, error) : NULL;
  return laptop && tell_phone (demo, phone, error) && tell_laptop (demo, laptop, error) &&
         tell_phone_again (demo, phone, error);
}

static int
run (Demo *demo)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_build_filename (demo->office->dir, "data", NULL);

  demo->service = engine_service_new (data, demo->tap, &error);
  if (!demo->service || !tell (demo, &error))
    return cli_fail (g_steal_pointer (&error));
  g_print ("\n");
  cli_page_print (_ ("The post office closes and leaves nothing behind. To go on: “restante-cli "
                     "practice” keeps it open for any mail program, and “restante-cli explain pop3 "
                     "'DELE 1'” explains any line."),
                  0,
                  NULL,
                  CLI_PLAIN);
  return CLI_OK;
}

int
cli_demo (Cli *cli, int argc, char **argv)
{
  /* The demonstration tells of DATA. */
  PracticeOptions options = { .only_data = TRUE };
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
  demo.told = g_hash_table_new (g_str_hash, g_str_equal);
  demo.folded = g_string_new (NULL);
  code = run (&demo);
  g_clear_pointer (&demo.service, engine_service_free);
  learn_dialogue_free (demo.dialogue);
  g_hash_table_unref (demo.told);
  g_string_free (demo.folded, TRUE);
  wire_tap_unref (demo.tap);
  return code;
}
