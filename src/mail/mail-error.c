/* The folder's error domain. */
#include "config.h"

#include "mail-error.h"

G_DEFINE_QUARK (mail - error - quark, mail_error)
