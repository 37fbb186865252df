-- How an account proves whose it is, where it is not by a password: "token" (it is kept where a password is),
-- "command:WORDS" (which prints a token), "goa:ID" (an account of the desktop's), "certificate".
ALTER TABLE account ADD COLUMN sign_in TEXT NOT NULL DEFAULT '';
-- A PEM file with a certificate and its key, which TLS shows; empty: none.
ALTER TABLE account ADD COLUMN client_cert TEXT NOT NULL DEFAULT '';
