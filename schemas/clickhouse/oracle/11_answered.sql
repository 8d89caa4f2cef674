-- fillRate, quoteRate, winWhenQuoted and responseSeconds of every dealer asked. None needs a mid. We ended
-- an RFQ early where its close is before its deadline.
--
-- run String
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
WITH
    answered AS
    (
        SELECT
            partition,
            request_id,
            dealer_id,
            countIf(is_firm) AS firm,
            countIf(NOT is_firm) AS refusals,
            minIf(ts_us, is_firm) AS first_firm_us
        FROM oracle_answers
        WHERE run = {run:String}
        GROUP BY partition, request_id, dealer_id
    ),
    dealt AS
    (
        SELECT partition, request_id, dealer_id, sum(quantity) AS filled
        FROM oracle_fills
        WHERE run = {run:String} AND kind = 'rfq'
        GROUP BY partition, request_id, dealer_id
    ),
    judged AS
    (
        SELECT
            a.partition AS partition,
            r.instrument_id AS instrument_id,
            r.place AS reference_place,
            r.s AS s,
            r.quantity AS nominal,
            r.q AS q,
            a.dealer_id AS dealer_id,
            a.ask_us AS ts_us,
            w.firm > 0 AS is_firm,
            w.firm = 0 AND w.refusals = 0 AND r.close_us < r.deadline_us AS is_ended_early,
            [
                ('fillRate', if(r.is_cancelled AND r.firm_quotes = 0, NULL, toFloat64(d.filled > 0))),
                ('quoteRate', if(is_ended_early, NULL, toFloat64(is_firm))),
                ('winWhenQuoted', if(is_firm AND r.filled > 0 AND NOT r.all_or_none, d.filled / r.filled, NULL)),
                (
                    'responseSeconds',
                    multiIf(
                        is_firm, greatest(0., least(60., (w.first_firm_us - a.ask_us) / 1e6)),
                        is_ended_early, NULL,
                        60.)
                )
            ]::Array(Tuple(metric String, x Nullable(Float64))) AS results
        FROM (SELECT * FROM oracle_asks WHERE run = {run:String} AND is_asked) AS a
        INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String} AND kind = 'rfq') AS r
            ON a.partition = r.partition AND a.request_id = r.request_id
        LEFT JOIN answered AS w
            ON a.partition = w.partition AND a.request_id = w.request_id AND a.dealer_id = w.dealer_id
        LEFT JOIN dealt AS d
            ON a.partition = d.partition AND a.request_id = d.request_id AND a.dealer_id = d.dealer_id
    )
SELECT
    {run:String},
    result.metric,
    dealer_id,
    partition,
    instrument_id,
    reference_place,
    s,
    nominal,
    assumeNotNull(result.x),
    q,
    ts_us
FROM judged
ARRAY JOIN results AS result
WHERE result.x IS NOT NULL
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
