/* Joins the spans of a dialogue into its lines, as the panel, the terminal and the annotator want
 * them. */
#pragma once

#include "wire-event.h"

G_BEGIN_DECLS

typedef struct
{
  guint64 connection;
  guint64 exchange; /* of the line's first span that has one */
  BaseDirection direction;
  gint64 when; /* of the line's end */
  gint64 clock;
  gint64 began;    /* the clock at its first byte: it may wait for the server in its middle; 0: no
                      bytes */
  char *text;      /* for people: valid UTF-8 on one line, no control characters; a secret is
                      WIRE_LINE_SECRET, a body inside the line "…" */
  GBytes *bytes;   /* the line with its CRLF as the annotator wants it: secrets as '*' of their
                      length, bodies left out */
  GArray *secrets; /* BaseSpan, offsets relative to @bytes; not to be written to, like @bodies */
  GArray *bodies;  /* BaseSpan: offset is where in @bytes the body stood, length its size */
  guint64 body;    /* bytes of body in this line (literals), or before it (POP3, SMTP); 0: none */
  GBytes *head;    /* how the first body begins, at most WIRE_BODY_HEAD bytes as they were sent
                      (nullable) */
  gboolean held;   /* it waits at the gate and has not been said */
} WireLine;

/* Not of the secret's length. */
#define WIRE_LINE_SECRET "••••••••"
/* A secret that claims to be longer is shortened: a recording may lie. */
#define WIRE_LINE_MAX_SECRET (64 * 1024)

typedef struct _WireLines WireLines;

WireLines *wire_lines_new (void);
void wire_lines_free (WireLines *lines);
/* Feeds an event of any type, connections and directions mixed; returns a finished line or %NULL.
 * A line that was cut comes with the end of its exchange or of the connection. (transfer full:
 * wire_line_free) */
WireLine *wire_lines_feed (WireLines *lines, const WireEvent *event);
void wire_line_free (WireLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireLines, wire_lines_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireLine, wire_line_free)

G_END_DECLS
