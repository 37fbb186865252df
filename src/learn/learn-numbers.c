/* One table: the word, which of the numbers behind it, what that is. */
#include "config.h"

#include "learn-numbers.h"

#define ANY 0

static const struct
{
  const char *before;
  guint nth;
  const char *id;
} behind[] = {
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
  { "imap.response.thread", ANY, "imap.arg.number-match" },
  { "imap.quota.storage", 1, "imap.arg.number-usage" },
  { "imap.quota.message", 1, "imap.arg.number-usage" },
  { "imap.quota.storage", 2, "imap.arg.number-limit" },
  { "imap.quota.message", 2, "imap.arg.number-limit" },
};

const char *
learn_numbers_id (const char *id, const char *before, guint nth, const char *after)
{
  /* COPYUID names messages by their UIDs, there and here (RFC 4315 §3). */
  if (g_str_equal (id, "imap.arg.sequence-set"))
    return g_strcmp0 (before, "imap.code.copyuid") == 0 ? "imap.arg.uid-set" : NULL;
  if (g_str_equal (id, "smtp.syntax.keyword-argument"))
    return g_strcmp0 (before, "smtp.keyword.size") == 0 ? "smtp.syntax.keyword-size" : NULL;
  if (!g_str_equal (id, "imap.arg.number"))
    return NULL;
  if (g_strcmp0 (after, "imap.response.exists") == 0 ||
      g_strcmp0 (after, "imap.response.recent") == 0)
    return "imap.arg.number-count";
  for (guint i = 0; before != NULL && i < G_N_ELEMENTS (behind); i++)
    if (g_str_equal (behind[i].before, before) && (behind[i].nth == ANY || behind[i].nth == nth))
      return behind[i].id;
  return NULL;
}
