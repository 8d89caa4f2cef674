-- How each firm quote of an order's RFQs compares with the competitive price that the order's last
-- selection before it expected: better_bps is positive where the client does better than expected, and a
-- quote is competitive while it is no worse than the tolerance. Best first.
--
-- log String, order_id String
WITH
    judged AS
    (
        SELECT
            ts_log_us,
            sequence,
            JSONExtractString(selection, 'decisionId') AS decision_id,
            JSONExtractString(selection, 'order', 'side') AS side,
            JSONExtract(selection, 'preTrade', 'benchmark', 'price', 'Nullable(Float64)') AS benchmark,
            JSONExtract(selection, 'preTrade', 'benchmark', 'toleranceBps', 'Nullable(Float64)') AS tolerance_bps
        FROM selections
        WHERE log = {log:String} AND order_id = {order_id:String}
    ),
    asked AS
    (
        SELECT DISTINCT rfq_id
        FROM rfqs
        WHERE log = {log:String} AND order_id = {order_id:String}
    ),
    answers AS
    (
        SELECT DISTINCT rfq_id, quote_id, dealer_id, ts_event_us, ts_log_us, bid, ask
        FROM quotes
        WHERE log = {log:String} AND quote_kind = 'firm' AND rfq_id IN (SELECT rfq_id FROM asked)
    ),
    matched AS
    (
        SELECT
            rfq_id,
            quote_id,
            dealer_id,
            ts_event_us,
            if(side = 'buy', ask, bid) AS price,
            decision_id,
            benchmark,
            tolerance_bps,
            if(side = 'buy', 1, -1) AS sign
        FROM answers AS a
        CROSS JOIN judged AS j
        WHERE j.ts_log_us <= a.ts_log_us
        ORDER BY j.sequence DESC
        LIMIT 1 BY rfq_id, quote_id
    )
SELECT
    decision_id,
    rfq_id,
    quote_id,
    dealer_id,
    ts_event_us,
    price,
    benchmark,
    tolerance_bps,
    sign * (benchmark - price) / benchmark * 1e4 AS better_bps,
    better_bps >= -tolerance_bps AS is_competitive
FROM matched
WHERE price IS NOT NULL AND benchmark IS NOT NULL
ORDER BY better_bps DESC, dealer_id, quote_id
LIMIT 1000
SETTINGS max_execution_time = 30
