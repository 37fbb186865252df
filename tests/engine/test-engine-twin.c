/* Which accounts are one mailbox, by their logins. */
#include "config.h"

#include "engine-twin.h"

static StoreAccountInfo *
account (const char *protocol, const char *host, const char *user, const char *email)
{
  StoreAccountInfo *info = store_account_info_new ();

  g_free (info->protocol);
  g_free (info->host);
  g_free (info->user);
  g_free (info->email);
  info->protocol = g_strdup (protocol);
  info->host = g_strdup (host);
  info->user = g_strdup (user);
  info->email = g_strdup (email);
  return info;
}

static void
test_logins (void)
{
  static const struct
  {
    const char *protocol, *host, *user, *email;
    gboolean same;
  } cases[] = {
    { "pop3", "pop.a.example", "ada", "ada@a.example", TRUE },
    { "pop3", "POP3.A.example", "Ada@a.example", "ada@a.example", TRUE },
    { "pop3", "imap.a.example", "ada", "ada@a.example", TRUE },
    { "pop3", "a.example", "ada", "ada@a.example", TRUE },
    { "imap", "imap.a.example", "ada", "ada@a.example", FALSE }, /* one protocol */
    { "pop3", "pop.a.example", "grace", "grace@a.example", FALSE },
    { "pop3", "pop.b.example", "ada", "ada@b.example", FALSE },
    /* The same name at a domain of its own, on one provider's server. */
    { "pop3", "pop.a.example", "ada@c.example", "ada@c.example", FALSE },
    { "pop3", "pop.a.example", "", "ada@a.example", FALSE },
    { "smtp", "smtp.a.example", "ada", "ada@a.example", FALSE },
  };
  g_autoptr (StoreAccountInfo) imap = account ("imap", "imap.a.example", "ada", "ada@a.example");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StoreAccountInfo) other =
          account (cases[i].protocol, cases[i].host, cases[i].user, cases[i].email);

      g_test_message ("%s %s %s", cases[i].protocol, cases[i].host, cases[i].user);
      g_assert_true (engine_twin_same_login (imap, other) == cases[i].same);
      g_assert_true (engine_twin_same_login (other, imap) == cases[i].same);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/twin/logins", test_logins);
  return g_test_run ();
}
