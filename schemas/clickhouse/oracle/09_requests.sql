-- What is closed, with its side, its first send, what was filled and its instrument data. A two-sided RFQ
-- takes its order's side, else that of its first fill, else none.
--
-- What it takes for granted: an order that comes when the RFQ is settled does not turn it any more.
--
-- log String, run String, settle_us Int64
-- stale_us Int64  staleness limit where there are no instrument data
INSERT INTO oracle_requests
    (run, partition, kind, request_id, place, instrument_id, s, quantity, q, all_or_none, deadline_us, close_us,
     is_cancelled, base_us, filled, first_fill_us, firm_quotes, benchmark_id, beta, stale_us)
WITH
    arrived AS
    (
        SELECT
            o.partition AS partition,
            o.order_id AS order_id,
            a.place AS place,
            a.watermark_us AS watermark_us,
            if(o.side = 'buy', 1, -1) AS s
        FROM orders AS o
        INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
            ON o.partition = a.partition AND o.sequence * 131072 + o.message_index = a.place
        WHERE o.log = {log:String}
        ORDER BY place
        LIMIT 1 BY partition, order_id
    ),
    filled AS
    (
        SELECT
            partition,
            toString(kind) AS kind,
            request_id,
            sum(f.quantity) AS quantity,
            min(f.ts_us) AS first_us,
            argMin(f.s, (f.ts_us, f.place)) AS s
        FROM oracle_fills AS f
        WHERE run = {run:String}
        GROUP BY partition, kind, request_id
    ),
    sent AS
    (
        SELECT partition, request_id, min(ask_us) AS first_us
        FROM oracle_asks
        WHERE run = {run:String}
        GROUP BY partition, request_id
    ),
    quoted AS
    (
        SELECT partition, request_id, count() AS firm
        FROM oracle_answers
        WHERE run = {run:String} AND is_firm
        GROUP BY partition, request_id
    ),
    sided AS
    (
        SELECT
            c.partition AS partition,
            c.kind AS kind,
            c.request_id AS request_id,
            c.place AS place,
            c.instrument_id AS instrument_id,
            c.quantity AS quantity,
            c.q AS q,
            c.all_or_none AS all_or_none,
            c.deadline_us AS deadline_us,
            c.close_us AS close_us,
            c.is_cancelled AS is_cancelled,
            multiIf(
                c.side = 'buy', 1,
                c.side = 'sell', -1,
                o.place > 0 AND o.watermark_us <= c.close_us + {settle_us:Int64}, o.s,
                f.quantity > 0, f.s,
                0) AS s,
            if(c.kind = 'rfq', sent.first_us, c.ts_us) AS base_us,
            f.quantity AS filled,
            f.first_us AS first_fill_us,
            quoted.firm AS firm_quotes
        FROM (SELECT * FROM oracle_closed WHERE run = {run:String}) AS c
        LEFT JOIN arrived AS o ON c.partition = o.partition AND c.order_id = o.order_id
        LEFT JOIN filled AS f
            ON c.partition = f.partition AND toString(c.kind) = f.kind AND c.request_id = f.request_id
        LEFT JOIN sent ON c.partition = sent.partition AND c.request_id = sent.request_id
        LEFT JOIN quoted ON c.partition = quoted.partition AND c.request_id = quoted.request_id
    )
SELECT
    {run:String},
    r.partition,
    r.kind,
    r.request_id,
    r.place,
    r.instrument_id,
    r.s,
    r.quantity,
    r.q,
    r.all_or_none,
    r.deadline_us,
    r.close_us,
    r.is_cancelled,
    r.base_us,
    r.filled,
    r.first_fill_us,
    r.firm_quotes,
    i.benchmark_id,
    i.beta,
    if(i.place > 0, i.stale_us, toFloat64({stale_us:Int64}))
FROM sided AS r
ASOF LEFT JOIN (SELECT * FROM oracle_reference WHERE run = {run:String}) AS i
    ON r.partition = i.partition AND r.instrument_id = i.instrument_id AND r.place > i.place
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
