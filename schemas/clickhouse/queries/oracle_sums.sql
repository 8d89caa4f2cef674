-- One page of a metric's sums, by scope and dealer. The next page is after the last row of this one; the
-- last page is shorter than the limit.
--
-- run String, metric String
-- after_scope, after_dealer_id String  '' and '' is the beginning
-- page_rows UInt32
SELECT
    scope,
    dealer_id,
    observations,
    newest_us,
    mean,
    mass,
    n_eff,
    variance,
    window_mean
FROM oracle_sums
WHERE run = {run:String}
    AND metric = {metric:String}
    AND (scope, dealer_id) > ({after_scope:String}, {after_dealer_id:String})
ORDER BY scope, dealer_id
LIMIT {page_rows:UInt32}
SETTINGS max_execution_time = 30
