/* Attributes of mailboxes, and modified UTF-7: base64 of UTF-16 between '&' and '-', with ',' for
 * '/' and no padding; '&' itself is "&-" (RFC 3501 §5.1.3). */
#include "config.h"

#include "imap-mailbox.h"

#include <string.h>

static const struct
{
  const char *name;
  guint bit;
} attributes[] = {
  { "\\Noselect", IMAP_MAILBOX_NOSELECT },
  { "\\NonExistent", IMAP_MAILBOX_NONEXISTENT },
  { "\\Noinferiors", IMAP_MAILBOX_NOINFERIORS },
  { "\\HasChildren", IMAP_MAILBOX_HASCHILDREN },
  { "\\HasNoChildren", IMAP_MAILBOX_HASNOCHILDREN },
  { "\\Marked", IMAP_MAILBOX_MARKED },
  { "\\Unmarked", IMAP_MAILBOX_UNMARKED },
  { "\\Subscribed", IMAP_MAILBOX_SUBSCRIBED },
  { "\\Remote", IMAP_MAILBOX_REMOTE },
  { "\\All", IMAP_MAILBOX_ALL },
  { "\\Archive", IMAP_MAILBOX_ARCHIVE },
  { "\\Drafts", IMAP_MAILBOX_DRAFTS },
  { "\\Flagged", IMAP_MAILBOX_FLAGGED },
  { "\\Junk", IMAP_MAILBOX_JUNK },
  { "\\Sent", IMAP_MAILBOX_SENT },
  { "\\Trash", IMAP_MAILBOX_TRASH },
  { "\\Important", IMAP_MAILBOX_IMPORTANT },
};

guint
imap_mailbox_attribute_find (const char *name, gsize len)
{
  if (len > 0 && name[0] == '\\')
    {
      name++;
      len--;
    }
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (strlen (attributes[i].name + 1) == len &&
        g_ascii_strncasecmp (attributes[i].name + 1, name, len) == 0)
      return attributes[i].bit;
  return 0;
}

const char *
imap_mailbox_attribute_name (guint bit)
{
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (attributes[i].bit == bit)
      return attributes[i].name;
  return NULL;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static int
digit_value (char c)
{
  const char *at = c != '\0' ? strchr (alphabet, c) : NULL;

  return at != NULL ? (int) (at - alphabet) : -1;
}

/* One shifted run, from behind the '&' to the '-'. %FALSE: not what an encoder would write. */
static gboolean
decode_run (const char *run, gsize len, GString *out)
{
  g_autofree gunichar2 *units = g_new (gunichar2, len + 1);
  g_autofree char *utf8 = NULL;
  gsize n_units = 0;
  guint32 bits = 0;
  guint n_bits = 0;

  for (gsize i = 0; i < len; i++)
    {
      int value = digit_value (run[i]);

      if (value < 0)
        return FALSE;
      bits = bits << 6 | (guint32) value;
      n_bits += 6;
      if (n_bits >= 16)
        {
          n_bits -= 16;
          units[n_units++] = (gunichar2) (bits >> n_bits);
          bits &= (1u << n_bits) - 1;
        }
    }
  if (n_bits >= 6 || bits != 0 || n_units == 0)
    return FALSE;
  for (gsize i = 0; i < n_units; i++)
    if (units[i] == 0 || (units[i] >= 0x20 && units[i] <= 0x7e))
      return FALSE;
  utf8 = g_utf16_to_utf8 (units, (glong) n_units, NULL, NULL, NULL);
  if (utf8 == NULL)
    return FALSE;
  g_string_append (out, utf8);
  return TRUE;
}

static gboolean
decode_name (const char *name, gsize len, GString *out)
{
  const char *end = name + len;

  for (const char *p = name; p < end; p++)
    {
      const char *minus;

      if (*p != '&')
        {
          g_string_append_c (out, *p);
          continue;
        }
      minus = memchr (p, '-', (gsize) (end - p));
      if (minus == NULL)
        return FALSE;
      if (minus == p + 1)
        g_string_append_c (out, '&');
      else if (!decode_run (p + 1, (gsize) (minus - p - 1), out))
        return FALSE;
      p = minus;
    }
  return TRUE;
}

static void
encode_run (const char *utf8, gsize len, GString *out)
{
  glong n_units = 0;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (utf8, (glong) len, NULL, &n_units, NULL);
  guint32 bits = 0;
  guint n_bits = 0;

  g_string_append_c (out, '&');
  for (glong i = 0; units != NULL && i < n_units; i++)
    {
      bits = bits << 16 | units[i];
      n_bits += 16;
      while (n_bits >= 6)
        {
          n_bits -= 6;
          g_string_append_c (out, alphabet[bits >> n_bits & 63]);
        }
      bits &= (1u << n_bits) - 1;
    }
  if (n_bits > 0)
    g_string_append_c (out, alphabet[bits << (6 - n_bits) & 63]);
  g_string_append_c (out, '-');
}

static char *
encode_name (const char *utf8)
{
  GString *out = g_string_new (NULL);

  while (*utf8 != '\0')
    {
      const char *run = utf8;

      while (*utf8 != '\0' && (*utf8 < 0x20 || *utf8 > 0x7e))
        utf8++;
      if (utf8 > run)
        encode_run (run, (gsize) (utf8 - run), out);
      else if (*utf8 == '&')
        {
          g_string_append (out, "&-");
          utf8++;
        }
      else
        g_string_append_c (out, *utf8++);
    }
  return g_string_free (out, FALSE);
}

/* Servers exist that hand out names in Latin-1, raw UTF-8 or another encoder's UTF-7. What encode()
 * would not write in just this way is not taken for modified UTF-7. */
static gboolean
is_canonical (const char *decoded, const char *name, gsize len)
{
  g_autofree char *again = encode_name (decoded);

  return strlen (again) == len && memcmp (again, name, len) == 0;
}

char *
imap_mailbox_decode (const char *name, gsize len)
{
  g_autoptr (GString) out = g_string_sized_new (len);

  if (memchr (name, '\0', len) != NULL)
    len = strlen (name);
  if (len == 5 && g_ascii_strncasecmp (name, "INBOX", 5) == 0)
    return g_strdup ("INBOX");
  if (!decode_name (name, len, out) || !is_canonical (out->str, name, len))
    {
      g_string_truncate (out, 0);
      g_string_append_len (out, name, (gssize) len);
    }
  if (g_utf8_validate (out->str, (gssize) out->len, NULL))
    return g_string_free (g_steal_pointer (&out), FALSE);
  return g_convert (out->str, (gssize) out->len, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

gboolean
imap_mailbox_is_encoded (const char *name, gsize len)
{
  g_autoptr (GString) out = g_string_sized_new (len);

  return decode_name (name, len, out) && g_utf8_validate (out->str, (gssize) out->len, NULL) &&
         is_canonical (out->str, name, len);
}

char *
imap_mailbox_encode (const char *utf8)
{
  return encode_name (utf8);
}
