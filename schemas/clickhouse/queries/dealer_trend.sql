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
-- log String, dealer_id String
-- through_us Int64, days UInt16: the RFQs of so many days up to then, or up to the newest RFQ
-- min_observations UInt32: below it a dealer is not part of a median
WITH
    86400000000 AS day_us,
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
            partition,
            instrument_id,
            argMax(toString(asset_class), (sequence, message_index)) AS asset_class,
            argMax(ifNull(stale_after_seconds, 3600), (sequence, message_index)) * 1e6 AS stale_us
        FROM instruments
        WHERE log = {log:String}
        GROUP BY partition, instrument_id
    ),
    opened AS
    (
        SELECT
            partition,
            rfq_id,
            argMin(toString(instrument_id), (sequence, message_index)) AS instrument_id,
            argMin(toString(side), (sequence, message_index)) AS side,
            argMin(order_id, (sequence, message_index)) AS order_id,
            argMin(ts_deadline_us, (sequence, message_index)) AS deadline_us,
            min(arrayMin(asked_ts_us)) AS base_us
        FROM rfqs
        WHERE log = {log:String} AND ts_event_us BETWEEN begin_us AND end_us
        GROUP BY partition, rfq_id
    ),
    closes AS
    (
        SELECT
            partition,
            rfq_id,
            argMin(ts_event_us, (sequence, message_index)) AS close_us,
            argMin(reason = 'cancelled', (sequence, message_index)) AS is_cancelled
        FROM rfq_closes
        WHERE log = {log:String} AND ts_event_us >= begin_us
        GROUP BY partition, rfq_id
    ),
    arrived AS
    (
        SELECT partition, order_id, argMin(toString(side), (sequence, message_index)) AS side
        FROM orders
        WHERE log = {log:String} AND ts_event_us >= begin_us - day_us
        GROUP BY partition, order_id
    ),
    held AS
    (
        SELECT partition, rfq_id, dealer_id, side, price, quantity
        FROM fills
        WHERE log = {log:String} AND rfq_id != '' AND ts_event_us >= begin_us
            AND fill_id NOT IN (SELECT fill_id FROM fill_busts WHERE log = {log:String} AND ts_event_us >= begin_us)
        ORDER BY sequence, message_index
        LIMIT 1 BY partition, fill_id
    ),
    requests AS
    (
        SELECT
            o.partition AS partition,
            o.rfq_id AS rfq_id,
            o.instrument_id AS instrument_id,
            o.base_us AS base_us,
            o.deadline_us AS deadline_us,
            if(c.close_us > 0, c.close_us, o.deadline_us) AS close_us,
            c.is_cancelled AS is_cancelled,
            multiIf(
                o.side != 'two_sided', o.side,
                a.side != '', a.side,
                f.side) AS sided,
            multiIf(sided = 'buy', 1, sided = 'sell', -1, 0) AS s
        FROM opened AS o
        LEFT JOIN closes AS c ON o.partition = c.partition AND o.rfq_id = c.rfq_id
        LEFT JOIN arrived AS a ON o.partition = a.partition AND o.order_id = a.order_id
        LEFT JOIN (SELECT partition, rfq_id, any(toString(side)) AS side FROM held GROUP BY partition, rfq_id) AS f
            ON o.partition = f.partition AND o.rfq_id = f.rfq_id
        WHERE if(c.close_us > 0, c.close_us, o.deadline_us) <= end_us
    ),
    asks AS
    (
        SELECT partition, rfq_id, dealer_id, ask_us
        FROM
        (
            SELECT partition, rfq_id, sequence, message_index, nth, toString(dealer) AS dealer_id, ask_us
            FROM rfqs
            ARRAY JOIN
                asked_dealer_ids AS dealer,
                asked_ts_us AS ask_us,
                arrayEnumerate(asked_ts_us) AS nth
            WHERE log = {log:String} AND ts_event_us BETWEEN begin_us AND end_us
        )
        ORDER BY sequence, message_index, nth
        LIMIT 1 BY partition, rfq_id, dealer_id
    ),
    cancels AS
    (
        SELECT partition, quote_id, min(ts_event_us) AS cancel_us
        FROM quote_actions
        WHERE log = {log:String} AND action = 'quoteCancel' AND ts_event_us >= begin_us
        GROUP BY partition, quote_id
    ),
    -- A repeat changes neither the first nor the last quote of a dealer.
    sent AS
    (
        SELECT
            partition,
            rfq_id,
            toString(dealer_id) AS dealer_id,
            quote_id,
            toString(quote_kind) AS kind,
            ts_event_us,
            sequence,
            message_index,
            bid,
            ask,
            ts_expires_us
        FROM quotes
        WHERE log = {log:String} AND rfq_id != '' AND quote_kind != 'indicative' AND ts_event_us >= begin_us
    ),
    answers AS
    (
        SELECT
            q.partition AS partition,
            q.rfq_id AS rfq_id,
            q.dealer_id AS dealer_id,
            countIf(q.kind = 'firm') AS firm,
            countIf(q.kind = 'pass') AS passes,
            countIf(q.kind = 'reject') AS rejects,
            minIf(q.ts_event_us, q.kind = 'firm') AS first_firm_us,
            argMaxIf(
                tuple(
                    if(r.s > 0, q.ask, -q.bid),
                    ifNull(q.ts_expires_us >= r.close_us, true) AND (c.cancel_us = 0 OR c.cancel_us > r.close_us)),
                (q.ts_event_us, q.sequence, q.message_index),
                q.kind = 'firm') AS last
        FROM sent AS q
        INNER JOIN (SELECT partition, rfq_id, s, close_us, deadline_us FROM requests) AS r
            ON q.partition = r.partition AND q.rfq_id = r.rfq_id
        LEFT JOIN cancels AS c ON q.partition = c.partition AND q.quote_id = c.quote_id
        WHERE q.ts_event_us <= least(r.close_us, r.deadline_us)
        GROUP BY q.partition, q.rfq_id, q.dealer_id
    ),
    dealt AS
    (
        SELECT
            partition,
            rfq_id,
            toString(dealer_id) AS dealer_id,
            sum(quantity) AS filled,
            sum(quantity * price) / filled AS price
        FROM held
        GROUP BY partition, rfq_id, dealer_id
    ),
    mids AS
    (
        SELECT partition, toString(instrument_id) AS instrument_id, ts_event_us, ifNull(mid, (bid + ask) / 2) AS middle
        FROM ticks
        WHERE log = {log:String} AND ts_event_us >= begin_us - day_us AND middle IS NOT NULL
    ),
    priced AS
    (
        SELECT
            r.partition AS partition,
            r.rfq_id AS rfq_id,
            if(r.base_us - m.ts_event_us > if(i.stale_us > 0, i.stale_us, 3600e6), 0, m.middle) AS mid
        FROM (SELECT partition, rfq_id, instrument_id, base_us FROM opened) AS r
        ASOF INNER JOIN mids AS m
            ON r.partition = m.partition AND r.instrument_id = m.instrument_id AND r.base_us >= m.ts_event_us
        LEFT JOIN reference AS i ON r.partition = i.partition AND r.instrument_id = i.instrument_id
        WHERE (r.partition, r.rfq_id) IN (SELECT partition, rfq_id FROM held)
    ),
    judged AS
    (
        SELECT
            a.dealer_id AS dealer_id,
            i.asset_class AS asset_class,
            a.ask_us AS ask_us,
            w.firm > 0 AS is_firm,
            d.filled > 0 AS is_won,
            w.firm = 0 AND w.passes + w.rejects = 0 AND r.close_us < r.deadline_us AS is_ended_early,
            r.is_cancelled AND sum(w.firm) OVER rfq = 0 AS is_void,
            if(is_firm, greatest(0., (w.first_firm_us - a.ask_us) / 1e6), NULL) AS response,
            if(is_won AND p.mid > 0, r.s * (p.mid - d.price) / p.mid * 1e4, NULL) AS raw_improvement,
            if(abs(raw_improvement) > 1e4 OR r.s = 0, NULL, raw_improvement) AS improvement,
            if(is_firm AND NOT is_won AND w.last.2 AND r.s != 0, w.last.1, NULL) AS losing_price,
            is_firm AND NOT is_won AND sum(d.filled) OVER rfq > 0 AS is_beaten,
            is_beaten AND ifNull(losing_price = min(losing_price) OVER rfq, false) AS is_cover,
            multiIf(
                is_won, 1,
                is_cover, 2,
                is_firm, 3,
                w.passes > 0, 4,
                w.rejects > 0, 5,
                is_ended_early, 7,
                6) AS outcome
        FROM asks AS a
        INNER JOIN requests AS r ON a.partition = r.partition AND a.rfq_id = r.rfq_id
        LEFT JOIN answers AS w
            ON a.partition = w.partition AND a.rfq_id = w.rfq_id AND a.dealer_id = w.dealer_id
        LEFT JOIN dealt AS d
            ON a.partition = d.partition AND a.rfq_id = d.rfq_id AND a.dealer_id = d.dealer_id
        LEFT JOIN priced AS p ON a.partition = p.partition AND a.rfq_id = p.rfq_id
        LEFT JOIN reference AS i ON r.partition = i.partition AND r.instrument_id = i.instrument_id
        WHERE a.ask_us <= r.close_us
        WINDOW rfq AS (PARTITION BY a.partition, a.rfq_id)
    ),
    by_dealer AS
    (
        SELECT
            scope,
            intDiv(ask_us - if(bucket_days = 7, 4, 0) * day_us, bucket_days * day_us) * bucket_days * day_us
                + if(bucket_days = 7, 4, 0) * day_us AS bucket_us,
            dealer_id,
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
        GROUP BY scope, bucket_us, dealer_id
    )
SELECT
    scope,
    bucket_us,
    any(bucket_days) AS days,
    any(end_us) AS through_us,
    sumIf(asked, dealer_id = {dealer_id:String}) AS asked_count,
    sumForEach(arrayMap(n -> if(dealer_id = {dealer_id:String}, n, 0), outcomes)) AS outcome_counts,
    sumForEach(outcomes) AS all_outcome_counts,
    sumForEach(arrayMap(n -> if(dealer_id = {dealer_id:String}, n, 0), responses)) AS response_counts,
    sumForEach(responses) AS all_response_counts,
    arrayMap(
        (own, median, observations, dealers) -> tuple(own, median, observations, dealers)
            ::Tuple(own Nullable(Float64), median Nullable(Float64), observations UInt64, dealers UInt64),
        [
            anyIf(hit_rate, dealer_id = {dealer_id:String}),
            anyIf(quote_rate, dealer_id = {dealer_id:String}),
            anyIf(response_seconds, dealer_id = {dealer_id:String}),
            anyIf(improvement_bps, dealer_id = {dealer_id:String}),
            anyIf(cover_share, dealer_id = {dealer_id:String})
        ],
        [
            quantileExactInclusiveIf(0.5)(hit_rate, hit_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(quote_rate, quote_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(response_seconds, response_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(improvement_bps, improvement_count >= {min_observations:UInt32}),
            quantileExactInclusiveIf(0.5)(cover_share, cover_count >= {min_observations:UInt32})
        ],
        [
            sumIf(hit_count, dealer_id = {dealer_id:String}),
            sumIf(quote_count, dealer_id = {dealer_id:String}),
            sumIf(response_count, dealer_id = {dealer_id:String}),
            sumIf(improvement_count, dealer_id = {dealer_id:String}),
            sumIf(cover_count, dealer_id = {dealer_id:String})
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
