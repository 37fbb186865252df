/* What NOTIFY SET asks for (RFC 5465 §8): which events of which mailboxes a client wants to be told
 * of, whether or not it says anything. */
#pragma once

#include "imap-command.h"

G_BEGIN_DECLS

typedef enum
{
  IMAP_NOTIFY_SELECTED,         /* the open mailbox, at once */
  IMAP_NOTIFY_SELECTED_DELAYED, /* the same, but expunges wait for a command that allows them */
  IMAP_NOTIFY_INBOXES,
  IMAP_NOTIFY_PERSONAL,
  IMAP_NOTIFY_SUBSCRIBED,
  IMAP_NOTIFY_SUBTREE,
  IMAP_NOTIFY_MAILBOXES
} ImapNotifyScope;

typedef enum
{
  IMAP_NOTIFY_MESSAGE_NEW = 1 << 0,
  IMAP_NOTIFY_MESSAGE_EXPUNGE = 1 << 1,
  IMAP_NOTIFY_FLAG_CHANGE = 1 << 2,
  IMAP_NOTIFY_ANNOTATION_CHANGE = 1 << 3,
  IMAP_NOTIFY_MAILBOX_NAME = 1 << 4,
  IMAP_NOTIFY_SUBSCRIPTION_CHANGE = 1 << 5,
  IMAP_NOTIFY_MAILBOX_METADATA = 1 << 6,
  IMAP_NOTIFY_SERVER_METADATA = 1 << 7,
  IMAP_NOTIFY_OTHER = 1 << 8 /* an event nobody here knows */
} ImapNotifyEvent;

/* Those that are about letters. */
#define IMAP_NOTIFY_MESSAGE_EVENTS                                                   \
  (IMAP_NOTIFY_MESSAGE_NEW | IMAP_NOTIFY_MESSAGE_EXPUNGE | IMAP_NOTIFY_FLAG_CHANGE | \
   IMAP_NOTIFY_ANNOTATION_CHANGE)

typedef struct
{
  ImapNotifyScope scope;
  char **mailboxes;   /* SUBTREE, MAILBOXES: UTF-8 (nullable) */
  guint events;       /* ImapNotifyEvent; 0: NONE */
  ImapCommand *fetch; /* what of a new letter is told at once: items and sections (nullable) */
} ImapNotifyGroup;

typedef struct
{
  gboolean status; /* each mailbox' STATUS is wanted first */
  GArray *groups;  /* ImapNotifyGroup; empty: NOTIFY NONE */
} ImapNotify;

/* @text: the arguments as ImapCommand.text has them; @utf8: names in it are UTF-8. %NULL: not well
 * formed, or against the rules of §5 and §6.1. (transfer full) */
ImapNotify *imap_notify_parse (const char *text, gboolean utf8, const BaseLimits *limits);
void imap_notify_free (ImapNotify *notify);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapNotify, imap_notify_free)

G_END_DECLS
