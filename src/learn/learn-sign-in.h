/* The base64 of a sign-in, opened: which fields it holds, and what stands in those that may be
 * shown. Where the connection's secrets are hidden, so is every field: then it is only said which
 * there are. */
#pragma once

#include "learn-dialogue.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name; /* translated, static: "User name" */
  char *value;      /* valid UTF-8 without control characters; NULL: it is hidden */
} LearnField;
void learn_field_free (LearnField *field);

/* The fields of the base64 in line @index of an exchange that signs in; NULL: there is none in it.
 * (transfer full, element: LearnField) */
GPtrArray *learn_sign_in_open (const LearnExchange *exchange, guint index);

G_END_DECLS
