-- What was recorded of one decision, in the order of the stream: the selection (an OMS that asks again
-- gets the same decision recorded again), then its overrides, each as JSON.
--
-- log String, decision_id String, override_subject String
SELECT sequence, ts_log_us, kind, hash, text
FROM
(
    SELECT sequence, ts_log_us, 'selection' AS kind, hash, selection AS text
    FROM selections
    WHERE log = {log:String} AND decision_id = {decision_id:String}
    UNION ALL
    SELECT sequence, ts_log_us, 'override', hash, entry
    FROM audit
    WHERE log = {log:String}
        AND subject = {override_subject:String}
        AND JSONExtractString(entry, 'decisionId') = {decision_id:String}
)
ORDER BY sequence
LIMIT 100
SETTINGS max_execution_time = 30
