-- The audit trail, newest first: selections, and whatever else the decision stream keeps, a row each and
-- without their texts (those of rules are long). A text is looked for in ids, whatever its case.
--
-- log String, before UInt64 (a sequence), limit UInt32, from_us, through_us Int64 (when the log took it)
-- kind String ('' is any), text String ('' is any), by String ('' is anybody), audit_subject String (prefix)
SELECT
    sequence,
    ts_log_us,
    kind,
    decision_id,
    order_id,
    instrument_id,
    side,
    quantity,
    dealers,
    recommended,
    made_by,
    reason,
    about
FROM
(
    SELECT
        sequence,
        ts_log_us,
        'selection' AS kind,
        decision_id,
        order_id,
        toString(instrument_id) AS instrument_id,
        JSONExtractString(selection, 'order', 'side') AS side,
        JSONExtractFloat(selection, 'order', 'quantity') AS quantity,
        arrayMap(d -> toString(d), dealer_ids) AS dealers,
        CAST([], 'Array(String)') AS recommended,
        '' AS made_by,
        '' AS reason,
        toString(rules_hash) AS about
    FROM selections
    WHERE log = {log:String}
        AND (order_id, sequence) IN
        (
            -- Narrow columns find the page; only its own rows are then read whole.
            SELECT order_id, sequence
            FROM selections
            WHERE log = {log:String}
                AND sequence < {before:UInt64}
                AND {kind:String} IN ('', 'selection')
                AND {by:String} = ''
                AND ts_log BETWEEN fromUnixTimestamp64Micro({from_us:Int64}, 'UTC')
                    AND fromUnixTimestamp64Micro({through_us:Int64}, 'UTC')
                AND ({text:String} = ''
                    OR positionCaseInsensitive(order_id, {text:String}) > 0
                    OR positionCaseInsensitive(instrument_id, {text:String}) > 0
                    OR positionCaseInsensitive(decision_id, {text:String}) > 0
                    OR arrayExists(d -> positionCaseInsensitive(d, {text:String}) > 0, dealer_ids))
            ORDER BY sequence DESC
            LIMIT {limit:UInt32}
        )
    UNION ALL
    SELECT
        sequence,
        ts_log_us,
        kind,
        JSONExtractString(entry, 'decisionId') AS decision_id,
        JSONExtractString(entry, 'orderId') AS order_id,
        JSONExtractString(entry, 'instrumentId') AS instrument_id,
        '' AS side,
        toFloat64(0) AS quantity,
        dealers,
        JSONExtract(entry, 'recommended', 'Array(String)') AS recommended,
        made_by,
        JSONExtractString(entry, 'reason') AS reason,
        about
    FROM
    (
        SELECT
            sequence,
            ts_log_us,
            entry,
            substring(toString(subject), length({audit_subject:String}) + 1) AS kind,
            JSONExtractString(entry, 'by') AS made_by,
            multiIf(
                kind = 'override', JSONExtract(entry, 'called', 'Array(String)'),
                kind = 'dealer', [JSONExtractString(entry, 'dealerId')],
                kind = 'tiers', arrayMap(
                    change -> JSONExtractString(change, 'dealerId'), JSONExtractArrayRaw(entry, 'changes')),
                CAST([], 'Array(String)')) AS dealers,
            multiIf(
                JSONExtractString(entry, 'type') = 'rulesRefused', JSONExtractString(entry, 'message'),
                kind = 'rules', JSONExtractString(entry, 'hash'),
                kind = 'tiers', JSONExtractString(entry, 'assetClass'),
                '') AS about
        FROM audit
        WHERE log = {log:String}
            AND sequence < {before:UInt64}
            AND ({kind:String} = '' OR subject = concat({audit_subject:String}, {kind:String}))
            AND ts_log BETWEEN fromUnixTimestamp64Micro({from_us:Int64}, 'UTC')
                AND fromUnixTimestamp64Micro({through_us:Int64}, 'UTC')
    )
    WHERE ({by:String} = '' OR positionCaseInsensitiveUTF8(made_by, {by:String}) > 0)
        AND ({text:String} = ''
            OR positionCaseInsensitive(JSONExtractString(entry, 'orderId'), {text:String}) > 0
            OR positionCaseInsensitive(JSONExtractString(entry, 'instrumentId'), {text:String}) > 0
            OR positionCaseInsensitive(JSONExtractString(entry, 'decisionId'), {text:String}) > 0
            OR positionCaseInsensitive(about, {text:String}) > 0
            OR arrayExists(d -> positionCaseInsensitive(d, {text:String}) > 0, dealers)
            OR arrayExists(
                d -> positionCaseInsensitive(d, {text:String}) > 0,
                JSONExtract(entry, 'recommended', 'Array(String)')))
    ORDER BY sequence DESC
    LIMIT {limit:UInt32}
)
ORDER BY sequence DESC
LIMIT {limit:UInt32}
SETTINGS max_execution_time = 10, max_memory_usage = 1000000000
