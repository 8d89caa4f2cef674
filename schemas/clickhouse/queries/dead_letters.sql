-- What was refused, newest first, with the beginning of the message in base64.
--
-- log String, reason String ('' is any), before UInt64 (a sequence), limit UInt32
-- base64_max UInt32: characters of it, a multiple of 4
SELECT
    sequence,
    ts_log_us,
    reason,
    detail,
    source_subject,
    source_partition,
    source_sequence,
    source_index,
    intDiv(length(bytes_base64), 4) * 3 - countSubstrings(bytes_base64, '=') AS byte_count,
    substring(bytes_base64, 1, {base64_max:UInt32}) AS begin_base64
FROM dead_letters
WHERE log = {log:String}
    AND sequence < {before:UInt64}
    AND ({reason:String} = '' OR reason = {reason:String})
ORDER BY sequence DESC
LIMIT {limit:UInt32}
SETTINGS max_execution_time = 10, max_memory_usage = 1000000000
