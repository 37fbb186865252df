/* What mail costs: the sums of days, by protocol and task, and what the same week costs over POP3
 * and over IMAP. Pure. A figure is measured, or follows from measured ones by a rule that is said
 * with it; what is not known is said to be unknown, never guessed. */
#pragma once

#include "store-traffic.h"
#include "wire-traffic.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 exchanges, round_trips;
  gint64 bytes_in, bytes_out; /* as said */
  gint64 line_in, line_out;   /* on the line: compressed, encrypted */
  gint64 waited;              /* microseconds; watching (IDLE) is not waiting */
} LearnCost;

/* Of @traffic (StoreTraffic) what @protocol said (%NULL: any) for @task (LEARN_ANY_TASK: any). */
#define LEARN_ANY_TASK (-2)
void learn_accounting_sum (GPtrArray *traffic, const char *protocol, int task, LearnCost *cost);
/* The tasks that cost anything, the dearest on the line first. (transfer full, element: int) */
GArray *learn_accounting_tasks (GPtrArray *traffic);
/* The line's bytes in each of the @n days that end with @last (20261122), oldest first. @last must
 * be a day. */
void learn_accounting_days (GPtrArray *traffic, int last, gint64 *bytes, guint n);
/* "New mail", "Letters you opened" … (static, translated) */
const char *learn_task_text (int task);
/* "1.2 MB received, 40 KB sent · 41 round trips · 3.1 s of waiting" */
char *learn_cost_text (const LearnCost *cost);

/* What hosts of the practice world have said to each other, which is on no account's bill: "12 KB
 * both ways · 9 round trips · 0.2 s of waiting …"; what to do for it where there was nothing yet.
 */
char *learn_between_cost_text (const WireTraffic *between);

/* The same week by one protocol. */
typedef struct
{
  const char *protocol; /* "imap", "pop3" */
  gboolean measured;
  gint64 bytes;       /* on the line, both ways; -1: not known */
  gint64 round_trips; /* -1: not known */
  char *rule;         /* where the figures are from: a sentence, translated */
} LearnComparison;
void learn_comparison_free (LearnComparison *comparison);

/* @protocol: of the account that @traffic is of. @twin: the sums of another account that reads the
 * same mailbox by the other protocol (nullable). @letters, @bytes: what arrived in that time, by
 * the sizes the server gave. (transfer full) two of LearnComparison, POP3 first. */
GPtrArray *learn_accounting_compare (
    const char *protocol, GPtrArray *traffic, GPtrArray *twin, gint64 letters, gint64 bytes);

G_END_DECLS
