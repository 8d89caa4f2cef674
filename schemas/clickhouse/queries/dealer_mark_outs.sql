-- How the mid moved after one dealer's fills, by asset class and in all (`ALL`): s (M(fill + h) - Mfill) / Mfill in
-- bps, the sign that of the client (docs/scoring.md, 1), without the benchmark, after 1, 5 and 30 minutes. One value
-- a dealer and RFQ (or order), weighted by size over its fills; raw averages, not decayed. Beside it the median of the
-- means of the dealers with enough values. A mid that is stale, or later but no newer than the fill, gives none, and a time that has not come has none yet.
--
-- log String, dealer_id String, through_us Int64, days UInt16, min_observations UInt32
WITH
    86400000000 AS day_us,
    (SELECT least({through_us:Int64}, max(ts_event_us)) FROM rfqs WHERE log = {log:String}) AS end_us,
    end_us - {days:UInt16} * day_us AS begin_us,
    (
        SELECT greatest(
            (SELECT max(ts_event_us) FROM rfqs WHERE log = {log:String}),
            (SELECT max(ts_event_us) FROM ticks WHERE log = {log:String}))
    ) AS newest_us,
    reference AS
    (
        SELECT
            partition,
            instrument_id,
            argMax(toString(asset_class), (sequence, message_index)) AS asset_class,
            argMax(ifNull(stale_after_seconds, 3600), (sequence, message_index)) * 1e6 AS stale_us
        FROM instruments
        WHERE log = {log:String}
        GROUP BY partition, instrument_id
    ),
    held AS
    (
        SELECT
            partition,
            toString(instrument_id) AS instrument_id,
            toString(dealer_id) AS dealer_id,
            if(rfq_id = '', order_id, rfq_id) AS request_id,
            fill_id,
            ts_event_us,
            if(side = 'buy', 1, -1) AS s,
            quantity
        FROM fills
        WHERE log = {log:String} AND ts_event_us BETWEEN begin_us AND end_us
            AND fill_id NOT IN (SELECT fill_id FROM fill_busts WHERE log = {log:String} AND ts_event_us >= begin_us)
        ORDER BY sequence, message_index
        LIMIT 1 BY partition, fill_id
    ),
    mids AS
    (
        SELECT partition, toString(instrument_id) AS instrument_id, ts_event_us, ifNull(mid, (bid + ask) / 2) AS middle
        FROM ticks
        WHERE log = {log:String} AND ts_event_us BETWEEN begin_us - day_us AND end_us + day_us AND middle IS NOT NULL
    ),
    moments AS
    (
        SELECT *, arrayJoin([0, 60, 300, 1800]) AS horizon, ts_event_us + if(horizon = 0, -1, horizon * 1000000) AS at_us
        FROM held
    ),
    seen AS
    (
        SELECT
            h.partition AS partition,
            h.instrument_id AS instrument_id,
            h.dealer_id AS dealer_id,
            h.request_id AS request_id,
            h.fill_id AS fill_id,
            any(i.asset_class) AS asset_class,
            any(h.s) AS s,
            any(h.quantity) AS size,
            groupArray((
                h.horizon,
                if(
                    m.ts_event_us = 0
                        OR h.at_us > newest_us
                        OR h.at_us - m.ts_event_us > if(i.stale_us > 0, i.stale_us, 3600e6)
                        OR (h.horizon > 0 AND m.ts_event_us <= h.ts_event_us),
                    NULL,
                    m.middle))) AS points,
            arrayFirst(p -> p.1 = 0, points).2 AS before,
            arrayFilter(p -> p.1 > 0, points) AS later
        FROM moments AS h
        ASOF LEFT JOIN mids AS m
            ON h.partition = m.partition AND h.instrument_id = m.instrument_id AND h.at_us >= m.ts_event_us
        LEFT JOIN reference AS i ON h.partition = i.partition AND h.instrument_id = i.instrument_id
        GROUP BY h.partition, h.instrument_id, h.dealer_id, h.request_id, h.fill_id
    ),
    moved AS
    (
        SELECT
            partition,
            request_id,
            dealer_id,
            asset_class,
            point.1 AS horizon,
            sum(size * s * (point.2 - before) / before * 1e4) / sum(size) AS bps
        FROM seen
        ARRAY JOIN later AS point
        WHERE point.2 IS NOT NULL AND before > 0 AND abs((point.2 - before) / before) <= 1
        GROUP BY partition, request_id, dealer_id, asset_class, horizon
    ),
    by_dealer AS
    (
        SELECT
            scope,
            horizon,
            dealer_id,
            count() AS observations,
            avg(assumeNotNull(bps)) AS mean,
            if(observations < 2, NULL, stddevSamp(assumeNotNull(bps)) / sqrt(observations)) AS standard_error
        FROM moved
        ARRAY JOIN if(asset_class = '', ['ALL'], ['ALL', asset_class]) AS scope
        GROUP BY scope, horizon, dealer_id
    )
SELECT
    scope,
    horizon AS horizon_seconds,
    anyIf(mean, dealer_id = {dealer_id:String}) AS mean_bps,
    anyIf(standard_error, dealer_id = {dealer_id:String}) AS standard_error_bps,
    sumIf(observations, dealer_id = {dealer_id:String}) AS fill_count,
    quantileExactInclusiveIf(0.5)(mean, observations >= {min_observations:UInt32}) AS median_bps,
    countIf(observations >= {min_observations:UInt32}) AS dealer_count
FROM by_dealer
GROUP BY scope, horizon
ORDER BY scope, horizon
LIMIT 300
SETTINGS max_execution_time = 15, max_memory_usage = 2000000000, join_use_nulls = 0
