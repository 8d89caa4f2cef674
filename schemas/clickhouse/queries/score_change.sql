-- One dealer in one ranking at two moments, the earlier first: the newest sample, and the first of the days
-- before it that was made by the same model. One row where there is but one sample.
--
-- log String, topic String, dealer_id String, days UInt16
WITH
    own AS
    (
        SELECT
            as_of_us,
            topic_seq,
            model_hash,
            rank,
            composite,
            composite_standard_error,
            metrics.metric AS metric_names,
            metrics.contribution AS contributions
        FROM score_snapshots
        WHERE log = {log:String} AND topic = {topic:String} AND dealer_id = {dealer_id:String}
    ),
    (SELECT (max(as_of_us), argMax(model_hash, (as_of_us, topic_seq))) FROM own) AS newest
SELECT
    as_of_us,
    model_hash,
    rank,
    composite,
    composite_standard_error,
    metric_names AS metrics,
    contributions
FROM
(
    SELECT *, row_number() OVER (ORDER BY as_of_us, topic_seq) AS nth, count() OVER () AS samples
    FROM own
    WHERE model_hash = newest.2 AND as_of_us >= newest.1 - {days:UInt16} * 86400000000
)
WHERE nth IN (1, samples)
ORDER BY nth
LIMIT 2
SETTINGS max_execution_time = 15, max_memory_usage = 1000000000
