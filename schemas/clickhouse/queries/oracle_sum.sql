-- Decayed sums of one metric's observations (docs/scoring.md, 4), of every scope and dealer and of the pool
-- `*` at ALL, into `oracle_sums`. Weights are taken against `as_of_us`, so that sums of weights are masses.
-- `window_mean` is the mean of `base` by ClickHouse's own function, which knows nothing of our formula; it
-- takes H / ln 2 and no weights, so it is there only where every q is 1.
--
-- run String, metric String
-- as_of_us      Int64
-- half_lives_us Array(Int64)  fast, base, slow
INSERT INTO oracle_sums
    (run, metric, scope, dealer_id, observations, newest_us, mean, mass, n_eff, variance, window_mean)
WITH
    observed AS
    (
        SELECT
            scopes,
            dealer_id,
            x,
            q,
            ts_us,
            arrayMap(h -> q * exp2((ts_us - {as_of_us:Int64}) / h), {half_lives_us:Array(Int64)}) AS v
        FROM oracle_observations
        WHERE run = {run:String} AND metric = {metric:String}
    ),
    scoped AS
    (
        SELECT
            pair.1 AS scope,
            pair.2 AS dealer,
            x,
            q,
            ts_us,
            v,
            exponentialTimeDecayedAvg(1)(x, (ts_us - {as_of_us:Int64}) * ln(2) / {half_lives_us:Array(Int64)}[2])
                OVER (PARTITION BY scope, dealer ORDER BY ts_us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS decayed,
            row_number() OVER (PARTITION BY scope, dealer ORDER BY ts_us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS nth
        FROM observed
        ARRAY JOIN arrayConcat(arrayMap(s -> (s, dealer_id), scopes), [('ALL', '*')]) AS pair
    )
SELECT
    {run:String},
    {metric:String},
    scope,
    dealer,
    count(),
    max(ts_us),
    [sumKahan(v[1] * x) / mass[1], sumKahan(v[2] * x) / mass[2], sumKahan(v[3] * x) / mass[3]] AS mean,
    [sumKahan(v[1]), sumKahan(v[2]), sumKahan(v[3])] AS mass,
    [
        mass[1] * mass[1] / sumKahan(v[1] * v[1]),
        mass[2] * mass[2] / sumKahan(v[2] * v[2]),
        mass[3] * mass[3] / sumKahan(v[3] * v[3])
    ] AS n_eff,
    arrayMap(
        (square, m, n) -> if(n > 1.01, greatest(0., square - m * m) * n / (n - 1), NULL),
        [
            sumKahan(v[1] * x * x) / mass[1],
            sumKahan(v[2] * x * x) / mass[2],
            sumKahan(v[3] * x * x) / mass[3]
        ],
        mean,
        n_eff),
    if(min(q) = 1 AND max(q) = 1, argMax(decayed, nth), NULL)
FROM scoped
GROUP BY scope, dealer
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000
