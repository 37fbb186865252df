/* All of gumbo's memory comes from an arena of ours. That bounds it, frees it without gumbo's
 * recursive destructor, and lets a parse be left in the middle: a jump out of the allocator loses
 * nothing, because nothing but the arena was held. */
#include "config.h"

#include "mail-dom.h"

#include <setjmp.h>
#include <string.h>
#include <time.h>

#define BLOCK (256 * 1024)
#define ALIGNMENT 16

/* The clock is looked at once in so many allocations. */
#define CLOCK_INTERVAL 1024

typedef struct _Block
{
  struct _Block *next;
  gsize used;
  gsize size;
} Block;

struct _MailDom
{
  Block *blocks;
  gsize allocated;
  gsize limit;
  guint calls;
  gint64 deadline;
  jmp_buf over_budget;
  char *source;
  GumboOutput *output;
};

static gsize
align (gsize size)
{
  return (size + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
}

/* The thread's own time in microseconds: a busy computer does not make a letter hostile. */
static gint64
get_cpu_time (void)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void *
arena_allocate (void *data, size_t wanted)
{
  MailDom *dom = data;
  gsize size = align (MAX (wanted, 1));
  Block *block = dom->blocks;
  char *start = NULL;

  if (++dom->calls % CLOCK_INTERVAL == 0 && get_cpu_time () > dom->deadline)
    longjmp (dom->over_budget, 1);
  if (block == NULL || block->size - block->used < size)
    {
      gsize capacity = MAX (size, BLOCK);

      if (dom->allocated + capacity > dom->limit)
        longjmp (dom->over_budget, 1);
      dom->allocated += capacity;
      block = g_malloc (align (sizeof (Block)) + capacity);
      block->used = 0;
      block->size = capacity;
      block->next = dom->blocks;
      dom->blocks = block;
    }
  start = (char *) block + align (sizeof (Block)) + block->used;
  block->used += size;
  return start;
}

static void
arena_deallocate (void *data, void *memory)
{
}

/* U+FFFD in place of NUL and bad bytes: gumbo reports such bytes but also keeps some. */
static char *
make_valid (const char *html, gsize length)
{
  g_autofree char *copy = g_malloc (length + 1);

  copy[length] = '\0';
  for (gsize i = 0; i < length; i++)
    copy[i] = html[i] == '\0' ? ' ' : html[i];
  return g_utf8_make_valid (copy, length);
}

/* The part that may be jumped out of keeps no local that changes. */
static gboolean
parse (MailDom *dom)
{
  GumboOptions options = kGumboDefaultOptions;

  options.allocator = arena_allocate;
  options.deallocator = arena_deallocate;
  options.userdata = dom;
  options.max_errors = 0;
  if (setjmp (dom->over_budget) != 0)
    return FALSE;
  dom->output = gumbo_parse_with_options (&options, dom->source, strlen (dom->source));
  return TRUE;
}

MailDom *
mail_dom_parse (const char *html, gsize length)
{
  MailDom *dom = g_new0 (MailDom, 1);

  length = MIN (length, MAIL_DOM_MAX_SOURCE);
  dom->source = make_valid (html, length);
  dom->limit = MIN (16 * 1024 * 1024 + length * 64, MAIL_DOM_MAX_MEMORY);
  dom->deadline = get_cpu_time () + MAIL_DOM_MAX_SECONDS * G_USEC_PER_SEC;
  if (!parse (dom))
    g_clear_pointer (&dom, mail_dom_free);
  return dom;
}

void
mail_dom_free (MailDom *dom)
{
  while (dom->blocks != NULL)
    {
      Block *block = dom->blocks;

      dom->blocks = block->next;
      g_free (block);
    }
  g_free (dom->source);
  g_free (dom);
}

const GumboNode *
mail_dom_get_root (const MailDom *dom)
{
  return dom->output->root;
}

static gboolean
is_element (const GumboNode *node)
{
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

const GumboNode *
mail_dom_next (
    const GumboNode *root, const GumboNode *node, gboolean into, MailDomLeave leave, gpointer data)
{
  if (into && is_element (node) && node->v.element.children.length > 0)
    return node->v.element.children.data[0];
  if (is_element (node) && leave != NULL)
    leave (node, data);
  while (node != root)
    {
      const GumboNode *parent = node->parent;
      const GumboVector *siblings = &parent->v.element.children;

      if (node->index_within_parent + 1 < siblings->length)
        return siblings->data[node->index_within_parent + 1];
      node = parent;
      if (leave != NULL)
        leave (node, data);
    }
  return NULL;
}

const char *
mail_dom_attribute (const GumboNode *element, const char *name)
{
  const GumboAttribute *attribute = gumbo_get_attribute (&element->v.element.attributes, name);

  return attribute != NULL ? attribute->value : NULL;
}

const char *
mail_dom_tag (const GumboNode *element, gsize *length)
{
  GumboStringPiece piece = element->v.element.original_tag;

  if (element->v.element.tag != GUMBO_TAG_UNKNOWN)
    {
      const char *name = gumbo_normalized_tagname (element->v.element.tag);

      *length = strlen (name);
      return name;
    }
  gumbo_tag_from_original_text (&piece);
  *length = piece.data != NULL ? piece.length : 0;
  return piece.data != NULL ? piece.data : "";
}

gboolean
mail_dom_is (const GumboNode *node, GumboTag tag)
{
  return is_element (node) && node->v.element.tag == tag &&
         node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
}
