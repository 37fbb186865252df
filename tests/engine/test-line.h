/* What stands between the program and a server, in this process: it carries bytes, and closes or
 * slows the next connection where it is told to. SCRAM is not offered through it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TEST_LINE_OUT, /* from the program to the server */
  TEST_LINE_IN   /* from the server to the program */
} TestLineDirection;

typedef struct _TestLine TestLine;

/* To the server on this port of loopback. */
TestLine *test_line_new (guint16 port);
void test_line_free (TestLine *line);
/* Where the program is to connect to. */
guint16 test_line_port (const TestLine *line);

/* The next connection is closed when @after bytes have gone in @direction; those arrive. */
void test_line_cut (TestLine *line, TestLineDirection direction, gsize after);
/* Each byte of what the server says comes alone; after it @func is called, on the line's thread.
 * %NULL: bytes come as they come. */
void test_line_drip (TestLine *line, void (*func) (void));
/* The server's word is not heard any more (static): another of its length is. */
void test_line_hide (TestLine *line, const char *word);
/* Waits until all connections are over on both sides. TRUE: one was cut since the last time. */
gboolean test_line_settle (TestLine *line);
/* What was said on the last connection, up to a NUL. (transfer full) */
char *test_line_carried (TestLine *line, TestLineDirection direction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestLine, test_line_free)

G_END_DECLS
