-- Reference data as it came, columns as in 0002; the newest row of an id in log order holds. The tables
-- are small, so they have no partitions.

-- `dealer`: an absent list is an empty one.
CREATE TABLE IF NOT EXISTS dealers
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
    dealer_id LowCardinality(String),
    name Nullable(String),
    legal_entity Nullable(String),
    lei String,
    desks Array(String),
    asset_classes Array(LowCardinality(String)),
    agreements Array(String),
    fix_comp_id Nullable(String),
    enabled Bool
)
ENGINE = MergeTree
ORDER BY (log, dealer_id, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `instrument`: an absent text is empty.
CREATE TABLE IF NOT EXISTS instruments
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
    isin String,
    cusip String,
    issuer_id LowCardinality(String),
    asset_class LowCardinality(String),
    sector LowCardinality(String),
    rating LowCardinality(String),
    maturity_date String COMMENT 'YYYY-MM-DD as given; may be no date of the calendar',
    maturity Nullable(Date32) ALIAS toDate32OrNull(maturity_date),
    currency LowCardinality(String),
    average_daily_volume Nullable(Float64),
    benchmark_id LowCardinality(String),
    beta Nullable(Float64),
    stale_after_seconds Nullable(Float64)
)
ENGINE = MergeTree
ORDER BY (log, instrument_id, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;
