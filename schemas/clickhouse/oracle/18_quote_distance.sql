-- quoteDistanceBps of streamed quotes: how far the own mid is from the median of the other dealers' latest
-- in the log that are fresh. The first of a dealer, instrument and UTC minute that has a value counts, and
-- an absurd one uses up the minute.
--
-- log String, run String
-- stale_us Int64  staleness limit where there are no instrument data
INSERT INTO oracle_values
    (run, metric, dealer_id, partition, instrument_id, reference_place, s, nominal, x, q, ts_us)
WITH
    mids AS
    (
        SELECT
            partition,
            place,
            toString(dealer_id) AS dealer_id,
            toString(instrument_id) AS instrument_id,
            ts_event_us AS ts_us,
            (assumeNotNull(bid) + assumeNotNull(ask)) / 2 AS mid
        FROM
        (
            SELECT q.*, a.place AS place
            FROM quotes AS q
            INNER JOIN (SELECT * FROM oracle_accepted WHERE run = {run:String}) AS a
                ON q.partition = a.partition AND q.sequence * 131072 + q.message_index = a.place
            WHERE q.log = {log:String}
            ORDER BY a.place
            LIMIT 1 BY q.partition, q.quote_id
        )
        WHERE (quote_kind = 'indicative' OR rfq_id = '') AND bid IS NOT NULL AND ask IS NOT NULL
    ),
    quoted AS
    (
        SELECT
            m.*,
            if(i.place > 0, i.stale_us, toFloat64({stale_us:Int64})) AS stale_us
        FROM mids AS m
        ASOF LEFT JOIN (SELECT * FROM oracle_reference WHERE run = {run:String}) AS i
            ON m.partition = i.partition AND m.instrument_id = i.instrument_id AND m.place > i.place
    ),
    pairs AS
    (
        SELECT quoted.*, others.dealer_id AS other_dealer_id
        FROM quoted
        INNER JOIN (SELECT DISTINCT partition, instrument_id, dealer_id FROM mids) AS others
            ON quoted.partition = others.partition AND quoted.instrument_id = others.instrument_id
        WHERE quoted.dealer_id != others.dealer_id
    ),
    distances AS
    (
        SELECT
            p.partition AS partition,
            p.place AS place,
            p.dealer_id AS dealer_id,
            p.instrument_id AS instrument_id,
            p.ts_us AS ts_us,
            arraySort(groupArray(m.mid)) AS sorted,
            length(sorted) AS n,
            if(n % 2 = 1,
                sorted[intDiv(n + 1, 2)],
                (sorted[intDiv(n, 2)] + sorted[intDiv(n, 2) + 1]) / 2) AS consensus,
            abs(any(p.mid) - consensus) / consensus * 1e4 AS bps
        FROM pairs AS p
        ASOF INNER JOIN mids AS m
            ON p.partition = m.partition AND p.instrument_id = m.instrument_id
                AND p.other_dealer_id = m.dealer_id AND p.place > m.place
        WHERE p.ts_us - m.ts_us <= p.stale_us
        GROUP BY p.partition, p.place, p.dealer_id, p.instrument_id, p.ts_us
    )
SELECT {run:String}, 'quoteDistanceBps', dealer_id, partition, instrument_id, place, 0, 0, bps, 1, ts_us
FROM
(
    SELECT *
    FROM distances
    ORDER BY place
    LIMIT 1 BY partition, dealer_id, instrument_id, intDiv(ts_us, 60000000)
)
WHERE bps <= 1e4
SETTINGS max_execution_time = 110, max_memory_usage = 3000000000, join_use_nulls = 0
