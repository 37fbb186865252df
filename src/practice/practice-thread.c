/* THREAD=ORDEREDSUBJECT and THREAD=REFERENCES (RFC 5256 §3): letters become nodes of a tree, then
 * the tree its parentheses. A dummy stands for a letter that others answer and that is not there.
 */
#include "config.h"

#include "practice-sort.h"

#include <string.h>

typedef struct _Node Node;

struct _Node
{
  const PracticeSortKeys *keys; /* %NULL: a dummy */
  Node *parent;
  GPtrArray *children; /* Node, not owned */
};

static Node *
node_new (GPtrArray *all, const PracticeSortKeys *keys)
{
  Node *node = g_new0 (Node, 1);

  node->keys = keys;
  node->children = g_ptr_array_new ();
  g_ptr_array_add (all, node);
  return node;
}

static void
node_free (gpointer data)
{
  Node *node = data;

  g_ptr_array_unref (node->children);
  g_free (node);
}

static void
link_to (Node *parent, Node *child)
{
  if (child->parent != NULL)
    g_ptr_array_remove (child->parent->children, child);
  child->parent = parent;
  g_ptr_array_add (parent->children, child);
}

static gboolean
is_above (const Node *node, const Node *below)
{
  for (; below != NULL; below = below->parent)
    {
      if (below == node)
        return TRUE;
    }
  return FALSE;
}

/* Order */

/* What a node is compared by: of a dummy its first child, which has been sorted. */
static const PracticeSortKeys *
keys_of (const Node *node)
{
  static const PracticeSortKeys nobody = { .subject = (char *) "" };

  while (node->keys == NULL && node->children->len > 0)
    node = node->children->pdata[0];
  return node->keys != NULL ? node->keys : &nobody;
}

static int
compare_keys (const PracticeSortKeys *a, const PracticeSortKeys *b)
{
  if (a->sent != b->sent)
    return a->sent < b->sent ? -1 : 1;
  return (a->place > b->place) - (a->place < b->place);
}

static int
compare_nodes (gconstpointer a, gconstpointer b)
{
  return compare_keys (keys_of (*(Node *const *) a), keys_of (*(Node *const *) b));
}

/* Deepest first: a dummy's date is that of its first child. Chains may be as long as a mailbox, so
 * nothing recurses. */
static void
sort_below (Node *root)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  g_ptr_array_add (nodes, root);
  for (guint i = 0; i < nodes->len; i++)
    g_ptr_array_extend (nodes, ((Node *) nodes->pdata[i])->children, NULL, NULL);
  for (guint i = nodes->len; i > 0; i--)
    g_ptr_array_sort (((Node *) nodes->pdata[i - 1])->children, compare_nodes);
}

/* Writing: thread = "(" members *("(" … ")") ")" */

typedef struct
{
  const Node *node; /* %NULL: only close the parenthesis */
  gboolean opens;
} Step;

static void
push (GArray *steps, const Node *node, gboolean opens)
{
  Step step = { node, opens };

  g_array_append_val (steps, step);
}

static char *
write_threads (const Node *root, const GArray *numbers)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));

  for (guint i = root->children->len; i > 0; i--)
    push (steps, root->children->pdata[i - 1], TRUE);
  while (steps->len > 0)
    {
      Step step = g_array_index (steps, Step, steps->len - 1);
      guint n = step.node != NULL ? step.node->children->len : 0;

      g_array_set_size (steps, steps->len - 1);
      if (step.node == NULL)
        {
          g_string_append_c (out, ')');
          continue;
        }
      if (step.opens)
        {
          /* A space only between a number and what hangs on it. */
          if (out->len > 0 && g_ascii_isdigit (out->str[out->len - 1]))
            g_string_append_c (out, ' ');
          g_string_append_c (out, '(');
          push (steps, NULL, FALSE);
        }
      if (step.node->keys != NULL)
        g_string_append_printf (out,
                                "%s%u",
                                step.opens ? "" : " ",
                                g_array_index (numbers, guint32, step.node->keys->place));
      for (guint i = n; i > 0; i--)
        push (steps, step.node->children->pdata[i - 1], n > 1 || step.node->keys == NULL);
    }
  return g_string_free (out, FALSE);
}

/* ORDEREDSUBJECT: those of one subject hang on the first of them. */

static int
compare_subjects (gconstpointer a, gconstpointer b)
{
  const PracticeSortKeys *first = *(const PracticeSortKeys *const *) a;
  const PracticeSortKeys *second = *(const PracticeSortKeys *const *) b;
  int order = strcmp (first->subject, second->subject);

  return order != 0 ? order : compare_keys (first, second);
}

static void
order_subjects (Node *root, GPtrArray *all, GArray *keys)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  Node *first = NULL;

  for (guint i = 0; i < keys->len; i++)
    g_ptr_array_add (sorted, &g_array_index (keys, PracticeSortKeys, i));
  g_ptr_array_sort (sorted, compare_subjects);
  for (guint i = 0; i < sorted->len; i++)
    {
      Node *node = node_new (all, sorted->pdata[i]);

      if (first != NULL && strcmp (first->keys->subject, node->keys->subject) == 0)
        link_to (first, node);
      else
        {
          link_to (root, node);
          first = node;
        }
    }
  sort_below (root);
}

/* REFERENCES */

/* Step 1: who answers whom. A Message-ID that is there twice names the first. */
static void
link_references (GPtrArray *all, GArray *keys)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) own = g_ptr_array_new ();

  for (guint i = 0; i < keys->len; i++)
    {
      const PracticeSortKeys *key = &g_array_index (keys, PracticeSortKeys, i);
      Node *node = node_new (all, key);

      g_ptr_array_add (own, node);
      if (key->id != NULL && !g_hash_table_contains (by_id, key->id))
        g_hash_table_insert (by_id, key->id, node);
    }
  for (guint i = 0; i < keys->len; i++)
    {
      const PracticeSortKeys *key = &g_array_index (keys, PracticeSortKeys, i);
      Node *last = NULL;
      Node *node = own->pdata[i];

      for (guint j = 0; key->references[j] != NULL; j++)
        {
          Node *named = g_hash_table_lookup (by_id, key->references[j]);

          if (named == NULL)
            {
              named = node_new (all, NULL);
              g_hash_table_insert (by_id, key->references[j], named);
            }
          /* What is linked already stays so, and nothing may be its own ancestor. */
          if (last != NULL && named->parent == NULL && !is_above (named, last))
            link_to (last, named);
          last = named;
        }
      if (last != NULL && !is_above (node, last))
        link_to (last, node);
    }
}

/* Step 3: dummies without children go; those that have some give them to who is above, but for
 * several at the top. */
static void
prune (Node *root)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  g_ptr_array_add (nodes, root);
  for (guint i = 0; i < nodes->len; i++)
    g_ptr_array_extend (nodes, ((Node *) nodes->pdata[i])->children, NULL, NULL);
  for (guint i = nodes->len; i > 1; i--)
    {
      Node *node = nodes->pdata[i - 1];
      Node *parent = node->parent;

      if (node->keys != NULL || (node->children->len > 1 && parent == root))
        continue;
      while (node->children->len > 0)
        link_to (parent, node->children->pdata[0]);
      g_ptr_array_remove (parent->children, node);
    }
}

/* Steps 5A and 5B: of the threads with one subject the one that the others go to: a dummy before a
 * letter, a letter before an answer. */
static GHashTable *
gather_subjects (Node *root)
{
  GHashTable *table = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < root->children->len; i++)
    {
      Node *node = root->children->pdata[i];
      const PracticeSortKeys *keys = keys_of (node);
      Node *there = g_hash_table_lookup (table, keys->subject);

      if (keys->subject[0] == '\0')
        continue;
      if (there == NULL ||
          (there->keys != NULL && (node->keys == NULL || (there->keys->answers && !keys->answers))))
        g_hash_table_insert (table, keys->subject, node);
    }
  return table;
}

/* Step 5C, for one thread and the one of its subject. */
static void
merge (Node *root, GPtrArray *all, GHashTable *table, Node *there, Node *node)
{
  const PracticeSortKeys *keys = keys_of (node);
  Node *both;

  if (there->keys == NULL && node->keys == NULL)
    {
      while (node->children->len > 0)
        link_to (there, node->children->pdata[0]);
      g_ptr_array_remove (root->children, node);
    }
  else if (there->keys == NULL || (keys->answers && !keys_of (there)->answers))
    link_to (there, node);
  else
    {
      both = node_new (all, NULL);
      link_to (root, both);
      link_to (both, there);
      link_to (both, node);
      g_hash_table_insert (table, keys->subject, both);
    }
}

static void
merge_subjects (Node *root, GPtrArray *all)
{
  g_autoptr (GHashTable) table = gather_subjects (root);
  g_autoptr (GPtrArray) nodes = g_ptr_array_copy (root->children, NULL, NULL);

  for (guint i = 0; i < nodes->len; i++)
    {
      Node *node = nodes->pdata[i];
      const PracticeSortKeys *keys = keys_of (node);
      Node *there = g_hash_table_lookup (table, keys->subject);

      if (there != NULL && there != node)
        merge (root, all, table, there, node);
    }
}

static void
follow_references (Node *root, GPtrArray *all, GArray *keys)
{
  link_references (all, keys);
  for (guint i = 0; i < all->len; i++)
    {
      Node *node = all->pdata[i];

      if (node->parent == NULL && node != root)
        link_to (root, node);
    }
  prune (root);
  sort_below (root);
  merge_subjects (root, all);
  sort_below (root);
}

char *
practice_thread (const char *algorithm, GArray *keys, const GArray *numbers)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (node_free);
  Node *root = node_new (all, NULL);

  if (g_ascii_strcasecmp (algorithm, "ORDEREDSUBJECT") == 0)
    order_subjects (root, all, keys);
  else if (g_ascii_strcasecmp (algorithm, "REFERENCES") == 0)
    follow_references (root, all, keys);
  else
    return NULL;
  return write_threads (root, numbers);
}
