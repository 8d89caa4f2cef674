-- What the history process is about to insert, written before it inserts it. The newest row of a log
-- says how far history is: everything up to `stored` is in the tables for certain, what lies between
-- `stored` and `planned` may be there in part and is checked row by row on the next start.
--
-- Deduplication by token makes the insert of a plan a compare-and-set: of two processes that plan
-- the same batch of a log, one loses, sees the other's `writer` and stops.
CREATE TABLE IF NOT EXISTS history_plans
(
    log LowCardinality(String) COMMENT 'Name of the log; empty is the default log',
    batch UInt64 COMMENT 'Counts up by one per log',
    writer String COMMENT 'Random id of the process that plans',
    stored Map(String, UInt64) COMMENT 'Last sequence of each stream before the batch',
    planned Map(String, UInt64) COMMENT 'Last sequence of each stream after the batch',
    planned_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(batch)
ORDER BY log
SETTINGS non_replicated_deduplication_window = 1000;
