-- The observations behind one row of sums, in event order: for finding the first difference.
--
-- run String, metric String
-- scope, dealer_id String  '' is all
-- skip, page_rows UInt32
SELECT dealer_id, instrument_id, x, q, ts_us, scopes
FROM oracle_observations
WHERE run = {run:String}
    AND metric = {metric:String}
    AND ({scope:String} = '' OR has(scopes, {scope:String}))
    AND ({dealer_id:String} = '' OR dealer_id = {dealer_id:String})
ORDER BY ts_us, dealer_id, instrument_id, x
LIMIT {skip:UInt32}, {page_rows:UInt32}
SETTINGS max_execution_time = 30
