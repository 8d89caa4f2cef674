-- How one dealer stood in one ranking over time, oldest first.
--
-- log String, topic String, dealer_id String
-- from_us, through_us Int64: epoch microseconds, both included
SELECT
    as_of_us,
    topic_seq,
    model_hash,
    rank,
    value,
    composite,
    composite_standard_error,
    display_score,
    insufficient,
    metrics.metric AS metrics,
    metrics.estimate AS estimates,
    metrics.standard_error AS standard_errors,
    metrics.mass AS masses
FROM score_snapshots
WHERE log = {log:String}
    AND topic = {topic:String}
    AND dealer_id = {dealer_id:String}
    AND as_of_us BETWEEN {from_us:Int64} AND {through_us:Int64}
ORDER BY as_of_us, topic_seq
LIMIT 2000
SETTINGS max_execution_time = 30
