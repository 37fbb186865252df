/* The error domain of the cores, and the table of how each layer's errors are retried. */
#include "config.h"

#include "base-error.h"

G_DEFINE_QUARK (base - core - error, base_core_error)

static GMutex table_lock;
static GHashTable *table;

void
base_error_register (GQuark domain, BaseRetryFunc func)
{
  g_mutex_lock (&table_lock);
  if (table == NULL)
    table = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (table, GUINT_TO_POINTER (domain), func);
  g_mutex_unlock (&table_lock);
}

static BaseRetry
core_retry (BaseCoreError code)
{
  switch (code)
    {
    case BASE_CORE_ERROR_TIMEOUT:
    case BASE_CORE_ERROR_CLOSED:
      return BASE_RETRY_AGAIN;
    case BASE_CORE_ERROR_INJECTION:
      return BASE_RETRY_USER;
    case BASE_CORE_ERROR_PROTOCOL:
    case BASE_CORE_ERROR_LIMIT:
    default:
      return BASE_RETRY_FINAL;
    }
}

BaseRetry
base_error_retry (const GError *error)
{
  BaseRetryFunc func = NULL;

  if (error->domain == BASE_CORE_ERROR)
    return core_retry (error->code);
  g_mutex_lock (&table_lock);
  if (table != NULL)
    func = g_hash_table_lookup (table, GUINT_TO_POINTER (error->domain));
  g_mutex_unlock (&table_lock);
  return func != NULL ? func (error->code) : BASE_RETRY_AGAIN;
}

char *
base_error_quote (const char *text, gssize len, gsize max)
{
  g_autofree char *valid = g_utf8_make_valid (text, len);
  GString *quoted = g_string_new (NULL);
  gsize count = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (count++ == max)
        {
          g_string_append (quoted, "…");
          break;
        }
      /* Bidirectional overrides could make the quotation read as something else. */
      if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        c = ' ';
      g_string_append_unichar (quoted, c);
    }
  g_strstrip (quoted->str);
  return g_string_free (quoted, FALSE);
}
