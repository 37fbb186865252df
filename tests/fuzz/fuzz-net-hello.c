/* A ClientHello from anybody: read, or refused, and what is read is printable. */
#include "net-hello.h"

int LLVMFuzzerTestOneInput (const guint8 *bytes, gsize len);

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize len)
{
  g_autofree char *text = net_hello_describe (bytes, len);

  for (const char *p = text; p != NULL && *p != '\0'; p++)
    g_assert (g_ascii_isprint (*p));
  return 0;
}
