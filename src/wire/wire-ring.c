/* A circle of pointers that grows by doubling. */
#include "config.h"

#include "wire-ring.h"

#include <string.h>

#define LEAST 64

struct _WireRing
{
  WireRecord **circle;
  guint size;  /* a power of two */
  guint start; /* of the oldest */
  guint length;
  gsize limit;
  gsize bytes;
  guint64 last;
};

WireRing *
wire_ring_new (gsize limit)
{
  WireRing *ring = g_new0 (WireRing, 1);

  ring->limit = limit;
  ring->size = LEAST;
  ring->circle = g_new (WireRecord *, LEAST);
  return ring;
}

static gsize
weight (const WireRecord *record)
{
  return wire_record_size (record) + sizeof (WireRecord *);
}

static void
drop_oldest (WireRing *ring)
{
  WireRecord *record = ring->circle[ring->start];

  ring->bytes -= weight (record);
  ring->start = (ring->start + 1) & (ring->size - 1);
  ring->length--;
  wire_record_unref (record);
}

void
wire_ring_free (WireRing *ring)
{
  while (ring->length > 0)
    drop_oldest (ring);
  g_free (ring->circle);
  g_free (ring);
}

static void
grow (WireRing *ring)
{
  WireRecord **circle = g_new (WireRecord *, ring->size * 2);
  guint first = ring->size - ring->start;

  memcpy (circle, ring->circle + ring->start, first * sizeof *circle);
  memcpy (circle + first, ring->circle, ring->start * sizeof *circle);
  g_free (ring->circle);
  ring->circle = circle;
  ring->start = 0;
  ring->size *= 2;
}

void
wire_ring_push (WireRing *ring, WireRecord *record)
{
  if (ring->length == ring->size)
    grow (ring);
  ring->circle[(ring->start + ring->length++) & (ring->size - 1)] = record;
  ring->bytes += weight (record);
  ring->last = wire_record_first (record) + wire_record_count (record) - 1;
  while (ring->bytes > ring->limit && ring->length > 1)
    drop_oldest (ring);
}

guint64
wire_ring_first (const WireRing *ring)
{
  return ring->length > 0 ? wire_record_first (wire_ring_get (ring, 0)) : ring->last + 1;
}

guint64
wire_ring_last (const WireRing *ring)
{
  return ring->last;
}

guint
wire_ring_find (const WireRing *ring, guint64 serial)
{
  guint low = 0;
  guint high = ring->length;

  if (serial < wire_ring_first (ring) || serial > ring->last)
    return ring->length;
  /* The last record that begins no later. */
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (wire_record_first (wire_ring_get (ring, middle)) <= serial)
        low = middle;
      else
        high = middle;
    }
  return low;
}

guint
wire_ring_length (const WireRing *ring)
{
  return ring->length;
}

WireRecord *
wire_ring_get (const WireRing *ring, guint position)
{
  return ring->circle[(ring->start + position) & (ring->size - 1)];
}
