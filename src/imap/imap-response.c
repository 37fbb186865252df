/* Making and freeing responses. */
#include "config.h"

#include "imap-response.h"

#include <string.h>

static void
section_clear (gpointer data)
{
  ImapSection *section = data;

  g_free (section->section);
  imap_string_clear (&section->data);
}

static void
fetch_free (ImapFetch *fetch)
{
  imap_flags_clear (&fetch->flags);
  g_clear_pointer (&fetch->envelope, imap_envelope_free);
  g_clear_pointer (&fetch->body, imap_body_free);
  g_free (fetch->email_id);
  g_free (fetch->thread_id);
  g_free (fetch->preview);
  g_strfreev (fetch->labels);
  g_clear_pointer (&fetch->sections, g_array_unref);
  g_free (fetch->other);
  g_free (fetch);
}

static void
list_free (ImapList *list)
{
  g_free (list->name);
  g_strfreev (list->others);
  g_free (list->extended);
  g_free (list->old_name);
  g_free (list->wire_name);
  g_free (list);
}

static void
status_items_free (ImapStatusItems *items)
{
  g_free (items->name);
  g_free (items->mailbox_id);
  g_free (items->other);
  g_free (items);
}

static void
esearch_free (ImapEsearch *esearch)
{
  g_free (esearch->tag);
  g_clear_pointer (&esearch->all, imap_set_unref);
  g_clear_pointer (&esearch->partial, imap_set_unref);
  g_free (esearch->other);
  g_free (esearch);
}

static void
quota_free (ImapQuota *quota)
{
  g_free (quota->name);
  g_clear_pointer (&quota->resources, g_array_unref);
  g_strfreev (quota->roots);
  g_free (quota);
}

static void
namespace_entry_clear (gpointer data)
{
  g_free (((ImapNamespaceEntry *) data)->prefix);
}

static void
quota_resource_clear (gpointer data)
{
  g_free (((ImapQuotaResource *) data)->name);
}

GArray *
imap_namespace_entries_new (void)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (ImapNamespaceEntry));

  g_array_set_clear_func (entries, namespace_entry_clear);
  return entries;
}

GArray *
imap_quota_resources_new (void)
{
  GArray *resources = g_array_new (FALSE, FALSE, sizeof (ImapQuotaResource));

  g_array_set_clear_func (resources, quota_resource_clear);
  return resources;
}

static void
make_payload (ImapResponse *response)
{
  if (response->type == IMAP_RESPONSE_LIST)
    response->list = g_new0 (ImapList, 1);
  else if (response->type == IMAP_RESPONSE_STATUS_ITEMS)
    response->status_items = g_new0 (ImapStatusItems, 1);
  else if (response->type == IMAP_RESPONSE_ESEARCH)
    {
      response->esearch = g_new0 (ImapEsearch, 1);
      response->esearch->count = -1;
    }
  else if (response->type == IMAP_RESPONSE_QUOTA || response->type == IMAP_RESPONSE_QUOTAROOT)
    {
      response->quota = g_new0 (ImapQuota, 1);
      if (response->type == IMAP_RESPONSE_QUOTA)
        response->quota->resources = imap_quota_resources_new ();
    }
  else if (response->type == IMAP_RESPONSE_SEARCH || response->type == IMAP_RESPONSE_THREAD)
    response->numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  else if (response->type == IMAP_RESPONSE_FETCH)
    {
      response->fetch = g_new0 (ImapFetch, 1);
      response->fetch->internal_date = IMAP_DATE_NONE;
      response->fetch->save_date = IMAP_DATE_NONE;
    }
}

ImapResponse *
imap_response_new (ImapResponseType type)
{
  ImapResponse *response = g_new0 (ImapResponse, 1);

  g_atomic_ref_count_init (&response->ref_count);
  response->type = type;
  make_payload (response);
  return response;
}

ImapResponse *
imap_response_ref (ImapResponse *response)
{
  g_atomic_ref_count_inc (&response->ref_count);
  return response;
}

void
imap_response_unref (ImapResponse *response)
{
  if (!g_atomic_ref_count_dec (&response->ref_count))
    return;
  g_free (response->tag);
  imap_code_clear (&response->code);
  g_free (response->text);
  g_strfreev (response->words);
  g_clear_pointer (&response->list, list_free);
  g_clear_pointer (&response->status_items, status_items_free);
  g_clear_pointer (&response->esearch, esearch_free);
  g_clear_pointer (&response->quota, quota_free);
  imap_flags_clear (&response->flags);
  g_clear_pointer (&response->set, imap_set_unref);
  g_clear_pointer (&response->numbers, g_array_unref);
  g_clear_pointer (&response->fetch, fetch_free);
  g_clear_pointer (&response->personal, g_array_unref);
  g_clear_pointer (&response->others, g_array_unref);
  g_clear_pointer (&response->shared, g_array_unref);
  g_free (response);
}

/* What a server says in brackets is kept as it is given; its structure is the reader's to find. */
ImapResponse *
imap_response_status (const char *tag, ImapStatus status, const char *code, const char *text)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_STATUS);

  response->tag = g_strdup (tag);
  response->status = status;
  response->text = g_strdup (text != NULL ? text : "");
  if (code != NULL)
    {
      gsize len = strcspn (code, " ");

      response->code.type = imap_code_find (code, len);
      response->code.name = g_strndup (code, len);
      if (code[len] == ' ')
        response->code.text = g_strdup (code + len + 1);
    }
  return response;
}

ImapResponse *
imap_response_number (ImapResponseType type, guint32 number)
{
  ImapResponse *response = imap_response_new (type);

  response->number = number;
  return response;
}

ImapResponse *
imap_response_text (const char *line)
{
  ImapResponse *response = imap_response_new (IMAP_RESPONSE_UNKNOWN);

  response->text = g_strdup (line);
  return response;
}

const char *
imap_status_name (ImapStatus status)
{
  static const char *const names[] = { "OK", "NO", "BAD", "PREAUTH", "BYE" };

  return names[status];
}

BaseOutcome
imap_response_outcome (const ImapResponse *response)
{
  if (response->status == IMAP_STATUS_NO)
    return imap_code_refusal (response->code.type);
  if (response->status == IMAP_STATUS_BAD)
    return BASE_OUTCOME_BAD;
  return BASE_OUTCOME_OK;
}

const ImapSection *
imap_fetch_section (const ImapFetch *fetch, const char *section)
{
  for (guint i = 0; fetch->sections != NULL && i < fetch->sections->len; i++)
    {
      const ImapSection *found = &g_array_index (fetch->sections, ImapSection, i);

      if (g_ascii_strcasecmp (found->section, section) == 0)
        return found;
    }
  return NULL;
}

ImapSection *
imap_fetch_add_section (ImapFetch *fetch, const char *name)
{
  ImapSection section = { .section = g_strdup (name), .origin = -1 };

  if (fetch->sections == NULL)
    {
      fetch->sections = g_array_new (FALSE, TRUE, sizeof (ImapSection));
      g_array_set_clear_func (fetch->sections, section_clear);
    }
  g_array_append_val (fetch->sections, section);
  return &g_array_index (fetch->sections, ImapSection, fetch->sections->len - 1);
}
