/* A span says what a run of bytes in one direction of a connection is. The spans of a direction
 * follow each other without gap or overlap from offset 0. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  BASE_SPAN_PLAIN,  /* may be shown and recorded as it is */
  BASE_SPAN_SECRET, /* a credential: recorded as a length only */
  BASE_SPAN_BODY    /* message content: recorded as a size and a head */
} BaseSpanKind;

typedef enum
{
  BASE_DIRECTION_OUT, /* what this program says */
  BASE_DIRECTION_IN   /* what the other side says */
} BaseDirection;

typedef struct
{
  guint64 offset; /* bytes since the start of this direction, TLS and COMPRESS already off */
  guint64 length; /* bytes; never 0 */
  BaseSpanKind kind;
  gboolean ends_line; /* the span's last byte ends a line of the dialogue (not of a body) */
  guint64 exchange;   /* the command it belongs to, as base_core_submit() numbered it; 0: none */
} BaseSpan;

/* Where the credential stands in a line; length 0: there is none. */
typedef struct
{
  gsize offset;
  gsize length;
} BaseSecretSpan;

G_END_DECLS
