/* Wakes a waiting session from any thread: for jobs, for "the writer has room". Level-triggered: it
 * stays woken until net_waker_clear(). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _NetWaker NetWaker;

NetWaker *net_waker_new (void);
NetWaker *net_waker_ref (NetWaker *waker);
void net_waker_unref (NetWaker *waker);
void net_waker_wake (NetWaker *waker);
/* Clear first, then look what there is to do: a wake in between is not lost. */
void net_waker_clear (NetWaker *waker);
gboolean net_waker_is_woken (NetWaker *waker);
/* Readable while woken; for poll alone. */
int net_waker_fd (NetWaker *waker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetWaker, net_waker_unref)

G_END_DECLS
