-- reversion1mBps, reversion5mBps and reversion30mBps: s [(M(fill + h) - Mfill) / Mfill - beta (B(fill + h) -
-- Bfill) / Bfill], weighted by size over the fills of a dealer that have one. Nothing yet while one of those
-- fills is not due. A later mid that is no newer than the fill is none.
--
-- run String
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
WITH
    moments AS (SELECT * FROM oracle_moments WHERE run = {run:String}),
    horizons AS
    (
        SELECT f.*, horizon.1 AS metric, f.ts_us + horizon.2 * 1000000 AS due_us
        FROM (SELECT * FROM oracle_fills WHERE run = {run:String}) AS f
        ARRAY JOIN [('reversion1mBps', 60), ('reversion5mBps', 300), ('reversion30mBps', 1800)] AS horizon
    ),
    moved AS
    (
        SELECT
            h.partition AS partition,
            h.kind AS kind,
            h.request_id AS request_id,
            h.dealer_id AS dealer_id,
            h.metric AS metric,
            h.ts_us AS ts_us,
            h.quantity AS size,
            r.instrument_id AS instrument_id,
            r.place AS reference_place,
            r.s AS s,
            r.quantity AS nominal,
            r.q AS q,
            later.is_final AND later.is_benchmark_final AS is_due,
            r.s * 1e4 * (
                (later.mid - earlier.mid) / earlier.mid
                - r.beta * (later.benchmark - earlier.benchmark) / earlier.benchmark) AS bps,
            earlier.mid > 0
                AND later.mid > 0
                AND earlier.benchmark > 0
                AND later.benchmark > 0
                AND later.mid_us > h.ts_us
                AND r.s != 0
                AND abs(bps) <= 1e4 AS is_value
        FROM horizons AS h
        INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String}) AS r
            ON h.partition = r.partition AND h.kind = r.kind AND h.request_id = r.request_id
        INNER JOIN (SELECT * FROM moments WHERE before) AS earlier
            ON h.partition = earlier.partition AND h.kind = earlier.kind
                AND h.request_id = earlier.request_id AND h.ts_us = earlier.moment_us
        INNER JOIN (SELECT * FROM moments WHERE NOT before) AS later
            ON h.partition = later.partition AND h.kind = later.kind
                AND h.request_id = later.request_id AND h.due_us = later.moment_us
    )
SELECT
    {run:String},
    metric,
    dealer_id,
    partition,
    instrument_id,
    reference_place,
    s,
    nominal,
    sumIf(size * bps, is_value) / sumIf(size, is_value),
    q,
    min(ts_us)
FROM moved
GROUP BY partition, kind, request_id, dealer_id, metric, instrument_id, reference_place, s, nominal, q
HAVING min(is_due) AND max(is_value)
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
