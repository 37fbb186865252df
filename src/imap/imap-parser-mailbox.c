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

/* The bytes of a name that would be others when written again: not modified UTF-7, or written by an
 * encoder of its own ways. */
static void
keep_wire_name (const ImapScanner *scanner, ImapList *list, const char *raw)
{
  g_autofree char *again = scanner->frame->utf8 ? NULL : imap_mailbox_encode (list->name);

  if (again != NULL && strcmp (again, raw) != 0 && strcmp (list->name, "INBOX") != 0)
    list->wire_name = g_strdup (raw);
}

/* mailbox [what follows]; a name with spaces and no quotes is met in the wild: all that is left is
 * the name. */
static gboolean
parse_list_name (ImapScanner *scanner, ImapList *list)
{
  const char *from = scanner->p;
  g_autofree char *raw = NULL;

  if (!imap_scanner_astring (scanner, &raw))
    return FALSE;
  imap_scanner_part (scanner, from, "imap.arg.mailbox");
  imap_scanner_spaces (scanner);
  if (!imap_scanner_at_end (scanner) && imap_scanner_peek (scanner) != '(' && *from != '"')
    {
      g_free (raw);
      raw = g_strndup (from, (gsize) (scanner->end - from));
      scanner->p = scanner->end;
    }
  list->name = imap_scanner_name (scanner, raw, strlen (raw));
  keep_wire_name (scanner, list, raw);
  return TRUE;
}

/* mbox-list-extended-item = tag SP value, of which OLDNAME is "(" mailbox ")" */
static gboolean
parse_list_extended (ImapScanner *scanner, ImapList *list)
{
  if (!imap_scanner_open (scanner))
    return FALSE;
  while (!imap_scanner_close (scanner))
    {
      g_autofree char *tag = NULL;

      if (!imap_scanner_astring (scanner, &tag))
        return FALSE;
      imap_scanner_spaces (scanner);
      if (g_ascii_strcasecmp (tag, "OLDNAME") != 0 || list->old_name != NULL ||
          imap_scanner_peek (scanner) != '(')
        {
          if (!imap_scanner_skip (scanner))
            return FALSE;
          continue;
        }
      if (!imap_scanner_open (scanner) || !imap_scanner_mailbox (scanner, &list->old_name))
        return FALSE;
      while (!imap_scanner_close (scanner))
        if (!imap_scanner_skip (scanner))
          return FALSE;
    }
  return TRUE;
}

/* mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
 *                [SP mbox-list-extended] */
gboolean
imap_parser_list (ImapScanner *scanner, ImapResponse *response)
{
  const char *from;
  guint literal;

  if (!parse_attributes (scanner, response->list))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!parse_delimiter (scanner, &response->list->delimiter))
    return FALSE;
  imap_scanner_spaces (scanner);
  if (!parse_list_name (scanner, response->list))
    return FALSE;
  from = scanner->p;
  literal = scanner->literal;
  if (imap_scanner_peek (scanner) != '(')
    return TRUE;
  if (!parse_list_extended (scanner, response->list))
    {
      /* What this grammar does not know is kept all the same. */
      scanner->p = from;
      scanner->literal = literal;
      scanner->expected = NULL;
      g_clear_pointer (&response->list->old_name, g_free);
      if (!imap_scanner_skip (scanner))
        return TRUE;
    }
  response->list->extended = imap_scanner_raw (scanner, from, literal, scanner->p);
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
      imap_scanner_part (scanner, from, "imap.part.namespace-prefix");
      imap_scanner_spaces (scanner);
      if (!parse_delimiter (scanner, &entry.delimiter))
        return FALSE;
      entry.prefix = imap_scanner_name (
          scanner, prefix != NULL ? prefix : "", prefix != NULL ? strlen (prefix) : 0);
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

/* "MAILBOXID" SP "(" objectid ")" (RFC 8474), "APPENDLIMIT" SP (number / nil) (RFC 7889). %FALSE
 * without an error: another item. */
static gboolean
parse_status_extra (ImapScanner *scanner, const ImapToken *name, ImapStatusItems *items)
{
  const char *from = scanner->p;

  if (imap_token_is (name, "MAILBOXID") && items->mailbox_id == NULL &&
      imap_scanner_accept (scanner, '('))
    {
      if (imap_scanner_text (scanner, &items->mailbox_id) && items->mailbox_id != NULL &&
          imap_scanner_close (scanner))
        return TRUE;
      g_clear_pointer (&items->mailbox_id, g_free);
    }
  else if (imap_token_is (name, "APPENDLIMIT") && !items->has_appendlimit)
    {
      items->appendlimit = G_MAXUINT64;
      items->has_appendlimit = g_ascii_isdigit (*from)
                                   ? imap_scanner_number (scanner, &items->appendlimit)
                                   : imap_scanner_skip (scanner);
      if (items->has_appendlimit)
        return TRUE;
    }
  scanner->p = from;
  scanner->expected = NULL;
  return FALSE;
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
    { "DELETED-STORAGE", &items->has_deleted_storage, &items->deleted_storage },
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
  if (parse_status_extra (scanner, &name, items))
    return TRUE;
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
      response->status_items->name = imap_scanner_name (scanner, from, (gsize) (name_end - from));
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
