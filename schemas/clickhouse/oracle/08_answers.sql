-- Answers in time: firm quotes, passes and rejects of an RFQ, up to its close or its deadline, whichever is
-- first. The first quote of an id holds, wherever it was sent. An indicative quote is a streamed one,
-- and no answer.
--
-- log String, run String, settle_us Int64
INSERT INTO oracle_answers
    (run, partition, request_id, dealer_id, quote_id, is_firm, place, ts_us, bid, ask, quantity, expires_us)
SELECT
    {run:String},
    f.partition,
    f.rfq_id,
    f.dealer_id,
    f.quote_id,
    f.quote_kind = 'firm',
    f.place,
    f.ts_event_us,
    f.bid,
    f.ask,
    f.quantity,
    f.ts_expires_us
FROM
(
    SELECT q.*, a.place AS place, a.watermark_us AS watermark_us
    FROM quotes AS q
    INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
        ON q.partition = a.partition AND q.sequence * 131072 + q.message_index = a.place
    WHERE q.log = {log:String}
    ORDER BY a.place
    LIMIT 1 BY q.partition, q.quote_id
) AS f
INNER JOIN (SELECT * FROM oracle_closed WHERE run = {run:String} AND kind = 'rfq') AS c
    ON f.partition = c.partition AND f.rfq_id = c.request_id
WHERE f.rfq_id != ''
    AND f.quote_kind != 'indicative'
    AND f.ts_event_us <= least(c.close_us, c.deadline_us)
    AND f.watermark_us <= c.close_us + {settle_us:Int64}
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
