-- Rows of one log by table, and how many different places of the log they are from: the same number,
-- or a row is there twice. (Snapshots are samples and have no place.)
SELECT
    _table AS table,
    count() AS rows,
    uniqExact(partition, sequence, message_index) AS places
FROM event_positions
WHERE log = {log:String}
GROUP BY _table
UNION ALL
SELECT 'selections', count(), uniqExact(sequence) FROM selections WHERE log = {log:String}
UNION ALL
SELECT 'audit', count(), uniqExact(sequence) FROM audit WHERE log = {log:String}
UNION ALL
SELECT 'dead_letters', count(), uniqExact(sequence) FROM dead_letters WHERE log = {log:String}
UNION ALL
SELECT 'order_analyses', count(), uniqExact(sequence) FROM order_analyses WHERE log = {log:String}
UNION ALL
SELECT 'score_snapshots', count(), count()
FROM score_snapshots WHERE log = {log:String}
SETTINGS max_execution_time = 60, max_memory_usage = 3000000000
