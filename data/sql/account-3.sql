-- What servers call things across folders and names (RFC 8474; Gmail's X-GM-MSGID), and how they spell a folder.
ALTER TABLE folder ADD COLUMN mailbox_id TEXT;             -- MAILBOXID: stays when the folder is renamed; NULL: not told
ALTER TABLE folder ADD COLUMN wire_name TEXT;              -- the name's bytes as Latin-1, where they are no modified UTF-7
ALTER TABLE message ADD COLUMN email_id TEXT;              -- EMAILID, X-GM-MSGID: the same letter in every folder; NULL: not told
ALTER TABLE message ADD COLUMN adrift INTEGER NOT NULL DEFAULT 0; -- 1: in no folder just now; it may be met in another one
CREATE INDEX message_email_id ON message (email_id) WHERE email_id IS NOT NULL;
CREATE INDEX message_adrift ON message (id) WHERE adrift <> 0;
