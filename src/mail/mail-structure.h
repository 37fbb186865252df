/* A message's tree of parts: how much of it is read, and what may be wrong with it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Limits against hostile input. What goes beyond depth or count is kept as one undivided part of
 * its parent, and the message says so (MailDefects). */
#define MAIL_MAX_DEPTH 50
#define MAIL_MAX_PARTS 5000

/* What was wrong with the source, for a "this letter is damaged" line; never a reason to fail. */
typedef enum
{
  MAIL_DEFECT_NONE = 0,
  MAIL_DEFECT_TRUNCATED = 1 << 0,   /* a multipart without its closing boundary */
  MAIL_DEFECT_TOO_DEEP = 1 << 1,    /* nesting beyond MAIL_MAX_DEPTH */
  MAIL_DEFECT_TOO_MANY = 1 << 2,    /* parts beyond MAIL_MAX_PARTS */
  MAIL_DEFECT_NO_BOUNDARY = 1 << 3, /* a multipart that names no boundary or never uses it */
  MAIL_DEFECT_NO_HEADER = 1 << 4,   /* the source starts with no header field at all */
} MailDefects;

/* What reading the structure gives: parts in reading order, the root first; owned by the array. */
typedef struct
{
  GPtrArray *parts;
  MailDefects defects;
} MailStructure;

/* mail_structure_read: the tree of @source, which must outlive it. Never fails. */
MailStructure mail_structure_read (GBytes *source);

G_END_DECLS
