-- How many axes one dealer has sent in so many days up to the newest RFQ, by asset class and in all (`ALL`), and
-- how many the median dealer of those that sent any.
--
-- log String, dealer_id String, through_us Int64, days UInt16
WITH
    86400000000 AS day_us,
    (SELECT least({through_us:Int64}, max(ts_event_us)) FROM rfqs WHERE log = {log:String}) AS end_us,
    end_us - {days:UInt16} * day_us AS begin_us,
    reference AS
    (
        SELECT
            instrument_id,
            argMax(toString(asset_class), (sequence, message_index)) AS asset_class
        FROM instruments
        WHERE log = {log:String}
        GROUP BY instrument_id
    ),
    by_dealer AS
    (
        SELECT
            scope,
            toString(dealer_id) AS dealer,
            uniqExact(axe_id) AS axes_sent,
            uniqExact(a.instrument_id) AS instruments_named
        FROM axes AS a
        LEFT JOIN reference AS i ON a.instrument_id = i.instrument_id
        ARRAY JOIN if(i.asset_class = '', ['ALL'], ['ALL', i.asset_class]) AS scope
        WHERE log = {log:String} AND ts_event_us BETWEEN begin_us AND end_us
        GROUP BY scope, dealer
    )
SELECT
    scope,
    sumIf(axes_sent, dealer = {dealer_id:String}) AS axe_count,
    sumIf(instruments_named, dealer = {dealer_id:String}) AS instrument_count,
    quantileExactInclusive(0.5)(axes_sent) AS median_axe_count,
    count() AS dealer_count
FROM by_dealer
GROUP BY scope
ORDER BY scope
LIMIT 100
SETTINGS max_execution_time = 15, max_memory_usage = 1000000000, join_use_nulls = 0
