-- Scopes of every observation (docs/scoring.md, 5), narrowest first: instrument, issuer, side and size,
-- side, segment, asset class, ALL. Instrument data are those that the log held at `reference_place`; where
-- there are none, the instrument has its own scope and ALL. The years to maturity are counted from the UTC
-- day of the observation.
--
-- What it takes for granted: a maturity is compared as text, be it a date of the calendar or not; what has
-- no side skips the scopes by size even where there are none by side.
--
-- run String
-- split_by_side Bool
-- size_bounds   Array(Float64)  ascending
INSERT INTO oracle_observations (run, metric, dealer_id, instrument_id, x, q, ts_us, scopes)
SELECT
    {run:String},
    metric,
    dealer_id,
    instrument_id,
    x,
    q,
    ts_us,
    arrayConcat(
        [concat('instrument:', instrument_id)],
        if(issuer_id != '', [concat('issuer:', issuer_id)], []),
        if(is_split AND notEmpty({size_bounds:Array(Float64)}),
            [concat(sided, '-SZ', toString(arrayCount(bound -> bound <= nominal, {size_bounds:Array(Float64)})))], []),
        if(is_split AND {split_by_side:Bool}, [sided], []),
        if(is_known, [segment, asset], []),
        ['ALL'])
FROM
(
    SELECT
        v.metric AS metric,
        v.dealer_id AS dealer_id,
        v.instrument_id AS instrument_id,
        v.x AS x,
        v.q AS q,
        v.ts_us AS ts_us,
        v.nominal AS nominal,
        i.issuer_id AS issuer_id,
        i.asset AS asset,
        i.place > 0 AS is_known,
        toString(toDate32(fromUnixTimestamp64Micro(v.ts_us, 'UTC'))) AS day,
        toUInt16(substring(day, 1, 4)) AS year,
        substring(day, 5) AS month_and_day,
        concat(
            i.segment_head, '-',
            multiIf(
                i.maturity_date = '', 'NA',
                i.maturity_date < concat(toString(year + 2), month_and_day), '0_2',
                i.maturity_date < concat(toString(year + 5), month_and_day), '2_5',
                i.maturity_date < concat(toString(year + 10), month_and_day), '5_10',
                i.maturity_date < concat(toString(year + 20), month_and_day), '10_20',
                '20_UP')) AS segment,
        is_known AND v.s != 0 AND v.nominal > 0 AS is_split,
        if({split_by_side:Bool}, concat(segment, if(v.s = 1, '-BUY', '-SELL')), segment) AS sided
    FROM (SELECT * FROM oracle_values WHERE run = {run:String}) AS v
    ASOF LEFT JOIN (SELECT * FROM oracle_reference WHERE run = {run:String}) AS i
        ON v.partition = i.partition AND v.instrument_id = i.instrument_id AND v.reference_place > i.place
)
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
