-- Text of scripts that write without spaces is indexed character by character (store-segment.c). What an
-- older version put in is forgotten: the account's database notices, and hands everything over again.
INSERT INTO letter (letter) VALUES ('delete-all');
DELETE FROM entry;
DELETE FROM sqlite_sequence WHERE name = 'entry';
DELETE FROM state;
