/* The practice post office: real SMTP submission, POP3 and IMAP servers on loopback, with two
 * domains, users, seeded mail and a correspondent who answers. Nothing leaves this computer. */
#pragma once

#include "net-ca.h"
#include "wire-tap.h"

G_BEGIN_DECLS

typedef struct _PracticeOffice PracticeOffice;

typedef struct
{
  const char
      *dir; /* where the CA and the mail are kept; NULL: a temporary folder, removed at the end */
  guint16 port_base;    /* 0: free ports */
  guint32 seed;         /* of the generated mail */
  guint messages;       /* generated letters besides the seeded ones */
  const char *language; /* "fr" or "en" (NULL: as gettext) */
} PracticeOptions;

typedef struct
{
  const char *address;  /* "ada@practice.example"; also the user name */
  const char *password; /* public */
  const char *full_name;
} PracticeUser;

typedef struct
{
  guint16 smtp;  /* submission with STARTTLS (587's role) */
  guint16 smtps; /* immediate TLS (465) */
  guint16 pop3, pop3s, imap, imaps;
} PracticePorts;

PracticeOffice *practice_office_new (const PracticeOptions *options, GError **error);
void practice_office_free (PracticeOffice *office); /* ends all sessions and threads */
const PracticePorts *practice_office_ports (PracticeOffice *office);
const char *practice_office_ca_file (PracticeOffice *office);
const PracticeUser *practice_office_users (PracticeOffice *office, guint *n);
/* Brings all mailboxes back to what the seed gives; open sessions are closed. */
gboolean practice_office_reset (PracticeOffice *office, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PracticeOffice, practice_office_free)

G_END_DECLS
