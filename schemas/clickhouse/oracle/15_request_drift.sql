-- requestDriftBps: from M(this dealer's ask) to M(first fill of the RFQ -), or to M(close) where nothing was
-- filled, less beta times the benchmark's, for every dealer that was asked before the first fill. A later
-- mid that is no newer than the ask is none.
--
-- run String
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
WITH
    moments AS (SELECT * FROM oracle_moments WHERE run = {run:String} AND kind = 'rfq'),
    waits AS
    (
        SELECT
            a.partition AS partition,
            a.request_id AS request_id,
            a.dealer_id AS dealer_id,
            a.ask_us AS ask_us,
            r.instrument_id AS instrument_id,
            r.place AS reference_place,
            r.s AS s,
            r.quantity AS nominal,
            r.q AS q,
            r.beta AS beta,
            r.filled > 0 AS is_filled,
            if(is_filled, r.first_fill_us, r.close_us) AS end_us
        FROM (SELECT * FROM oracle_asks WHERE run = {run:String} AND is_asked) AS a
        INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String} AND kind = 'rfq') AS r
            ON a.partition = r.partition AND a.request_id = r.request_id
        WHERE r.s != 0 AND (NOT is_filled OR a.ask_us < r.first_fill_us)
    )
SELECT
    {run:String},
    'requestDriftBps',
    w.dealer_id,
    w.partition,
    w.instrument_id,
    w.reference_place,
    w.s,
    w.nominal,
    w.s * 1e4 * (
        (later.mid - earlier.mid) / earlier.mid
        - w.beta * (later.benchmark - earlier.benchmark) / earlier.benchmark) AS bps,
    w.q,
    w.ask_us
FROM waits AS w
INNER JOIN (SELECT * FROM moments WHERE NOT before) AS earlier
    ON w.partition = earlier.partition AND w.request_id = earlier.request_id AND w.ask_us = earlier.moment_us
INNER JOIN moments AS later
    ON w.partition = later.partition AND w.request_id = later.request_id
        AND w.end_us = later.moment_us AND w.is_filled = later.before
WHERE later.is_final
    AND later.is_benchmark_final
    AND earlier.is_final
    AND earlier.is_benchmark_final
    AND earlier.mid > 0
    AND later.mid > 0
    AND earlier.benchmark > 0
    AND later.benchmark > 0
    AND later.mid_us > w.ask_us
    AND abs(bps) <= 1e4
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
