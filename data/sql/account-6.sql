-- Chunks of letters may be folded (src/store/store-fold.h), which an older program could not read: the number of
-- this file keeps it from trying.
SELECT 1;
