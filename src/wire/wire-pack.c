/* Secrets end here: of theirs, only the length goes on. A body is a size and a head, told when it
 * ends or has grown by a piece. */
#include "config.h"

#include "wire-pack.h"

#include <string.h>

struct _WirePack
{
  BaseDirection direction;
  gboolean public_secrets;

  /* A body that is not told yet; without one, where the next span begins. */
  BaseSpan body;
  gboolean goes_on; /* a piece of it was told already: no head any more */
  guint head_len;
  guint8 head[WIRE_BODY_HEAD];

  /* What waits to be taken; emptied by that. */
  guint64 offset;
  GArray *spans; /* of WirePacked */
  GByteArray *kept;
};

WirePack *
wire_pack_new (BaseDirection direction, gboolean public_secrets)
{
  WirePack *pack = g_new0 (WirePack, 1);

  pack->direction = direction;
  pack->public_secrets = public_secrets;
  pack->spans = g_array_new (FALSE, FALSE, sizeof (WirePacked));
  pack->kept = g_byte_array_new ();
  return pack;
}

void
wire_pack_free (WirePack *pack)
{
  g_array_unref (pack->spans);
  g_byte_array_unref (pack->kept);
  g_free (pack);
}

static void
put (WirePack *pack, const BaseSpan *span, const guint8 *bytes, guint kept)
{
  WirePacked packed = { .exchange = span->exchange,
                        .length = span->length,
                        .kept = kept,
                        .kind = (guint8) span->kind,
                        .ends_line = span->ends_line != FALSE };

  if (pack->spans->len == 0)
    pack->offset = span->offset;
  g_array_append_val (pack->spans, packed);
  if (kept > 0)
    g_byte_array_append (pack->kept, bytes, kept);
}

static void
tell_body (WirePack *pack)
{
  if (pack->body.length == 0)
    return;
  put (pack, &pack->body, pack->head, pack->head_len);
  pack->head_len = 0;
  pack->goes_on = TRUE;
  pack->body.offset += pack->body.length;
  pack->body.length = 0;
}

void
wire_pack_end (WirePack *pack)
{
  tell_body (pack);
  pack->goes_on = FALSE;
}

gboolean
wire_pack_has_gap (const WirePack *pack, const BaseSpan *spans)
{
  return pack->body.offset + pack->body.length != spans[0].offset;
}

/* A body, or more of it. */
static void
pass (WirePack *pack, const BaseSpan *span, const guint8 *bytes)
{
  if (pack->body.exchange != span->exchange)
    wire_pack_end (pack);
  if (pack->body.length == 0)
    pack->body = *span;
  else
    pack->body.length += span->length;
  if (!pack->goes_on)
    {
      gsize head = (gsize) MIN (span->length, WIRE_BODY_HEAD - pack->head_len);

      memcpy (pack->head + pack->head_len, bytes, head);
      pack->head_len += (guint) head;
    }
  if (pack->body.length >= WIRE_BODY_PIECE)
    tell_body (pack);
}

static guint
kept_of (const WirePack *pack, const BaseSpan *span)
{
  gboolean kept =
      span->kind == BASE_SPAN_PLAIN || (span->kind == BASE_SPAN_SECRET && pack->public_secrets);

  return kept ? (guint) span->length : 0;
}

void
wire_pack_add (WirePack *pack, const BaseSpan *spans, guint n, const guint8 *bytes)
{
  for (guint i = 0; i < n; i++)
    {
      const BaseSpan *span = &spans[i];

      if (span->kind == BASE_SPAN_BODY)
        {
          pass (pack, span, bytes);
        }
      else
        {
          wire_pack_end (pack);
          put (pack, span, bytes, bytes != NULL ? kept_of (pack, span) : 0);
          pack->body.offset = span->offset + span->length;
        }
      if (bytes != NULL)
        bytes += span->length;
    }
}

WireRecord *
wire_pack_take (WirePack *pack)
{
  WireRecord *record;

  if (pack->spans->len == 0)
    return NULL;
  record = wire_record_new_run (pack->direction,
                                pack->offset,
                                (const WirePacked *) pack->spans->data,
                                pack->spans->len,
                                pack->kept->data);
  g_array_set_size (pack->spans, 0);
  g_byte_array_set_size (pack->kept, 0);
  return record;
}
