/* Counting and cutting lines by their looks, and the lines a TLS handshake is shown as. */
#include "config.h"

#include "learn-line.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* "1:3,7": how many numbers; what is too large to be true counts once. */
static guint
count_set (const char *set)
{
  g_auto (GStrv) ranges = g_strsplit (set, ",", -1);
  guint total = 0;

  for (guint i = 0; ranges[i] != NULL; i++)
    {
      char *end;
      guint64 from = g_ascii_strtoull (ranges[i], &end, 10);
      guint64 to = *end == ':' ? g_ascii_strtoull (end + 1, NULL, 10) : from;
      guint64 n = MAX (from, to) - MIN (from, to) + 1;

      total += n < 10000000 ? (guint) n : 1;
    }
  return total;
}

LearnLineNews
learn_line_news (const char *text, guint *number)
{
  const char *word;

  *number = 1;
  if (!g_str_has_prefix (text, "* "))
    return LEARN_LINE_OTHER;
  if (g_ascii_strncasecmp (text + 2, "VANISHED ", 9) == 0)
    {
      if (text[11] == '(')
        return LEARN_LINE_OTHER;
      *number = count_set (text + 11);
      return LEARN_LINE_EXPUNGED;
    }
  word = text + 2 + strspn (text + 2, "0123456789");
  if (word == text + 2 || *word != ' ')
    return LEARN_LINE_OTHER;
  word++;
  if (g_ascii_strncasecmp (word, "EXPUNGE", 7) == 0)
    return LEARN_LINE_EXPUNGED;
  if (g_ascii_strncasecmp (word, "FETCH ", 6) != 0)
    return LEARN_LINE_OTHER;
  return strstr (word, "BODY[] ") != NULL || strstr (word, "RFC822 ") != NULL ? LEARN_LINE_LETTER
                                                                              : LEARN_LINE_FETCH;
}

static const char *
skip_word (const char *text)
{
  text += strcspn (text, " ");
  return text + strspn (text, " ");
}

static const char *
skip_code (const char *text)
{
  const char *end = *text == '[' ? strchr (text, ']') : NULL;

  return end != NULL ? end + 1 + strspn (end + 1, " ") : text;
}

/* "5.1.1 " */
static const char *
skip_enhanced (const char *text)
{
  gsize len = strspn (text, "0123456789.");

  return len >= 5 && text[1] == '.' && text[len] == ' ' ? text + len + 1 : text;
}

char *
learn_line_words (const char *protocol, const char *text)
{
  if (g_str_equal (protocol, "imap"))
    text = skip_code (skip_word (skip_word (text)));
  else if (g_str_equal (protocol, "pop3"))
    text = skip_code (skip_word (text));
  else if (strlen (text) >= 4)
    text = skip_enhanced (text + 4);
  return g_strdup (text);
}

/* TLS */

static WireLine *
line_new (const WireEvent *event, char *text)
{
  WireLine *line = g_new0 (WireLine, 1);

  line->connection = event->connection;
  line->direction = event->direction;
  line->when = event->when;
  line->clock = event->clock;
  line->text = text;
  line->bytes = g_bytes_new (text, strlen (text));
  line->secrets = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
  line->bodies = g_array_new (FALSE, FALSE, sizeof (BaseSpan));
  return line;
}

static char *
day (gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (seconds);

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d") : g_strdup ("?");
}

static void
append_field (GString *text, const char *field)
{
  g_autofree char *clean = g_utf8_make_valid (field, -1);

  if (text->len > 0)
    g_string_append (text, LEARN_LINE_FIELDS);
  g_string_append (text, g_strdelimit (clean, ";\r\n", ','));
}

static char *
certificate_text (const WireCertificate *certificate)
{
  g_autofree char *from = day (certificate->not_before);
  g_autofree char *to = day (certificate->not_after);
  g_autofree char *validity = g_strdup_printf ("%s – %s", from, to);
  g_autofree char *chain =
      g_strdup_printf ("%s ← %s",
                       certificate->subject != NULL ? certificate->subject : "",
                       certificate->issuer != NULL ? certificate->issuer : "");
  g_autofree char *fingerprint =
      g_strconcat ("SHA-256 ", certificate->sha256 != NULL ? certificate->sha256 : "", NULL);
  GString *text = g_string_new (NULL);

  append_field (text, chain);
  /* An authority has none. */
  if (certificate->names != NULL && *certificate->names != '\0')
    append_field (text, certificate->names);
  append_field (text, validity);
  append_field (text, fingerprint);
  return g_string_free (text, FALSE);
}

GPtrArray *
learn_line_tls (const WireEvent *event)
{
  GPtrArray *lines = g_ptr_array_new ();
  const char *name = event->name != NULL ? event->name : "";

  if (event->type == WIRE_TLS_MESSAGE)
    {
      /* Translators: a message of TLS and its size: "ClientHello, 517 bytes". */
      g_ptr_array_add (lines,
                       line_new (event,
                                 g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                               "%1$s, %2$lu byte",
                                                               "%1$s, %2$lu bytes",
                                                               (gulong) event->count),
                                                  name,
                                                  (gulong) event->count)));
      return lines;
    }
  g_ptr_array_add (lines,
                   line_new (event,
                             g_strdup_printf ("%s%s%s",
                                              name,
                                              event->detail != NULL ? " " : "",
                                              event->detail != NULL ? event->detail : "")));
  for (guint i = 0; event->chain != NULL && i < event->chain->len; i++)
    {
      WireLine *line = line_new (event, certificate_text (event->chain->pdata[i]));

      /* The handshake's end is nobody's; the chain is the other side's. */
      line->direction = BASE_DIRECTION_IN;
      g_ptr_array_add (lines, line);
    }
  return lines;
}
