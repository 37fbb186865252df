/* A reader of JSON (RFC 8259) for recordings: the text of one value becomes a small tree. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WireValue WireValue;

/* Deeper nesting is refused. */
#define WIRE_VALUE_MAX_DEPTH 8

/* The one value in @text, which needs no NUL; %NULL if it is not JSON. Numbers are integers: with
 * fraction or exponent they are refused. Strings without NUL: with one they are refused. */
WireValue *wire_value_parse (const char *text, gsize len);
void wire_value_free (WireValue *value);

/* A member of an object; %NULL if there is none, or @value is no object, or %NULL. */
const WireValue *wire_value_get (const WireValue *value, const char *key);
/* An array's length (0 for everything else) and elements. */
guint wire_value_length (const WireValue *value);
const WireValue *wire_value_element (const WireValue *value, guint index);

/* A string; %NULL for everything else. Valid as long as the tree. */
const char *wire_value_string (const WireValue *value);
/* %FALSE for what is not a number in range. */
gboolean wire_value_uint (const WireValue *value, guint64 *number);
gboolean wire_value_int (const WireValue *value, gint64 *number);
gboolean wire_value_true (const WireValue *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireValue, wire_value_free)

G_END_DECLS
