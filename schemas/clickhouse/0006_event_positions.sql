-- All tables of events as one, on the columns that they share; `_table` names the table of a row.
CREATE TABLE IF NOT EXISTS event_positions
(
    log LowCardinality(String),
    partition Int16,
    sequence UInt64,
    message_index UInt32,
    event_id String,
    ts_event_us Int64,
    ts_event DateTime64(6, 'UTC'),
    ts_log_us Int64,
    ts_log DateTime64(6, 'UTC')
)
ENGINE = Merge(currentDatabase(), '^(orders|order_closes|rfqs|quotes|quote_actions|fills|fill_busts|rfq_closes|ticks|axes|tca|clocks|dealers|instruments)$');
