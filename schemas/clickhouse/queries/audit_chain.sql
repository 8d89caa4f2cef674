-- Records of the decision stream from a sequence on, with the hash that each carries and the one that its
-- row gives; `firstcall audit verify` compares them with the stream.
--
-- log String, from_sequence UInt64, limit UInt32
SELECT
    sequence,
    subject,
    previous,
    hash,
    lower(hex(SHA256(concat(previous, '\n', subject, '\n', message_id, '\n', text)))) AS computed_hash
FROM
(
    SELECT sequence, toString(subject) AS subject, message_id, previous, hash, selection AS text
    FROM selections
    WHERE log = {log:String} AND sequence >= {from_sequence:UInt64}
    ORDER BY sequence
    LIMIT {limit:UInt32}
    UNION ALL
    SELECT sequence, toString(subject), message_id, previous, hash, entry
    FROM audit
    WHERE log = {log:String} AND sequence >= {from_sequence:UInt64}
    ORDER BY sequence
    LIMIT {limit:UInt32}
)
ORDER BY sequence
LIMIT {limit:UInt32}
SETTINGS max_execution_time = 60
