/* The files of data/learn, compiled into the program. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @name: below data/learn, "imap.en.ini". %NULL: there is no such file. Any thread. (transfer full)
 */
GBytes *learn_data_load (const char *name);

G_END_DECLS
