-- quoteDistanceBps of docs/scoring.md, computed from raw rows alone: per dealer the number of observations
-- and their forward-decayed mean, mass, effective sample size and variance. It is the independent check
-- of the engine's sums, so it is written from the contract and shares nothing with the engine.
--
-- log          String         name of the log, '' is the default one
-- instruments  Array(String)  instruments to look at, [] is all
-- segment      String         only observations of this segment, '' is all
-- half_life_us Int64          microseconds
-- as_of_us     Int64          epoch microseconds that the mass is decayed to
-- lateness_us  Int64          how much later an event may come than the newest of its partition
-- stale_us     Int64          how old another dealer's mid may be where the instrument does not say
--
-- What it takes for granted: rows are in the order of their place in the log; a repeat of an event id
-- is no second quote; a quote without any other dealer's fresh mid, or with one side only, makes no
-- observation and leaves its minute open; the reference data of an instrument is the newest before
-- the quote in the log. Lateness is exact, since clocks are kept too.
WITH
    -- Quotes that could count, numbered by their place in the partition.
    streamed AS
    (
        SELECT
            partition,
            sequence * 131072 + message_index AS place,
            dealer_id,
            instrument_id,
            ts_event_us,
            (assumeNotNull(bid) + assumeNotNull(ask)) / 2 AS mid
        FROM
        (
            SELECT *
            FROM quotes
            WHERE log = {log:String}
                AND (empty({instruments:Array(String)}) OR has({instruments:Array(String)}, instrument_id))
            ORDER BY partition, sequence, message_index
            LIMIT 1 BY event_id
        )
        WHERE (quote_kind = 'indicative' OR rfq_id = '') AND bid IS NOT NULL AND ask IS NOT NULL
    ),
    -- The watermark at each event of these partitions.
    arrivals AS
    (
        SELECT
            partition,
            sequence * 131072 + message_index AS place,
            max(ts_event_us) OVER
            (
                PARTITION BY partition
                ORDER BY sequence, message_index
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) - {lateness_us:Int64} AS watermark_us
        FROM event_positions
        WHERE log = {log:String} AND partition IN (SELECT partition FROM streamed)
    ),
    mids AS
    (
        SELECT streamed.*
        FROM streamed
        INNER JOIN arrivals ON streamed.partition = arrivals.partition AND streamed.place = arrivals.place
        WHERE streamed.ts_event_us >= arrivals.watermark_us
    ),
    reference AS
    (
        SELECT
            instrument_id,
            sequence * 131072 + message_index AS place,
            stale_after_seconds,
            multiIf(
                asset_class = '', 'UNK',
                asset_class) AS asset,
            if(sector = '', 'UNK', sector) AS sector_or_unknown,
            multiIf(
                rating IN ('AAA', 'AA+', 'AA', 'AA-'), 'AAA_AA',
                rating IN ('A+', 'A', 'A-'), 'A',
                rating IN ('BBB+', 'BBB', 'BBB-'), 'BBB',
                rating IN ('BB+', 'BB', 'BB-'), 'BB',
                rating IN ('B+', 'B', 'B-'), 'B',
                rating IN ('CCC+', 'CCC', 'CCC-', 'CC', 'C', 'D'), 'CCC_D',
                rating = 'NR', 'NR',
                'UNK') AS rating_bucket,
            maturity_date,
            maturity
        FROM instruments
        WHERE log = {log:String} AND partition >= 0
    ),
    -- Each quote with the reference data of its moment.
    quoted AS
    (
        SELECT
            mids.partition AS partition,
            mids.place AS place,
            mids.dealer_id AS dealer_id,
            mids.instrument_id AS instrument_id,
            mids.ts_event_us AS ts_event_us,
            mids.mid AS mid,
            if(reference.stale_after_seconds IS NULL, {stale_us:Int64}, reference.stale_after_seconds * 1000000) AS stale_us,
            toString(toDate32(fromUnixTimestamp64Micro(mids.ts_event_us, 'UTC'))) AS day,
            toUInt16(substring(day, 1, 4)) AS year,
            substring(day, 5) AS month_and_day,
            concat(
                if(reference.asset = '', 'UNK', reference.asset), '-',
                if(reference.sector_or_unknown = '', 'UNK', reference.sector_or_unknown), '-',
                if(reference.rating_bucket = '', 'UNK', reference.rating_bucket), '-',
                multiIf(
                    reference.maturity_date = '', 'NA',
                    reference.maturity_date < concat(toString(year + 2), month_and_day), '0_2',
                    reference.maturity_date < concat(toString(year + 5), month_and_day), '2_5',
                    reference.maturity_date < concat(toString(year + 10), month_and_day), '5_10',
                    reference.maturity_date < concat(toString(year + 20), month_and_day), '10_20',
                    '20_UP')) AS segment
        FROM mids
        ASOF LEFT JOIN reference
            ON mids.instrument_id = reference.instrument_id AND mids.place > reference.place
    ),
    -- Each quote beside the latest mid of each other dealer, where that is fresh.
    compared AS
    (
        SELECT
            pairs.partition AS partition,
            pairs.place AS place,
            pairs.dealer_id AS dealer_id,
            pairs.instrument_id AS instrument_id,
            pairs.ts_event_us AS ts_event_us,
            pairs.segment AS segment,
            pairs.mid AS own,
            mids.mid AS other
        FROM
        (
            SELECT quoted.*, others.dealer_id AS other_dealer_id
            FROM quoted
            INNER JOIN (SELECT DISTINCT instrument_id, dealer_id FROM mids) AS others
                ON quoted.instrument_id = others.instrument_id
            WHERE quoted.dealer_id != others.dealer_id
        ) AS pairs
        ASOF INNER JOIN mids
            ON pairs.instrument_id = mids.instrument_id
                AND pairs.other_dealer_id = mids.dealer_id
                AND pairs.place > mids.place
        WHERE pairs.ts_event_us - mids.ts_event_us <= pairs.stale_us
    ),
    distances AS
    (
        SELECT
            place,
            dealer_id,
            instrument_id,
            ts_event_us,
            any(segment) AS segment,
            arraySort(groupArray(other)) AS sorted,
            length(sorted) AS n,
            if(n % 2 = 1,
                sorted[intDiv(n + 1, 2)],
                (sorted[intDiv(n, 2)] + sorted[intDiv(n, 2) + 1]) / 2) AS consensus,
            abs(any(own) - consensus) / consensus * 1e4 AS x
        FROM compared
        GROUP BY partition, place, dealer_id, instrument_id, ts_event_us
    ),
    observations AS
    (
        SELECT
            dealer_id,
            segment,
            ts_event_us,
            x,
            exp2((ts_event_us - {as_of_us:Int64}) / {half_life_us:Int64}) AS w
        FROM distances
        ORDER BY place
        LIMIT 1 BY dealer_id, instrument_id, intDiv(ts_event_us, 60000000)
    )
SELECT
    dealer_id,
    count() AS observations,
    sumKahan(w * x) / sumKahan(w) AS mean,
    sumKahan(w) AS mass,
    pow(sumKahan(w), 2) / sumKahan(w * w) AS n_eff,
    if(n_eff > 1,
        greatest(0., sumKahan(w * x * x) / mass - mean * mean) * n_eff / (n_eff - 1),
        NULL) AS variance,
    -- For finding the first difference: when, and how far, in event order.
    arraySort(groupArray(1000)(ts_event_us)) AS first_ts_event_us,
    arrayMap(pair -> pair.2, arraySort(groupArray(1000)((ts_event_us, x)))) AS first_bps
FROM observations
-- Farther than 10,000 bps is absurd (docs/scoring.md, 1): no observation, though it had its minute.
WHERE x <= 1e4 AND ({segment:String} = '' OR segment = {segment:String})
GROUP BY dealer_id
ORDER BY dealer_id
LIMIT 10000
SETTINGS max_execution_time = 60, max_memory_usage = 3000000000, join_use_nulls = 0
