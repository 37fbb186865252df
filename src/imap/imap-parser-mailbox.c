/* What a server says about mailboxes: LIST, LSUB, NAMESPACE, STATUS, QUOTA, QUOTAROOT (RFC 9051
 * §7.3, RFC 9208 §5). */
#include "config.h"

#include "imap-parser-mailbox.h"

#include <string.h>

/* DQUOTE QUOTED-CHAR DQUOTE / nil */
static gboolean
parse_delimiter (ImapScanner *scanner, char *delimiter)
{
  g_autofree char *text = NULL;
  const char *from = scanner->p;

  if (!imap_scanner_text (scanner, &text))
    return FALSE;
  *delimiter = text != NULL ? text[0] : '\0';
  imap_scanner_part (scanner, from, "imap.arg.delimiter");
  return TRUE;
}

static gboolean
parse_attributes (ImapScanner *scanner, ImapList *list)
{
  GPtrArray *others = NULL;
  ImapToken token;

  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      guint bit;

      if (!imap_scanner_word (scanner, FALSE, &token))
        break;
      bit = imap_mailbox_attribute_find (token.at, token.len);
      list->attributes |= bit;
      imap_scanner_part_token (
          scanner, &token, (bit & IMAP_MAILBOX_USES) != 0 ? "imap.use." : "imap.attribute.");
      if (bit != 0)
        continue;
      if (others == NULL)
        others = g_ptr_array_new ();
      g_ptr_array_add (others, g_strndup (token.at, token.len));
    }
  if (others != NULL)
    list->others = imap_scanner_take_words (others);
  return scanner->expected == NULL;
}

/* mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
 *                [SP mbox-list-extended] */
gboolean
imap_parser_list (ImapScanner *scanner, ImapResponse *response)
{
  const char *from;

  if (!parse_attributes (scanner, response->list))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!parse_delimiter (scanner, &response->list->delimiter))
    return FALSE;
  imap_scanner_spaces (scanner);
  /* A name with spaces and no quotes is met in the wild: all that is left is the name. */
  from = scanner->p;
  if (!imap_scanner_mailbox (scanner, &response->list->name))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!imap_scanner_at_end (scanner) && imap_scanner_peek (scanner) != '(' && *from != '"')
    {
      g_free (response->list->name);
      scanner->p = scanner->end;
      response->list->name = imap_mailbox_decode (from, (gsize) (scanner->end - from));
    }
  from = scanner->p;
  if (imap_scanner_peek (scanner) == '(')
    {
      guint literal = scanner->literal;

      if (imap_scanner_skip (scanner))
        response->list->extended = imap_scanner_raw (scanner, from, literal, scanner->p);
    }
  return TRUE;
}

gboolean
imap_parser_lsub (ImapScanner *scanner, ImapResponse *response)
{
  response->list->lsub = TRUE;
  return imap_parser_list (scanner, response);
}

/* Namespace = nil / "(" 1*("(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil) [extension] ")") ")" */
static gboolean
parse_namespace_class (ImapScanner *scanner, GArray **entries)
{
  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) != '(')
    return imap_scanner_skip (scanner);
  if (!imap_scanner_open (scanner))
    return FALSE;
  *entries = imap_namespace_entries_new ();
  while (!imap_scanner_close (scanner))
    {
      ImapNamespaceEntry entry = { NULL, '\0' };
      g_autofree char *prefix = NULL;
      const char *from;

      if (!imap_scanner_open (scanner))
        return FALSE;
      from = scanner->p;
      if (!imap_scanner_text (scanner, &prefix))
        return FALSE;
      imap_scanner_part (scanner, from, "imap.arg.reference");
      imap_scanner_spaces (scanner);
      if (!parse_delimiter (scanner, &entry.delimiter))
        return FALSE;
      entry.prefix =
          imap_mailbox_decode (prefix != NULL ? prefix : "", prefix != NULL ? strlen (prefix) : 0);
      g_array_append_val (*entries, entry);
      while (!imap_scanner_close (scanner))
        if (!imap_scanner_skip (scanner))
          return FALSE;
    }
  return TRUE;
}

gboolean
imap_parser_namespace (ImapScanner *scanner, ImapResponse *response)
{
  return parse_namespace_class (scanner, &response->personal) &&
         parse_namespace_class (scanner, &response->others) &&
         parse_namespace_class (scanner, &response->shared);
}

static gboolean
parse_status_item (ImapScanner *scanner, ImapStatusItems *items)
{
  const struct
  {
    const char *name;
    gboolean *has;
    guint64 *value;
  } known[] = {
    { "MESSAGES", &items->has_messages, &items->messages },
    { "RECENT", &items->has_recent, &items->recent },
    { "UNSEEN", &items->has_unseen, &items->unseen },
    { "UIDNEXT", &items->has_uidnext, &items->uidnext },
    { "UIDVALIDITY", &items->has_uidvalidity, &items->uidvalidity },
    { "HIGHESTMODSEQ", &items->has_modseq, &items->modseq },
    { "SIZE", &items->has_size, &items->size },
    { "DELETED", &items->has_deleted, &items->deleted },
  };
  ImapToken name;
  const char *value;
  guint literal;

  if (!imap_scanner_word (scanner, FALSE, &name))
    return FALSE;
  imap_scanner_part_token (scanner, &name, "imap.status.");
  imap_scanner_spaces (scanner);
  value = scanner->p;
  literal = scanner->literal;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (imap_token_is (&name, known[i].name))
      {
        if (!imap_scanner_number (scanner, known[i].value))
          return FALSE;
        imap_scanner_part (scanner, value, "imap.arg.number");
        *known[i].has = TRUE;
        return TRUE;
      }
  if (!imap_scanner_skip (scanner))
    return FALSE;
  imap_scanner_append_raw (scanner, name.at, literal, &items->other);
  return TRUE;
}

/* "STATUS" SP mailbox SP "(" [status-att-list] ")"; a name with spaces and no quotes is met too. */
gboolean
imap_parser_status_items (ImapScanner *scanner, ImapResponse *response)
{
  const char *from = scanner->p;

  if (!imap_scanner_mailbox (scanner, &response->status_items->name))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (imap_scanner_peek (scanner) != '(' && *from != '"')
    {
      const char *open = memrchr (from, '(', (gsize) (scanner->end - from));
      const char *name_end = open;

      if (open == NULL)
        return imap_scanner_expected (scanner, "the status in parentheses");
      while (name_end > from && name_end[-1] == ' ')
        name_end--;
      g_free (response->status_items->name);
      response->status_items->name = imap_mailbox_decode (from, (gsize) (name_end - from));
      scanner->p = open;
    }
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    if (!parse_status_item (scanner, response->status_items))
      return FALSE;
  return TRUE;
}

/* quota-response = "QUOTA" SP quota-root-name SP "(" [resource SP usage SP limit …] ")" */
gboolean
imap_parser_quota (ImapScanner *scanner, ImapResponse *response)
{
  if (!imap_scanner_astring (scanner, &response->quota->name))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      ImapQuotaResource resource = { NULL, 0, 0 };
      ImapToken name;
      gboolean ok;

      if (!imap_scanner_word (scanner, FALSE, &name))
        return FALSE;
      imap_scanner_spaces (scanner);
      ok = imap_scanner_number (scanner, &resource.usage);
      imap_scanner_spaces (scanner);
      if (!ok || !imap_scanner_number (scanner, &resource.limit))
        return FALSE;
      resource.name = g_strndup (name.at, name.len);
      g_array_append_val (response->quota->resources, resource);
    }
  return TRUE;
}

/* quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name) */
gboolean
imap_parser_quotaroot (ImapScanner *scanner, ImapResponse *response)
{
  GPtrArray *roots;
  char *root;

  if (!imap_scanner_mailbox (scanner, &response->quota->name))
    return FALSE;
  roots = g_ptr_array_new ();
  while ((imap_scanner_spaces (scanner), !imap_scanner_at_end (scanner)) &&
         imap_scanner_astring (scanner, &root))
    g_ptr_array_add (roots, root);
  response->quota->roots = imap_scanner_take_words (roots);
  return scanner->expected == NULL;
}
