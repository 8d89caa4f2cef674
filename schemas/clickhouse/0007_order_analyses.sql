-- Post-trade analyses of orders, one row a record of the tca stream (docs/scoring.md, 7). The place of a
-- row is (log, sequence) in that stream. (model_hash, source_partition, source_sequence, source_index)
-- names the analysis itself: which message of the log led to it, by which model.
--
-- A bust makes a record with the next revision, and a change of the model makes all of them anew. Of an
-- order holds the highest revision by the model that analysed it last; the named queries say it so.
--
-- Figures are bps of mid_arrived; where one is NULL, nulls['its column'] is the reason. The arrays of
-- `fills` go together, in the order of execution; an rfq_id of '' is a fill without an RFQ.
CREATE TABLE IF NOT EXISTS order_analyses
(
    log LowCardinality(String),
    sequence UInt64 CODEC(Delta, ZSTD(1)),
    ts_log_us Int64 CODEC(Delta, ZSTD(1)),
    ts_log DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_log_us, 'UTC') CODEC(Delta, ZSTD(1)),
    source_partition Int16 CODEC(ZSTD(1)),
    source_sequence UInt64 CODEC(Delta, ZSTD(1)),
    source_index UInt32 COMMENT 'Which analysis of that message',
    model_hash LowCardinality(String),
    fills_omitted UInt32 COMMENT 'Last fills of a record that no message could hold whole',
    order_id String CODEC(ZSTD(1)),
    instrument_id LowCardinality(String),
    revision UInt32,
    side Enum8('buy' = 1, 'sell' = 2),
    quantity Float64 CODEC(ZSTD(1)),
    filled_quantity Float64 CODEC(ZSTD(1)),
    ts_arrived_us Int64 CODEC(Delta, ZSTD(1)),
    ts_arrived DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_arrived_us, 'UTC') CODEC(Delta, ZSTD(1)),
    ts_closed_us Int64 CODEC(Delta, ZSTD(1)),
    ts_closed DateTime64(6, 'UTC') DEFAULT fromUnixTimestamp64Micro(ts_closed_us, 'UTC') CODEC(Delta, ZSTD(1)),
    mid_arrived Nullable(Float64) CODEC(ZSTD(1)),
    delay_bps Nullable(Float64) CODEC(ZSTD(1)),
    execution_bps Nullable(Float64) CODEC(ZSTD(1)),
    opportunity_bps Nullable(Float64) CODEC(ZSTD(1)),
    shortfall_bps Nullable(Float64) CODEC(ZSTD(1)),
    impact_bps Nullable(Float64) CODEC(ZSTD(1)),
    reversion_1m_bps Nullable(Float64) CODEC(ZSTD(1)),
    reversion_5m_bps Nullable(Float64) CODEC(ZSTD(1)),
    reversion_30m_bps Nullable(Float64) CODEC(ZSTD(1)),
    nulls Map(LowCardinality(String), LowCardinality(String)),
    fills Nested
    (
        fill_id String,
        rfq_id String,
        dealer_id LowCardinality(String),
        ts_event_us Int64,
        price Float64,
        quantity Float64,
        mid_sent Nullable(Float64),
        mid_fill Nullable(Float64),
        effective_spread_bps Nullable(Float64),
        realized_spread_1m_bps Nullable(Float64),
        realized_spread_5m_bps Nullable(Float64),
        realized_spread_30m_bps Nullable(Float64)
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_log)
ORDER BY (log, order_id, sequence)
SETTINGS non_replicated_deduplication_window = 1000;
