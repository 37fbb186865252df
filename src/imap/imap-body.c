/* Making and freeing body structures, and the values all structures share. */
#include "config.h"

#include "imap-body.h"

ImapBody *
imap_body_new (void)
{
  return g_new0 (ImapBody, 1);
}

void
imap_body_free (ImapBody *body)
{
  g_free (body->type);
  g_free (body->subtype);
  g_clear_pointer (&body->children, g_ptr_array_unref);
  g_strfreev (body->parameters);
  g_free (body->id);
  g_free (body->description);
  g_free (body->encoding);
  g_free (body->md5);
  g_clear_pointer (&body->envelope, imap_envelope_free);
  g_free (body->disposition);
  g_strfreev (body->disposition_parameters);
  g_strfreev (body->languages);
  g_free (body->location);
  g_free (body);
}

gboolean
imap_body_is_multipart (const ImapBody *body)
{
  return g_ascii_strcasecmp (body->type != NULL ? body->type : "", "multipart") == 0;
}
