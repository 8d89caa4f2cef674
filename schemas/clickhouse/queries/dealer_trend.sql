-- What one dealer did with our RFQs, by asset class and in all (`ALL`), in buckets of a UTC day where there is
-- less than a month of RFQs and else of a week that begins on Monday; beside it all dealers, and the median
-- over the dealers with enough observations of a figure in the bucket. Averages of raw events, not decayed scores; the
-- definitions are those of docs/scoring.md, 1 and 3, with these differences: events that came too late to be
-- scored count, the client's side of a deal is that of its fills, responses are those of firm quotes alone, and
-- an RFQ of a list counts as one. A bucket goes by the time at which the dealer was asked.
--
-- Outcomes exclude one another: won, covered (traded with others, and no other loser had a better last live
-- quote), quoted without either, passed, rejected, no answer, and no answer because we ended early.
--
-- Ids are joined as hashes of 64 bits: a quarter faster than as texts.
--
-- log String, dealer_id String
-- through_us Int64, days UInt16: the RFQs of so many days up to then, or up to the newest RFQ
-- min_observations UInt32: below it a dealer is not part of a median
WITH
    86400000000 AS day_us,
    cityHash64({dealer_id:String}) AS own_dealer,
    [0.5, 1, 2, 4, 8, 16, 32, 60] AS bounds,
    (SELECT least({through_us:Int64}, max(ts_event_us)) FROM rfqs WHERE log = {log:String}) AS end_us,
    end_us - {days:UInt16} * day_us AS begin_us,
    (
        SELECT if(max(ts_event_us) - min(ts_event_us) < 31 * day_us, 1, 7)
        FROM rfqs
        WHERE log = {log:String} AND ts_event_us BETWEEN begin_us AND end_us
    ) AS bucket_days,
    reference AS
    (
        SELECT
            cityHash64(partition, instrument_id) AS instrument,
            argMax(toString(asset_class), (sequence, message_index)) AS asset_class,
            argMax(ifNull(stale_after_seconds, 3600), (sequence, message_index)) * 1e6 AS stale_us
        FROM instruments
        WHERE log = {log:String}
        GROUP BY instrument
    ),
    opened AS
    (
        SELECT
            cityHash64(partition, rfq_id) AS rfq,
            argMin(cityHash64(partition, instrument_id), (sequence, message_index)) AS instrument,
            argMin(side, (sequence, message_index)) AS side,
            argMin(cityHash64(partition, order_id), (sequence, message_index)) AS client_order,
            argMin(ts_deadline_us, (sequence, message_index)) AS deadline_us,
            min(arrayMin(asked_ts_us)) AS base_us
        FROM rfqs
        WHERE log = {log:String} AND ts_event_us BETWEEN begin_us AND end_us
        GROUP BY rfq
    ),
    closes AS
    (
        SELECT
            cityHash64(partition, rfq_id) AS rfq,
            argMin(ts_event_us, (sequence, message_index)) AS close_us,
            argMin(reason = 'cancelled', (sequence, message_index)) AS is_cancelled
        FROM rfq_closes
        WHERE log = {log:String} AND ts_event_us >= begin_us
        GROUP BY rfq
    ),
    arrived AS
    (
        SELECT
            cityHash64(partition, order_id) AS client_order,
            argMin(if(side = 'buy', 1, -1), (sequence, message_index)) AS s
        FROM orders
        WHERE log = {log:String} AND ts_event_us >= begin_us - day_us
        GROUP BY client_order
    ),
    held AS
    (
        SELECT
            cityHash64(partition, rfq_id) AS rfq,
            cityHash64(dealer_id) AS dealer,
            if(side = 'buy', 1, -1) AS s,
            price,
            quantity
        FROM fills
        WHERE log = {log:String} AND rfq_id != '' AND ts_event_us >= begin_us
            AND fill_id NOT IN (SELECT fill_id FROM fill_busts WHERE log = {log:String} AND ts_event_us >= begin_us)
        ORDER BY sequence, message_index
        LIMIT 1 BY partition, fill_id
    ),
    requests AS
    (
        SELECT
            o.rfq AS rfq,
            o.instrument AS instrument,
            o.base_us AS base_us,
            o.deadline_us AS deadline_us,
            if(c.close_us > 0, c.close_us, o.deadline_us) AS close_us,
            c.is_cancelled AS is_cancelled,
            multiIf(o.side = 'buy', 1, o.side = 'sell', -1, a.s != 0, a.s, f.s) AS s
        FROM opened AS o
        LEFT JOIN closes AS c ON o.rfq = c.rfq
        LEFT JOIN arrived AS a ON o.client_order = a.client_order
        LEFT JOIN (SELECT rfq, any(s) AS s FROM held GROUP BY rfq) AS f ON o.rfq = f.rfq
        WHERE if(c.close_us > 0, c.close_us, o.deadline_us) <= end_us
    ),
    asks AS
    (
        SELECT rfq, dealer, argMin(ask_us, (sequence, message_index, nth)) AS ask_us
        FROM
        (
            SELECT
                cityHash64(partition, rfq_id) AS rfq,
                sequence,
                message_index,
                nth,
                cityHash64(dealer_id) AS dealer,
                ask_us
            FROM rfqs
            ARRAY JOIN
                asked_dealer_ids AS dealer_id,
                asked_ts_us AS ask_us,
                arrayEnumerate(asked_ts_us) AS nth
            WHERE log = {log:String} AND ts_event_us BETWEEN begin_us AND end_us
        )
        GROUP BY rfq, dealer
    ),
    cancels AS
    (
        SELECT cityHash64(partition, quote_id) AS quote, min(ts_event_us) AS cancel_us
        FROM quote_actions
        WHERE log = {log:String} AND action = 'quoteCancel' AND ts_event_us >= begin_us
        GROUP BY quote
    ),
    -- A repeat changes neither the first nor the last quote of a dealer.
    sent AS
    (
        SELECT
            cityHash64(partition, rfq_id) AS rfq,
            cityHash64(dealer_id) AS dealer,
            cityHash64(partition, quote_id) AS quote,
            quote_kind,
            ts_event_us,
            (ts_event_us, sequence, message_index) AS place,
            bid,
            ask,
            ts_expires_us
        FROM quotes
        WHERE log = {log:String} AND rfq_id != '' AND quote_kind != 'indicative' AND ts_event_us >= begin_us
    ),
    answers AS
    (
        SELECT
            q.rfq AS rfq,
            q.dealer AS dealer,
            countIf(q.quote_kind = 'firm') AS firm,
            countIf(q.quote_kind = 'pass') AS passes,
            countIf(q.quote_kind = 'reject') AS rejects,
            minIf(q.ts_event_us, q.quote_kind = 'firm') AS first_firm_us,
            argMaxIf(
                tuple(
                    if(r.s > 0, q.ask, -q.bid),
                    ifNull(q.ts_expires_us >= r.close_us, true) AND (c.cancel_us = 0 OR c.cancel_us > r.close_us)),
                q.place,
                q.quote_kind = 'firm') AS last
        FROM sent AS q
        INNER JOIN (SELECT rfq, s, close_us, deadline_us FROM requests) AS r ON q.rfq = r.rfq
        LEFT JOIN cancels AS c ON q.quote = c.quote
        WHERE q.ts_event_us <= least(r.close_us, r.deadline_us)
        GROUP BY q.rfq, q.dealer
    ),
    dealt AS
    (
        SELECT rfq, dealer, sum(quantity) AS filled, sum(quantity * price) / filled AS price
        FROM held
        GROUP BY rfq, dealer
    ),
    mids AS
    (
        SELECT
            cityHash64(partition, instrument_id) AS instrument,
            ts_event_us,
            ifNull(mid, (bid + ask) / 2) AS middle
        FROM ticks
        WHERE log = {log:String} AND ts_event_us >= begin_us - day_us AND middle IS NOT NULL
    ),
    priced AS
    (
        SELECT
            r.rfq AS rfq,
            if(r.base_us - m.ts_event_us > if(i.stale_us > 0, i.stale_us, 3600e6), 0, m.middle) AS mid
        FROM (SELECT rfq, instrument, base_us FROM opened WHERE rfq IN (SELECT rfq FROM held)) AS r
        ASOF INNER JOIN mids AS m ON r.instrument = m.instrument AND r.base_us >= m.ts_event_us
        LEFT JOIN reference AS i ON r.instrument = i.instrument
    ),
    judged AS
    (
        SELECT
            a.dealer AS dealer,
            i.asset_class AS asset_class,
            a.ask_us AS ask_us,
            w.firm > 0 AS is_firm,
            d.filled > 0 AS is_won,
            w.firm = 0 AND w.passes + w.rejects = 0 AND r.close_us < r.deadline_us AS is_ended_early,
            r.is_cancelled AND sum(w.firm) OVER whole = 0 AS is_void,
            if(is_firm, greatest(0., (w.first_firm_us - a.ask_us) / 1e6), NULL) AS response,
            if(is_won AND p.mid > 0, r.s * (p.mid - d.price) / p.mid * 1e4, NULL) AS raw_improvement,
            if(abs(raw_improvement) > 1e4 OR r.s = 0, NULL, raw_improvement) AS improvement,
            if(is_firm AND NOT is_won AND w.last.2 AND r.s != 0, w.last.1, NULL) AS losing_price,
            is_firm AND NOT is_won AND sum(d.filled) OVER whole > 0 AS is_beaten,
            is_beaten AND ifNull(losing_price = min(losing_price) OVER whole, false) AS is_cover,
            multiIf(
                is_won, 1,
                is_cover, 2,
                is_firm, 3,
                w.passes > 0, 4,
                w.rejects > 0, 5,
                is_ended_early, 7,
                6) AS outcome
        FROM asks AS a
        INNER JOIN requests AS r ON a.rfq = r.rfq
        LEFT JOIN answers AS w ON a.rfq = w.rfq AND a.dealer = w.dealer
        LEFT JOIN dealt AS d ON a.rfq = d.rfq AND a.dealer = d.dealer
        LEFT JOIN priced AS p ON a.rfq = p.rfq
        LEFT JOIN reference AS i ON r.instrument = i.instrument
        WHERE a.ask_us <= r.close_us
        WINDOW whole AS (PARTITION BY a.rfq)
    ),
    by_dealer AS
    (
        SELECT
            scope,
            intDiv(ask_us - if(bucket_days = 7, 4, 0) * day_us, bucket_days * day_us) * bucket_days * day_us
                + if(bucket_days = 7, 4, 0) * day_us AS bucket_us,
            dealer,
            count() AS asked,
            sumForEach(arrayMap(o -> toUInt32(o = outcome), range(1, 8))) AS outcomes,
            sumForEach(arrayMap(
                (low, high) -> toUInt32(ifNull(response >= low AND response < high, false)),
                arrayPushFront(bounds, 0),
                arrayPushBack(bounds, inf))) AS responses,
            countIf(NOT is_void) AS hit_count,
            if(hit_count = 0, NULL, countIf(is_won AND NOT is_void) / hit_count) AS hit_rate,
            countIf(NOT is_ended_early) AS quote_count,
            if(quote_count = 0, NULL, countIf(is_firm AND NOT is_ended_early) / quote_count) AS quote_rate,
            countIf(is_firm) AS response_count,
            quantileExactInclusive(0.5)(response) AS response_seconds,
            count(improvement) AS improvement_count,
            avg(improvement) AS improvement_bps,
            countIf(is_beaten) AS cover_count,
            if(cover_count = 0, NULL, countIf(is_cover) / cover_count) AS cover_share
        FROM judged
        ARRAY JOIN if(asset_class = '', ['ALL'], ['ALL', asset_class]) AS scope
        GROUP BY scope, bucket_us, dealer
    )
SELECT
    scope,
    bucket_us,
    any(bucket_days) AS days,
    any(end_us) AS through_us,
    sumIf(asked, dealer = own_dealer) AS asked_count,
    sumForEach(arrayMap(n -> if(dealer = own_dealer, n, 0), outcomes)) AS outcome_counts,
    sumForEach(outcomes) AS all_outcome_counts,
    sumForEach(arrayMap(n -> if(dealer = own_dealer, n, 0), responses)) AS response_counts,
    sumForEach(responses) AS all_response_counts,
    arrayMap(
        (own, median, observations, dealers) -> tuple(own, median, observations, dealers)
            ::Tuple(own Nullable(Float64), median Nullable(Float64), observations UInt64, dealers UInt64),
        [
            anyIf(hit_rate, dealer = own_dealer),
            anyIf(quote_rate, dealer = own_dealer),
            anyIf(response_seconds, dealer = own_dealer),
            anyIf(improvement_bps, dealer = own_dealer),
            anyIf(cover_share, dealer = own_dealer)
        ],
        [
            quantileExactInclusiveIf(0.5)(hit_rate, hit_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(quote_rate, quote_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(response_seconds, response_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(improvement_bps, improvement_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(cover_share, cover_count >= {min_observations:UInt32})
        ],
        [
            sumIf(hit_count, dealer = own_dealer),
            sumIf(quote_count, dealer = own_dealer),
            sumIf(response_count, dealer = own_dealer),
            sumIf(improvement_count, dealer = own_dealer),
            sumIf(cover_count, dealer = own_dealer)
        ],
        [
            countIf(hit_count >= {min_observations:UInt32}),
            countIf(quote_count >= {min_observations:UInt32}),
            countIf(response_count >= {min_observations:UInt32}),
            countIf(improvement_count >= {min_observations:UInt32}),
            countIf(cover_count >= {min_observations:UInt32})
        ]) AS figures
FROM by_dealer
GROUP BY scope, bucket_us
ORDER BY scope, bucket_us
LIMIT 3000
SETTINGS max_execution_time = 15, max_memory_usage = 2000000000, join_use_nulls = 0
