-- W of each partition at the asked positions: what is over, and which mids are final.
--
-- log String, run String, last Map(Int16, UInt64), lateness_us Int64
INSERT INTO oracle_watermarks (run, partition, watermark_us)
SELECT {run:String}, partition, max(ts_event_us) - {lateness_us:Int64}
FROM event_positions
WHERE log = {log:String} AND sequence <= {last:Map(Int16, UInt64)}[partition]
GROUP BY partition
SETTINGS max_execution_time = 55
