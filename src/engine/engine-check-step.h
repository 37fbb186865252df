/* The steps on the way to an account's servers, in their order: what engine-connect tells of, and
 * the check shows. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENGINE_CHECK_NAME,
  ENGINE_CHECK_CONNECT,
  ENGINE_CHECK_ENCRYPT,
  ENGINE_CHECK_CERTIFICATE,
  ENGINE_CHECK_SIGN_IN,
  ENGINE_CHECK_MAILBOX,
  ENGINE_CHECK_SUBMIT_CONNECT,
  ENGINE_CHECK_SUBMIT_ENCRYPT,
  ENGINE_CHECK_SUBMIT_SIGN_IN
} EngineCheckStep;

G_END_DECLS
