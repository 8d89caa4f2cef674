-- Whom each closed RFQ names, and when they were asked: the first mention of a dealer gives its time.
-- Further `rfq` events are parts, and count while parts do; an ask sent before W at its event is late.
--
-- log String, run String, settle_us Int64
INSERT INTO oracle_asks (run, partition, request_id, dealer_id, ask_us, is_asked)
SELECT {run:String}, partition, request_id, dealer_id, ask_us, ask_us <= close_us
FROM
(
    SELECT
        r.partition AS partition,
        r.rfq_id AS request_id,
        a.place AS place,
        c.close_us AS close_us,
        dealer_id,
        ask_us,
        nth
    FROM rfqs AS r
    ARRAY JOIN
        r.asked_dealer_ids AS dealer_id,
        r.asked_ts_us AS ask_us,
        arrayEnumerate(r.asked_ts_us) AS nth
    INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
        ON r.partition = a.partition AND r.sequence * 131072 + r.message_index = a.place
    INNER JOIN (SELECT * FROM oracle_closed WHERE run = {run:String} AND kind = 'rfq') AS c
        ON r.partition = c.partition AND r.rfq_id = c.request_id
    WHERE r.log = {log:String} AND ask_us >= a.watermark_us
        AND (a.place = c.place OR a.watermark_us <= c.close_us + {settle_us:Int64})
    ORDER BY place, nth
    LIMIT 1 BY partition, request_id, dealer_id
)
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
