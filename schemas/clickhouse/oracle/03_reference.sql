-- Instrument data by their place in the log: what held at a place is the newest before it. Late ones
-- are without effect, as any late event, and so is a repeat of an event id.
--
-- What it takes for granted: a benchmark without a beta is none (beta 0).
--
-- log String, run String
-- stale_us Int64  staleness limit where the instrument does not say
INSERT INTO oracle_reference
    (run, partition, instrument_id, place, issuer_id, asset, segment_head, maturity_date, benchmark_id, beta, stale_us)
SELECT
    {run:String},
    i.partition,
    i.instrument_id,
    a.place,
    i.issuer_id,
    if(i.asset_class = '', 'UNK', i.asset_class) AS asset_or_unknown,
    concat(
        asset_or_unknown, '-',
        if(i.sector = '', 'UNK', i.sector), '-',
        multiIf(
            i.rating IN ('AAA', 'AA+', 'AA', 'AA-'), 'AAA_AA',
            i.rating IN ('A+', 'A', 'A-'), 'A',
            i.rating IN ('BBB+', 'BBB', 'BBB-'), 'BBB',
            i.rating IN ('BB+', 'BB', 'BB-'), 'BB',
            i.rating IN ('B+', 'B', 'B-'), 'B',
            i.rating IN ('CCC+', 'CCC', 'CCC-', 'CC', 'C', 'D'), 'CCC_D',
            i.rating = 'NR', 'NR',
            'UNK')),
    i.maturity_date,
    if(ifNull(i.beta, 0) = 0, '', i.benchmark_id),
    ifNull(i.beta, 0),
    ifNull(i.stale_after_seconds * 1e6, toFloat64({stale_us:Int64}))
FROM instruments AS i
INNER JOIN (SELECT partition, place FROM oracle_accepted WHERE run = {run:String}) AS a
    ON i.partition = a.partition AND i.sequence * 131072 + i.message_index = a.place
WHERE i.log = {log:String}
ORDER BY a.place
LIMIT 1 BY i.partition, i.event_id
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
