-- axeHonesty: of a dealer that was asked while its newest axe on the other side was live, 1 if its last firm
-- quote is for at least min(asked, axe) and no worse than the axe's price, if that had one; else 0.
--
-- What it takes for granted: the newest axe is the one of the latest event time at or before the ask, of
-- two the later in the log, whenever it came, once W > the ask; the price is looked at before the size.
--
-- log String, run String
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
WITH
    first_axes AS
    (
        SELECT
            x.partition AS partition,
            x.axe_id AS axe_id,
            toString(x.dealer_id) AS dealer_id,
            toString(x.instrument_id) AS instrument_id,
            -- The client's side that it answers to.
            toInt8(if(x.dealer_side = 'sell', 1, -1)) AS s,
            x.ts_event_us AS ts_us,
            x.ts_expires_us AS expires_us,
            x.quantity AS quantity,
            x.price AS price,
            a.place AS place
        FROM axes AS x
        INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
            ON x.partition = a.partition AND x.sequence * 131072 + x.message_index = a.place
        WHERE x.log = {log:String}
        ORDER BY place
        LIMIT 1 BY partition, axe_id
    ),
    newest_axes AS
    (
        SELECT *
        FROM first_axes
        ORDER BY ts_us, place DESC
        LIMIT 1 BY partition, instrument_id, dealer_id, s, ts_us
    ),
    last_quotes AS
    (
        SELECT *
        FROM oracle_answers
        WHERE run = {run:String} AND is_firm
        ORDER BY ts_us DESC, place DESC
        LIMIT 1 BY partition, request_id, dealer_id
    ),
    asked AS
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
            r.q AS q
        FROM (SELECT * FROM oracle_asks WHERE run = {run:String} AND is_asked) AS a
        INNER JOIN (SELECT * FROM oracle_watermarks WHERE run = {run:String}) AS w ON a.partition = w.partition
        INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String} AND kind = 'rfq') AS r
            ON a.partition = r.partition AND a.request_id = r.request_id
        WHERE r.s != 0 AND w.watermark_us > a.ask_us
    ),
    axed AS
    (
        SELECT asked.*, x.expires_us AS expires_us, x.quantity AS axe_quantity, x.price AS axe_price
        FROM asked
        ASOF INNER JOIN newest_axes AS x
            ON asked.partition = x.partition AND asked.instrument_id = x.instrument_id
                AND asked.dealer_id = x.dealer_id AND asked.s = x.s AND asked.ask_us >= x.ts_us
    ),
    judged AS
    (
        SELECT
            a.*,
            multiIf(a.s = 1, l.ask, l.bid) AS price,
            -- NULL is "cannot say".
            l.quantity >= least(a.nominal, a.axe_quantity) AS is_enough,
            if(a.axe_price IS NULL, true, a.s * price <= a.s * a.axe_price) AS is_no_worse,
            multiIf(
                l.place = 0, 0,
                is_no_worse IS NULL, NULL,
                NOT ifNull(is_no_worse, true), 0,
                is_enough IS NULL, NULL,
                ifNull(is_enough, false), 1,
                0) AS honesty
        FROM axed AS a
        LEFT JOIN last_quotes AS l
            ON a.partition = l.partition AND a.request_id = l.request_id AND a.dealer_id = l.dealer_id
        WHERE a.ask_us < a.expires_us
    )
SELECT
    {run:String},
    'axeHonesty',
    dealer_id,
    partition,
    instrument_id,
    reference_place,
    s,
    nominal,
    assumeNotNull(honesty),
    q,
    ask_us
FROM judged
WHERE honesty IS NOT NULL
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
