/* What an exchange was, in a few plain words: a table of verbs, with the cause's subject, the
 * letter's number or the folder's name where the words are about one. */
#include "config.h"

#include "learn-wording.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* What %s stands for. */
typedef enum
{
  ABOUT_NOTHING,
  ABOUT_SUBJECT, /* of the cause; "Title" says it when there is none */
  ABOUT_NUMBER,  /* the command's first number */
  ABOUT_FOLDER   /* the command's mailbox */
} About;

typedef struct
{
  const char *protocol; /* NULL: any */
  const char *verb;
  About about;
  const char *doing, *done;
  const char *doing_bare, *done_bare; /* when nothing is known for %s */
} Title;

static const Title titles[] = {
  { NULL, LEARN_TLS, 0, N_ ("Encrypting the line"), N_ ("Encrypted the line"), NULL, NULL },
  { NULL,
    LEARN_GREETING,
    0,
    N_ ("Waiting for the greeting"),
    N_ ("The server greeted"),
    NULL,
    NULL },
  { NULL, LEARN_NEWS, 0, N_ ("News from the server"), N_ ("News from the server"), NULL, NULL },

  { "imap",
    "CAPABILITY",
    0,
    N_ ("Asking what the server can do"),
    N_ ("Asked what the server can do"),
    NULL,
    NULL },
  { "imap", "ID", 0, N_ ("Introducing the program"), N_ ("Introduced the program"), NULL, NULL },
  { "imap",
    "ENABLE",
    0,
    N_ ("Switching extensions on"),
    N_ ("Switched extensions on"),
    NULL,
    NULL },
  { "imap", "NOOP", 0, N_ ("Asking for news"), N_ ("Asked for news"), NULL, NULL },
  { "imap",
    "CHECK",
    0,
    N_ ("Asking the server to tidy up"),
    N_ ("Asked the server to tidy up"),
    NULL,
    NULL },
  { "imap", "IDLE", 0, N_ ("Waiting for news"), N_ ("Waited for news"), NULL, NULL },
  { "imap",
    "STARTTLS",
    0,
    N_ ("Asking to encrypt the line"),
    N_ ("Agreed to encrypt the line"),
    NULL,
    NULL },
  { "imap",
    "COMPRESS",
    0,
    N_ ("Asking to compress the line"),
    N_ ("Agreed to compress the line"),
    NULL,
    NULL },
  { "imap", "LOGIN", 0, N_ ("Signing in"), N_ ("Signed in"), NULL, NULL },
  { "imap", "AUTHENTICATE", 0, N_ ("Signing in"), N_ ("Signed in"), NULL, NULL },
  { "imap", "LOGOUT", 0, N_ ("Saying goodbye"), N_ ("Said goodbye"), NULL, NULL },
  { "imap",
    "NAMESPACE",
    0,
    N_ ("Asking where folders are kept"),
    N_ ("Asked where folders are kept"),
    NULL,
    NULL },
  { "imap", "LIST", 0, N_ ("Listing the folders"), N_ ("Listed the folders"), NULL, NULL },
  { "imap",
    "LSUB",
    0,
    N_ ("Listing the preferred folders"),
    N_ ("Listed the preferred folders"),
    NULL,
    NULL },
  { "imap",
    "SELECT",
    ABOUT_FOLDER,
    N_ ("Selecting %s"),
    N_ ("Selected %s"),
    N_ ("Selecting a folder"),
    N_ ("Selected a folder") },
  { "imap",
    "EXAMINE",
    ABOUT_FOLDER,
    N_ ("Looking into %s"),
    N_ ("Looked into %s"),
    N_ ("Looking into a folder"),
    N_ ("Looked into a folder") },
  { "imap",
    "STATUS",
    ABOUT_FOLDER,
    N_ ("Counting what is in %s"),
    N_ ("Counted what is in %s"),
    N_ ("Counting what is in a folder"),
    N_ ("Counted what is in a folder") },
  { "imap",
    "CREATE",
    ABOUT_FOLDER,
    N_ ("Making the folder %s"),
    N_ ("Made the folder %s"),
    N_ ("Making a folder"),
    N_ ("Made a folder") },
  { "imap",
    "DELETE",
    ABOUT_FOLDER,
    N_ ("Removing the folder %s"),
    N_ ("Removed the folder %s"),
    N_ ("Removing a folder"),
    N_ ("Removed a folder") },
  { "imap",
    "RENAME",
    ABOUT_FOLDER,
    N_ ("Renaming the folder %s"),
    N_ ("Renamed the folder %s"),
    N_ ("Renaming a folder"),
    N_ ("Renamed a folder") },
  { "imap",
    "SUBSCRIBE",
    ABOUT_FOLDER,
    N_ ("Preferring the folder %s"),
    N_ ("Preferred the folder %s"),
    N_ ("Preferring a folder"),
    N_ ("Preferred a folder") },
  { "imap",
    "UNSUBSCRIBE",
    ABOUT_FOLDER,
    N_ ("No longer preferring the folder %s"),
    N_ ("No longer preferred the folder %s"),
    N_ ("No longer preferring a folder"),
    N_ ("No longer preferred a folder") },
  { "imap", "CLOSE", 0, N_ ("Closing the folder"), N_ ("Closed the folder"), NULL, NULL },
  { "imap", "UNSELECT", 0, N_ ("Leaving the folder"), N_ ("Left the folder"), NULL, NULL },
  { "imap",
    "FETCH",
    ABOUT_SUBJECT,
    N_ ("Fetching “%s”"),
    N_ ("Fetched “%s”"),
    N_ ("Fetching from the folder"),
    N_ ("Fetched from the folder") },
  { "imap",
    "STORE",
    ABOUT_SUBJECT,
    N_ ("Marking “%s”"),
    N_ ("Marked “%s”"),
    N_ ("Changing marks"),
    N_ ("Changed marks") },
  { "imap",
    "COPY",
    ABOUT_SUBJECT,
    N_ ("Copying “%s” to another folder"),
    N_ ("Copied “%s” to another folder"),
    N_ ("Copying to another folder"),
    N_ ("Copied to another folder") },
  { "imap",
    "MOVE",
    ABOUT_SUBJECT,
    N_ ("Moving “%s” to another folder"),
    N_ ("Moved “%s” to another folder"),
    N_ ("Moving to another folder"),
    N_ ("Moved to another folder") },
  { "imap",
    "EXPUNGE",
    ABOUT_SUBJECT,
    N_ ("Removing “%s” from the server"),
    N_ ("Removed “%s” from the server"),
    N_ ("Removing what is marked as deleted"),
    N_ ("Removed what was marked as deleted") },
  { "imap", "SEARCH", 0, N_ ("Searching the folder"), N_ ("Searched the folder"), NULL, NULL },
  { "imap", "SORT", 0, N_ ("Sorting the folder"), N_ ("Sorted the folder"), NULL, NULL },
  { "imap", "THREAD", 0, N_ ("Grouping conversations"), N_ ("Grouped conversations"), NULL, NULL },
  { "imap",
    "APPEND",
    ABOUT_FOLDER,
    N_ ("Putting a copy into %s"),
    N_ ("Put a copy into %s"),
    N_ ("Putting a copy on the server"),
    N_ ("Put a copy on the server") },
  { "imap",
    "GETQUOTA",
    0,
    N_ ("Asking how full the mailbox is"),
    N_ ("Asked how full the mailbox is"),
    NULL,
    NULL },
  { "imap",
    "GETQUOTAROOT",
    0,
    N_ ("Asking how full the mailbox is"),
    N_ ("Asked how full the mailbox is"),
    NULL,
    NULL },

  { "pop3",
    "CAPA",
    0,
    N_ ("Asking what the server can do"),
    N_ ("Asked what the server can do"),
    NULL,
    NULL },
  { "pop3",
    "STLS",
    0,
    N_ ("Asking to encrypt the line"),
    N_ ("Agreed to encrypt the line"),
    NULL,
    NULL },
  { "pop3", "USER", 0, N_ ("Giving the name"), N_ ("Gave the name"), NULL, NULL },
  { "pop3", "PASS", 0, N_ ("Signing in"), N_ ("Signed in"), NULL, NULL },
  { "pop3", "APOP", 0, N_ ("Signing in"), N_ ("Signed in"), NULL, NULL },
  { "pop3", "AUTH", 0, N_ ("Signing in"), N_ ("Signed in"), NULL, NULL },
  { "pop3",
    "STAT",
    0,
    N_ ("Asking how much is waiting"),
    N_ ("Asked how much is waiting"),
    NULL,
    NULL },
  { "pop3",
    "LIST",
    0,
    N_ ("Asking how large the letters are"),
    N_ ("Asked how large the letters are"),
    NULL,
    NULL },
  { "pop3",
    "UIDL",
    0,
    N_ ("Asking which letters are waiting"),
    N_ ("Asked which letters are waiting"),
    NULL,
    NULL },
  { "pop3",
    "RETR",
    ABOUT_NUMBER,
    N_ ("Collecting letter %s"),
    N_ ("Collected letter %s"),
    N_ ("Collecting a letter"),
    N_ ("Collected a letter") },
  { "pop3",
    "TOP",
    ABOUT_NUMBER,
    N_ ("Looking at the beginning of letter %s"),
    N_ ("Looked at the beginning of letter %s"),
    N_ ("Looking at the beginning of a letter"),
    N_ ("Looked at the beginning of a letter") },
  { "pop3",
    "DELE",
    ABOUT_NUMBER,
    N_ ("Asking to delete letter %s (at QUIT)"),
    N_ ("Asked to delete letter %s (at QUIT)"),
    N_ ("Asking to delete a letter (at QUIT)"),
    N_ ("Asked to delete a letter (at QUIT)") },
  { "pop3",
    "RSET",
    0,
    N_ ("Taking the deletions back"),
    N_ ("Took the deletions back"),
    NULL,
    NULL },
  { "pop3", "NOOP", 0, N_ ("Keeping the line open"), N_ ("Kept the line open"), NULL, NULL },
  { "pop3", "QUIT", 0, N_ ("Saying goodbye"), N_ ("Said goodbye"), NULL, NULL },
  { "pop3",
    "UTF8",
    0,
    N_ ("Asking for all alphabets"),
    N_ ("Asked for all alphabets"),
    NULL,
    NULL },
  { "pop3",
    "LANG",
    0,
    N_ ("Asking for another language"),
    N_ ("Asked for another language"),
    NULL,
    NULL },

  { "smtp",
    "EHLO",
    0,
    N_ ("Introducing this computer"),
    N_ ("Introduced this computer"),
    NULL,
    NULL },
  { "smtp",
    "HELO",
    0,
    N_ ("Introducing this computer"),
    N_ ("Introduced this computer"),
    NULL,
    NULL },
  { "smtp",
    "STARTTLS",
    0,
    N_ ("Asking to encrypt the line"),
    N_ ("Agreed to encrypt the line"),
    NULL,
    NULL },
  { "smtp", "AUTH", 0, N_ ("Signing in"), N_ ("Signed in"), NULL, NULL },
  { "smtp", "MAIL", 0, N_ ("Naming the sender"), N_ ("Named the sender"), NULL, NULL },
  { "smtp", "RCPT", 0, N_ ("Naming a recipient"), N_ ("Named a recipient"), NULL, NULL },
  { "smtp",
    "DATA",
    ABOUT_SUBJECT,
    N_ ("Handing over “%s”"),
    N_ ("Handed over “%s”"),
    N_ ("Handing over the letter"),
    N_ ("Handed over the letter") },
  { "smtp",
    "BDAT",
    ABOUT_SUBJECT,
    N_ ("Handing over “%s”"),
    N_ ("Handed over “%s”"),
    N_ ("Handing over the letter"),
    N_ ("Handed over the letter") },
  { "smtp", "RSET", 0, N_ ("Starting a new envelope"), N_ ("Started a new envelope"), NULL, NULL },
  { "smtp", "NOOP", 0, N_ ("Keeping the line open"), N_ ("Kept the line open"), NULL, NULL },
  { "smtp",
    "VRFY",
    0,
    N_ ("Asking whether an address exists"),
    N_ ("Asked whether an address exists"),
    NULL,
    NULL },
  { "smtp", "HELP", 0, N_ ("Asking for help"), N_ ("Asked for help"), NULL, NULL },
  { "smtp", "QUIT", 0, N_ ("Saying goodbye"), N_ ("Said goodbye"), NULL, NULL },
};

static const Title *
find_title (const char *protocol, const char *verb)
{
  if (g_str_has_prefix (verb, "UID "))
    verb += strlen ("UID ");
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].verb, verb) &&
        (titles[i].protocol == NULL || g_strcmp0 (titles[i].protocol, protocol) == 0))
      return &titles[i];
  return NULL;
}

/* The command: what the client says first. */
static const char *
command_of (const LearnExchange *exchange)
{
  BaseRole role = exchange->info != NULL ? exchange->info->role : BASE_ROLE_CLIENT;

  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];

      if ((line->direction == BASE_DIRECTION_OUT) == (role == BASE_ROLE_CLIENT))
        return line->text;
    }
  return NULL;
}

static char *
number_of (const LearnExchange *exchange)
{
  const char *command = command_of (exchange);
  gsize len;

  if (command == NULL)
    return NULL;
  command += strcspn (command, "0123456789");
  len = strspn (command, "0123456789");
  return len > 0 ? g_strndup (command, len) : NULL;
}

/* The first argument behind tag and verb, without its quotes. */
static char *
folder_of (const LearnExchange *exchange)
{
  const char *command = command_of (exchange);
  g_autofree char *name = NULL;

  for (guint i = 0; i < 2 && command != NULL; i++)
    {
      command = strchr (command, ' ');
      command = command != NULL ? command + 1 : NULL;
    }
  if (command == NULL || *command == '{')
    return NULL;
  if (*command == '"')
    name = g_strndup (command + 1, strcspn (command + 1, "\""));
  else
    name = g_strndup (command, strcspn (command, " "));
  return *name != '\0' ? learn_folder_text (name, NULL) : NULL;
}

/* Words that are about one message need a wish that was about one. */
static char *
subject_of (const LearnExchange *exchange)
{
  const BaseCause *cause = exchange->cause;

  if (cause == NULL || cause->n_wishes > 1 || cause->subject == NULL || *cause->subject == '\0')
    return NULL;
  switch ((int) cause->kind)
    {
    case BASE_CAUSE_OPEN:
    case BASE_CAUSE_MARK:
    case BASE_CAUSE_MOVE:
    case BASE_CAUSE_DELETE:
    case BASE_CAUSE_SEND:
    case BASE_CAUSE_SAVE:
    case BASE_CAUSE_PASS_ON:
    case BASE_CAUSE_TRY_AGAIN:
    case BASE_CAUSE_REPORT:
      return g_strdup (cause->subject);
    default:
      return NULL;
    }
}

static char *
about (const Title *title, const LearnExchange *exchange)
{
  switch (title->about)
    {
    case ABOUT_SUBJECT:
      return subject_of (exchange);
    case ABOUT_NUMBER:
      return number_of (exchange);
    case ABOUT_FOLDER:
      return folder_of (exchange);
    case ABOUT_NOTHING:
    default:
      return NULL;
    }
}

/* A FETCH without a subject says what it asked for. */
static const char *
fetch_words (const LearnExchange *exchange, gboolean done)
{
  const char *command = command_of (exchange);

  if (command == NULL)
    return NULL;
  if (strstr (command, "BODY.PEEK[]") != NULL || strstr (command, "BODY[]") != NULL)
    return done ? _ ("Fetched letters") : _ ("Fetching letters");
  if (strstr (command, LEARN_COMPARED) != NULL)
    return done ? _ ("Checked that numbers name the same letters as before")
                : _ ("Checking that numbers name the same letters as before");
  if (strstr (command, "ENVELOPE") != NULL || strstr (command, "HEADER") != NULL)
    return done ? _ ("Fetched what the list shows") : _ ("Fetching what the list shows");
  if (strstr (command, "FLAGS") != NULL)
    return done ? _ ("Asked which letters are read") : _ ("Asking which letters are read");
  return NULL;
}

/* A STORE says which mark, where there is one. */
static const char *
store_words (const LearnExchange *exchange, gboolean done)
{
  const char *command = command_of (exchange);
  gboolean add = command != NULL && strstr (command, "+FLAGS") != NULL;
  gboolean take = command != NULL && strstr (command, "-FLAGS") != NULL;

  if (!add && !take)
    return NULL;
  if (strstr (command, "\\Deleted") != NULL)
    return add ? (done ? _ ("Marked as deleted (until EXPUNGE)") : _ ("Marking as deleted"))
               : (done ? _ ("No longer marked as deleted") : _ ("Unmarking as deleted"));
  if (strstr (command, "\\Seen") != NULL)
    return add ? (done ? _ ("Marked as read") : _ ("Marking as read"))
               : (done ? _ ("Marked as unread") : _ ("Marking as unread"));
  if (strstr (command, "\\Flagged") != NULL)
    return add ? (done ? _ ("Marked with a star") : _ ("Marking with a star"))
               : (done ? _ ("Took the star away") : _ ("Taking the star away"));
  return NULL;
}

static const char *
special_words (const LearnExchange *exchange, const char *subject, gboolean done)
{
  const char *verb = exchange->verb;

  if (g_str_has_prefix (verb, "UID "))
    verb += strlen ("UID ");
  if (g_str_equal (verb, "STORE"))
    return store_words (exchange, done);
  if (g_str_equal (verb, "FETCH") && subject == NULL)
    return fetch_words (exchange, done);
  return NULL;
}

static char *
words (const LearnExchange *exchange, gboolean done)
{
  const char *protocol = exchange->info != NULL ? exchange->info->protocol : NULL;
  const Title *title = find_title (protocol, exchange->verb);
  g_autofree char *argument = title != NULL ? about (title, exchange) : NULL;
  const char *special = special_words (exchange, argument, done);

  if (special != NULL)
    return g_strdup (special);
  if (g_str_equal (exchange->verb, "UNKNOWN"))
    return g_strdup (done ? _ ("Said something unknown") : _ ("Saying something unknown"));
  if (title == NULL)
    /* Translators: a command nobody here knows, in its own word. */
    return g_strdup_printf (done ? _ ("Said %s") : _ ("Saying %s"), exchange->verb);
  if (title->about == ABOUT_NOTHING)
    return g_strdup (done ? _ (title->done) : _ (title->doing));
  if (argument == NULL)
    return g_strdup (done ? _ (title->done_bare) : _ (title->doing_bare));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (done ? _ (title->done) : _ (title->doing), argument);
#pragma GCC diagnostic pop
}

static char *
dropped_words (guint64 n)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%lu event came too fast to be kept",
                                       "%lu events came too fast to be kept",
                                       (gulong) n),
                          (gulong) n);
}

char *
learn_exchange_title (const LearnExchange *exchange)
{
  gboolean done = exchange->done &&
                  (exchange->outcome == BASE_OUTCOME_OK || exchange->outcome == BASE_OUTCOME_NONE);
  g_autofree char *what = NULL;

  if (g_str_equal (exchange->verb, LEARN_DROPPED_EVENTS))
    return dropped_words (exchange->folded);
  what = words (exchange, done);
  if (done || !exchange->done)
    return g_steal_pointer (&what);
  /* Translators: what was tried, and how it ended: "Signing in: refused" */
  return g_strdup_printf (_ ("%1$s: %2$s"), what, learn_exchange_outcome_text (exchange));
}
