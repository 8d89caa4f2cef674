-- Raw events of the market and of outside metrics; columns as in 0002.

-- `tick`: market data.
CREATE TABLE IF NOT EXISTS ticks
(
    log LowCardinality(String),
    partition Int16 CODEC(ZSTD(1)),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    message_index UInt32 CODEC(Delta, ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    ts_event_us Int64 CODEC(Delta, ZSTD(1)),
    ts_event DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_event_us, 'UTC') CODEC(Delta, ZSTD(1)),
    ts_log_us Int64 CODEC(Delta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(Delta, ZSTD(1)),
    instrument_id LowCardinality(String),
    bid Nullable(Float64) CODEC(ZSTD(1)),
    ask Nullable(Float64) CODEC(ZSTD(1)),
    mid Nullable(Float64) CODEC(ZSTD(1)),
    volume Nullable(Float64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `axe`: a dealer says what it wants to deal in.
CREATE TABLE IF NOT EXISTS axes
(
    log LowCardinality(String),
    partition Int16 CODEC(ZSTD(1)),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    message_index UInt32 CODEC(Delta, ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    ts_event_us Int64 CODEC(Delta, ZSTD(1)),
    ts_event DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_event_us, 'UTC') CODEC(Delta, ZSTD(1)),
    ts_log_us Int64 CODEC(Delta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(Delta, ZSTD(1)),
    axe_id String CODEC(ZSTD(1)),
    dealer_id LowCardinality(String),
    instrument_id LowCardinality(String),
    dealer_side Enum8('buy' = 1, 'sell' = 2),
    quantity Float64 CODEC(ZSTD(1)),
    price Nullable(Float64) CODEC(ZSTD(1)),
    ts_expires_us Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `tca`: a named metric of a dealer from outside.
CREATE TABLE IF NOT EXISTS tca
(
    log LowCardinality(String),
    partition Int16 CODEC(ZSTD(1)),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    message_index UInt32 CODEC(Delta, ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    ts_event_us Int64 CODEC(Delta, ZSTD(1)),
    ts_event DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_event_us, 'UTC') CODEC(Delta, ZSTD(1)),
    ts_log_us Int64 CODEC(Delta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(Delta, ZSTD(1)),
    name LowCardinality(String),
    dealer_id LowCardinality(String),
    instrument_id LowCardinality(String),
    value Float64 CODEC(ZSTD(1)),
    quantity Nullable(Float64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, name, dealer_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `clock`: event time moved on. Kept row by row, because a partition's watermark (and so what was late)
-- follows from them; in log order with DoubleDelta a row takes a few bytes.
CREATE TABLE IF NOT EXISTS clocks
(
    log LowCardinality(String),
    partition Int16 CODEC(ZSTD(1)),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    message_index UInt32 CODEC(Delta, ZSTD(1)),
    event_id String CODEC(ZSTD(1)),
    ts_event_us Int64 CODEC(DoubleDelta, ZSTD(1)),
    ts_event DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_event_us, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    ts_log_us Int64 CODEC(DoubleDelta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;
