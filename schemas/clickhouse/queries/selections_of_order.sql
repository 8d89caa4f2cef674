-- Every selection that was made for one order, oldest first; `selection` is the whole answer as JSON.
--
-- log String, order_id String
SELECT
    sequence,
    ts_log_us,
    model_hash,
    rules_hash,
    degraded,
    ranked_scope,
    dealer_ids,
    composites,
    selection
FROM selections
WHERE log = {log:String} AND order_id = {order_id:String}
ORDER BY sequence
LIMIT 100
SETTINGS max_execution_time = 30
