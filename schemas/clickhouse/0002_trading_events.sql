-- Raw events of orders and RFQs, one table a kind, one row an event, exactly as it stands in the log.
--
-- Every table of events begins alike. (log, partition, sequence, message_index) is the row's place: its
-- log ('' is the default log), its partition (-1 is `all`), its message's sequence in the partition's
-- stream, and its place in the message. `ts_event_us` is the event's own time in epoch microseconds,
-- exact; `ts_event` is the same instant as a DateTime64(6). `ts_log` is when the log took it.
-- An absent id is '' (an id has a character at least); an absent number is NULL; quantities are nominal.
--
-- Nothing expires. To let raw events go after some years, by arrival and not by event time (a replay
-- brings old events back): ALTER TABLE ticks MODIFY TTL toDateTime(ts_log) + INTERVAL 7 YEAR.

-- `order`: a client order arrived.
CREATE TABLE IF NOT EXISTS orders
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
    order_id String CODEC(ZSTD(1)),
    instrument_id LowCardinality(String),
    side Enum8('buy' = 1, 'sell' = 2),
    quantity Float64 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `orderClosed`: a client order is finished.
CREATE TABLE IF NOT EXISTS order_closes
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
    order_id String CODEC(ZSTD(1)),
    instrument_id LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `rfq`: asked_dealer_ids[i] was asked at asked_ts_us[i].
CREATE TABLE IF NOT EXISTS rfqs
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
    rfq_id String CODEC(ZSTD(1)),
    order_id String CODEC(ZSTD(1)),
    instrument_id LowCardinality(String),
    side Enum8('buy' = 1, 'sell' = 2, 'two_sided' = 3),
    quantity Float64 CODEC(ZSTD(1)),
    asked_dealer_ids Array(LowCardinality(String)),
    asked_ts_us Array(Int64) CODEC(ZSTD(1)),
    ts_deadline_us Int64 CODEC(Delta, ZSTD(1)),
    lines Nullable(UInt16),
    all_or_none Nullable(Bool)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `quote`: a dealer's answer (with an rfq_id) or a streamed quote.
CREATE TABLE IF NOT EXISTS quotes
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
    quote_id String CODEC(ZSTD(1)),
    rfq_id String CODEC(ZSTD(1)),
    dealer_id LowCardinality(String),
    instrument_id LowCardinality(String),
    quote_kind Enum8('firm' = 1, 'indicative' = 2, 'pass' = 3, 'reject' = 4),
    bid Nullable(Float64) CODEC(ZSTD(1)),
    ask Nullable(Float64) CODEC(ZSTD(1)),
    quantity Nullable(Float64) CODEC(ZSTD(1)),
    ts_expires_us Nullable(Int64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `quoteCancel`, `quoteAccept` and `quoteAcceptReject`: what became of a quote.
CREATE TABLE IF NOT EXISTS quote_actions
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
    action Enum8('quoteCancel' = 1, 'quoteAccept' = 2, 'quoteAcceptReject' = 3),
    quote_id String CODEC(ZSTD(1)),
    rfq_id String CODEC(ZSTD(1)),
    dealer_id LowCardinality(String),
    instrument_id LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `fill`: an execution.
CREATE TABLE IF NOT EXISTS fills
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
    fill_id String CODEC(ZSTD(1)),
    rfq_id String CODEC(ZSTD(1)),
    order_id String CODEC(ZSTD(1)),
    dealer_id LowCardinality(String),
    instrument_id LowCardinality(String),
    side Enum8('buy' = 1, 'sell' = 2),
    price Float64 CODEC(ZSTD(1)),
    quantity Float64 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `fillBust`: an execution was cancelled.
CREATE TABLE IF NOT EXISTS fill_busts
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
    fill_id String CODEC(ZSTD(1)),
    rfq_id String CODEC(ZSTD(1)),
    order_id String CODEC(ZSTD(1)),
    dealer_id LowCardinality(String),
    instrument_id LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;

-- `rfqClosed`: an RFQ is over.
CREATE TABLE IF NOT EXISTS rfq_closes
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
    rfq_id String CODEC(ZSTD(1)),
    instrument_id LowCardinality(String),
    reason Enum8('traded' = 1, 'cancelled' = 2, 'expired' = 3)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts_event)
ORDER BY (log, instrument_id, ts_event_us, partition, sequence, message_index)
SETTINGS non_replicated_deduplication_window = 1000;
