-- Events of the log up to the asked positions that were not late (docs/scoring.md, 2), each with W, the
-- watermark before it: the newest time of the partition's earlier events of any kind, less the lateness.
-- Before the first event there is no W; 0 less the lateness stands for it, and no time is below that.
--
-- log String, run String
-- last        Map(Int16, UInt64)  last sequence of each partition, -1 is `all`; an absent one has none
-- lateness_us Int64
INSERT INTO oracle_accepted (run, partition, place, watermark_us)
SELECT {run:String}, partition, place, watermark_us
FROM
(
    SELECT
        partition,
        sequence * 131072 + message_index AS place,
        ts_event_us,
        max(ts_event_us) OVER
        (
            PARTITION BY partition
            ORDER BY sequence, message_index
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) - {lateness_us:Int64} AS watermark_us
    FROM event_positions
    WHERE log = {log:String} AND sequence <= {last:Map(Int16, UInt64)}[partition]
)
WHERE ts_event_us >= watermark_us
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000
