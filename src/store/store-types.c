/* The records of the store: made here, passed between threads, freed by whoever holds them last. */
#include "config.h"

#include "store-types.h"

StoreFolder *
store_folder_ref (StoreFolder *folder)
{
  g_atomic_ref_count_inc (&folder->ref_count);
  return folder;
}

void
store_folder_unref (StoreFolder *folder)
{
  if (!g_atomic_ref_count_dec (&folder->ref_count))
    return;
  g_free (folder->name);
  g_free (folder->delimiter);
  g_free (folder->mailbox_id);
  g_free (folder->wire_name);
  g_free (folder);
}

StoreRow *
store_row_ref (StoreRow *row)
{
  g_atomic_ref_count_inc (&row->ref_count);
  return row;
}

void
store_row_unref (StoreRow *row)
{
  if (!g_atomic_ref_count_dec (&row->ref_count))
    return;
  g_free (row->uidl);
  g_free (row->keywords);
  g_free (row->subject);
  g_free (row->from_name);
  g_free (row->from_address);
  g_free (row->to_text);
  g_free (row->cc_text);
  g_free (row->message_id);
  g_free (row->in_reply_to);
  g_free (row->refs);
  g_free (row->thread);
  g_free (row->preview);
  g_free (row);
}

void
store_journal_entry_free (StoreJournalEntry *entry)
{
  g_clear_pointer (&entry->cause, base_cause_unref);
  g_free (entry->uidl);
  g_free (entry->error);
  g_free (entry);
}

void
store_outbox_entry_free (StoreOutboxEntry *entry)
{
  g_clear_pointer (&entry->cause, base_cause_unref);
  g_free (entry->sender);
  g_strfreev (entry->recipients);
  g_strfreev (entry->accepted);
  g_strfreev (entry->refused);
  g_free (entry->subject);
  g_free (entry->error);
  g_free (entry);
}

void
store_ledger_entry_free (StoreLedgerEntry *entry)
{
  g_clear_pointer (&entry->cause, base_cause_unref);
  g_free (entry->folder);
  g_free (entry->detail);
  g_free (entry->exchange);
  g_free (entry);
}

StoreAccountInfo *
store_account_info_new (void)
{
  StoreAccountInfo *info = g_new0 (StoreAccountInfo, 1);

  g_atomic_ref_count_init (&info->ref_count);
  info->uuid = g_strdup ("");
  info->name = g_strdup ("");
  info->protocol = g_strdup ("");
  info->email = g_strdup ("");
  info->full_name = g_strdup ("");
  info->host = g_strdup ("");
  info->security = g_strdup ("tls");
  info->user = g_strdup ("");
  info->smtp_host = g_strdup ("");
  info->smtp_security = g_strdup ("tls");
  info->smtp_user = g_strdup ("");
  info->ca_file = g_strdup ("");
  info->password_file = g_strdup ("");
  info->leave_policy = g_strdup ("all");
  info->keep_policy = g_strdup ("all");
  info->sign_in = g_strdup ("");
  info->client_cert = g_strdup ("");
  return info;
}

StoreAccountInfo *
store_account_info_copy (const StoreAccountInfo *info)
{
  StoreAccountInfo *copy = g_new0 (StoreAccountInfo, 1);

  *copy = *info;
  g_atomic_ref_count_init (&copy->ref_count);
  copy->uuid = g_strdup (info->uuid);
  copy->name = g_strdup (info->name);
  copy->protocol = g_strdup (info->protocol);
  copy->email = g_strdup (info->email);
  copy->full_name = g_strdup (info->full_name);
  copy->host = g_strdup (info->host);
  copy->security = g_strdup (info->security);
  copy->user = g_strdup (info->user);
  copy->smtp_host = g_strdup (info->smtp_host);
  copy->smtp_security = g_strdup (info->smtp_security);
  copy->smtp_user = g_strdup (info->smtp_user);
  copy->ca_file = g_strdup (info->ca_file);
  copy->password_file = g_strdup (info->password_file);
  copy->leave_policy = g_strdup (info->leave_policy);
  copy->keep_policy = g_strdup (info->keep_policy);
  copy->sign_in = g_strdup (info->sign_in);
  copy->client_cert = g_strdup (info->client_cert);
  return copy;
}

StoreAccountInfo *
store_account_info_ref (StoreAccountInfo *info)
{
  g_atomic_ref_count_inc (&info->ref_count);
  return info;
}

void
store_account_info_unref (StoreAccountInfo *info)
{
  if (!g_atomic_ref_count_dec (&info->ref_count))
    return;
  g_free (info->uuid);
  g_free (info->name);
  g_free (info->protocol);
  g_free (info->email);
  g_free (info->full_name);
  g_free (info->host);
  g_free (info->security);
  g_free (info->user);
  g_free (info->smtp_host);
  g_free (info->smtp_security);
  g_free (info->smtp_user);
  g_free (info->ca_file);
  g_free (info->password_file);
  g_free (info->leave_policy);
  g_free (info->keep_policy);
  g_free (info->sign_in);
  g_free (info->client_cert);
  g_free (info);
}
