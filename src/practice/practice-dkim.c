/* A signature covers the fields that it names and the text, as practice-canon.h makes them. */
#include "config.h"

#include "practice-dkim.h"

#include <openssl/x509.h>
#include <string.h>

#include "practice-canon.h"

#define FIELD "DKIM-Signature"
/* Nobody's letter needs more than these looked at. */
#define MAX_SIGNATURES 8

static void
hash (const char *bytes, gsize len, guint8 digest[32])
{
  EVP_Digest (bytes, len, digest, NULL, EVP_sha256 (), NULL);
}

/* --- the tags: "v=1; a=rsa-sha256; …" (RFC 6376 §3.2) --- */

/* White space that may stand in base64 and lists goes. */
static void
strip_spaces (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    if (strchr (" \t\r\n", *from) == NULL)
      *to++ = *from;
  *to = '\0';
}

/* Name → value without white space; %NULL: not of that form. */
static GHashTable *
read_tags (const char *text, gsize len)
{
  g_autoptr (GHashTable) tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *copy = g_strndup (text, len);
  g_auto (GStrv) parts = g_strsplit (copy, ";", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      char *equals, *value;

      strip_spaces (parts[i]);
      if (parts[i][0] == '\0')
        continue;
      equals = strchr (parts[i], '=');
      if (equals == NULL)
        return NULL;
      name = g_strndup (parts[i], (gsize) (equals - parts[i]));
      value = g_strdup (equals + 1);
      if (!g_hash_table_insert (tags, g_steal_pointer (&name), value))
        return NULL;
    }
  return g_steal_pointer (&tags);
}

/* The field with nothing behind "b=" (RFC 6376 §3.7). (transfer full) */
static char *
without_signature (const PracticeField *field)
{
  const char *end = field->text + field->len;
  const char *tag = memchr (field->text, ':', field->len);
  GString *out;

  while (tag != NULL)
    {
      const char *name = tag + 1;
      const char *value, *next;

      while (name < end && strchr (" \t\r\n", *name) != NULL)
        name++;
      next = memchr (name, ';', (gsize) (end - name));
      value = memchr (name, '=', (gsize) ((next != NULL ? next : end) - name));
      if (value != NULL && *name == 'b' && (name[1] == '=' || g_ascii_isspace (name[1])))
        {
          out = g_string_new_len (field->text, value + 1 - field->text);
          if (next != NULL)
            g_string_append_len (out, next, end - next);
          return g_string_free (out, FALSE);
        }
      tag = next;
    }
  return g_strndup (field->text, field->len);
}

/* --- what is hashed --- */

/* Of several of a name the last comes first (RFC 6376 §5.4.2); a name too many is nothing. */
static void
append_named (GString *out, GArray *fields, const char *names, gboolean relaxed)
{
  g_auto (GStrv) list = g_strsplit (names, ":", -1);
  g_autofree gboolean *used = g_new0 (gboolean, fields->len + 1);

  for (guint i = 0; list[i] != NULL; i++)
    for (guint j = fields->len; j > 0; j--)
      {
        const PracticeField *field = &g_array_index (fields, PracticeField, j - 1);

        if (used[j] || !practice_field_is (field, list[i], strlen (list[i])))
          continue;
        used[j] = TRUE;
        practice_canon_field (out, field, relaxed, TRUE);
        break;
      }
}

static void
hash_header (GArray *fields,
             const char *names,
             const char *signature,
             gboolean relaxed,
             guint8 digest[32],
             GString **hashed)
{
  const PracticeField own = { signature, strlen (signature), strlen (FIELD) };
  GString *out = g_string_new (NULL);

  append_named (out, fields, names, relaxed);
  practice_canon_field (out, &own, relaxed, FALSE);
  hash (out->str, out->len, digest);
  *hashed = out;
}

/* --- signing --- */

static const char *const signed_fields[] = {
  "From",       "To",           "Cc",           "Reply-To",
  "Subject",    "Date",         "Message-ID",   "In-Reply-To",
  "References", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"
};

/* From is named once more than it is there, so that nobody can add another. */
static char *
name_fields (GArray *fields)
{
  GString *names = g_string_new ("from");

  for (gsize i = 0; i < G_N_ELEMENTS (signed_fields); i++)
    for (guint j = 0; j < fields->len; j++)
      if (practice_field_is (&g_array_index (fields, PracticeField, j),
                             signed_fields[i],
                             strlen (signed_fields[i])))
        {
          g_autofree char *name = g_ascii_strdown (signed_fields[i], -1);

          g_string_append_printf (names, ":%s", name);
        }
  return g_string_free (names, FALSE);
}

static char *
sign_digest (EVP_PKEY *key, PracticeKeyKind kind, GString *hashed, const guint8 digest[32])
{
  g_autofree guint8 *signature = NULL;
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  const guint8 *what = kind == PRACTICE_KEY_RSA ? (const guint8 *) hashed->str : digest;
  gsize what_len = kind == PRACTICE_KEY_RSA ? hashed->len : 32;
  gsize len = (gsize) EVP_PKEY_get_size (key);

  signature = g_malloc (len);
  if (EVP_DigestSignInit (
          context, NULL, kind == PRACTICE_KEY_RSA ? EVP_sha256 () : NULL, NULL, key) != 1 ||
      EVP_DigestSign (context, signature, &len, what, what_len) != 1)
    g_error ("OpenSSL does not sign");
  EVP_MD_CTX_free (context);
  return g_base64_encode (signature, len);
}

/* Long values go on in further lines; names are not broken (RFC 6376 §3.5). */
static void
append_folded (GString *out, const char *value, gboolean names)
{
  gsize line = 0;

  for (gsize i = 0; value[i] != '\0'; i++)
    {
      if (line >= (names ? 56 : 72) && (!names || value[i] == ':'))
        {
          g_string_append (out, "\r\n\t");
          line = 0;
        }
      g_string_append_c (out, value[i]);
      line++;
    }
}

static void
append_signature (GString *out,
                  PracticeDns *dns,
                  const PracticeDomain *domain,
                  PracticeKeyKind kind,
                  GArray *fields,
                  const char *body_hash)
{
  g_autofree char *names = name_fields (fields);
  GString *own = g_string_new (NULL);
  g_autoptr (GString) hashed = NULL;
  g_autofree char *signature = NULL;
  guint8 digest[32];

  g_string_append_printf (
      own,
      FIELD ": v=1; a=%s; c=relaxed/relaxed;\r\n\td=%s; s=%s; t=%" G_GINT64_FORMAT ";\r\n\th=",
      kind == PRACTICE_KEY_RSA ? "rsa-sha256" : "ed25519-sha256",
      domain->name,
      practice_dns_selector (kind),
      g_get_real_time () / G_USEC_PER_SEC);
  append_folded (own, names, TRUE);
  g_string_append_printf (own, ";\r\n\tbh=%s;\r\n\tb=", body_hash);
  hash_header (fields, names, own->str, TRUE, digest, &hashed);
  signature = sign_digest (practice_dns_key (dns, domain, kind), kind, hashed, digest);
  append_folded (own, signature, FALSE);
  g_string_append_printf (out, "%s\r\n", own->str);
  g_string_free (own, TRUE);
}

char *
practice_dkim_sign (PracticeDns *dns, const PracticeDomain *domain, const guint8 *letter, gsize len)
{
  gsize body;
  g_autoptr (GArray) fields = practice_fields (letter, len, &body);
  g_autoptr (GString) text = practice_canon_body (letter + body, len - body, TRUE);
  g_autofree char *body_hash = NULL;
  GString *out = g_string_new (NULL);
  guint8 digest[32];

  hash (text->str, text->len, digest);
  body_hash = g_base64_encode (digest, sizeof digest);
  for (guint kind = 0; kind < PRACTICE_KEYS; kind++)
    append_signature (out, dns, domain, (PracticeKeyKind) kind, fields, body_hash);
  return g_string_free (out, FALSE);
}

/* --- checking --- */

void
practice_signature_free (PracticeSignature *signature)
{
  g_free (signature->domain);
  g_free (signature->selector);
  g_free (signature->algorithm);
  g_free (signature);
}

/* The key that DNS has for it; %NULL: none that fits. */
static EVP_PKEY *
find_key (PracticeDns *dns, const PracticeSignature *signature, PracticeKeyKind kind)
{
  g_autofree char *name =
      g_strdup_printf ("%s._domainkey.%s", signature->selector, signature->domain);
  g_autofree char *record = practice_dns_txt (dns, name);
  g_autoptr (GHashTable) tags = record != NULL ? read_tags (record, strlen (record)) : NULL;
  const char *type = tags != NULL ? g_hash_table_lookup (tags, "k") : NULL;
  const char *value = tags != NULL ? g_hash_table_lookup (tags, "p") : NULL;
  g_autofree guchar *bytes = NULL;
  const guint8 *at;
  gsize len;

  if (value == NULL ||
      strcmp (type != NULL ? type : "rsa", kind == PRACTICE_KEY_RSA ? "rsa" : "ed25519") != 0)
    return NULL;
  bytes = g_base64_decode (value, &len);
  at = bytes;
  return kind == PRACTICE_KEY_RSA
             ? d2i_PUBKEY (NULL, &at, (long) len)
             : EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, bytes, len);
}

static gboolean
is_genuine (EVP_PKEY *key,
            PracticeKeyKind kind,
            const char *value,
            GString *hashed,
            const guint8 digest[32])
{
  gsize len;
  g_autofree guchar *signature = g_base64_decode (value, &len);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  const guint8 *what = kind == PRACTICE_KEY_RSA ? (const guint8 *) hashed->str : digest;
  gsize what_len = kind == PRACTICE_KEY_RSA ? hashed->len : 32;
  gboolean good =
      EVP_DigestVerifyInit (
          context, NULL, kind == PRACTICE_KEY_RSA ? EVP_sha256 () : NULL, NULL, key) == 1 &&
      EVP_DigestVerify (context, signature, len, what, what_len) == 1;

  EVP_MD_CTX_free (context);
  return good;
}

/* With l= only so much of the text was signed; more of it may be anybody's. */
static gboolean
is_text_genuine (GHashTable *tags, const guint8 *body, gsize len, gboolean relaxed)
{
  g_autoptr (GString) text = practice_canon_body (body, len, relaxed);
  const char *length = g_hash_table_lookup (tags, "l");
  gsize most = length != NULL ? (gsize) g_ascii_strtoull (length, NULL, 10) : text->len;
  g_autofree char *found = NULL;
  guint8 digest[32];

  if (most > text->len)
    return FALSE;
  hash (text->str, most, digest);
  found = g_base64_encode (digest, sizeof digest);
  return g_strcmp0 (found, g_hash_table_lookup (tags, "bh")) == 0;
}

static const char *
fail (PracticeSignature *signature, const char *why)
{
  signature->why = why;
  return "fail";
}

static gboolean
names_from (const char *names)
{
  g_autofree char *list = g_strdup_printf (":%s:", names);
  g_autofree char *small = g_ascii_strdown (list, -1);

  return strstr (small, ":from:") != NULL;
}

/* RFC 6376 §6.1 */
static const char *
check (PracticeDns *dns,
       PracticeSignature *signature,
       const PracticeField *field,
       GHashTable *tags,
       GArray *fields,
       const guint8 *body,
       gsize body_len)
{
  const char *names = g_hash_table_lookup (tags, "h");
  const char *value = g_hash_table_lookup (tags, "b");
  const char *canon = g_hash_table_lookup (tags, "c");
  const char *expires = g_hash_table_lookup (tags, "x");
  gboolean relaxed_header = canon != NULL && g_str_has_prefix (canon, "relaxed");
  gboolean relaxed_body = canon != NULL && g_str_has_suffix (canon, "/relaxed");
  g_autofree char *bare = without_signature (field);
  g_autoptr (GString) hashed = NULL;
  PracticeKeyKind kind;
  EVP_PKEY *key;
  guint8 digest[32];
  gboolean genuine;

  if (g_strcmp0 (g_hash_table_lookup (tags, "v"), "1") != 0 || names == NULL || value == NULL ||
      signature->domain == NULL || signature->selector == NULL || !names_from (names))
    return "permerror";
  if (g_strcmp0 (signature->algorithm, "rsa-sha256") == 0)
    kind = PRACTICE_KEY_RSA;
  else if (g_strcmp0 (signature->algorithm, "ed25519-sha256") == 0)
    kind = PRACTICE_KEY_ED25519;
  else
    return "permerror";
  if (expires != NULL && g_ascii_strtoll (expires, NULL, 10) < g_get_real_time () / G_USEC_PER_SEC)
    return fail (signature, "expired");
  key = find_key (dns, signature, kind);
  if (key == NULL)
    return "permerror";
  hash_header (fields, names, bare, relaxed_header, digest, &hashed);
  genuine = is_genuine (key, kind, value, hashed, digest);
  EVP_PKEY_free (key);
  if (!is_text_genuine (tags, body, body_len, relaxed_body))
    return fail (signature, "the text was changed");
  return genuine ? "pass" : fail (signature, "the header was changed");
}

GPtrArray *
practice_dkim_verify (PracticeDns *dns, const guint8 *letter, gsize len)
{
  GPtrArray *signatures = g_ptr_array_new_with_free_func ((GDestroyNotify) practice_signature_free);
  gsize body;
  g_autoptr (GArray) fields = practice_fields (letter, len, &body);

  for (guint i = 0; i < fields->len && signatures->len < MAX_SIGNATURES; i++)
    {
      const PracticeField *field = &g_array_index (fields, PracticeField, i);
      const char *colon = memchr (field->text, ':', field->len);
      g_autoptr (GHashTable) tags = NULL;
      PracticeSignature *signature;

      if (!practice_field_is (field, FIELD, strlen (FIELD)))
        continue;
      signature = g_new0 (PracticeSignature, 1);
      signature->result = "permerror";
      g_ptr_array_add (signatures, signature);
      tags = read_tags (colon + 1, field->len - (gsize) (colon + 1 - field->text));
      if (tags == NULL)
        continue;
      signature->domain = g_strdup (g_hash_table_lookup (tags, "d"));
      signature->selector = g_strdup (g_hash_table_lookup (tags, "s"));
      signature->algorithm = g_strdup (g_hash_table_lookup (tags, "a"));
      signature->result = check (dns, signature, field, tags, fields, letter + body, len - body);
    }
  return signatures;
}
