/* Faults: read from text, and asked at the times when they could show. */
#include "config.h"

#include "practice-fault.h"

#include <string.h>

#include <glib/gi18n-lib.h>

typedef enum
{
  WHEN_ALWAYS,
  WHEN_FIRST,
  WHEN_NTH,
  WHEN_CHANCE
} When;

typedef struct
{
  PracticeFaultKind kind;
  When when;
  guint64 times; /* FIRST, NTH; of a hundred for CHANCE */
  GRand *chance;
  guint64 seen;   /* times it could have shown */
  char *protocol; /* "*": any; %NULL: the kind has none; of MAILBOX_FULL whose it is */
  char *command;  /* (nullable) */
  char *text;     /* REPLY */
  char *line;     /* as it was added */
  guint64 number;
} Fault;

struct _PracticeFaults
{
  GMutex lock;
  guint64 seed;
  GPtrArray *faults; /* Fault */
  guint changes;
};

/* What follows a word. */
typedef enum
{
  TAKES_NOTHING,
  TAKES_PROTOCOL,
  TAKES_USER,
  TAKES_COMMAND,
  TAKES_REPLY,
  TAKES_NUMBER, /* of a protocol */
  TAKES_SECONDS
} Takes;

static const struct
{
  const char *word;
  PracticeFaultKind kind;
  Takes takes;
} words[] = {
  { "reply", PRACTICE_FAULT_REPLY, TAKES_REPLY },
  { "cut", PRACTICE_FAULT_CUT, TAKES_COMMAND },
  { "lose", PRACTICE_FAULT_LOSE, TAKES_COMMAND },
  { "slow", PRACTICE_FAULT_SLOW, TAKES_NUMBER },
  { "no-starttls", PRACTICE_FAULT_NO_STARTTLS, TAKES_PROTOCOL },
  { "certificate-expired", PRACTICE_FAULT_CERTIFICATE_EXPIRED, TAKES_NOTHING },
  { "certificate-mismatched", PRACTICE_FAULT_CERTIFICATE_MISMATCHED, TAKES_NOTHING },
  { "token-expired", PRACTICE_FAULT_TOKEN_EXPIRED, TAKES_NOTHING },
  { "over-quota", PRACTICE_FAULT_OVER_QUOTA, TAKES_NOTHING },
  { "mailbox-full", PRACTICE_FAULT_MAILBOX_FULL, TAKES_USER },
  { "greylist", PRACTICE_FAULT_GREYLIST, TAKES_PROTOCOL },
  { "new-uidvalidity", PRACTICE_FAULT_NEW_UIDVALIDITY, TAKES_NOTHING },
  { "same-uidl", PRACTICE_FAULT_SAME_UIDL, TAKES_NOTHING },
  { "login-delay", PRACTICE_FAULT_LOGIN_DELAY, TAKES_SECONDS },
};

static void
fault_free (gpointer data)
{
  Fault *fault = data;

  g_clear_pointer (&fault->chance, g_rand_free);
  g_free (fault->protocol);
  g_free (fault->command);
  g_free (fault->text);
  g_free (fault->line);
  g_free (fault);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fault, fault_free)

PracticeFaults *
practice_faults_new (guint64 seed)
{
  PracticeFaults *faults = g_new0 (PracticeFaults, 1);

  g_mutex_init (&faults->lock);
  faults->seed = seed;
  faults->faults = g_ptr_array_new_with_free_func (fault_free);
  return faults;
}

void
practice_faults_free (PracticeFaults *faults)
{
  g_ptr_array_unref (faults->faults);
  g_mutex_clear (&faults->lock);
  g_free (faults);
}

/* Reading */

/* "3x", "#2" or "30%". */
static gboolean
read_when (Fault *fault, const char *text)
{
  gboolean nth = text[0] == '#';
  const char *digits = nth ? text + 1 : text;
  char *end;

  if (!g_ascii_isdigit (digits[0]))
    return FALSE;
  fault->times = g_ascii_strtoull (digits, &end, 10);
  if (nth)
    fault->when = WHEN_NTH;
  else
    fault->when = *end == 'x' ? WHEN_FIRST : WHEN_CHANCE;
  if (nth)
    return *end == '\0' && fault->times > 0;
  return (*end == 'x' || (*end == '%' && fault->times <= 100)) && end[1] == '\0';
}

static gboolean
is_protocol (const char *word)
{
  static const char *const protocols[] = { "smtp", "pop3", "imap", "mx", "*", NULL };

  return g_strv_contains (protocols, word);
}

static gboolean
speaks_smtp (const char *protocol)
{
  return strcmp (protocol, "pop3") != 0 && strcmp (protocol, "imap") != 0;
}

static gboolean
is_number (const char *text)
{
  return text[0] != '\0' && strspn (text, "0123456789") == strlen (text);
}

/* What stands behind "=" (nullable). */
static gboolean
read_argument (Fault *fault, Takes takes, const char *argument)
{
  g_auto (GStrv) parts = NULL;
  guint n;

  if (takes == TAKES_NOTHING || argument == NULL)
    return takes == TAKES_NOTHING && argument == NULL;
  if (takes == TAKES_USER)
    {
      fault->protocol = g_ascii_strdown (argument, -1);
      return argument[0] != '\0';
    }
  if (takes == TAKES_SECONDS)
    {
      fault->number = g_ascii_strtoull (argument, NULL, 10);
      return is_number (argument) && fault->number > 0 && fault->number <= G_MAXUINT;
    }
  parts = g_strsplit (argument, ":", takes == TAKES_REPLY ? 3 : 2);
  n = g_strv_length (parts);
  if (n != (takes == TAKES_PROTOCOL ? 1 : takes == TAKES_REPLY ? 3 : 2) || !is_protocol (parts[0]))
    return FALSE;
  fault->protocol = g_strdup (parts[0]);
  if (takes == TAKES_PROTOCOL)
    return fault->kind != PRACTICE_FAULT_GREYLIST || speaks_smtp (fault->protocol);
  if (is_number (parts[1]) && takes != TAKES_REPLY)
    {
      fault->number = g_ascii_strtoull (parts[1], NULL, 10);
      if (fault->kind == PRACTICE_FAULT_CUT)
        fault->kind = PRACTICE_FAULT_CUT_AFTER;
      return fault->kind == PRACTICE_FAULT_CUT_AFTER ||
             (fault->kind == PRACTICE_FAULT_SLOW && fault->number > 0 &&
              fault->number <= G_MAXUINT);
    }
  fault->command = g_ascii_strup (parts[1], -1);
  if (takes == TAKES_REPLY)
    {
      g_auto (GStrv) lines = g_strsplit (parts[2], "\\n", -1);

      fault->text = g_strjoinv ("\n", lines);
      if (g_str_has_prefix (fault->text, "BYE"))
        {
          g_autofree char *bare = fault->text;

          fault->text = g_strconcat ("* ", bare, NULL);
        }
      return fault->text[0] != '\0';
    }
  return takes == TAKES_COMMAND && fault->command[0] != '\0';
}

static Fault *
fault_parse (const char *text)
{
  g_autoptr (Fault) fault = g_new0 (Fault, 1);
  gsize first = strcspn (text, ",=");
  g_autofree char *when = text[first] == ',' ? g_strndup (text, first) : NULL;
  const char *what = when != NULL ? text + first + 1 : text;
  gsize len = strcspn (what, "=");

  if (when != NULL && !read_when (fault, when))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strlen (words[i].word) != len || strncmp (words[i].word, what, len) != 0)
        continue;
      fault->kind = words[i].kind;
      if (!read_argument (fault, words[i].takes, what[len] == '=' ? what + len + 1 : NULL))
        return NULL;
      return g_steal_pointer (&fault);
    }
  return NULL;
}

gboolean
practice_faults_add (PracticeFaults *faults, const char *text, GError **error)
{
  Fault *fault = fault_parse (text);

  if (fault == NULL)
    {
      g_set_error (error,
                   G_OPTION_ERROR,
                   G_OPTION_ERROR_BAD_VALUE,
                   _ ("“%s” is no fault of the practice post office."),
                   text);
      return FALSE;
    }
  fault->line = g_strdup (text);
  g_mutex_lock (&faults->lock);
  if (fault->when == WHEN_CHANCE)
    fault->chance = g_rand_new_with_seed ((guint32) faults->seed + faults->faults->len);
  g_ptr_array_add (faults->faults, fault);
  faults->changes++;
  g_mutex_unlock (&faults->lock);
  return TRUE;
}

gboolean
practice_faults_remove (PracticeFaults *faults, const char *text)
{
  gboolean found = FALSE;

  g_mutex_lock (&faults->lock);
  for (guint i = faults->faults->len; i-- > 0 && !found;)
    {
      found = strcmp (((const Fault *) faults->faults->pdata[i])->line, text) == 0;
      if (found)
        g_ptr_array_remove_index (faults->faults, i);
    }
  faults->changes++;
  g_mutex_unlock (&faults->lock);
  return found;
}

char **
practice_faults_list (PracticeFaults *faults)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  g_mutex_lock (&faults->lock);
  for (guint i = 0; i < faults->faults->len; i++)
    g_strv_builder_add (lines, ((const Fault *) faults->faults->pdata[i])->line);
  g_mutex_unlock (&faults->lock);
  return g_strv_builder_end (lines);
}

void
practice_faults_clear (PracticeFaults *faults)
{
  g_mutex_lock (&faults->lock);
  g_ptr_array_set_size (faults->faults, 0);
  faults->changes++;
  g_mutex_unlock (&faults->lock);
}

/* Asking */

/* It could show now. */
static gboolean
comes (Fault *fault)
{
  fault->seen++;
  switch (fault->when)
    {
    case WHEN_FIRST:
      return fault->seen <= fault->times;
    case WHEN_NTH:
      return fault->seen == fault->times;
    case WHEN_CHANCE:
      return (guint64) g_rand_int_range (fault->chance, 0, 100) < fault->times;
    case WHEN_ALWAYS:
    default:
      return TRUE;
    }
}

static gboolean
is_of (const Fault *fault, const char *protocol)
{
  return fault->protocol == NULL || strcmp (fault->protocol, "*") == 0 ||
         g_strcmp0 (fault->protocol, protocol) == 0;
}

static gboolean
is_about (const Fault *fault, const char *command)
{
  if (fault->command == NULL)
    return FALSE;
  if (strcmp (fault->command, "*") == 0)
    return TRUE;
  return g_ascii_strcasecmp (fault->command, command) == 0 ||
         (g_str_has_prefix (command, "UID ") &&
          g_ascii_strcasecmp (fault->command, command + 4) == 0);
}

gboolean
practice_faults_happen (PracticeFaults *faults,
                        PracticeFaultKind kind,
                        const char *protocol,
                        guint64 *number)
{
  gboolean happens = FALSE;

  g_mutex_lock (&faults->lock);
  for (guint i = 0; i < faults->faults->len && !happens; i++)
    {
      Fault *fault = faults->faults->pdata[i];

      if (fault->kind != kind || !is_of (fault, protocol) || !comes (fault))
        continue;
      happens = TRUE;
      if (number != NULL)
        *number = fault->number;
    }
  g_mutex_unlock (&faults->lock);
  return happens;
}

char *
practice_faults_reply (PracticeFaults *faults,
                       const char *protocol,
                       const char *command,
                       gboolean *lose)
{
  char *reply = NULL;

  g_mutex_lock (&faults->lock);
  for (guint i = 0; i < faults->faults->len && reply == NULL; i++)
    {
      Fault *fault = faults->faults->pdata[i];

      if (!is_of (fault, protocol) || !is_about (fault, command) || !comes (fault))
        continue;
      if (fault->kind == PRACTICE_FAULT_LOSE)
        *lose = TRUE;
      else
        reply = g_strdup (fault->kind == PRACTICE_FAULT_REPLY ? fault->text : "");
    }
  g_mutex_unlock (&faults->lock);
  return reply;
}

guint
practice_faults_changes (PracticeFaults *faults)
{
  guint changes;

  g_mutex_lock (&faults->lock);
  changes = faults->changes;
  g_mutex_unlock (&faults->lock);
  return changes;
}

gboolean
practice_faults_are_set (PracticeFaults *faults, PracticeFaultKind kind, guint64 *number)
{
  gboolean set = FALSE;

  g_mutex_lock (&faults->lock);
  for (guint i = 0; i < faults->faults->len && !set; i++)
    {
      const Fault *fault = faults->faults->pdata[i];

      set = fault->kind == kind;
      if (set && number != NULL)
        *number = fault->number;
    }
  g_mutex_unlock (&faults->lock);
  return set;
}
