-- Where `oracle/*.sql` computes the observations of docs/scoring.md a second time, from raw events alone.
-- One run is one partition of each table, so that runs do not see one another and one is dropped
-- without a trace. A run is `<log>/<what the caller named it>`; nothing here outlives it.
--
-- `place` is sequence * 131072 + message_index: the order of the log within a partition. -1 is `all`.
-- `kind` and `request_id` name an RFQ, or an order whose fills have no RFQ. Times are epoch microseconds.

-- Which runs there are, what they have done, and when they were last touched.
CREATE TABLE IF NOT EXISTS oracle_steps
(
    run String,
    step UInt8,
    finished Bool,
    at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree PARTITION BY run ORDER BY (step, finished);

-- Events that were not late, of every kind, with the watermark before them.
CREATE TABLE IF NOT EXISTS oracle_accepted
(
    run String,
    partition Int16,
    place UInt64 CODEC(Delta, ZSTD(1)),
    watermark_us Int64 CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, place);

-- The watermark of each partition after its last event.
CREATE TABLE IF NOT EXISTS oracle_watermarks
(
    run String,
    partition Int16,
    watermark_us Int64
)
ENGINE = MergeTree PARTITION BY run ORDER BY partition;

-- Instrument data from their place in the log on.
CREATE TABLE IF NOT EXISTS oracle_reference
(
    run String,
    partition Int16,
    instrument_id String,
    place UInt64,
    issuer_id String,
    asset String,
    segment_head String COMMENT '<ASSET>-<SECTOR>-<RATING>',
    maturity_date String,
    benchmark_id String COMMENT 'Empty also where beta is 0',
    beta Float64,
    stale_us Float64
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, instrument_id, place);

-- Accepted mids, one for each time: the later in the log.
CREATE TABLE IF NOT EXISTS oracle_mids
(
    run String,
    partition Int16,
    instrument_id String,
    ts_us Int64 CODEC(Delta, ZSTD(1)),
    mid Float64 CODEC(ZSTD(1))
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, instrument_id, ts_us);

-- RFQs and orders that are closed.
CREATE TABLE IF NOT EXISTS oracle_closed
(
    run String,
    partition Int16,
    kind Enum8('rfq' = 1, 'order' = 2),
    request_id String,
    place UInt64,
    ts_us Int64,
    instrument_id String,
    order_id String,
    side Enum8('buy' = 1, 'sell' = 2, 'two_sided' = 3),
    quantity Float64,
    q Float64 COMMENT 'What an observation of it counts for',
    all_or_none Bool,
    deadline_us Int64,
    close_us Int64,
    is_cancelled Bool
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, kind, request_id);

-- Fills that count: in time to be a part, and not busted.
CREATE TABLE IF NOT EXISTS oracle_fills
(
    run String,
    partition Int16,
    kind Enum8('rfq' = 1, 'order' = 2),
    request_id String,
    dealer_id String,
    place UInt64,
    ts_us Int64,
    s Int8 COMMENT 'The side of the fill itself',
    price Float64,
    quantity Float64
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, kind, request_id, dealer_id, ts_us);

-- First mention of each dealer in an RFQ.
CREATE TABLE IF NOT EXISTS oracle_asks
(
    run String,
    partition Int16,
    request_id String,
    dealer_id String,
    ask_us Int64,
    is_asked Bool COMMENT 'Sent at or before the close'
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, request_id, dealer_id);

-- Firm quotes, passes and rejects in time.
CREATE TABLE IF NOT EXISTS oracle_answers
(
    run String,
    partition Int16,
    request_id String,
    dealer_id String,
    quote_id String,
    is_firm Bool,
    place UInt64,
    ts_us Int64,
    bid Nullable(Float64),
    ask Nullable(Float64),
    quantity Nullable(Float64),
    expires_us Nullable(Int64)
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, request_id, dealer_id, ts_us);

-- What is closed, with all that its observations need but the mids.
CREATE TABLE IF NOT EXISTS oracle_requests
(
    run String,
    partition Int16,
    kind Enum8('rfq' = 1, 'order' = 2),
    request_id String,
    place UInt64,
    instrument_id String,
    s Int8 COMMENT '+1 buy, -1 sell, 0 noSide',
    quantity Float64,
    q Float64,
    all_or_none Bool,
    deadline_us Int64,
    close_us Int64,
    is_cancelled Bool,
    base_us Int64 COMMENT 'First send; arrival of an order',
    filled Float64 COMMENT 'Quantity of its fills',
    first_fill_us Int64 COMMENT 'Where filled is above 0',
    firm_quotes UInt64 COMMENT 'In time, of whomever',
    benchmark_id String COMMENT 'Empty: none is needed',
    beta Float64,
    stale_us Float64
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, kind, request_id);

-- The mids that observations need: M(moment), or M(moment-) where `before`.
CREATE TABLE IF NOT EXISTS oracle_moments
(
    run String,
    partition Int16,
    kind Enum8('rfq' = 1, 'order' = 2),
    request_id String,
    moment_us Int64,
    before Bool,
    mid Float64 COMMENT '0: stale, or none',
    mid_us Int64,
    benchmark Float64 COMMENT 'The same of the benchmark; 1 where none is needed',
    is_final Bool COMMENT 'The partition''s watermark has passed it',
    is_benchmark_final Bool COMMENT 'The shared log''s too; true where no benchmark is needed'
)
ENGINE = MergeTree PARTITION BY run ORDER BY (partition, kind, request_id, moment_us);

-- Observations before they have scopes.
CREATE TABLE IF NOT EXISTS oracle_values
(
    run String,
    metric LowCardinality(String),
    dealer_id String,
    partition Int16,
    instrument_id String,
    reference_place UInt64 COMMENT 'Instrument data are those before this place',
    s Int8 COMMENT 'For scopes by side; 0 is none',
    nominal Float64 COMMENT 'For scopes by size; 0 is none',
    x Float64,
    q Float64,
    ts_us Int64
)
ENGINE = MergeTree PARTITION BY run ORDER BY (metric, dealer_id, instrument_id, ts_us);

-- The observations of docs/scoring.md, section 3.
CREATE TABLE IF NOT EXISTS oracle_observations
(
    run String,
    metric LowCardinality(String),
    dealer_id String,
    instrument_id String,
    x Float64,
    q Float64,
    ts_us Int64,
    scopes Array(String) COMMENT 'Narrowest first'
)
ENGINE = MergeTree PARTITION BY run ORDER BY (metric, dealer_id, instrument_id, ts_us);

-- Decayed sums of one moment, section 4; dealer_id * is the pool. The arrays are [fast, base, slow]. One
-- partition is one metric of a run.
CREATE TABLE IF NOT EXISTS oracle_sums
(
    run String,
    metric String,
    scope String,
    dealer_id String,
    observations UInt64,
    newest_us Int64,
    mean Array(Float64),
    mass Array(Float64),
    n_eff Array(Float64),
    variance Array(Nullable(Float64)),
    window_mean Nullable(Float64) COMMENT 'Of base, by exponentialTimeDecayedAvg; NULL unless every q is 1'
)
ENGINE = MergeTree PARTITION BY (run, metric) ORDER BY (scope, dealer_id);
