/* See test-line.h. One thread listens, and one carries each connection. */
#include "test-line.h"

#include <gio/gio.h>
#include <string.h>

typedef enum
{
  CARRYING,
  DEAF, /* cut: the program hears no more, and nothing of it is heard */
  OVER
} State;

#define HIDDEN_MAX 4

struct _TestLine
{
  GSocket *listener;
  guint16 port, server;
  GThread *thread;
  GMutex lock;
  GPtrArray *threads; /* of connections */
  gboolean is_set, was_cut;
  TestLineDirection direction;
  gsize after;
  void (*drip) (void);
  const char *hidden[HIDDEN_MAX];
  guint n_hidden;
  GString *carried[2];
};

typedef struct
{
  TestLine *line;
  GSocket *ends[2]; /* by where their bytes go: the program's, the server's */
  gboolean open[2];
  gsize carried[2];
  gboolean has_fault;
  TestLineDirection direction;
  gsize after;
  void (*drip) (void);
  State state;
} Wire;

static GSocket *
new_socket (void)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  return socket;
}

static GSocketAddress *
loopback (guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, port);
}

static gboolean
send_all (GSocket *socket, const guint8 *bytes, gsize len)
{
  for (gsize at = 0; at < len;)
    {
      gssize n = g_socket_send (socket, (const char *) bytes + at, len - at, NULL, NULL);

      if (n <= 0)
        return FALSE;
      at += (gsize) n;
    }
  return TRUE;
}

static void
give (Wire *wire, TestLineDirection direction, const guint8 *bytes, gsize len)
{
  GSocket *to = wire->ends[direction == TEST_LINE_OUT];

  wire->carried[direction] += len;
  if (direction == TEST_LINE_OUT || wire->drip == NULL)
    {
      send_all (to, bytes, len);
      return;
    }
  for (gsize i = 0; i < len && send_all (to, bytes + i, 1); i++)
    wire->drip ();
}

/* Both ends are told that nothing more comes; what they still say is read, so that the bytes they
 * were given are not taken back by a reset. */
static void
cut (Wire *wire)
{
  g_mutex_lock (&wire->line->lock);
  wire->line->was_cut = TRUE;
  g_mutex_unlock (&wire->line->lock);
  wire->state = DEAF;
  for (guint i = 0; i < 2; i++)
    g_socket_shutdown (wire->ends[i], FALSE, TRUE, NULL);
}

static void
hide (const char *word, guint8 *bytes, gsize len)
{
  guint8 *found = bytes;

  while ((found = memmem (found, len - (gsize) (found - bytes), word, strlen (word))) != NULL)
    *found = 'X';
}

static void
carry (Wire *wire, TestLineDirection direction)
{
  guint from = direction != TEST_LINE_OUT;
  guint8 bytes[16384];
  gssize n = g_socket_receive (wire->ends[from], (char *) bytes, sizeof bytes, NULL, NULL);
  gsize left;

  if (n <= 0)
    {
      wire->open[from] = FALSE;
      g_socket_shutdown (wire->ends[!from], FALSE, TRUE, NULL);
      if (!wire->open[!from])
        wire->state = OVER;
      return;
    }
  if (wire->state == DEAF)
    return;
  for (guint i = 0; direction == TEST_LINE_IN && i < wire->line->n_hidden; i++)
    hide (wire->line->hidden[i], bytes, (gsize) n);
  g_mutex_lock (&wire->line->lock);
  g_string_append_len (wire->line->carried[direction], (const char *) bytes, n);
  g_mutex_unlock (&wire->line->lock);
  left = wire->has_fault && wire->direction == direction ? wire->after - wire->carried[direction]
                                                         : G_MAXSIZE;
  give (wire, direction, bytes, MIN ((gsize) n, left));
  if ((gsize) n >= left)
    cut (wire);
}

static gpointer
run_wire (gpointer data)
{
  Wire *wire = data;

  wire->open[0] = wire->open[1] = TRUE;
  if (wire->has_fault && wire->after == 0)
    cut (wire);
  while (wire->state != OVER)
    {
      GPollFD fds[2];
      guint n = 0;

      for (guint i = 0; i < 2; i++)
        if (wire->open[i])
          fds[n++] =
              (GPollFD){ .fd = g_socket_get_fd (wire->ends[i]), .events = G_IO_IN | G_IO_HUP };
      g_poll (fds, n, -1);
      for (guint i = 0; i < n; i++)
        if (fds[i].revents != 0)
          carry (wire, fds[i].fd == g_socket_get_fd (wire->ends[0]) ? TEST_LINE_OUT : TEST_LINE_IN);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_socket_close (wire->ends[i], NULL);
      g_object_unref (wire->ends[i]);
    }
  g_free (wire);
  return NULL;
}

static void
take (TestLine *line, GSocket *client)
{
  g_autoptr (GSocketAddress) address = loopback (line->server);
  g_autoptr (GError) error = NULL;
  Wire *wire = g_new0 (Wire, 1);

  wire->line = line;
  wire->ends[0] = client;
  wire->ends[1] = new_socket ();
  g_socket_connect (wire->ends[1], address, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    g_socket_set_option (wire->ends[i], 6 /* TCP */, 1 /* NODELAY */, 1, NULL);
  g_mutex_lock (&line->lock);
  wire->has_fault = line->is_set;
  wire->direction = line->direction;
  wire->after = line->after;
  wire->drip = line->drip;
  line->is_set = FALSE;
  for (guint i = 0; i < 2; i++)
    g_string_truncate (line->carried[i], 0);
  g_ptr_array_add (line->threads, g_thread_new ("wire", run_wire, wire));
  g_mutex_unlock (&line->lock);
}

static gpointer
listen_here (gpointer data)
{
  TestLine *line = data;
  GSocket *client;

  while ((client = g_socket_accept (line->listener, NULL, NULL)) != NULL)
    take (line, client);
  return NULL;
}

TestLine *
test_line_new (guint16 port)
{
  TestLine *line = g_new0 (TestLine, 1);
  g_autoptr (GSocketAddress) any = loopback (0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  line->server = port;
  line->listener = new_socket ();
  g_socket_bind (line->listener, any, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (line->listener, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (line->listener, &error);
  g_assert_no_error (error);
  line->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  line->threads = g_ptr_array_new ();
  for (guint i = 0; i < 2; i++)
    line->carried[i] = g_string_new (NULL);
  g_mutex_init (&line->lock);
  /* Proofs by SCRAM take as long as all the rest of a short session: another one is chosen. */
  test_line_hide (line, "SCRAM");
  line->thread = g_thread_new ("line", listen_here, line);
  return line;
}

guint16
test_line_port (const TestLine *line)
{
  return line->port;
}

void
test_line_cut (TestLine *line, TestLineDirection direction, gsize after)
{
  g_mutex_lock (&line->lock);
  line->is_set = TRUE;
  line->direction = direction;
  line->after = after;
  g_mutex_unlock (&line->lock);
}

void
test_line_drip (TestLine *line, void (*func) (void))
{
  g_mutex_lock (&line->lock);
  line->drip = func;
  g_mutex_unlock (&line->lock);
}

void
test_line_hide (TestLine *line, const char *word)
{
  g_assert_cmpuint (line->n_hidden, <, HIDDEN_MAX);
  line->hidden[line->n_hidden++] = word;
}

gboolean
test_line_settle (TestLine *line)
{
  gboolean was_cut;

  g_mutex_lock (&line->lock);
  while (line->threads->len > 0)
    {
      GThread *thread = g_ptr_array_steal_index_fast (line->threads, 0);

      g_mutex_unlock (&line->lock);
      g_thread_join (thread);
      g_mutex_lock (&line->lock);
    }
  was_cut = line->was_cut;
  line->was_cut = line->is_set = FALSE;
  g_mutex_unlock (&line->lock);
  return was_cut;
}

char *
test_line_carried (TestLine *line, TestLineDirection direction)
{
  char *carried;

  g_mutex_lock (&line->lock);
  carried = g_strndup (line->carried[direction]->str, line->carried[direction]->len);
  g_mutex_unlock (&line->lock);
  return carried;
}

void
test_line_free (TestLine *line)
{
  g_socket_shutdown (line->listener, TRUE, TRUE, NULL);
  g_thread_join (line->thread);
  test_line_settle (line);
  g_object_unref (line->listener);
  g_ptr_array_unref (line->threads);
  for (guint i = 0; i < 2; i++)
    g_string_free (line->carried[i], TRUE);
  g_mutex_clear (&line->lock);
  g_free (line);
}
