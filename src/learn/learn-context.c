/* Sentences that join a line with the session it stands in and the wish behind it. */
#include "config.h"

#include "learn-context.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "imap-core.h"
#include "learn-measure.h"

static const LearnPart *
find_part (const LearnCard *card, const char *id)
{
  for (guint i = 0; i < card->parts->len; i++)
    {
      const LearnPart *part = card->parts->pdata[i];

      if (g_str_equal (part->id, id))
        return part;
    }
  return NULL;
}

/* The first of either kind: one alone, or many. */
static const LearnPart *
find_numbers (const LearnCard *card, const char *one, const char *many)
{
  const LearnPart *first = find_part (card, one);
  const LearnPart *other = find_part (card, many);

  return first == NULL || (other != NULL && other->offset < first->offset) ? other : first;
}

/* The subject of one message, when the wish was about one. */
static const char *
one_subject (const BaseCause *cause)
{
  if (cause == NULL || cause->n_wishes > 1 || cause->subject == NULL || *cause->subject == '\0')
    return NULL;
  switch ((int) cause->kind)
    {
    case BASE_CAUSE_OPEN:
    case BASE_CAUSE_MARK:
    case BASE_CAUSE_MOVE:
    case BASE_CAUSE_DELETE:
      return cause->subject;
    default:
      return NULL;
    }
}

/* UIDs are said before positions, since a command has one or the other. */
static const LearnPart *
message_number (const LearnCard *card)
{
  const LearnPart *uid = find_part (card, "imap.arg.uid");

  return uid != NULL ? uid : find_part (card, "imap.arg.seq");
}

static char *
imap_message (const char *mailbox, const char *subject, const LearnCard *card)
{
  const LearnPart *number = message_number (card);

  if (number == NULL || subject == NULL)
    return NULL;
  if (mailbox == NULL)
    /* Translators: a number in a command, and the subject of the message it means. */
    return g_strdup_printf (_ ("%1$s is “%2$s”."), number->text, subject);
  return g_strdup_printf (_ ("%1$s is “%2$s” in %3$s."), number->text, subject, mailbox);
}

/* What the numbers of a command are, where nothing is known of the messages. */
static char *
imap_numbers (const char *mailbox, const LearnCard *card)
{
  const LearnPart *uids = find_numbers (card, "imap.arg.uid", "imap.arg.uid-set");
  const LearnPart *positions = find_numbers (card, "imap.arg.seq", "imap.arg.sequence-set");

  if (mailbox == NULL || (uids == NULL && positions == NULL))
    return NULL;
  if (uids != NULL)
    /* Translators: UIDs as they stand in a command, and a folder's name. */
    return g_strdup_printf (_ ("%1$s: by lasting number (UID) in %2$s."), uids->text, mailbox);
  /* Translators: positions as they stand in a command, and a folder's name. */
  return g_strdup_printf (
      _ ("%1$s: by position in %2$s, as it stands now."), positions->text, mailbox);
}

/* "* 12 FETCH (UID 4711 …)": both numbers of one message. */
static char *
imap_fetched (const char *mailbox, const LearnCard *card)
{
  const LearnPart *position = find_part (card, "imap.arg.seq");
  const LearnPart *uid = find_part (card, "imap.arg.uid");

  if (mailbox == NULL || position == NULL || find_part (card, "imap.response.fetch") == NULL)
    return NULL;
  if (uid == NULL || find_part (card, "imap.item.uid") == NULL)
    /* Translators: a message's position, and the folder. */
    return g_strdup_printf (_ ("The message at position %1$s in %2$s."), position->text, mailbox);
  /* Translators: a message's position, its UID, and the folder. */
  return g_strdup_printf (_ ("The message at position %1$s in %3$s; its lasting number is %2$s."),
                          position->text,
                          uid->text,
                          mailbox);
}

static char *
imap_count (const char *mailbox, const LearnCard *card)
{
  const LearnPart *count = find_part (card, "imap.arg.number-count");
  guint64 n;

  if (find_part (card, "imap.response.exists") == NULL || mailbox == NULL || count == NULL)
    return NULL;
  n = g_ascii_strtoull (count->text, NULL, 10);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%1$s now holds %2$lu message.",
                                       "%1$s now holds %2$lu messages.",
                                       (gulong) n),
                          mailbox,
                          (gulong) n);
}

/* Space comes in units of 1,024 bytes (RFC 9208 §5.1). */
static char *
imap_quota (const LearnCard *card)
{
  const LearnPart *used = find_part (card, "imap.arg.number-usage");
  const LearnPart *limit = find_part (card, "imap.arg.number-limit");
  guint64 full;
  g_autofree char *now = NULL;
  g_autofree char *most = NULL;

  if (find_part (card, "imap.quota.storage") == NULL || used == NULL || limit == NULL)
    return NULL;
  full = g_ascii_strtoull (limit->text, NULL, 10);
  now = learn_size_text (g_ascii_strtoull (used->text, NULL, 10) * 1024);
  most = learn_size_text (full * 1024);
  /* Translators: two sizes: "1.2 MB of 5 GB are used." */
  return g_strdup_printf (_ ("%1$s of %2$s are used."), now, most);
}

static char *
imap_text (const ImapCore *core, const BaseCause *cause, gboolean by_server, const LearnCard *card)
{
  const char *mailbox = imap_core_mailbox (core);
  char *text = imap_message (mailbox, one_subject (cause), card);

  if (text == NULL && by_server)
    text = imap_count (mailbox, card);
  if (text == NULL && by_server)
    text = imap_quota (card);
  if (text == NULL)
    text = by_server ? imap_fetched (mailbox, card) : imap_numbers (mailbox, card);
  return text;
}

static char *
pop3_text (const BaseCause *cause, gboolean by_server, const LearnCard *card)
{
  const LearnPart *count = find_part (card, "pop3.syntax.count");
  const LearnPart *number = find_part (card, "pop3.syntax.number");
  const LearnPart *size = find_part (card, "pop3.syntax.size");
  const char *subject = one_subject (cause);

  if (by_server && count != NULL && size != NULL)
    {
      guint64 n = g_ascii_strtoull (count->text, NULL, 10);
      g_autofree char *together = learn_size_text (g_ascii_strtoull (size->text, NULL, 10));

      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "%1$lu message waits on the server: %2$s.",
                                           "%1$lu messages wait on the server: %2$s in all.",
                                           (gulong) n),
                              (gulong) n,
                              together);
    }
  if (!by_server && number != NULL && subject != NULL)
    return g_strdup_printf (_ ("%1$s is “%2$s”."), number->text, subject);
  return NULL;
}

/* The largest letter that the server takes. */
static char *
smtp_limit (const LearnCard *card)
{
  const LearnPart *limit = find_part (card, "smtp.syntax.keyword-size");
  guint64 bytes = limit != NULL ? g_ascii_strtoull (limit->text, NULL, 10) : 0;
  g_autofree char *size = bytes > 0 ? learn_size_text (bytes) : NULL;

  return size != NULL ? g_strdup_printf (_ ("Letters of up to %s are taken here."), size) : NULL;
}

/* The subject of the letter that is handed over. */
static const char *
handed_subject (const BaseCause *cause)
{
  switch (cause != NULL ? (int) cause->kind : -1)
    {
    case BASE_CAUSE_SEND:
    case BASE_CAUSE_PASS_ON:
    case BASE_CAUSE_TRY_AGAIN:
    case BASE_CAUSE_REPORT:
      return cause->subject;
    default:
      return NULL;
    }
}

static char *
smtp_text (const BaseCause *cause, gboolean by_server, const LearnCard *card)
{
  const char *subject = handed_subject (cause);

  if (by_server)
    return smtp_limit (card);
  if (subject == NULL)
    return NULL;
  if (find_part (card, "smtp.command.mail") != NULL ||
      find_part (card, "smtp.command.rcpt") != NULL)
    return g_strdup_printf (_ ("This is the envelope of “%s”."), subject);
  if (find_part (card, "smtp.command.data") != NULL)
    return g_strdup_printf (_ ("What follows is the letter “%s”."), subject);
  return NULL;
}

char *
learn_context_text (BaseCore *core,
                    const BaseCause *cause,
                    gboolean by_server,
                    const LearnCard *card)
{
  const char *protocol = base_core_protocol (core);

  if (g_str_equal (protocol, "imap"))
    return imap_text ((const ImapCore *) core, cause, by_server, card);
  if (g_str_equal (protocol, "pop3"))
    return pop3_text (cause, by_server, card);
  return smtp_text (cause, by_server, card);
}
