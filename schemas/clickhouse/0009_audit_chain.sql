-- What a record of the decision stream was hashed from, so that its hash can be computed again from its
-- row alone: SHA-256 over previous, subject and message_id, each with a line feed behind it, and the text
-- of the message, which `selection` and `entry` hold as it came. Rows of older versions have '' here.
ALTER TABLE selections
    ADD COLUMN IF NOT EXISTS decision_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS subject LowCardinality(String),
    ADD COLUMN IF NOT EXISTS message_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS previous String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS hash String CODEC(ZSTD(1));

ALTER TABLE audit
    ADD COLUMN IF NOT EXISTS message_id String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS previous String CODEC(ZSTD(1)),
    ADD COLUMN IF NOT EXISTS hash String CODEC(ZSTD(1));

-- Finds a decision without reading all of them.
ALTER TABLE selections
    ADD INDEX IF NOT EXISTS decision_id decision_id TYPE bloom_filter GRANULARITY 4;
