/* What the base64 of a sign-in holds, mechanism by mechanism, as it goes over the line; and that a
 * hidden one tells its fields and nothing else. */
#include "learn-sign-in.h"

#include <string.h>

#include "wire-lines.h"

typedef struct
{
  WireTap *tap;
  WireConnection *connection;
  LearnDialogue *dialogue;
  guint64 offset[2];
} Fix;

static void
fix_init (Fix *fix, const char *protocol, gboolean public_secrets)
{
  memset (fix, 0, sizeof *fix);
  fix->tap = wire_tap_new (0);
  fix->dialogue = learn_dialogue_new (100, NULL, NULL);
  fix->connection = wire_tap_open (fix->tap,
                                   "ada",
                                   "ada",
                                   protocol,
                                   BASE_ROLE_CLIENT,
                                   "localhost",
                                   143,
                                   "127.0.0.1",
                                   public_secrets);
  wire_tap_exchange_begin (fix->tap, fix->connection, 1, "AUTHENTICATE", NULL, NULL);
}

static void
fix_clear (Fix *fix)
{
  wire_connection_unref (fix->connection);
  learn_dialogue_free (fix->dialogue);
  wire_tap_unref (fix->tap);
}

static void
span (Fix *fix, BaseDirection direction, BaseSpanKind kind, const char *text, gboolean ends)
{
  BaseSpan given = { fix->offset[direction], strlen (text), kind, ends, 1 };

  if (given.length == 0)
    return;
  wire_tap_bytes (fix->tap, fix->connection, direction, &given, (const guint8 *) text);
  fix->offset[direction] += given.length;
}

/* "> a1 AUTHENTICATE PLAIN |AGFkYQ==": what is behind the bar is secret. */
static void
say (Fix *fix, const char *line)
{
  BaseDirection direction = line[0] == '>' ? BASE_DIRECTION_OUT : BASE_DIRECTION_IN;
  g_auto (GStrv) halves = g_strsplit (line + 2, "|", 2);

  if (halves[0] != NULL)
    span (fix, direction, BASE_SPAN_PLAIN, halves[0], FALSE);
  if (halves[0] != NULL && halves[1] != NULL)
    span (fix, direction, BASE_SPAN_SECRET, halves[1], FALSE);
  span (fix, direction, BASE_SPAN_PLAIN, "\r\n", TRUE);
}

/* "User name=ada; Password=secret", "" when nothing is to be opened. (transfer full) */
static char *
opened (Fix *fix, guint index)
{
  g_autoptr (GPtrArray) fields = NULL;
  GString *text = g_string_new (NULL);

  while (learn_dialogue_pull (fix->dialogue, fix->tap, 100))
    continue;
  g_assert_cmpuint (learn_dialogue_count (fix->dialogue), ==, 1);
  fields = learn_sign_in_open (learn_dialogue_get (fix->dialogue, 0), index);
  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      const LearnField *field = fields->pdata[i];

      g_string_append_printf (text,
                              "%s%s=%s",
                              i > 0 ? "; " : "",
                              field->name,
                              field->value != NULL ? field->value : "?");
    }
  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *protocol;
  const char *lines[6];
  guint index;
  const char *shown, *hidden;
} Row;

static const Row rows[] = {
  { "imap",
    { "> a1 AUTHENTICATE PLAIN |AGFkYQBzZXNhbWU=" },
    0,
    "Acting as (empty: oneself)=; User name=ada; Password=sesame",
    "Acting as (empty: oneself)=?; User name=?; Password=?" },
  { "smtp", { "> AUTH PLAIN |AGFkYQBzZXNhbWU=", "< 235 2.7.0 Welcome" }, 1, "", "" },
  { "pop3",
    { "> AUTH PLAIN", "< + ", "> |AGFkYQBzZXNhbWU=" },
    2,
    "Acting as (empty: oneself)=; User name=ada; Password=sesame",
    "Acting as (empty: oneself)=?; User name=?; Password=?" },
  { "smtp",
    { "> AUTH LOGIN", "< 334 |VXNlcm5hbWU6", "> |YWRh", "< 334 |UGFzc3dvcmQ6", "> |c2VzYW1l" },
    1,
    "The server asks=Username:",
    "The server asks=?" },
  { "smtp",
    { "> AUTH LOGIN", "< 334 |VXNlcm5hbWU6", "> |YWRh", "< 334 |UGFzc3dvcmQ6", "> |c2VzYW1l" },
    4,
    "Password=sesame",
    "Password=?" },
  { "pop3",
    { "> AUTH CRAM-MD5",
      "< + |PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+",
      "> |YWRhIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw" },
    2,
    "User name=ada; Proof: the challenge, digested with the "
    "password=b913a602c7eda7a495b4e6e7334d3890",
    "User name=?; Proof: the challenge, digested with the password=?" },
  { "imap",
    { "> a1 AUTHENTICATE SCRAM-SHA-256 |biwsbj1hZGEscj1yT3ByTkdmd0ViZVJXZ2JORWtxTw==",
      "< + |cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodixzPVcyMlphSjBTTlk3c29Fc1VFamI2Z1E9PSxpPTQwOTY=" },
    0,
    "User name=ada; The client’s number, never the same twice=rOprNGfwEbeRWgbNEkqO",
    "User name=?; The client’s number, never the same twice=?" },
  { "imap",
    { "> a1 AUTHENTICATE SCRAM-SHA-256 |biwsbj1hZGEscj1yT3ByTkdmd0ViZVJXZ2JORWtxTw==",
      "< + |cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodixzPVcyMlphSjBTTlk3c29Fc1VFamI2Z1E9PSxpPTQwOTY=" },
    1,
    "Both numbers, one after the other=rOprNGfwEbeRWgbNEkqO%hv; The salt of the password, in "
    "base64=W22ZaJ0SNY7soEsUEjb6gQ==; How many rounds it is digested=4096",
    "Both numbers, one after the other=?; The salt of the password, in base64=?; How many rounds "
    "it is digested=?" },
  { "imap",
    { "> a1 AUTHENTICATE XOAUTH2 |dXNlcj1hZGFAZS5vcmcBYXV0aD1CZWFyZXIgeWEyOQEB" },
    0,
    "User name=ada@e.org; Access token=Bearer ya29",
    "User name=?; Access token=?" },
  /* An empty answer is one, too; and what nobody knows is left closed. */
  { "imap",
    { "> a1 AUTHENTICATE EXTERNAL |=" },
    0,
    "Acting as (empty: oneself)=",
    "Acting as (empty: oneself)=?" },
  { "imap", { "> a1 AUTHENTICATE X-OWN |AAAA" }, 0, "", "" },
  { "imap", { "> a1 LOGIN ada |sesame" }, 0, "", "" },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (int shown = 0; shown < 2; shown++)
      {
        Fix fix;
        g_autofree char *text = NULL;

        fix_init (&fix, rows[i].protocol, shown);
        for (guint j = 0; j < G_N_ELEMENTS (rows[i].lines) && rows[i].lines[j] != NULL; j++)
          say (&fix, rows[i].lines[j]);
        text = opened (&fix, rows[i].index);
        g_assert_cmpstr (text, ==, shown ? rows[i].shown : rows[i].hidden);
        fix_clear (&fix);
      }
}

/* A recording may hold anything where base64 should stand. */
static void
test_nonsense (void)
{
  static const char *const lines[] = { "> a1 AUTHENTICATE PLAIN |%%%%",
                                       "> a1 AUTHENTICATE PLAIN |A",
                                       "> a1 AUTHENTICATE SCRAM-SHA-1 |LCws",
                                       "> a1 AUTHENTICATE CRAM-MD5 |",
                                       "> a1 AUTHENTICATE",
                                       "> AUTH ",
                                       "< + x",
                                       "> " };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      Fix fix;
      g_autofree char *text = NULL;

      fix_init (&fix, "imap", TRUE);
      say (&fix, lines[i]);
      text = opened (&fix, 0);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_free (g_steal_pointer (&text));
      text = opened (&fix, 7);
      g_assert_cmpstr (text, ==, "");
      fix_clear (&fix);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/sign-in/rows", test_rows);
  g_test_add_func ("/learn/sign-in/nonsense", test_nonsense);
  return g_test_run ();
}
