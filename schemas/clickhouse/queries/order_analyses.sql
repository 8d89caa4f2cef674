-- The post-trade analyses that hold (see analysis_of_order.sql) of the orders that arrived in a time, the
-- newest order first, without their single fills.
--
-- log String, instrument_id String ('' is any), from_us Int64, through_us Int64, limit UInt32
WITH
    found AS
    (
        SELECT *, argMax(model_hash, sequence) OVER (PARTITION BY order_id) AS newest_model_hash
        FROM order_analyses
        WHERE log = {log:String}
            AND ({instrument_id:String} = '' OR instrument_id = {instrument_id:String})
            AND ts_arrived_us BETWEEN {from_us:Int64} AND {through_us:Int64}
    )
SELECT
    order_id,
    instrument_id,
    revision,
    model_hash,
    side,
    quantity,
    filled_quantity,
    ts_arrived_us,
    ts_closed_us,
    mid_arrived,
    delay_bps,
    execution_bps,
    opportunity_bps,
    shortfall_bps,
    impact_bps,
    reversion_1m_bps,
    reversion_5m_bps,
    reversion_30m_bps,
    nulls,
    source_partition,
    source_sequence,
    source_index,
    length(fills.fill_id) + fills_omitted AS fill_count
FROM found
WHERE model_hash = newest_model_hash
ORDER BY ts_arrived_us DESC, order_id, revision DESC, sequence
LIMIT 1 BY order_id
LIMIT {limit:UInt32}
SETTINGS max_execution_time = 30, max_memory_usage = 3000000000
