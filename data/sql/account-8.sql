-- The first synchronisation goes from the newest letter down. An index that is filled from its upper end splits its pages
-- again and again; one that stands the other way round is only added to, which takes half the time and less room.
DROP INDEX placement_uid;
DROP INDEX placement_list;
CREATE UNIQUE INDEX placement_uid ON placement (folder, uidvalidity, uid DESC) WHERE uid IS NOT NULL;
CREATE INDEX placement_list ON placement (folder, hidden, sort_date DESC, id DESC);
-- Chunks of letters may be folded and not compressed besides (src/store/store-pack.c), which an older program cannot read.
