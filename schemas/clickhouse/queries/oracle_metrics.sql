-- What a run has observed, by metric.
--
-- run String
SELECT metric, count() AS observations, uniqExact(dealer_id) AS dealers
FROM oracle_observations
WHERE run = {run:String}
GROUP BY metric
ORDER BY metric
SETTINGS max_execution_time = 30
