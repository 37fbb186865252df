/* People as headers name them: a display name and an address (RFC 5322 §3.4). Lists are GPtrArray
 * of MailAddress, never NULL, never changed after they were built. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Immutable and atomically counted; both strings are valid UTF-8 without control characters, and
 * never NULL. @name is "" when there is none. @address is "" only for a group without members
 * ("undisclosed-recipients:;"), whose name is then in @name. A domain stays as it was written:
 * internationalised names are neither encoded nor decoded. */
typedef struct _MailAddress
{
  const char *name;
  const char *address;
} MailAddress;

MailAddress *mail_address_new (const char *name, const char *address);
MailAddress *mail_address_ref (MailAddress *address);
void mail_address_unref (MailAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAddress, mail_address_unref)

/* mail_address_list_new: (transfer full) an empty list that owns its elements. */
GPtrArray *mail_address_list_new (void);

/* mail_address_parse_list: reads @text, which is a header's raw value (folded, with encoded words)
 * or what a person typed ("Ada <ada@localhost>, bob@b.example"; semicolons separate too). Groups
 * are replaced by their members. @text may be NULL. What cannot be read as an address is kept with
 * its whole text as the address, so that nothing typed disappears; see mail_address_is_valid().
 * At most MAIL_MAX_ADDRESSES are returned. (transfer full) */
#define MAIL_MAX_ADDRESSES 10000
GPtrArray *mail_address_parse_list (const char *text);

/* mail_address_parse: the first address in @text, or NULL when there is none. (transfer full) */
MailAddress *mail_address_parse (const char *text);

/* mail_address_is_valid: whether @address (addr-spec, without name) can be given to a server:
 * local part, "@", domain; up to 254 bytes; a domain without a dot ("ada@localhost"), a domain
 * literal ("ada@[127.0.0.1]") and UTF-8 (RFC 6531) are valid. */
gboolean mail_address_is_valid (const char *address);

/* mail_address_get_domain: what follows the last "@", inside @address; NULL when there is none. */
const char *mail_address_get_domain (const char *address);

/* mail_address_equal: whether both reach the same mailbox: compared without regard to case, as all
 * real servers do. */
gboolean mail_address_equal (const char *a, const char *b);
gboolean mail_address_list_contains (GPtrArray *list, const char *address);

/* mail_address_display: for a person's eyes: the name, else the address. Borrowed.
 * mail_address_to_text: for a field that a person edits: `Ada Lovelace <ada@b.example>`, quoted
 * where needed; reads back equal. mail_address_list_to_text joins with ", ". (transfer full)
 * mail_address_list_to_header: for a header: names as encoded words where needed, folded with CRLF
 * for a field whose name takes @column bytes. (transfer full) */
const char *mail_address_display (const MailAddress *address);
char *mail_address_to_text (const MailAddress *address);
char *mail_address_list_to_text (GPtrArray *list);
char *mail_address_list_to_header (GPtrArray *list, gsize column);

G_END_DECLS
