/* The response codes and their names. */
#include "config.h"

#include "imap-code.h"

#include <string.h>

static const struct
{
  const char *name;
  ImapCodeType type;
} codes[] = {
  { "ALERT", IMAP_CODE_ALERT },
  { "ALREADYEXISTS", IMAP_CODE_ALREADYEXISTS },
  { "APPENDUID", IMAP_CODE_APPENDUID },
  { "AUTHENTICATIONFAILED", IMAP_CODE_AUTHENTICATIONFAILED },
  { "AUTHORIZATIONFAILED", IMAP_CODE_AUTHORIZATIONFAILED },
  { "BADCHARSET", IMAP_CODE_BADCHARSET },
  { "CANNOT", IMAP_CODE_CANNOT },
  { "CAPABILITY", IMAP_CODE_CAPABILITY },
  { "CLIENTBUG", IMAP_CODE_CLIENTBUG },
  { "CLOSED", IMAP_CODE_CLOSED },
  { "CONTACTADMIN", IMAP_CODE_CONTACTADMIN },
  { "COPYUID", IMAP_CODE_COPYUID },
  { "CORRUPTION", IMAP_CODE_CORRUPTION },
  { "EXPIRED", IMAP_CODE_EXPIRED },
  { "EXPUNGEISSUED", IMAP_CODE_EXPUNGEISSUED },
  { "HASCHILDREN", IMAP_CODE_HASCHILDREN },
  { "HIGHESTMODSEQ", IMAP_CODE_HIGHESTMODSEQ },
  { "INUSE", IMAP_CODE_INUSE },
  { "INPROGRESS", IMAP_CODE_INPROGRESS },
  { "LIMIT", IMAP_CODE_LIMIT },
  { "MAILBOXID", IMAP_CODE_MAILBOXID },
  { "MESSAGELIMIT", IMAP_CODE_MESSAGELIMIT },
  { "MODIFIED", IMAP_CODE_MODIFIED },
  { "NOMODSEQ", IMAP_CODE_NOMODSEQ },
  { "NONEXISTENT", IMAP_CODE_NONEXISTENT },
  { "NOPERM", IMAP_CODE_NOPERM },
  { "NOTSAVED", IMAP_CODE_NOTSAVED },
  { "OVERQUOTA", IMAP_CODE_OVERQUOTA },
  { "PARSE", IMAP_CODE_PARSE },
  { "PERMANENTFLAGS", IMAP_CODE_PERMANENTFLAGS },
  { "PRIVACYREQUIRED", IMAP_CODE_PRIVACYREQUIRED },
  { "READ-ONLY", IMAP_CODE_READ_ONLY },
  { "READ-WRITE", IMAP_CODE_READ_WRITE },
  { "SERVERBUG", IMAP_CODE_SERVERBUG },
  { "TOOBIG", IMAP_CODE_TOOBIG },
  { "TRYCREATE", IMAP_CODE_TRYCREATE },
  { "UIDNEXT", IMAP_CODE_UIDNEXT },
  { "UIDNOTSTICKY", IMAP_CODE_UIDNOTSTICKY },
  { "UIDREQUIRED", IMAP_CODE_UIDREQUIRED },
  { "UIDVALIDITY", IMAP_CODE_UIDVALIDITY },
  { "UNAVAILABLE", IMAP_CODE_UNAVAILABLE },
  { "UNKNOWN-CTE", IMAP_CODE_UNKNOWN_CTE },
  { "NOTIFICATIONOVERFLOW", IMAP_CODE_NOTIFICATIONOVERFLOW },
  { "UNSEEN", IMAP_CODE_UNSEEN },
};

ImapCodeType
imap_code_find (const char *name, gsize len)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strlen (codes[i].name) == len && g_ascii_strncasecmp (codes[i].name, name, len) == 0)
      return codes[i].type;
  return IMAP_CODE_OTHER;
}

void
imap_code_clear (ImapCode *code)
{
  g_clear_pointer (&code->name, g_free);
  g_clear_pointer (&code->text, g_free);
  g_clear_pointer (&code->id, g_free);
  g_clear_pointer (&code->source, imap_set_unref);
  g_clear_pointer (&code->target, imap_set_unref);
  g_clear_pointer (&code->words, g_strfreev);
  imap_flags_clear (&code->flags);
  code->type = IMAP_CODE_NONE;
}

BaseOutcome
imap_code_refusal (ImapCodeType type)
{
  if (type == IMAP_CODE_UNAVAILABLE || type == IMAP_CODE_INUSE || type == IMAP_CODE_SERVERBUG ||
      type == IMAP_CODE_EXPUNGEISSUED || type == IMAP_CODE_LIMIT)
    return BASE_OUTCOME_TEMPORARY;
  return BASE_OUTCOME_REFUSED;
}
