/* Letters from anywhere, checked as a border does: what is signed here holds here, and no letter
 * breaks the checker. */
#include <string.h>

#include "practice-canon.h"
#include "practice-dkim.h"
#include "practice-onward.h"
#include "practice-senders.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_own_signature (PracticeDns *dns, const PracticeDomain *domain, GBytes *letter)
{
  gsize len;
  const guint8 *bytes = g_bytes_get_data (letter, &len);
  g_autofree char *signature = practice_dkim_sign (dns, domain, bytes, len);
  GString *whole = g_string_new (signature);
  g_autoptr (GPtrArray) found = NULL;

  g_string_append_len (whole, (const char *) bytes, (gssize) len);
  found = practice_dkim_verify (dns, (const guint8 *) whole->str, whole->len);
  g_assert_cmpuint (found->len, >=, PRACTICE_KEYS);
  for (guint i = 0; i < PRACTICE_KEYS; i++)
    g_assert_cmpstr (((PracticeSignature *) found->pdata[i])->result, ==, "pass");
  g_string_free (whole, TRUE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static PracticeDns *dns;
  const PracticeDomain *domain = practice_domains (NULL);
  g_autofree char *results = NULL;
  g_autofree char *word = g_strndup ((const char *) data, size);
  g_autoptr (GBytes) clean = NULL;
  g_autoptr (GBytes) written = g_bytes_new (data, size);
  g_autoptr (PracticeOnward) onward = practice_onward_parse (written);

  if (dns == NULL)
    dns = practice_dns_new ();
  clean = practice_senders_clean (domain, data, size);
  practice_senders_check (dns, domain, "127.0.0.1", word, word, data, size, &results);
  g_assert_true (g_str_has_suffix (results, "\r\n"));
  practice_spf_judge (word, "127.0.0.1");
  /* Of a letter without a header, its first line would become the signature's. */
  if (practice_begins_with_header (g_bytes_get_data (clean, NULL), g_bytes_get_size (clean)))
    check_own_signature (dns, domain, clean);
  if (onward != NULL && onward->mail != NULL && onward->rcpts->len > 0)
    {
      gsize len;
      const guint8 *letter = g_bytes_get_data (onward->letter, &len);
      g_autoptr (GBytes) again = practice_onward_write (onward, letter, len);
      g_autoptr (PracticeOnward) second = practice_onward_parse (again);

      g_assert_nonnull (second);
      g_assert_cmpuint (second->rcpts->len, ==, onward->rcpts->len);
    }
  return 0;
}
