/* The base subject by which SORT and THREAD compare letters (RFC 5256 §2.1). What stands around it
 * is just what the RFC names: people's other words ("Aw:", "Réf :") are mail's business. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @subject: decoded UTF-8. *answers: something was taken off that marks a reply or a forwarded
 * letter (nullable). (transfer full) */
char *practice_subject_base (const char *subject, gboolean *answers);

G_END_DECLS
