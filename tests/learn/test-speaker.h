/* A client that says one command after the other to a real server, with everything at the tap. */
#pragma once

#include "net-session.h"
#include "sasl-mechanism.h"

typedef struct _TestSpeaker TestSpeaker;

/* Connects and waits for the greeting; upgrades the line when @security says so. @tap gets
 * everything. The test fails when anything goes wrong. */
TestSpeaker *test_speaker_new (const char *protocol,
                               const char *host,
                               guint16 port,
                               NetSecurity security,
                               const char *ca_file,
                               WireTap *tap);
/* Says a line, to which CRLF is added, and waits for the end of its answer. The wish behind it is
 * @kind about @subject (nullable). */
BaseOutcome
test_speaker_say (TestSpeaker *speaker, BaseCauseKind kind, const char *subject, const char *line);
/* Several lines, one after the other, up to NULL, with BASE_CAUSE_SYNC. */
void test_speaker_say_all (TestSpeaker *speaker, const char *const *lines);
/* Authenticates with the strongest mechanism offered; @mechanism NULL: any. */
BaseOutcome test_speaker_sign_in (TestSpeaker *speaker,
                                  const char *mechanism,
                                  const char *user,
                                  const char *password);
/* IMAP: APPEND into @mailbox. SMTP: DATA. */
BaseOutcome test_speaker_hand_over (TestSpeaker *speaker,
                                    const char *mailbox,
                                    const char *subject,
                                    const char *letter);
/* IMAP: IDLE, and DONE as soon as the server agrees. */
void test_speaker_idle (TestSpeaker *speaker);
/* Waits until the server closes, and frees. */
void test_speaker_free (TestSpeaker *speaker);
