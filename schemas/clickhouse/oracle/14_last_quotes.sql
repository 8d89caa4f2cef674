-- coverBps and sizeRatio, of each dealer's last firm quote in time, whether the dealer was asked or not.
-- Cover compares those that are live at the close and have a price on the client's side, if there are two
-- at least: a quote is dead if it was cancelled at or before the close or expired before it.
--
-- What it takes for granted: any cancel of a quote counts, not the first alone.
--
-- log String, run String, settle_us Int64
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
WITH
    last_quotes AS
    (
        SELECT *
        FROM oracle_answers
        WHERE run = {run:String} AND is_firm
        ORDER BY ts_us DESC, place DESC
        LIMIT 1 BY partition, request_id, dealer_id
    ),
    cancels AS
    (
        SELECT
            c.partition AS partition,
            c.rfq_id AS request_id,
            c.quote_id AS quote_id,
            a.watermark_us AS watermark_us,
            c.ts_event_us AS ts_us
        FROM quote_actions AS c
        INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
            ON c.partition = a.partition AND c.sequence * 131072 + c.message_index = a.place
        WHERE c.log = {log:String} AND c.action = 'quoteCancel' AND c.rfq_id != ''
    ),
    cancelled AS
    (
        SELECT DISTINCT c.partition AS partition, c.request_id AS request_id, c.quote_id AS quote_id, 1 AS found
        FROM cancels AS c
        INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String} AND kind = 'rfq') AS r
            ON c.partition = r.partition AND c.request_id = r.request_id
        WHERE c.ts_us <= r.close_us AND c.watermark_us <= r.close_us + {settle_us:Int64}
    ),
    compared AS
    (
        SELECT
            l.partition AS partition,
            l.request_id AS request_id,
            l.dealer_id AS dealer_id,
            l.ts_us AS ts_us,
            l.quantity AS quoted,
            r.instrument_id AS instrument_id,
            r.place AS reference_place,
            r.s AS s,
            r.quantity AS nominal,
            r.q AS q,
            r.base_us AS base_us,
            multiIf(r.s = 1, l.ask, r.s = -1, l.bid, NULL) AS price,
            NOT r.all_or_none
                AND price IS NOT NULL
                AND c.found = 0
                AND NOT ifNull(l.expires_us < r.close_us, false) AS is_rival,
            sum(is_rival) OVER (PARTITION BY l.partition, l.request_id) AS rivals,
            min(if(is_rival, r.s * price, NULL)) OVER (PARTITION BY l.partition, l.request_id) AS best
        FROM last_quotes AS l
        INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String} AND kind = 'rfq') AS r
            ON l.partition = r.partition AND l.request_id = r.request_id
        LEFT JOIN cancelled AS c
            ON l.partition = c.partition AND l.request_id = c.request_id AND l.quote_id = c.quote_id
    )
SELECT
    {run:String},
    'sizeRatio',
    dealer_id,
    partition,
    instrument_id,
    reference_place,
    s,
    nominal,
    least(1., assumeNotNull(quoted) / nominal),
    q,
    ts_us
FROM compared
WHERE quoted IS NOT NULL
UNION ALL
SELECT
    {run:String},
    'coverBps',
    c.dealer_id,
    c.partition,
    c.instrument_id,
    c.reference_place,
    c.s,
    c.nominal,
    assumeNotNull(c.s * c.price - c.best) / m.mid * 1e4 AS cover_bps,
    c.q,
    c.ts_us
FROM compared AS c
INNER JOIN
(
    SELECT *
    FROM oracle_moments
    WHERE run = {run:String} AND kind = 'rfq' AND NOT before AND is_final AND mid > 0
) AS m
    ON c.partition = m.partition AND c.request_id = m.request_id AND c.base_us = m.moment_us
WHERE c.is_rival AND c.rivals > 1 AND abs(cover_bps) <= 1e4
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
