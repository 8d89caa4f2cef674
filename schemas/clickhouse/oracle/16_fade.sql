-- fadeRate: one for every quote that we accepted, 1 if the dealer rejected that. The first acceptance of a
-- quote holds. One of an RFQ counts with the RFQ; one without is closed when it is made.
--
-- What it takes for granted: the acceptance alone says that there was a quote, and whose.
--
-- log String, run String, settle_us Int64
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
WITH
    actions AS
    (
        SELECT
            c.partition AS partition,
            c.action AS action,
            c.rfq_id AS rfq_id,
            c.quote_id AS quote_id,
            toString(c.dealer_id) AS dealer_id,
            toString(c.instrument_id) AS instrument_id,
            a.place AS place,
            a.watermark_us AS watermark_us,
            c.ts_event_us AS ts_us
        FROM quote_actions AS c
        INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
            ON c.partition = a.partition AND c.sequence * 131072 + c.message_index = a.place
        WHERE c.log = {log:String}
    ),
    acceptances AS
    (
        SELECT * FROM actions WHERE action = 'quoteAccept' ORDER BY place LIMIT 1 BY partition, quote_id
    ),
    rejections AS
    (
        SELECT partition, rfq_id, quote_id, count() AS found, min(actions.watermark_us) AS watermark_us
        FROM actions
        WHERE action = 'quoteAcceptReject'
        GROUP BY partition, rfq_id, quote_id
    ),
    closed AS
    (
        SELECT
            a.*,
            if(a.rfq_id = '', a.ts_us, r.close_us) AS close_us,
            if(a.rfq_id = '', a.place, r.place) AS reference_place,
            if(a.rfq_id = '', a.instrument_id, r.instrument_id) AS own_instrument_id,
            r.s AS s,
            r.quantity AS nominal,
            if(a.rfq_id = '', 1, r.q) AS q
        FROM acceptances AS a
        LEFT JOIN (SELECT * FROM oracle_requests WHERE run = {run:String} AND kind = 'rfq') AS r
            ON a.partition = r.partition AND a.rfq_id = r.request_id
        WHERE a.rfq_id = '' OR r.place > 0
    )
SELECT
    {run:String},
    'fadeRate',
    c.dealer_id,
    c.partition,
    c.own_instrument_id,
    c.reference_place,
    c.s,
    c.nominal,
    r.found > 0 AND r.watermark_us <= c.close_us + {settle_us:Int64},
    c.q,
    c.ts_us
FROM closed AS c
LEFT JOIN rejections AS r
    ON c.partition = r.partition AND c.rfq_id = r.rfq_id AND c.quote_id = r.quote_id
WHERE c.watermark_us <= c.close_us + {settle_us:Int64}
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
