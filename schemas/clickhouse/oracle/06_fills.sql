-- Fills of what is closed. The first fill of an id holds. It counts if W at its arrival had not passed the
-- close by the settling time, and no bust of its id came before W had passed the close by a day. A fill
-- that names an RFQ is the RFQ's, one that names an order only is the order's.
--
-- log String, run String
-- settle_us  Int64  30 minutes, the longest horizon
-- timeout_us Int64  the day
INSERT INTO oracle_fills (run, partition, kind, request_id, dealer_id, place, ts_us, s, price, quantity)
WITH
    accepted AS (SELECT partition, place, watermark_us FROM oracle_accepted WHERE run = {run:String}),
    first_fills AS
    (
        SELECT
            f.partition AS partition,
            if(f.rfq_id != '', 'rfq', 'order') AS kind,
            if(f.rfq_id != '', f.rfq_id, f.order_id) AS request_id,
            f.fill_id AS fill_id,
            f.dealer_id AS dealer_id,
            a.place AS place,
            a.watermark_us AS watermark_us,
            f.ts_event_us AS ts_us,
            if(f.side = 'buy', 1, -1) AS s,
            f.price AS price,
            f.quantity AS quantity
        FROM fills AS f
        INNER JOIN accepted AS a
            ON f.partition = a.partition AND f.sequence * 131072 + f.message_index = a.place
        WHERE f.log = {log:String}
        ORDER BY place
        LIMIT 1 BY partition, fill_id
    ),
    busts AS
    (
        SELECT b.partition AS partition, b.fill_id AS fill_id, count() AS found, min(a.watermark_us) AS watermark_us
        FROM fill_busts AS b
        INNER JOIN accepted AS a
            ON b.partition = a.partition AND b.sequence * 131072 + b.message_index = a.place
        WHERE b.log = {log:String}
        GROUP BY b.partition, b.fill_id
    )
SELECT
    {run:String},
    f.partition,
    f.kind,
    f.request_id,
    f.dealer_id,
    f.place,
    f.ts_us,
    f.s,
    f.price,
    f.quantity
FROM first_fills AS f
INNER JOIN (SELECT * FROM oracle_closed WHERE run = {run:String}) AS c
    ON f.partition = c.partition AND f.kind = toString(c.kind) AND f.request_id = c.request_id
LEFT JOIN busts AS b ON f.partition = b.partition AND f.fill_id = b.fill_id
WHERE f.watermark_us <= c.close_us + {settle_us:Int64}
    AND NOT (b.found > 0 AND b.watermark_us <= c.close_us + {timeout_us:Int64})
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
