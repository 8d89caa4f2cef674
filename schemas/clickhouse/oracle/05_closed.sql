-- RFQs and orders that are closed at the asked positions. An RFQ is closed by its first `rfqClosed`,
-- provided W had not passed its end (its deadline, or a day after its event if that is earlier); else at
-- its end, once W has passed that. An order is closed by its `orderClosed`, else a day after its arrival.
--
-- What it takes for granted: an `orderClosed` counts on the same proviso; the parts of an RFQ are those of
-- its id in its partition, whichever instrument they name.
--
-- log String, run String
-- timeout_us Int64  the day
INSERT INTO oracle_closed
    (run, partition, kind, request_id, place, ts_us, instrument_id, order_id, side, quantity, q, all_or_none,
     deadline_us, close_us, is_cancelled)
WITH
    accepted AS (SELECT partition, place, watermark_us FROM oracle_accepted WHERE run = {run:String}),
    opened AS
    (
        SELECT *
        FROM
        (
            SELECT
                r.partition AS partition,
                'rfq' AS kind,
                r.rfq_id AS request_id,
                a.place AS place,
                r.ts_event_us AS ts_us,
                toString(r.instrument_id) AS instrument_id,
                r.order_id AS order_id,
                toString(r.side) AS side,
                r.quantity AS quantity,
                1 / ifNull(r.lines, 1) AS q,
                ifNull(r.all_or_none, false) AS all_or_none,
                r.ts_deadline_us AS deadline_us,
                least(r.ts_deadline_us, r.ts_event_us + {timeout_us:Int64}) AS end_us
            FROM rfqs AS r
            INNER JOIN accepted AS a
                ON r.partition = a.partition AND r.sequence * 131072 + r.message_index = a.place
            WHERE r.log = {log:String}
            UNION ALL
            SELECT
                o.partition,
                'order',
                o.order_id,
                a.place,
                o.ts_event_us,
                toString(o.instrument_id),
                o.order_id,
                toString(o.side),
                o.quantity,
                1,
                false,
                o.ts_event_us + {timeout_us:Int64},
                o.ts_event_us + {timeout_us:Int64}
            FROM orders AS o
            INNER JOIN accepted AS a
                ON o.partition = a.partition AND o.sequence * 131072 + o.message_index = a.place
            WHERE o.log = {log:String}
        )
        ORDER BY place
        LIMIT 1 BY partition, kind, request_id
    ),
    closes AS
    (
        SELECT *
        FROM
        (
            SELECT
                c.partition AS partition,
                'rfq' AS kind,
                c.rfq_id AS request_id,
                a.place AS place,
                c.ts_event_us AS ts_us,
                a.watermark_us AS watermark_us,
                c.reason = 'cancelled' AS is_cancelled
            FROM rfq_closes AS c
            INNER JOIN accepted AS a
                ON c.partition = a.partition AND c.sequence * 131072 + c.message_index = a.place
            WHERE c.log = {log:String}
            UNION ALL
            SELECT c.partition, 'order', c.order_id, a.place, c.ts_event_us, a.watermark_us, 0
            FROM order_closes AS c
            INNER JOIN accepted AS a
                ON c.partition = a.partition AND c.sequence * 131072 + c.message_index = a.place
            WHERE c.log = {log:String}
        )
        ORDER BY place
        LIMIT 1 BY partition, kind, request_id
    )
SELECT
    {run:String},
    o.partition,
    o.kind,
    o.request_id,
    o.place,
    o.ts_us,
    o.instrument_id,
    o.order_id,
    o.side,
    o.quantity,
    o.q,
    o.all_or_none,
    o.deadline_us,
    if(c.place > 0 AND c.watermark_us <= o.end_us, c.ts_us, o.end_us),
    c.place > 0 AND c.watermark_us <= o.end_us AND c.is_cancelled
FROM opened AS o
LEFT JOIN closes AS c
    ON o.partition = c.partition AND o.kind = c.kind AND o.request_id = c.request_id
INNER JOIN (SELECT partition, watermark_us FROM oracle_watermarks WHERE run = {run:String}) AS w
    ON o.partition = w.partition
WHERE (c.place > 0 AND c.watermark_us <= o.end_us) OR w.watermark_us > o.end_us
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
