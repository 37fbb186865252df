/* HTML as a tree, by gumbo, within a budget: the standard's repair rules can make a small hostile
 * letter grow without bound, and gumbo itself has no limit. */
#pragma once

#include <glib.h>
#include <gumbo.h>

G_BEGIN_DECLS

/* Longer HTML is cut here before parsing. */
#define MAIL_DOM_MAX_SOURCE (8 * 1024 * 1024)

/* Memory a tree may take beside a multiple of its source, and the processor time to build
 * it. */
#define MAIL_DOM_MAX_MEMORY ((gsize) 256 * 1024 * 1024)
#define MAIL_DOM_MAX_SECONDS 2

typedef struct _MailDom MailDom;

/* mail_dom_parse: the tree of @html, or NULL when it would exceed the budget. @html is copied and
 * made valid UTF-8. The nodes live as long as the MailDom. (transfer full) */
MailDom *mail_dom_parse (const char *html, gsize length);
void mail_dom_free (MailDom *dom);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailDom, mail_dom_free)

/* The <html> element. */
const GumboNode *mail_dom_get_root (const MailDom *dom);

/* mail_dom_next: a walk without recursion, which a hostile depth cannot break. Gives the node after
 * @node in document order inside @root, or NULL at the end; @into FALSE passes over @node's
 * children. @leave (may be NULL) is called for each element that the step leaves, innermost first.
 */
typedef void (*MailDomLeave) (const GumboNode *element, gpointer data);
const GumboNode *mail_dom_next (
    const GumboNode *root, const GumboNode *node, gboolean into, MailDomLeave leave, gpointer data);

/* mail_dom_attribute: the value of an attribute, or NULL. */
const char *mail_dom_attribute (const GumboNode *element, const char *name);

/* mail_dom_tag: the element's name in lower case, also when gumbo does not know it; @length bytes,
 * not terminated. */
const char *mail_dom_tag (const GumboNode *element, gsize *length);
gboolean mail_dom_is (const GumboNode *node, GumboTag tag);

G_END_DECLS
