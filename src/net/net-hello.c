/* Reads two extensions of a ClientHello: the name asked for, and the protocols offered. */
#include "config.h"

#include "net-hello.h"

/* RFC 8446 §4.2, RFC 6066 §3, RFC 7301 §3.1 */
#define CLIENT_HELLO 1
#define EXTENSION_SERVER_NAME 0
#define EXTENSION_ALPN 16

/* What is left to read; @bytes is %NULL once something was missing. */
typedef struct
{
  const guint8 *bytes;
  gsize len;
} Rest;

static Rest
take (Rest *rest, gsize len)
{
  Rest part = { rest->bytes, len };

  if (rest->bytes == NULL || len > rest->len)
    {
      *rest = (Rest){ NULL, 0 };
      return *rest;
    }
  rest->bytes += len;
  rest->len -= len;
  return part;
}

static gsize
take_number (Rest *rest, guint bytes)
{
  Rest part = take (rest, bytes);
  gsize number = 0;

  for (gsize i = 0; i < part.len; i++)
    number = number << 8 | part.bytes[i];
  return number;
}

/* A vector: its length in @bytes bytes, and as many bytes. */
static Rest
take_vector (Rest *rest, guint bytes)
{
  return take (rest, take_number (rest, bytes));
}

/* Names are ASCII without spaces; anything else is not passed on. */
static void
append_name (GString *text, Rest name)
{
  for (gsize i = 0; i < name.len; i++)
    g_string_append_c (
        text, g_ascii_isgraph (name.bytes[i]) && name.bytes[i] != ',' ? (char) name.bytes[i] : '?');
}

static void
read_server_name (GString *text, Rest extension)
{
  Rest list = take_vector (&extension, 2);

  if (list.len > 0 && take_number (&list, 1) == 0)
    append_name (text, take_vector (&list, 2));
}

static void
read_alpn (GString *text, Rest extension)
{
  Rest list = take_vector (&extension, 2);

  while (list.len > 0)
    {
      if (text->len > 0)
        g_string_append_c (text, ',');
      append_name (text, take_vector (&list, 1));
    }
}

char *
net_hello_describe (const guint8 *message, gsize len)
{
  Rest rest = { message, len };
  Rest extensions;
  g_autoptr (GString) server_name = g_string_new (NULL);
  g_autoptr (GString) alpn = g_string_new (NULL);

  if (take_number (&rest, 1) != CLIENT_HELLO)
    return NULL;
  take (&rest, 3 + 2 + 32); /* length, legacy_version, random */
  take_vector (&rest, 1);   /* legacy_session_id */
  take_vector (&rest, 2);   /* cipher_suites */
  take_vector (&rest, 1);   /* legacy_compression_methods */
  if (rest.bytes == NULL)
    return NULL;
  extensions = take_vector (&rest, 2);
  while (extensions.len > 0)
    {
      gsize type = take_number (&extensions, 2);
      Rest extension = take_vector (&extensions, 2);

      if (type == EXTENSION_SERVER_NAME)
        read_server_name (server_name, extension);
      else if (type == EXTENSION_ALPN)
        read_alpn (alpn, extension);
    }
  return g_strdup_printf ("sni=%s alpn=%s", server_name->str, alpn->str);
}
