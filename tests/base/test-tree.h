/* A test's own directory, taken away when it is done. */
#pragma once

#include <glib.h>

/* With all that is in it. */
void test_tree_remove (const char *path);
