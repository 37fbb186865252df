/* What SEARCH looks for, as a tree (RFC 9051 §6.4.4). */
#pragma once

#include "imap-value.h"

G_BEGIN_DECLS

typedef struct _ImapSearchKey ImapSearchKey;

struct _ImapSearchKey
{
  char *name;          /* upper case: "ALL", "SEEN", "HEADER", "UID"; "SET" is a bare sequence set;
                        * "AND" (children), "OR" (two), "NOT" (one) */
  char *text, *text2;  /* strings: FROM x, KEYWORD k; HEADER: field, value */
  ImapSet *set;        /* SET, UID */
  guint64 number;      /* LARGER SMALLER OLDER YOUNGER MODSEQ */
  gint64 date;         /* BEFORE ON SINCE SENT… SAVED…: days since 1970-01-01 */
  GPtrArray *children; /* ImapSearchKey */
};

/* What follows a key's name. */
typedef enum
{
  IMAP_SEARCH_NOTHING,
  IMAP_SEARCH_STRING,
  IMAP_SEARCH_HEADER,
  IMAP_SEARCH_ATOM, /* KEYWORD, EMAILID */
  IMAP_SEARCH_DATE,
  IMAP_SEARCH_NUMBER,
  IMAP_SEARCH_SET,
  IMAP_SEARCH_KEY,   /* NOT */
  IMAP_SEARCH_KEYS_2 /* OR */
} ImapSearchArgument;

/* %FALSE: not a key. Any case; @canonical: the name in upper case, static. */
gboolean imap_search_find (const char *name,
                           gsize len,
                           const char **canonical,
                           ImapSearchArgument *argument);

/* @name: as in the struct. */
ImapSearchKey *imap_search_key_new (const char *name);
void imap_search_key_free (ImapSearchKey *key);
/* @child is (transfer full). */
void imap_search_key_add (ImapSearchKey *key, ImapSearchKey *child);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapSearchKey, imap_search_key_free)

G_END_DECLS
