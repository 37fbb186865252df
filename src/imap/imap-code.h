/* The response code in brackets that a status may begin with (RFC 9051 §7.1, 5530, 7162 …). */
#pragma once

#include "imap-value.h"

G_BEGIN_DECLS

typedef enum
{
  IMAP_CODE_NONE,
  IMAP_CODE_ALERT,
  IMAP_CODE_ALREADYEXISTS,
  IMAP_CODE_APPENDUID,
  IMAP_CODE_AUTHENTICATIONFAILED,
  IMAP_CODE_AUTHORIZATIONFAILED,
  IMAP_CODE_BADCHARSET,
  IMAP_CODE_CANNOT,
  IMAP_CODE_CAPABILITY,
  IMAP_CODE_CLIENTBUG,
  IMAP_CODE_CLOSED,
  IMAP_CODE_CONTACTADMIN,
  IMAP_CODE_COPYUID,
  IMAP_CODE_CORRUPTION,
  IMAP_CODE_EXPIRED,
  IMAP_CODE_EXPUNGEISSUED,
  IMAP_CODE_HASCHILDREN,
  IMAP_CODE_HIGHESTMODSEQ,
  IMAP_CODE_INUSE,
  IMAP_CODE_INPROGRESS, /* RFC 9585 */
  IMAP_CODE_LIMIT,
  IMAP_CODE_MAILBOXID,    /* RFC 8474 */
  IMAP_CODE_MESSAGELIMIT, /* RFC 9738 */
  IMAP_CODE_MODIFIED,
  IMAP_CODE_NOMODSEQ,
  IMAP_CODE_NONEXISTENT,
  IMAP_CODE_NOPERM,
  IMAP_CODE_NOTSAVED,
  IMAP_CODE_OVERQUOTA,
  IMAP_CODE_PARSE,
  IMAP_CODE_PERMANENTFLAGS,
  IMAP_CODE_PRIVACYREQUIRED,
  IMAP_CODE_READ_ONLY,
  IMAP_CODE_READ_WRITE,
  IMAP_CODE_SERVERBUG,
  IMAP_CODE_TOOBIG,
  IMAP_CODE_TRYCREATE,
  IMAP_CODE_UIDNEXT,
  IMAP_CODE_UIDNOTSTICKY,
  IMAP_CODE_UIDREQUIRED, /* RFC 9586 */
  IMAP_CODE_UIDVALIDITY,
  IMAP_CODE_UNAVAILABLE,
  IMAP_CODE_UNKNOWN_CTE,
  IMAP_CODE_NOTIFICATIONOVERFLOW, /* RFC 5465 */
  IMAP_CODE_UNSEEN,
  IMAP_CODE_OTHER /* standing in @name and @text alone */
} ImapCodeType;

typedef struct
{
  ImapCodeType type;
  char *name;      /* as the server spelled it */
  char *text;      /* the raw argument (nullable) */
  guint64 number;  /* UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ; validity of APPENDUID, COPYUID;
                    * INPROGRESS: how much is done; MESSAGELIMIT: how many a command may touch */
  guint64 goal;    /* INPROGRESS: of how much, 0: not said; MESSAGELIMIT: the last UID that was
                    * touched, 0: not said */
  char *id;        /* MAILBOXID; INPROGRESS: the command's tag (nullable) */
  ImapSet *source; /* COPYUID, MODIFIED */
  ImapSet *target; /* COPYUID, APPENDUID */
  ImapFlags flags; /* PERMANENTFLAGS */
  char **words;    /* CAPABILITY, BADCHARSET */
} ImapCode;

/* %IMAP_CODE_OTHER if unknown; any case. */
ImapCodeType imap_code_find (const char *name, gsize len);
void imap_code_clear (ImapCode *code);
/* How a command that ended with NO and this code has ended: a server that is busy, full or down
 * says so by code, and may be asked again later. */
BaseOutcome imap_code_refusal (ImapCodeType type);

G_END_DECLS
