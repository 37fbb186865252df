/* The promise of the catalogue, checked on a dialogue: every line has an entry of its own in both
 * languages, every part an explanation, and no text holds a secret. */
#pragma once

#include "learn-dialogue.h"

/* @secret: what must be in no text (nullable). Marks the test failed for each line that lacks an
 * entry, and says which. Returns how many lines there were. */
guint test_lines_check (LearnDialogue *dialogue, const char *secret);
