/* The embedded practice post office: real SMTP, POP3 and IMAP servers on loopback, with TLS by an
 * authority of their own, two domains, seeded mailboxes and a correspondent who answers. Nothing
 * leaves this computer. Its passwords are public.
 *
 * The office is used by one thread; its servers are threads of their own. mail_init() comes first.
 */
#pragma once

#include "practice-fault.h"
#include "practice-store.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct _PracticeOffice PracticeOffice;

typedef struct
{
  const char *dir;          /* for the authority's certificate and key; created */
  const char *directory;    /* where the mailboxes are kept, so that the next start finds them as
                             * they were (nullable: nowhere) */
  guint16 port_base;        /* the eight ports from here on; 0: free ones */
  guint64 seed;             /* the same seed gives the same mailboxes */
  guint extra_messages;     /* so many generated letters more in ada's INBOX */
  WireTap *tap;             /* the servers' side of every byte that people's programs and the office
                             * say, passwords in clear (nullable) */
  WireTap *hop_tap;         /* the client's side of what the domains' hosts say to each other
                             * (nullable) */
  gboolean plaintext_login; /* passwords are taken without TLS too */
  gboolean only_data;       /* letters come with DATA and its lone dot: BDAT is not offered */
  const char *language; /* of the seeded letters: "fr…", else English (nullable: the locale's) */
  gint64 answer_delay;  /* microseconds until the correspondent answers; 0: 1.5 s */
} PracticeOptions;

/* Listens and serves from now on. Fails with NET_ERROR (a port is taken) or G_IO_ERROR. */
PracticeOffice *practice_office_new (const PracticeOptions *options, GError **error);
/* Closes the counters: sessions under way are cut, all threads have ended. */
void practice_office_free (PracticeOffice *office);
/* Everything as at the beginning, with new UIDVALIDITY; sessions under way see their mailbox
 * gone. %FALSE: the disk does not take it, and nothing has changed. */
gboolean practice_office_reset (PracticeOffice *office, GError **error);

typedef enum
{
  PRACTICE_PORT_SUBMISSION,  /* STARTTLS, then AUTH */
  PRACTICE_PORT_SUBMISSIONS, /* TLS at once */
  PRACTICE_PORT_POP3,        /* STLS */
  PRACTICE_PORT_POP3S,
  PRACTICE_PORT_IMAP, /* STARTTLS */
  PRACTICE_PORT_IMAPS,
  PRACTICE_PORT_MX,       /* practice.example's, from other hosts: STARTTLS */
  PRACTICE_PORT_MX_OTHER, /* b.example's */
  PRACTICE_PORT_LAST = PRACTICE_PORT_MX_OTHER
} PracticePort;

guint16 practice_office_port (const PracticeOffice *office, PracticePort port);
/* "submission", "submissions", "pop3" …; static. */
const char *practice_port_name (PracticePort port);
/* "localhost": the certificate is for that, 127.0.0.1 and ::1. */
const char *practice_office_host (const PracticeOffice *office);
/* The PEM file that clients trust. */
const char *practice_office_ca_file (const PracticeOffice *office);
/* What it does wrong: nothing, until a fault is added. From the next command, connection or mailbox
 * on. */
PracticeFaults *practice_office_faults (const PracticeOffice *office);
/* What DNS says in this world, keys included: "NAME TYPE DATA", %NULL-terminated. (transfer full)
 */
char **practice_office_list_dns (PracticeOffice *office);
/* Lets that much time pass at once, for the post office: what is due by then is done. The clock of
 * the computer, of TLS and of the tap are not touched. */
void practice_office_put_forward (PracticeOffice *office, gint64 microseconds);
/* Waits until no letter is under way between the domains that could be handed over now; at most so
 * many microseconds. */
void practice_office_settle (PracticeOffice *office, gint64 timeout);
/* Who lives here is in practice_users(); the first is the person at this computer. */
PracticeStore *practice_office_store (const PracticeOffice *office);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeOffice, practice_office_free)

G_END_DECLS
