/* Two tables: the word, which of the values behind it, what that is. */
#include "config.h"

#include "learn-values.h"

#include <string.h>

/* How many values a word has behind it: each is the same, or one is this and the next that. */
#define ANY 0
#define ODD 100
#define EVEN 101

static const struct
{
  const char *before;
  guint nth;
  const char *id;
} numbers[] = {
  { "imap.item.rfc822-size", ANY, "imap.arg.number-size" },
  { "imap.item.binary-size", ANY, "imap.arg.number-size" },
  { "imap.status.size", ANY, "imap.arg.number-size" },
  { "imap.status.deleted-storage", ANY, "imap.arg.number-size" },
  { "imap.status.appendlimit", ANY, "imap.arg.number-size" },
  { "imap.key.larger", ANY, "imap.arg.number-size" },
  { "imap.key.smaller", ANY, "imap.arg.number-size" },
  { "imap.item.modseq", ANY, "imap.arg.number-modseq" },
  { "imap.status.highestmodseq", ANY, "imap.arg.number-modseq" },
  { "imap.code.highestmodseq", ANY, "imap.arg.number-modseq" },
  { "imap.arg.changedsince", ANY, "imap.arg.number-modseq" },
  { "imap.arg.unchangedsince", ANY, "imap.arg.number-modseq" },
  { "imap.key.modseq", ANY, "imap.arg.number-modseq" },
  { "imap.arg.qresync", 1, "imap.arg.number-uidvalidity" },
  { "imap.arg.qresync", 2, "imap.arg.number-modseq" },
  { "imap.code.uidvalidity", ANY, "imap.arg.number-uidvalidity" },
  { "imap.status.uidvalidity", ANY, "imap.arg.number-uidvalidity" },
  { "imap.code.appenduid", 1, "imap.arg.number-uidvalidity" },
  { "imap.code.copyuid", 1, "imap.arg.number-uidvalidity" },
  { "imap.code.uidnext", ANY, "imap.arg.number-uidnext" },
  { "imap.status.uidnext", ANY, "imap.arg.number-uidnext" },
  { "imap.status.messages", ANY, "imap.arg.number-count" },
  { "imap.status.unseen", ANY, "imap.arg.number-count" },
  { "imap.status.deleted", ANY, "imap.arg.number-count" },
  { "imap.status.recent", ANY, "imap.arg.number-count" },
  { "imap.option.count", ANY, "imap.arg.number-count" },
  { "imap.option.min", ANY, "imap.arg.number-match" },
  { "imap.option.max", ANY, "imap.arg.number-match" },
  { "imap.option.modseq", ANY, "imap.arg.number-modseq" },
  { "imap.command.uidbatches", 1, "imap.arg.batch-size" },
  { "imap.code.unseen", ANY, "imap.arg.number-unseen" },
  { "imap.response.search", ANY, "imap.arg.number-match" },
  { "imap.response.sort", ANY, "imap.arg.number-match" },
  { "imap.response.thread", ANY, "imap.arg.number-thread" },
  { "imap.quota.storage", 1, "imap.arg.number-usage" },
  { "imap.quota.message", 1, "imap.arg.number-usage" },
  { "imap.quota.storage", 2, "imap.arg.number-limit" },
  { "imap.quota.message", 2, "imap.arg.number-limit" },
  { "imap.item.createdmodseq", ANY, "imap.arg.number-modseq" },
  { "imap.status.createdmodseq", ANY, "imap.arg.number-modseq" },
  { "imap.status.xconvmodseq", ANY, "imap.arg.number-modseq" },
  { "imap.status.xconvexists", ANY, "imap.arg.number-count" },
  { "imap.status.xconvunseen", ANY, "imap.arg.number-count" },
  { "imap.item.x-real-uid", ANY, "imap.arg.uid" },
  { "imap.response.xapplepushservice", ANY, "imap.arg.push" },
  { "imap.command.xapplepushservice", ANY, "imap.arg.push" },
  { "imap.item.x-gm-msgid", ANY, "imap.arg.object-id" },
  { "imap.item.x-gm-thrid", ANY, "imap.arg.object-id" },
  { "imap.key.x-gm-msgid", ANY, "imap.arg.object-id" },
  { "imap.key.x-gm-thrid", ANY, "imap.arg.object-id" },
  { "imap.code.annotations", ANY, "imap.arg.number-size" },
  { "imap.code.metadata", ANY, "imap.arg.number-size" },
  { "imap.option.maxsize", 1, "imap.arg.number-size" },
  { "imap.option.depth", 1, "imap.arg.depth" },
  { "imap.code.messagelimit", 1, "imap.arg.number-count" },
  { "imap.code.messagelimit", 2, "imap.arg.uid" },
  { "imap.code.inprogress", 2, "imap.arg.number-done" },
  { "imap.code.inprogress", 3, "imap.arg.number-goal" },
};

/* The same of what is no number. */
static const struct
{
  const char *before;
  guint nth;
  const char *id;
} words[] = {
  { "imap.response.id", ODD, "imap.part.id-field" },
  { "imap.response.id", EVEN, "imap.part.id-value" },
  { "imap.command.id", ODD, "imap.part.id-field" },
  { "imap.command.id", EVEN, "imap.part.id-value" },
  { "imap.item.emailid", ANY, "imap.arg.object-id" },
  { "imap.item.threadid", ANY, "imap.arg.object-id" },
  { "imap.key.emailid", ANY, "imap.arg.object-id" },
  { "imap.key.threadid", ANY, "imap.arg.object-id" },
  { "imap.status.mailboxid", ANY, "imap.arg.object-id" },
  { "imap.status.x-guid", ANY, "imap.arg.object-id" },
  { "imap.code.mailboxid", ANY, "imap.arg.object-id" },
  { "imap.item.cid", ANY, "imap.arg.object-id" },
  { "imap.item.basecid", ANY, "imap.arg.object-id" },
  { "imap.item.x-guid", ANY, "imap.arg.object-id" },
  { "imap.item.digest-sha1", ANY, "imap.arg.checksum" },
  { "imap.item.lastupdated", ANY, "imap.arg.date-kept" },
  { "imap.item.x-savedate", ANY, "imap.arg.date-kept" },
  { "imap.item.mailboxes", ANY, "imap.arg.mailbox" },
  { "imap.item.x-mailbox", ANY, "imap.arg.mailbox" },
  { "imap.response.xapplepushservice", ANY, "imap.arg.push" },
  { "imap.command.xapplepushservice", ANY, "imap.arg.push" },
  { "imap.item.preview", ANY, "imap.arg.preview" },
  { "imap.item.savedate", ANY, "imap.arg.date-kept" },
  { "imap.code.referral", ANY, "imap.arg.url" },
  { "imap.code.badurl", ANY, "imap.arg.url" },
  { "imap.command.genurlauth", ODD, "imap.arg.url" },
  { "imap.command.genurlauth", EVEN, "imap.arg.url-mechanism" },
  { "imap.command.urlfetch", ANY, "imap.arg.url" },
  { "imap.response.genurlauth", ANY, "imap.arg.url" },
  { "imap.response.urlfetch", ODD, "imap.arg.url" },
  { "imap.command.resetkey", 1, "imap.arg.mailbox" },
  { "imap.command.resetkey", ANY, "imap.arg.url-mechanism" },
  { "imap.code.webalert", ANY, "imap.arg.web-address" },
  { "imap.response.jmapaccess", ANY, "imap.arg.web-address" },
  { "imap.code.annotate", ANY, "imap.arg.annotation-limit" },
  { "imap.code.annotations", ANY, "imap.arg.annotation-limit" },
  { "imap.code.badcomparator", ANY, "imap.arg.comparator" },
  { "imap.code.noupdate", ANY, "imap.arg.about-tag" },
  { "imap.code.undefined-filter", ANY, "imap.arg.filter" },
  { "imap.code.newname", 1, "imap.arg.mailbox" },
  { "imap.code.newname", 2, "imap.arg.mailbox-new" },
  { "imap.key.filter", ANY, "imap.arg.filter" },
  { "imap.key.subject", ANY, "imap.arg.search-text" },
  { "imap.sort.subject", ANY, "imap.arg.search-text" },
  { "imap.key.text", ANY, "imap.arg.search-text" },
  { "imap.key.body", ANY, "imap.arg.search-text" },
  { "imap.key.from", ANY, "imap.arg.search-text" },
  { "imap.key.to", ANY, "imap.arg.search-text" },
  { "imap.option.tag", ANY, "imap.part.esearch-tag" },
  { "imap.option.depth", 1, "imap.arg.depth" },
  { "imap.part.translation", ANY, "imap.part.translation" },
  { "imap.code.urlmech", ANY, "imap.arg.url-mechanism" },
  { "imap.code.metadata", ANY, "imap.arg.metadata-reason" },
  { "imap.code.badcharset", ANY, "imap.arg.charset" },
  { "imap.code.inprogress", 1, "imap.arg.about-tag" },
  { "imap.command.cancelupdate", ANY, "imap.arg.about-tag" },
  { "imap.response.quota", ANY, "imap.arg.quota-root" },
  { "imap.response.quotaroot", ANY, "imap.arg.quota-root" },
  { "imap.command.getquota", ANY, "imap.arg.quota-root" },
  { "imap.command.setquota", ANY, "imap.arg.quota-root" },
  { "imap.event.subtree", ANY, "imap.arg.mailbox" },
  { "imap.event.subtree-one", ANY, "imap.arg.mailbox" },
  { "imap.event.mailboxes", ANY, "imap.arg.mailbox" },
  { "imap.command.language", ANY, "imap.arg.language" },
  { "imap.response.language", ANY, "imap.arg.language" },
  { "imap.command.comparator", ANY, "imap.arg.comparator" },
  { "imap.response.comparator", ANY, "imap.arg.comparator" },
  { "imap.command.rlist", 1, "imap.arg.reference" },
  { "imap.command.rlist", 2, "imap.arg.pattern" },
  { "imap.command.rlsub", 1, "imap.arg.reference" },
  { "imap.command.rlsub", 2, "imap.arg.pattern" },
  { "imap.command.xlist", 1, "imap.arg.reference" },
  { "imap.command.xlist", 2, "imap.arg.pattern" },
  { "imap.response.metadata", ANY, "imap.arg.metadata-value" },
  { "imap.command.setmetadata", ANY, "imap.arg.metadata-value" },
  { "imap.command.getmetadata", ANY, "imap.arg.mailbox" },
  { "imap.option.maxsize", 2, "imap.arg.mailbox" },
  { "imap.option.depth", 2, "imap.arg.mailbox" },
  { "imap.arg.metadata-entry", ANY, "imap.arg.metadata-value" },
  { "smtp.keyword.size", ANY, "smtp.syntax.keyword-size" },
  { "smtp.keyword.deliverby", ANY, "smtp.syntax.deliverby-least" },
  { "smtp.keyword.futurerelease", 1, "smtp.syntax.futurerelease-seconds" },
  { "smtp.keyword.futurerelease", 2, "smtp.syntax.futurerelease-date" },
  { "smtp.keyword.mt-priority", ANY, "smtp.syntax.priority-profile" },
  { "pop3.capability.expire", ANY, "pop3.syntax.expire-days" },
  { "pop3.capability.login-delay", ANY, "pop3.syntax.login-delay-seconds" },
  { "pop3.capability.implementation", ANY, "pop3.syntax.program" },
};

/* EHLO's "LIMITS MAILMAX=100 …" (RFC 9422). */
static const struct
{
  const char *name;
  const char *id;
} limits[] = {
  { "MAILMAX=", "smtp.syntax.limit-mailmax" },
  { "RCPTMAX=", "smtp.syntax.limit-rcptmax" },
  { "RCPTDOMAINMAX=", "smtp.syntax.limit-rcptdomainmax" },
};

static const char *
limit_id (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (g_ascii_strncasecmp (text, limits[i].name, strlen (limits[i].name)) == 0)
      return limits[i].id;
  return NULL;
}

gboolean
learn_values_has (const char *id)
{
  static const char *const values[] = {
    "imap.arg.uid-set", "imap.arg.sequence-set",        "imap.class.unknown-value",
    "imap.part.nil",    "imap.arg.date-time",           "imap.arg.mailbox",
    "imap.arg.preview", "smtp.syntax.keyword-argument", "pop3.syntax.capability-argument",
  };

  if (g_str_has_prefix (id, "imap.arg.number") || g_str_has_prefix (id, "imap.part.section-"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (g_str_equal (id, values[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_nth (guint nth, guint of)
{
  return of == ANY || of == nth || (of == ODD && nth % 2 == 1) || (of == EVEN && nth % 2 == 0);
}

/* One alone, of what could be many. */
static gboolean
is_one (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

static const char *
number_id (const char *before, guint nth, const char *after)
{
  if (g_strcmp0 (after, "imap.response.exists") == 0 ||
      g_strcmp0 (after, "imap.response.recent") == 0)
    return "imap.arg.number-count";
  for (guint i = 0; before != NULL && i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (numbers[i].before, before) && is_nth (nth, numbers[i].nth))
      return numbers[i].id;
  return NULL;
}

static const char *
word_id (const char *before, guint nth)
{
  for (guint i = 0; before != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].before, before) && is_nth (nth, words[i].nth))
      return words[i].id;
  return NULL;
}

const char *
learn_values_id (const char *id, const char *text, const char *before, guint nth, const char *after)
{
  /* COPYUID names messages by their UIDs, there and here (RFC 4315 §3). */
  if (g_str_equal (id, "imap.arg.uid-set") ||
      (g_str_equal (id, "imap.arg.sequence-set") && g_strcmp0 (before, "imap.code.copyuid") == 0))
    return is_one (text) ? "imap.arg.uid" : "imap.arg.uid-set";
  if (g_str_equal (id, "imap.arg.sequence-set"))
    return is_one (text) ? "imap.arg.seq" : NULL;
  if (g_str_equal (id, "imap.arg.date-time"))
    return g_strcmp0 (before, "imap.item.internaldate") == 0 ? "imap.arg.date-kept" : NULL;
  if (g_str_equal (id, "smtp.syntax.keyword-argument") &&
      g_strcmp0 (before, "smtp.keyword.limits") == 0)
    return limit_id (text);
  if (g_str_equal (id, "imap.arg.number"))
    return number_id (before, nth, after);
  if (g_str_equal (id, "imap.class.unknown-value") ||
      g_str_equal (id, "smtp.syntax.keyword-argument") ||
      g_str_equal (id, "pop3.syntax.capability-argument"))
    return word_id (before, nth);
  return NULL;
}
