-- priceImprovementBps: s (Msent - P) / Msent over the fills of a dealer in an RFQ, or in an order without
-- one, weighted by size. It is the whole that is absurd or not.
--
-- run String
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
SELECT
    {run:String},
    'priceImprovementBps',
    f.dealer_id,
    f.partition,
    r.instrument_id,
    r.place,
    r.s,
    r.quantity,
    sum(f.quantity * r.s * (m.mid - f.price) / m.mid) / sum(f.quantity) * 1e4 AS improvement_bps,
    r.q,
    min(f.ts_us)
FROM (SELECT * FROM oracle_fills WHERE run = {run:String}) AS f
INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String}) AS r
    ON f.partition = r.partition AND f.kind = r.kind AND f.request_id = r.request_id
INNER JOIN (SELECT * FROM oracle_moments WHERE run = {run:String} AND NOT before AND is_final AND mid > 0) AS m
    ON r.partition = m.partition AND r.kind = m.kind AND r.request_id = m.request_id AND r.base_us = m.moment_us
GROUP BY f.partition, f.kind, f.request_id, f.dealer_id, r.instrument_id, r.place, r.s, r.quantity, r.q
HAVING abs(improvement_bps) <= 1e4
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
