/* What a server offers: the lines of its answer to EHLO behind the first, without their codes
 * ("SIZE 35882577", "8BITMIME"; RFC 5321 §4.1.1.1), NULL-terminated. %NULL: nothing. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The keyword's parameters ("" if none), of @offer; %NULL if it is not offered. */
const char *smtp_offer_keyword (const char *const *offer, const char *keyword);
/* A number that LIMITS names ("RCPTMAX", RFC 9422); 0: it names none. */
guint64 smtp_offer_limit (const char *const *offer, const char *name);

G_END_DECLS
