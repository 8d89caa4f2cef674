-- tca.<name>: named metrics from outside, as given, where the model lists the name. The first event of an
-- id holds.
--
-- log String, run String
-- tca_names Array(String)
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
SELECT
    {run:String},
    concat('tca.', t.name),
    t.dealer_id,
    t.partition,
    t.instrument_id,
    a.place,
    0,
    0,
    t.value,
    ifNull(t.quantity, 1),
    t.ts_event_us
FROM tca AS t
INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
    ON t.partition = a.partition AND t.sequence * 131072 + t.message_index = a.place
WHERE t.log = {log:String} AND has({tca_names:Array(String)}, t.name)
ORDER BY a.place
LIMIT 1 BY t.partition, t.event_id
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
