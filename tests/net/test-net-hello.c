/* What a ClientHello tells: the name and the protocols, whatever is cut off or lied about. */
#include "net-hello.h"

#include <string.h>

#define HEAD                         \
  "\x03\x03"                         \
  "0123456789abcdef0123456789abcdef" \
  "\x00"                             \
  "\x00\x02\x13\x01"                 \
  "\x01\x00"

static const char hello[] = "\x01\x00\x00\x4e" HEAD "\x00\x2a"
                            "\x00\x0d\x00\x00"
                            "\x00\x00\x00\x11\x00\x0f\x00\x00\x0cmail.example"
                            "\x00\x10\x00\x0d\x00\x0b\x04imap\x05p,p 3";
static const char bare[] = "\x01\x00\x00\x29" HEAD;
static const char other[] = "\x02\x00\x00\x00";

static char *
describe (const char *message, gsize len)
{
  /* In memory of exactly this size. */
  g_autofree guint8 *copy = g_memdup2 (message, len);

  return net_hello_describe (copy, len);
}

static void
test_hello (void)
{
  g_autofree char *whole = describe (hello, sizeof hello - 1);
  g_autofree char *without = describe (bare, sizeof bare - 1);

  g_assert_cmpstr (whole, ==, "sni=mail.example alpn=imap,p?p?3");
  g_assert_cmpstr (without, ==, "sni= alpn=");
  g_assert_null (describe (other, sizeof other - 1));
}

static void
test_cut (void)
{
  for (gsize len = 1; len < sizeof hello - 1; len++)
    {
      g_autofree char *text = describe (hello, len);

      g_assert_true (text == NULL || g_str_has_prefix (text, "sni="));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/hello/names", test_hello);
  g_test_add_func ("/net/hello/cut", test_cut);
  return g_test_run ();
}
