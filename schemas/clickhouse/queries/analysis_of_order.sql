-- The post-trade analysis of one order that holds: the highest revision by the model that analysed it
-- last. Of a record that is there twice (two engines wrote it long apart) either is the same.
--
-- log String, order_id String
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
    fills_omitted,
    fills.fill_id,
    fills.rfq_id,
    fills.dealer_id,
    fills.ts_event_us,
    fills.price,
    fills.quantity,
    fills.mid_sent,
    fills.mid_fill,
    fills.effective_spread_bps,
    fills.realized_spread_1m_bps,
    fills.realized_spread_5m_bps,
    fills.realized_spread_30m_bps
FROM order_analyses
WHERE log = {log:String} AND order_id = {order_id:String}
    AND model_hash = (
        SELECT argMax(model_hash, sequence) FROM order_analyses
        WHERE log = {log:String} AND order_id = {order_id:String}
    )
ORDER BY revision DESC, sequence
LIMIT 1
SETTINGS max_execution_time = 30
