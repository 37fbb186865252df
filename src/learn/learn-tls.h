/* A connection's TLS as people can follow it: what was asked first, the handshake step by step, the
 * certificates, and whether one of them is for the name that was wanted. Made of the tap's events
 * and of nothing else. One thread. */
#pragma once

#include "learn-catalogue.h"
#include "wire-event.h"

G_BEGIN_DECLS

/* One message of the handshake. */
typedef struct
{
  char *name; /* "ClientHello", "Alert: unknown CA" */
  BaseDirection direction;
  guint64 size;
  gint64 when; /* UTC, microseconds */
  gint64 clock;
  gboolean sealed; /* a change of cipher had come before it in its direction */
} LearnTlsStep;

typedef enum
{
  LEARN_NAME_NONE,     /* none of the names is the one that was wanted */
  LEARN_NAME_EXACT,    /* the name itself */
  LEARN_NAME_WILDCARD, /* "*.example.org" stands for it */
  LEARN_NAME_ADDRESS   /* the address itself */
} LearnNameMatch;

typedef struct
{
  gatomicrefcount ref_count;
  WireConnection *info; /* (nullable) */
  gboolean words;       /* something was said in plain words before */
  const char *asked;    /* "STARTTLS", "STLS": by which command; NULL: TLS from the first byte */
  GPtrArray *steps;     /* LearnTlsStep */
  char *server_name;    /* in ClientHello, readable for all (nullable) */
  char *alpn;           /* protocols offered there, comma-separated (nullable) */
  char *version;        /* "TLSv1.3"; NULL: it came to no end, or has not yet */
  char *cipher;         /* (nullable) */
  GPtrArray *chain;     /* WireCertificate, the server's own first (nullable) */
  gint64 duration;      /* microseconds, from the first message to the end; -1: not over */
} LearnTls;

/* @info: of the connection (nullable). */
LearnTls *learn_tls_new (WireConnection *info);
LearnTls *learn_tls_ref (LearnTls *tls);
void learn_tls_unref (LearnTls *tls);
/* Takes any event of the connection, in order. */
void learn_tls_feed (LearnTls *tls, const WireEvent *event);

/* What anybody on the line can read of a step: in TLS 1.3 the two greetings, in 1.2 all until the
 * change of cipher. */
gboolean learn_tls_step_is_readable (const LearnTls *tls, const LearnTlsStep *step);
/* The catalogue's id of a message by its name: "tls.message.client-hello", "tls.alert.unknown-ca".
 * (transfer full) */
char *learn_tls_message_id (const char *name);
/* The catalogue's entry of a message. Never NULL. */
const LearnEntry *learn_tls_step_entry (const LearnTlsStep *step, const char *language);

/* Which of @names (comma-separated) is @host, as RFC 9525 §6 compares them: case aside, "*" for
 * the whole leftmost label only. @which: the name (nullable result). (transfer full) */
LearnNameMatch learn_tls_match (const char *host, const char *names, char **which);

/* In people's words, translated, (transfer full): how encryption began; what was agreed; and how
 * the server's certificate is for the name that was wanted. */
char *learn_tls_begin_text (const LearnTls *tls);
char *learn_tls_agreed_text (const LearnTls *tls);
char *learn_tls_match_text (const LearnTls *tls);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LearnTls, learn_tls_unref)

G_END_DECLS
