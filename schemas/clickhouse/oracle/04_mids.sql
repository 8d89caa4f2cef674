-- Accepted mids. Of two at one time the later in the log holds. A tick without a mid has the middle of
-- its bid and ask. A repeat of an event id is no news.
--
-- log String, run String
INSERT INTO oracle_mids (run, partition, instrument_id, ts_us, mid)
SELECT {run:String}, partition, instrument_id, ts_us, own_mid
FROM
(
    SELECT
        t.partition AS partition,
        t.instrument_id AS instrument_id,
        t.ts_event_us AS ts_us,
        ifNull(t.mid, (t.bid + t.ask) / 2) AS own_mid,
        a.place AS place
    FROM ticks AS t
    INNER JOIN (SELECT partition, place FROM oracle_accepted WHERE run = {run:String}) AS a
        ON t.partition = a.partition AND t.sequence * 131072 + t.message_index = a.place
    WHERE t.log = {log:String} AND own_mid IS NOT NULL
    ORDER BY a.place
    LIMIT 1 BY t.partition, t.event_id
)
ORDER BY partition, instrument_id, ts_us, place DESC
LIMIT 1 BY partition, instrument_id, ts_us
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
