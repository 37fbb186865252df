/* The values of Content-Type and Content-Disposition: a word, then parameters. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More pieces of parameters than this are not read. */
#define MAIL_MAX_PARAMETERS 200

typedef struct
{
  char *name;  /* lower case */
  char *value; /* decoded, valid UTF-8 */
} MailParameter;

/* mail_parameters_parse: @text is an unfolded value; @parameters gets a GArray of MailParameter, or
 * NULL when there are none. Returns what stands before them, lower case, without comments and white
 * space. (transfer full) */
char *mail_parameters_parse (const char *text, GArray **parameters);

/* mail_parameters_find: the value of @name (case ignored), or NULL; @parameters may be NULL. */
const char *mail_parameters_find (GArray *parameters, const char *name);

G_END_DECLS
