/* Mechanisms as tables of what each message holds. Bytes are only there where the post office's
 * secrets are public; elsewhere the tap never had them. */
#include "config.h"

#include "learn-sign-in.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "wire-lines.h"

typedef enum
{
  WHOLE,   /* one field */
  NULS,    /* separated by NUL: PLAIN (RFC 4616 §2) */
  SPACE,   /* the last word apart: CRAM-MD5 (RFC 2195 §2) */
  LETTERS, /* "r=…,s=…": SCRAM (RFC 5802 §5.1), and the gs2-header before it */
  CONTROL  /* "auth=…" separated by ^A: XOAUTH2, OAUTHBEARER (RFC 7628 §3.1) */
} Shape;

typedef struct
{
  const char *mechanism; /* how it begins */
  BaseDirection direction;
  guint step; /* which of this side's messages; 0: any */
  Shape shape;
  const char *names[3];
} Message;

static const Message messages[] = {
  { "PLAIN",
    BASE_DIRECTION_OUT,
    1,
    NULS,
    { N_ ("Acting as (empty: oneself)"), N_ ("User name"), N_ ("Password") } },
  { "LOGIN", BASE_DIRECTION_IN, 0, WHOLE, { N_ ("The server asks") } },
  { "LOGIN", BASE_DIRECTION_OUT, 1, WHOLE, { N_ ("User name") } },
  { "LOGIN", BASE_DIRECTION_OUT, 2, WHOLE, { N_ ("Password") } },
  { "CRAM-MD5", BASE_DIRECTION_IN, 1, WHOLE, { N_ ("A challenge, never the same twice") } },
  { "CRAM-MD5",
    BASE_DIRECTION_OUT,
    1,
    SPACE,
    { N_ ("User name"), N_ ("Proof: the challenge, digested with the password") } },
  { "SCRAM-", BASE_DIRECTION_IN, 0, LETTERS, { NULL } },
  { "SCRAM-", BASE_DIRECTION_OUT, 0, LETTERS, { NULL } },
  { "XOAUTH2", BASE_DIRECTION_OUT, 1, CONTROL, { NULL } },
  { "OAUTHBEARER", BASE_DIRECTION_OUT, 1, CONTROL, { NULL } },
  { "XOAUTH2", BASE_DIRECTION_IN, 0, WHOLE, { N_ ("Why the token was refused") } },
  { "OAUTHBEARER", BASE_DIRECTION_IN, 0, WHOLE, { N_ ("Why the token was refused") } },
  { "EXTERNAL", BASE_DIRECTION_OUT, 0, WHOLE, { N_ ("Acting as (empty: oneself)") } },
  { "ANONYMOUS", BASE_DIRECTION_OUT, 0, WHOLE, { N_ ("A trace, as a courtesy") } },
};

/* What SCRAM calls by a letter, in the messages where it stands. */
static const struct
{
  char letter;
  BaseDirection direction;
  guint step;
  const char *name;
} letters[] = {
  { 'n', BASE_DIRECTION_OUT, 1, N_ ("User name") },
  { 'r', BASE_DIRECTION_OUT, 1, N_ ("The client’s number, never the same twice") },
  { 'r', BASE_DIRECTION_IN, 1, N_ ("Both numbers, one after the other") },
  { 's', BASE_DIRECTION_IN, 1, N_ ("The salt of the password, in base64") },
  { 'i', BASE_DIRECTION_IN, 1, N_ ("How many rounds it is digested") },
  { 'c', BASE_DIRECTION_OUT, 2, N_ ("The tie to this TLS connection, in base64") },
  { 'r', BASE_DIRECTION_OUT, 2, N_ ("Both numbers again") },
  { 'p', BASE_DIRECTION_OUT, 2, N_ ("Proof that the client knows the password") },
  { 'v', BASE_DIRECTION_IN, 2, N_ ("Proof that the server knows it too") },
};

/* What XOAUTH2 and OAUTHBEARER hold. */
static const struct
{
  const char *key, *name;
} keys[] = {
  { "user=", N_ ("User name") }, { "n,a=", N_ ("User name") }, { "auth=", N_ ("Access token") },
  { "host=", N_ ("Server") },    { "port=", N_ ("Port") },
};

void
learn_field_free (LearnField *field)
{
  g_free (field->value);
  g_free (field);
}

/* (transfer full) for @value, which may hold anything. */
static void
add (GPtrArray *fields, const char *name, const char *value, gssize len)
{
  LearnField *field = g_new0 (LearnField, 1);

  field->name = _ (name);
  if (value != NULL)
    {
      field->value = g_utf8_make_valid (value, len);
      for (char *p = field->value; *p != '\0'; p++)
        if (g_ascii_iscntrl (*p))
          *p = ' ';
    }
  g_ptr_array_add (fields, field);
}

static void
open_nuls (GPtrArray *fields, const Message *message, const char *bytes, gsize len)
{
  for (guint i = 0; i < G_N_ELEMENTS (message->names) && message->names[i] != NULL; i++)
    {
      const char *end = bytes != NULL ? memchr (bytes, '\0', len) : NULL;
      gsize n = end != NULL ? (gsize) (end - bytes) : len;

      add (fields, message->names[i], bytes, (gssize) n);
      if (bytes == NULL)
        continue;
      bytes += MIN (n + 1, len);
      len -= MIN (n + 1, len);
    }
}

static void
open_space (GPtrArray *fields, const Message *message, const char *bytes, gsize len)
{
  gsize n = len;

  while (bytes != NULL && n > 0 && bytes[n - 1] != ' ')
    n--;
  add (fields, message->names[0], bytes, n > 0 ? (gssize) n - 1 : 0);
  add (fields, message->names[1], bytes != NULL ? bytes + n : NULL, (gssize) (len - n));
}

/* (nullable) */
static const char *
find_letter (const char *bytes, gsize len, char letter, gsize *n)
{
  gsize at = 0;

  while (at + 1 < len)
    {
      const char *end = memchr (bytes + at, ',', len - at);
      gsize next = end != NULL ? (gsize) (end - bytes) : len;

      if (bytes[at] == letter && bytes[at + 1] == '=')
        {
          *n = next - at - 2;
          return bytes + at + 2;
        }
      at = next + 1;
    }
  return NULL;
}

static void
open_letters (GPtrArray *fields, BaseDirection direction, guint step, const char *bytes, gsize len)
{
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    {
      gsize n = 0;
      const char *value = NULL;

      if (letters[i].direction != direction || letters[i].step != step)
        continue;
      if (bytes != NULL && (value = find_letter (bytes, len, letters[i].letter, &n)) == NULL)
        continue;
      add (fields, letters[i].name, value, (gssize) n);
    }
}

static void
open_control (GPtrArray *fields, const char *mechanism, const char *bytes, gsize len)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gsize key = strlen (keys[i].key);
      gboolean bearer = g_str_has_prefix (mechanism, "OAUTH");
      const char *found = bytes != NULL ? g_strstr_len (bytes, (gssize) len, keys[i].key) : NULL;
      const char *end;

      if (bytes == NULL)
        {
          /* Only what each of them has for sure. */
          if (i == 2 || i == (bearer ? 1 : 0))
            add (fields, keys[i].name, NULL, 0);
          continue;
        }
      if (found == NULL)
        continue;
      found += key;
      end = found;
      while (end < bytes + len && *end != '\001' && *end != ',')
        end++;
      add (fields, keys[i].name, found, end - found);
    }
}

/* Which message of the sign-in it is */

/* "a1 AUTHENTICATE PLAIN …", "AUTH PLAIN …": the mechanism, and where the initial response begins
 * (0: there is none). (transfer full) (nullable) */
static char *
read_command (const WireLine *line, gsize *response)
{
  gsize len;
  const char *bytes = g_bytes_get_data (line->bytes, &len);
  g_autofree char *text = g_strndup (bytes != NULL ? bytes : "", len);
  g_auto (GStrv) words = g_strsplit (g_strchomp (text), " ", 4);
  guint n = g_strv_length (words);
  guint at = n > 1 && g_ascii_strcasecmp (words[0], "AUTH") == 0           ? 1
             : n > 2 && g_ascii_strcasecmp (words[1], "AUTHENTICATE") == 0 ? 2
                                                                           : 0;

  *response = 0;
  if (at == 0)
    return NULL;
  if (words[at + 1] != NULL)
    for (guint i = 0; i <= at; i++)
      *response += strlen (words[i]) + 1;
  return g_ascii_strup (words[at], -1);
}

/* Where the base64 of a server's line begins; 0: it has none. */
static gsize
read_challenge (const WireLine *line)
{
  gsize len;
  const char *bytes = g_bytes_get_data (line->bytes, &len);

  if (len >= 2 && memcmp (bytes, "+ ", 2) == 0)
    return 2;
  return len >= 4 && memcmp (bytes, "334 ", 4) == 0 ? 4 : 0;
}

static const Message *
find_message (const char *mechanism, BaseDirection direction, guint step)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      const Message *message = &messages[i];
      gboolean named = g_str_has_suffix (message->mechanism, "-")
                           ? g_str_has_prefix (mechanism, message->mechanism)
                           : g_str_equal (mechanism, message->mechanism);

      if (named && message->direction == direction && (message->step == 0 || message->step == step))
        return message;
    }
  return NULL;
}

/* The bytes from @at on, decoded; NULL: they are hidden, or no base64. (transfer full) */
static char *
decode (const WireLine *line, gsize at, gsize *decoded)
{
  gsize len;
  const char *bytes = g_bytes_get_data (line->bytes, &len);
  g_autofree char *text = NULL;

  *decoded = 0;
  if (line->secrets->len > 0 || at > len)
    return NULL;
  text = g_strchomp (g_strndup (bytes + at, len - at));
  /* An empty message is written as "=". */
  if (g_str_equal (text, "=") || *text == '\0')
    return g_strdup ("");
  return (char *) g_base64_decode (text, decoded);
}

static GPtrArray *
open_line (const WireLine *line, gsize at, const char *mechanism, guint step)
{
  const Message *message = find_message (mechanism, line->direction, step);
  GPtrArray *fields;
  gsize len;
  g_autofree char *bytes = NULL;

  if (message == NULL)
    return NULL;
  fields = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_field_free);
  bytes = decode (line, at, &len);
  switch (message->shape)
    {
    case NULS:
      open_nuls (fields, message, bytes, len);
      break;
    case SPACE:
      open_space (fields, message, bytes, len);
      break;
    case LETTERS:
      open_letters (fields, line->direction, step, bytes, len);
      break;
    case CONTROL:
      open_control (fields, mechanism, bytes, len);
      break;
    case WHOLE:
    default:
      add (fields, message->names[0], bytes, (gssize) len);
      break;
    }
  return fields;
}

GPtrArray *
learn_sign_in_open (const LearnExchange *exchange, guint index)
{
  g_autofree char *mechanism = NULL;
  guint steps[2] = { 0, 0 };

  if (exchange->connection == 0 || exchange->info == NULL ||
      exchange->info->role != BASE_ROLE_CLIENT)
    return NULL;
  for (guint i = 0; i < exchange->lines->len && i <= index; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];
      gboolean out = line->direction == BASE_DIRECTION_OUT;
      gsize at = 0;

      if (mechanism == NULL)
        {
          if (out)
            mechanism = read_command (line, &at);
          if (mechanism == NULL)
            return NULL;
          if (at == 0)
            continue;
        }
      else if (!out && (at = read_challenge (line)) == 0)
        {
          continue;
        }
      steps[out]++;
      if (i == index)
        return open_line (line, at, mechanism, steps[out]);
    }
  return NULL;
}
