/* An append-only writer of JSON (RFC 8259): escapes, nests and puts the commas. It exists so that
 * the terminal program, the transcripts and the tests write JSON in one way and without a library.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BaseJson BaseJson;

/* The deepest nesting the writer takes; going deeper is a programming error. */
#define BASE_JSON_MAX_DEPTH 512

/* base_json_new: an empty writer. Write exactly one value at the top, usually an object.
 *
 * Every function below takes a @key: the member's name inside an object, and NULL inside an array
 * and at the top. Keys and strings are made valid UTF-8: each bad byte becomes U+FFFD. The text is
 * compact and holds no line break, so one object is one line. */
BaseJson *base_json_new (void);
void base_json_free (BaseJson *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseJson, base_json_free)

void base_json_begin_object (BaseJson *json, const char *key);
void base_json_end_object (BaseJson *json);
void base_json_begin_array (BaseJson *json, const char *key);
void base_json_end_array (BaseJson *json);

/* @value NULL writes null. */
void base_json_add_string (BaseJson *json, const char *key, const char *value);

/* @length bytes, which need no terminating NUL and may hold some (they become \u0000). */
void base_json_add_string_len (BaseJson *json, const char *key, const char *value, gsize length);
void base_json_add_int (BaseJson *json, const char *key, gint64 value);
void base_json_add_uint (BaseJson *json, const char *key, guint64 value);

/* Shortest form that reads back equal; infinities and NaN, which JSON lacks, become null. */
void base_json_add_double (BaseJson *json, const char *key, double value);
void base_json_add_bool (BaseJson *json, const char *key, gboolean value);
void base_json_add_null (BaseJson *json, const char *key);

/* base_json_peek: what is written so far; valid until the next call on @json.
 * base_json_free_to_string: (transfer full) the text, and frees @json; all nesting must be closed.
 */
const char *base_json_peek (BaseJson *json, gsize *length);
char *base_json_free_to_string (BaseJson *json);

G_END_DECLS
