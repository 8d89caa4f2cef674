-- What was refused and why, the most frequent first, with the newest example.
--
-- log String
SELECT
    reason,
    count() AS letters,
    max(ts_log_us) AS newest_ts_log_us,
    argMax(detail, sequence) AS newest_detail,
    argMax(source_subject, sequence) AS newest_subject
FROM dead_letters
WHERE log = {log:String}
GROUP BY reason
ORDER BY letters DESC, reason
LIMIT 100
SETTINGS max_execution_time = 30
