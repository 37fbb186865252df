/* A client role of SMTP in a dialogue: what the tests of commands and of chunks share. */
#pragma once

#include "smtp-core.h"
#include "test-dialogue.h"

SmtpCore *test_smtp_core (Dialogue *dialogue);
/* " OK", " REFUSED" …; static. */
const char *test_smtp_outcome (BaseOutcome outcome);
/* @argument, @letter: NULL where the command has none. */
void test_smtp_submit (Dialogue *dialogue, SmtpVerb verb, const char *argument, const char *letter);
/* What a letter's sender waits for, a line each: "BEFORE_DOT", "RCPT 250 OK". */
void test_smtp_describe (const BaseEvent *base, GString *out);
