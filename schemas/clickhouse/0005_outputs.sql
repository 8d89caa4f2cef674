-- What the engine said: decisions, rankings, and what it could not read.

-- Every selection of the decision stream. `selection` is the whole answer as JSON, digit for digit; the
-- other columns are for finding it. The place of a row is (log, sequence) in the decision stream.
CREATE TABLE IF NOT EXISTS selections
(
    log LowCardinality(String),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    ts_log_us Int64 CODEC(Delta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(Delta, ZSTD(1)),
    order_id String CODEC(ZSTD(1)),
    instrument_id LowCardinality(String),
    as_of_us Int64 CODEC(Delta, ZSTD(1)),
    as_of DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(as_of_us, 'UTC') CODEC(Delta, ZSTD(1)),
    model_hash LowCardinality(String),
    rules_hash LowCardinality(String),
    degraded Bool,
    instrument_known Bool,
    ranked_scope LowCardinality(String) COMMENT 'Scope that the dealers were ranked at',
    dealer_ids Array(LowCardinality(String)) COMMENT 'Recommended, first to call first',
    composites Array(Float64) COMMENT 'Of dealer_ids, in the same order',
    selection String CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_log)
ORDER BY (log, order_id, sequence)
SETTINGS non_replicated_deduplication_window = 1000;

-- Whatever else the decision stream carries (overrides, reloaded rules, tiers), as JSON.
CREATE TABLE IF NOT EXISTS audit
(
    log LowCardinality(String),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    ts_log_us Int64 CODEC(Delta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(Delta, ZSTD(1)),
    subject LowCardinality(String),
    entry String CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_log)
ORDER BY (log, sequence)
SETTINGS non_replicated_deduplication_window = 1000;

-- The dead-letter stream. The bytes are kept in base64, because a string of JSON cannot carry them.
CREATE TABLE IF NOT EXISTS dead_letters
(
    log LowCardinality(String),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    ts_log_us Int64 CODEC(Delta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(Delta, ZSTD(1)),
    reason LowCardinality(String),
    detail String CODEC(ZSTD(1)),
    source_subject LowCardinality(String),
    source_partition Nullable(Int16) COMMENT 'Of the log; -1 is all',
    source_sequence Nullable(UInt64),
    source_index Nullable(UInt32) COMMENT 'Which event of the message',
    bytes_base64 String CODEC(ZSTD(1)),
    bytes String ALIAS base64Decode(bytes_base64)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_log)
ORDER BY (log, sequence)
SETTINGS non_replicated_deduplication_window = 1000;

-- Rankings as they were published, sampled (at most one state of a topic in some seconds), one row a
-- dealer. The arrays go together: metrics.estimate[i] is the estimate of metrics.metric[i].
CREATE TABLE IF NOT EXISTS score_snapshots
(
    log LowCardinality(String),
    topic LowCardinality(String),
    topic_seq UInt64 CODEC(Delta, ZSTD(1)),
    as_of_us Int64 CODEC(Delta, ZSTD(1)),
    as_of DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(as_of_us, 'UTC') CODEC(Delta, ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    model_hash LowCardinality(String),
    dealer_id LowCardinality(String),
    `rank` Nullable(UInt32) COMMENT 'NULL: insufficient, ranked apart',
    value Float64 COMMENT 'What the rank goes by: the composite, or the metric of the topic' CODEC(ZSTD(1)),
    composite Float64 CODEC(ZSTD(1)),
    composite_standard_error Nullable(Float64) CODEC(ZSTD(1)),
    display_score Float64 CODEC(ZSTD(1)),
    insufficient Bool,
    metrics Nested
    (
        metric LowCardinality(String),
        estimate Float64,
        standard_error Nullable(Float64),
        normalised Float64,
        weight Float64,
        contribution Float64,
        mass Float64,
        effective_sample Float64
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(stored_at)
ORDER BY (log, topic, dealer_id, as_of_us)
SETTINGS non_replicated_deduplication_window = 1000;
