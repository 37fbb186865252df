/* Gathers a handshake from the tap's events, and compares the names in a certificate. */
#include "config.h"

#include "learn-tls.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "learn-measure.h"

/* A connection that renegotiates for ever is not remembered for ever. */
#define MAX_STEPS 64

static void
step_free (gpointer data)
{
  LearnTlsStep *step = data;

  g_free (step->name);
  g_free (step);
}

LearnTls *
learn_tls_new (WireConnection *info)
{
  LearnTls *tls = g_new0 (LearnTls, 1);

  g_atomic_ref_count_init (&tls->ref_count);
  tls->info = info != NULL ? wire_connection_ref (info) : NULL;
  tls->steps = g_ptr_array_new_with_free_func (step_free);
  tls->duration = -1;
  return tls;
}

LearnTls *
learn_tls_ref (LearnTls *tls)
{
  g_atomic_ref_count_inc (&tls->ref_count);
  return tls;
}

void
learn_tls_unref (LearnTls *tls)
{
  if (!g_atomic_ref_count_dec (&tls->ref_count))
    return;
  g_clear_pointer (&tls->info, wire_connection_unref);
  g_clear_pointer (&tls->chain, g_ptr_array_unref);
  g_ptr_array_unref (tls->steps);
  g_free (tls->server_name);
  g_free (tls->alpn);
  g_free (tls->version);
  g_free (tls->cipher);
  g_free (tls);
}

/* Events */

/* "sni=mail.example alpn=imap" */
static void
take_hello (LearnTls *tls, const char *detail)
{
  g_auto (GStrv) fields = g_strsplit (detail, " ", -1);

  for (guint i = 0; fields[i] != NULL; i++)
    {
      if (g_str_has_prefix (fields[i], "sni=") && fields[i][4] != '\0')
        {
          g_free (tls->server_name);
          tls->server_name = g_strdup (fields[i] + 4);
        }
      else if (g_str_has_prefix (fields[i], "alpn=") && fields[i][5] != '\0')
        {
          g_free (tls->alpn);
          tls->alpn = g_strdup (fields[i] + 5);
        }
    }
}

static gboolean
has_step (const LearnTls *tls, BaseDirection direction, const char *name)
{
  for (guint i = 0; i < tls->steps->len; i++)
    {
      const LearnTlsStep *step = tls->steps->pdata[i];

      if (step->direction == direction && g_str_equal (step->name, name))
        return TRUE;
    }
  return FALSE;
}

static void
take_message (LearnTls *tls, const WireEvent *event)
{
  LearnTlsStep *step;

  if (tls->steps->len >= MAX_STEPS)
    return;
  step = g_new0 (LearnTlsStep, 1);
  step->name = g_strdup (event->name != NULL ? event->name : "");
  step->direction = event->direction;
  step->size = event->count;
  step->when = event->when;
  step->clock = event->clock;
  step->sealed = has_step (tls, event->direction, "ChangeCipherSpec");
  g_ptr_array_add (tls->steps, step);
  if (event->detail != NULL)
    take_hello (tls, event->detail);
}

static void
take_done (LearnTls *tls, const WireEvent *event)
{
  const LearnTlsStep *first = tls->steps->len > 0 ? tls->steps->pdata[0] : NULL;

  g_free (tls->version);
  g_free (tls->cipher);
  tls->version = g_strdup (event->name != NULL ? event->name : "");
  tls->cipher = g_strdup (event->detail);
  g_clear_pointer (&tls->chain, g_ptr_array_unref);
  tls->chain = event->chain != NULL ? g_ptr_array_ref (event->chain) : NULL;
  tls->duration = first != NULL ? MAX (0, event->clock - first->clock) : 0;
}

void
learn_tls_feed (LearnTls *tls, const WireEvent *event)
{
  if (event->type == WIRE_TLS_MESSAGE)
    take_message (tls, event);
  else if (event->type == WIRE_TLS_DONE)
    take_done (tls, event);
  else if (event->type == WIRE_BYTES && tls->steps->len == 0)
    tls->words = TRUE;
  else if (event->type == WIRE_EXCHANGE_BEGIN && tls->steps->len == 0 && event->verb != NULL &&
           (g_str_equal (event->verb, "STARTTLS") || g_str_equal (event->verb, "STLS")))
    tls->asked = event->verb;
}

/* Who can read a step */

/* TLS 1.3 has messages of its own; its version stands nowhere else until the end. */
static gboolean
is_new (const LearnTls *tls)
{
  if (tls->version != NULL)
    return g_str_equal (tls->version, "TLSv1.3");
  for (guint i = 0; i < tls->steps->len; i++)
    if (g_str_equal (((LearnTlsStep *) tls->steps->pdata[i])->name, "EncryptedExtensions"))
      return TRUE;
  return FALSE;
}

gboolean
learn_tls_step_is_readable (const LearnTls *tls, const LearnTlsStep *step)
{
  static const char *const always[] = {
    "ClientHello", "ServerHello", "HelloRetryRequest", "ChangeCipherSpec"
  };

  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    if (g_str_equal (step->name, always[i]))
      return TRUE;
  if (is_new (tls))
    return g_str_has_prefix (step->name, "Alert") &&
           !has_step (tls, BASE_DIRECTION_IN, "EncryptedExtensions") &&
           !has_step (tls, BASE_DIRECTION_OUT, "EncryptedExtensions");
  return !step->sealed;
}

/* "ClientHello": "tls.message.client-hello"; "Alert: unknown CA": "tls.alert.unknown-ca". */
char *
learn_tls_message_id (const char *name)
{
  const char *colon = strchr (name, ':');
  const char *text = colon != NULL ? colon + 1 : name;
  GString *id = g_string_new (colon != NULL ? "tls.alert." : "tls.message.");
  gsize start = id->len;

  for (; *text != '\0'; text++)
    {
      gboolean letter = g_ascii_isalnum (*text);
      gboolean hump = colon == NULL && g_ascii_isupper (*text);

      if ((!letter || hump) && id->len > start && id->str[id->len - 1] != '-')
        g_string_append_c (id, '-');
      if (letter)
        g_string_append_c (id, g_ascii_tolower (*text));
    }
  return g_string_free (id, FALSE);
}

const LearnEntry *
learn_tls_step_entry (const LearnTlsStep *step, const char *language)
{
  g_autofree char *id = learn_tls_message_id (step->name);

  return learn_catalogue_explain (learn_catalogue_get (language), id);
}

/* Names */

/* RFC 9525 §6.3: "*." and then the rest, which must be all of @host but its first label. */
static gboolean
wildcard_is (const char *pattern, const char *host)
{
  const char *dot = strchr (host, '.');

  return g_str_has_prefix (pattern, "*.") && dot != NULL && dot != host &&
         strchr (pattern + 2, '*') == NULL && strchr (pattern + 2, '.') != NULL &&
         g_ascii_strcasecmp (pattern + 1, dot) == 0;
}

static gboolean
same_address (const char *a, const char *b)
{
  g_autoptr (GInetAddress) left = g_inet_address_new_from_string (a);
  g_autoptr (GInetAddress) right = g_inet_address_new_from_string (b);

  return left != NULL && right != NULL && g_inet_address_equal (left, right);
}

LearnNameMatch
learn_tls_match (const char *host, const char *names, char **which)
{
  g_auto (GStrv) all = g_strsplit (names != NULL ? names : "", ",", -1);
  g_autofree char *ascii = g_hostname_to_ascii (host);
  gboolean address = g_hostname_is_ip_address (host);
  const char *wildcard = NULL;

  *which = NULL;
  for (guint i = 0; all[i] != NULL; i++)
    {
      const char *name = g_strstrip (all[i]);

      if (address ? !same_address (name, host)
                  : ascii == NULL || g_ascii_strcasecmp (name, ascii) != 0)
        {
          if (!address && ascii != NULL && wildcard_is (name, ascii))
            wildcard = name;
          continue;
        }
      *which = g_strdup (name);
      return address ? LEARN_NAME_ADDRESS : LEARN_NAME_EXACT;
    }
  *which = g_strdup (wildcard);
  return wildcard != NULL ? LEARN_NAME_WILDCARD : LEARN_NAME_NONE;
}

/* Words */

char *
learn_tls_begin_text (const LearnTls *tls)
{
  if (tls->asked != NULL)
    /* Translators: a command: "After words that anyone could read, STARTTLS asked for encryption."
     */
    return g_strdup_printf (_ ("After words that anyone could read, %s asked for encryption."),
                            tls->asked);
  if (tls->words)
    return g_strdup (_ ("Encryption began after words that anyone could read."));
  return g_strdup (_ ("Encrypted from the first byte: nothing was said before the handshake."));
}

char *
learn_tls_agreed_text (const LearnTls *tls)
{
  g_autofree char *duration = NULL;

  if (tls->version == NULL)
    return g_strdup (_ ("The handshake has come to no end."));
  duration = learn_duration_text (MAX (tls->duration, 0));
  /* Translators: a version, a cipher and a time: "Agreed on TLSv1.3 with TLS_AES_256_GCM_SHA384, in
   * 12 ms." */
  return g_strdup_printf (_ ("Agreed on %1$s with %2$s, in %3$s."),
                          tls->version,
                          tls->cipher != NULL ? tls->cipher : "?",
                          duration);
}

char *
learn_tls_match_text (const LearnTls *tls)
{
  const WireCertificate *own =
      tls->chain != NULL && tls->chain->len > 0 ? tls->chain->pdata[0] : NULL;
  const char *host = tls->info != NULL && tls->info->host != NULL ? tls->info->host : "";
  const char *who =
      tls->info != NULL && tls->info->caller != NULL ? tls->info->caller : _ ("The account");
  g_autofree char *which = NULL;

  if (own == NULL)
    return g_strdup ("");
  switch (learn_tls_match (host, own->names, &which))
    {
    case LEARN_NAME_EXACT:
      return g_strdup_printf (
          _ ("%1$s wants %2$s, and the certificate has this very name."), who, host);
    case LEARN_NAME_ADDRESS:
      return g_strdup_printf (
          _ ("%1$s wants the address %2$s, and the certificate has this very address."), who, host);
    case LEARN_NAME_WILDCARD:
      return g_strdup_printf (_ ("%1$s wants %2$s; the certificate’s %3$s stands for it: * is "
                                 "any one label at the left."),
                              who,
                              host,
                              which);
    case LEARN_NAME_NONE:
    default:
      return g_strdup_printf (
          _ ("%1$s wants %2$s, and the certificate does not have it. It has: %3$s."),
          who,
          host,
          own->names != NULL && *own->names != '\0' ? own->names : "–");
    }
}
