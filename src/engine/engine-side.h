/* Which of an account's two servers is meant. */
#pragma once

#include "store-types.h"

G_BEGIN_DECLS

typedef enum
{
  ENGINE_SIDE_INCOMING,
  ENGINE_SIDE_OUTGOING
} EngineSide;

/* The server's name on that side. */
static inline const char *
engine_side_host (const StoreAccountInfo *info, EngineSide side)
{
  return side == ENGINE_SIDE_OUTGOING ? info->smtp_host : info->host;
}

G_END_DECLS
