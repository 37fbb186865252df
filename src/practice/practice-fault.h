/* What the practice post office is told to do wrong, so that people and tests see what comes of it.
 * A fault is one line of text, the same for `restante-cli practice --fault`, for a lesson and for a
 * test:
 *
 *     [WHEN,]WHAT
 *
 *     WHEN   3x        the first three times
 *            #2        the second time alone
 *            30%       by chance, of which the office's seed makes the same at each start
 *                      nothing: every time
 *     WHAT   reply=PROTOCOL:COMMAND:TEXT   TEXT is said, and nothing is done
 *            cut=PROTOCOL:COMMAND          the line is cut when COMMAND comes; nothing is done
 *            lose=PROTOCOL:COMMAND         COMMAND is carried out, and the line is cut instead of
 *                                          its answer; not for what signing in consists of
 *            cut=PROTOCOL:N                the line is cut after N bytes of what the office says
 *            slow=PROTOCOL:N               the office says N bytes a second; lines that are there
 *                                          already, from their next command on
 *            no-starttls=PROTOCOL          STARTTLS or STLS is not offered, as if somebody on the
 *                                          way had taken it out
 *            certificate-expired           of yesterday; lines that began with another are cut at
 *                                          their next command
 *            certificate-mismatched        for another host
 *            token-expired                 OAuth tokens are refused
 *            over-quota                    there is no room for anything more
 *            mailbox-full=USER             nor in that one's mailbox, for good: 552 5.2.2
 *            greylist=PROTOCOL             smtp or mx: whoever is not known is asked to come
 *                                          again (451 4.7.1)
 *            new-uidvalidity               a mailbox that is opened has another UIDVALIDITY, and
 *                                          other UIDs and UIDLs; IMAP sessions in it end with BYE
 *            same-uidl                     two letters each have one UIDL
 *            login-delay=N                 POP3 lets nobody in again within N seconds, and says so
 *                                          (LOGIN-DELAY); no fault, but as rare
 *
 * PROTOCOL is smtp, pop3, imap, mx (SMTP between the two domains' hosts) or "*". COMMAND is the
 * protocol's word in any case, "CONNECT" for the greeting, "." for the end of SMTP's letter, "*"
 * for any; "FETCH" is also "UID FETCH", and "DATA" the last BDAT of a letter. TEXT is what the
 * protocol has as a reply, IMAP's without the tag ("NO [UNAVAILABLE] Later", "BYE …");
 * "\n" in it begins another line. A time is when the fault could show: a command, a connection, a
 * mailbox opened, a letter to be stored.
 *
 * Any thread may call any of these. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PracticeFaults PracticeFaults;

PracticeFaults *practice_faults_new (guint64 seed);
void practice_faults_free (PracticeFaults *faults);

/* From now on also @fault. %FALSE with G_OPTION_ERROR_BAD_VALUE: that is none. */
gboolean practice_faults_add (PracticeFaults *faults, const char *fault, GError **error);
/* No longer the newest that was added with this text; what others have counted stays. %FALSE: there
 * is none. */
gboolean practice_faults_remove (PracticeFaults *faults, const char *fault);
/* As they were added, oldest first; %NULL-terminated. (transfer full) */
char **practice_faults_list (PracticeFaults *faults);
/* All is well again. */
void practice_faults_clear (PracticeFaults *faults);

/* For the counters. */

typedef enum
{
  PRACTICE_FAULT_REPLY,
  PRACTICE_FAULT_CUT,
  PRACTICE_FAULT_LOSE,
  PRACTICE_FAULT_CUT_AFTER,
  PRACTICE_FAULT_SLOW,
  PRACTICE_FAULT_NO_STARTTLS,
  PRACTICE_FAULT_CERTIFICATE_EXPIRED,
  PRACTICE_FAULT_CERTIFICATE_MISMATCHED,
  PRACTICE_FAULT_TOKEN_EXPIRED,
  PRACTICE_FAULT_OVER_QUOTA,
  PRACTICE_FAULT_MAILBOX_FULL,
  PRACTICE_FAULT_GREYLIST,
  PRACTICE_FAULT_NEW_UIDVALIDITY,
  PRACTICE_FAULT_SAME_UIDL,
  PRACTICE_FAULT_LOGIN_DELAY
} PracticeFaultKind;

/* It could show now: whether it does. @protocol: %NULL where the kind names none, the user's name
 * of MAILBOX_FULL; @number (nullable): of CUT_AFTER and SLOW. */
gboolean practice_faults_happen (PracticeFaults *faults,
                                 PracticeFaultKind kind,
                                 const char *protocol,
                                 guint64 *number);
/* What BaseFaultFunc returns for REPLY and CUT; *lose: LOSE. (transfer full) (nullable) */
char *practice_faults_reply (PracticeFaults *faults,
                             const char *protocol,
                             const char *command,
                             gboolean *lose);
/* Another number after each fault that was added or taken away. */
guint practice_faults_changes (PracticeFaults *faults);
/* Whether there is such a fault, now or at another time; nothing is counted. @number: its number
 * (nullable). */
gboolean practice_faults_are_set (PracticeFaults *faults, PracticeFaultKind kind, guint64 *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeFaults, practice_faults_free)

G_END_DECLS
