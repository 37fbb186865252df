/* Lines where the words went as they are, sizes where TLS made records of them. */
#include "config.h"

#include "learn-eavesdropper.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "learn-wording.h"

void
learn_seen_free (LearnSeen *seen)
{
  g_free (seen->text);
  g_free (seen);
}

/* (transfer full) @text */
static LearnSeen *
add (GPtrArray *all, LearnSeenKind kind, char *text)
{
  LearnSeen *seen = g_new0 (LearnSeen, 1);

  seen->kind = kind;
  seen->text = text;
  g_ptr_array_add (all, seen);
  return seen;
}

/* The connection */

static const char *
service (const WireConnection *info)
{
  switch (info->port)
    {
    case 143:
    case 993:
      return "IMAP";
    case 110:
    case 995:
      return "POP3";
    case 25:
    case 465:
    case 587:
      return "SMTP";
    default:
      return NULL;
    }
}

static void
add_ends (GPtrArray *all, const WireConnection *info)
{
  const char *name = service (info);

  if (info->caller != NULL && info->caller_address != NULL)
    {
      add (all,
           LEARN_SEEN_FACT,
           /* Translators: two addresses and a port. */
           g_strdup_printf (_ ("%1$s talks to %2$s, port %3$u."),
                            info->caller_address,
                            info->address != NULL ? info->address : info->host,
                            info->port));
      return;
    }
  /* Translators: an address and a port: "This computer talks to 192.0.2.7, port 993." */
  add (all,
       LEARN_SEEN_FACT,
       g_strdup_printf (_ ("This computer talks to %1$s, port %2$u."),
                        info->address != NULL ? info->address : info->host,
                        info->port));
  if (name != NULL)
    add (all,
         LEARN_SEEN_FACT,
         /* Translators: a protocol: "The port’s number alone says: IMAP." */
         g_strdup_printf (_ ("The port’s number alone says: %s."), name));
}

static void
add_names (GPtrArray *all, const LearnTls *tls)
{
  if (tls->server_name != NULL)
    add (all,
         LEARN_SEEN_FACT,
         g_strdup_printf (_ ("The server’s name, readable in ClientHello (SNI): %s."),
                          tls->server_name));
  if (tls->alpn != NULL)
    add (all,
         LEARN_SEEN_FACT,
         g_strdup_printf (_ ("The protocol, readable in ClientHello (ALPN): %s."), tls->alpn));
  if (tls->version == NULL)
    return;
  add (all,
       LEARN_SEEN_FACT,
       g_strdup_printf (_ ("What was agreed, readable in ServerHello: %1$s, %2$s."),
                        tls->version,
                        tls->cipher != NULL ? tls->cipher : "?"));
  add (all,
       LEARN_SEEN_FACT,
       g_str_equal (tls->version, "TLSv1.3")
           ? g_strdup (_ ("The certificate went encrypted (TLS 1.3)."))
           : g_strdup (_ ("The certificate, readable for all (before TLS 1.3).")));
}

static void
add_connection (GPtrArray *all, const LearnExchange *exchange)
{
  if (exchange->info == NULL)
    return;
  add_ends (all, exchange->info);
  if (exchange->tls != NULL)
    add_names (all, exchange->tls);
}

/* Words */

static void
add_line (GPtrArray *all, const LearnExchange *exchange, const WireLine *line)
{
  LearnSeen *seen;

  if (line->held)
    return;
  seen = add (all, LEARN_SEEN_WORDS, g_strdup (line->text));
  seen->direction = line->direction;
  seen->when = line->when;
  seen->bytes = line->body;
  seen->masked =
      line->secrets->len > 0 && (exchange->info == NULL || !exchange->info->public_secrets);
}

static void
add_words (GPtrArray *all, const LearnExchange *exchange)
{
  if (exchange->compressed)
    add (all,
         LEARN_SEEN_FACT,
         g_strdup (_ ("The words were compressed, which hides nothing: anyone can undo it.")));
  for (guint i = 0; i < exchange->lines->len; i++)
    {
      if (exchange->folded > 0 && i == exchange->fold_at)
        add (all,
             LEARN_SEEN_FACT,
             g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "… and %lu more line like these",
                                           "… and %lu more lines like these",
                                           (gulong) exchange->folded),
                              (gulong) exchange->folded));
      add_line (all, exchange, exchange->lines->pdata[i]);
    }
}

/* Records */

static void
add_run (GPtrArray *all, BaseDirection direction, gint64 when, guint64 records, guint64 bytes)
{
  g_autofree char *size = learn_size_text (bytes);
  LearnSeen *seen;

  if (bytes == 0)
    return;
  seen =
      add (all,
           LEARN_SEEN_RECORDS,
           /* Translators: "3 records, 1.2 KB". Records are those of TLS. */
           g_strdup_printf (
               g_dngettext (
                   GETTEXT_PACKAGE, "%1$lu record, %2$s", "%1$lu records, %2$s", (gulong) records),
               (gulong) records,
               size));
  seen->direction = direction;
  seen->when = when;
  seen->bytes = bytes;
}

/* A command may have been held, and said much later than it began. */
static gint64
first_when (const LearnExchange *exchange)
{
  for (guint i = 0; i < exchange->lines->len; i++)
    {
      const WireLine *line = exchange->lines->pdata[i];

      if (line->direction == BASE_DIRECTION_OUT)
        return line->when;
    }
  return exchange->when;
}

static gint64
last_when (const LearnExchange *exchange, BaseDirection direction)
{
  for (guint i = exchange->lines->len; i > 0; i--)
    {
      const WireLine *line = exchange->lines->pdata[i - 1];

      if (line->direction == direction)
        return line->when;
    }
  return exchange->when + MAX (exchange->duration, 0);
}

static void
add_records (GPtrArray *all, const LearnExchange *exchange)
{
  const WireCarried *carried = &exchange->carried;

  add_run (
      all, BASE_DIRECTION_OUT, first_when (exchange), carried->records_out, carried->bytes_out);
  add_run (all,
           BASE_DIRECTION_IN,
           last_when (exchange, BASE_DIRECTION_IN),
           carried->records_in,
           carried->bytes_in);
  if (carried->bytes_in == 0 && carried->bytes_out == 0 && exchange->done)
    add (all,
         LEARN_SEEN_NOTHING,
         g_strdup (_ ("Records of this exchange’s own were not counted: it shared them with its "
                      "neighbours, or was recorded without them.")));
  else if (exchange->shared && exchange->done)
    add (all,
         LEARN_SEEN_NOTHING,
         g_strdup (_ ("Counted together with what was said at the same time.")));
  add (all,
       LEARN_SEEN_NOTHING,
       g_strdup (
           _ ("Not seen: the command, its answer, names, passwords, letters. Only how much, and "
              "when.")));
}

static void
add_handshake (GPtrArray *all, const LearnTls *tls)
{
  for (guint i = 0; i < tls->steps->len; i++)
    {
      const LearnTlsStep *step = tls->steps->pdata[i];
      gboolean readable = learn_tls_step_is_readable (tls, step);
      g_autofree char *size = learn_size_text (step->size);
      LearnSeen *seen = add (all,
                             LEARN_SEEN_HANDSHAKE,
                             readable ? g_strdup_printf ("%s, %s", step->name, size)
                                      : g_strdup_printf (_ ("encrypted, %s"), size));

      seen->direction = step->direction;
      seen->when = step->when;
      seen->readable = readable;
      seen->bytes = step->size;
    }
}

static void
add_exchange (GPtrArray *all, const LearnExchange *exchange)
{
  if (g_str_equal (exchange->verb, LEARN_DROPPED_EVENTS))
    return;
  if (g_str_equal (exchange->verb, LEARN_TLS))
    {
      if (exchange->tls != NULL)
        add_handshake (all, exchange->tls);
    }
  else if (exchange->held)
    add (all,
         LEARN_SEEN_NOTHING,
         g_strdup (_ ("Nothing yet: the command is held on this computer.")));
  else if (exchange->sealed)
    add_records (all, exchange);
  else
    add_words (all, exchange);
}

GPtrArray *
learn_eavesdropper_see (const LearnExchange *exchange)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_seen_free);

  add_connection (all, exchange);
  add_exchange (all, exchange);
  return all;
}

GPtrArray *
learn_eavesdropper_see_all (GPtrArray *exchanges)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) learn_seen_free);
  const LearnExchange *last = exchanges->len > 0 ? exchanges->pdata[exchanges->len - 1] : NULL;

  if (last != NULL)
    add_connection (all, last);
  for (guint i = 0; i < exchanges->len; i++)
    add_exchange (all, exchanges->pdata[i]);
  return all;
}

char *
learn_eavesdropper_text (GPtrArray *seen)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < seen->len; i++)
    {
      const LearnSeen *one = seen->pdata[i];
      gboolean moves = one->kind == LEARN_SEEN_WORDS || one->kind == LEARN_SEEN_HANDSHAKE ||
                       one->kind == LEARN_SEEN_RECORDS;

      if (moves)
        g_string_append (text, one->direction == BASE_DIRECTION_OUT ? "→ " : "← ");
      g_string_append (text, one->text);
      if (one->kind == LEARN_SEEN_WORDS && one->bytes > 0)
        {
          g_autofree char *size = learn_size_text (one->bytes);

          g_string_append_c (text, ' ');
          /* Translators: after a line that was readable: "[the letter, 48 KB, every word of it]" */
          g_string_append_printf (text, _ ("[the letter, %s, every word of it]"), size);
        }
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}
