-- The rules of a hash as they were recorded next to a place in the audit log: a hash is of what rules say,
-- so that the same ones may have come into force with another text, by somebody else.
--
-- log String, hash String, near UInt64 (a sequence), rules_subject String
SELECT
    sequence,
    ts_log_us,
    JSONExtractString(entry, 'text') AS text,
    JSONExtractString(entry, 'canonical') AS canonical,
    JSONExtractString(entry, 'by') AS made_by,
    JSONExtractString(entry, 'reason') AS reason,
    JSONExtractUInt(entry, 'revision') AS revision
FROM audit
WHERE log = {log:String}
    AND subject = {rules_subject:String}
    AND JSONExtractString(entry, 'type') = 'rules'
    AND JSONExtractString(entry, 'hash') = {hash:String}
ORDER BY sequence > {near:UInt64}, abs(toInt64(sequence) - toInt64({near:UInt64}))
LIMIT 1
SETTINGS max_execution_time = 10
