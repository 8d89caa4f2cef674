-- Every mid that an observation asks for, read off the ticks: M(t) is the newest at or before t, M(t-) the
-- newest before it (times are whole microseconds, so that is the newest at or before t - 1). One older at t
-- than the limit of the instrument is stale; the benchmark, whose ticks are in the log that all partitions
-- share, is held to the same limit. A mid is final once W > t.
--
-- run String
INSERT INTO oracle_moments
    (run, partition, kind, request_id, moment_us, before, mid, mid_us, benchmark, is_final, is_benchmark_final)
WITH
    wanted AS
    (
        SELECT DISTINCT partition, kind, request_id, moment_us, before
        FROM
        (
            SELECT partition, kind, request_id, base_us AS moment_us, false AS before
            FROM oracle_requests WHERE run = {run:String}
            UNION ALL
            SELECT partition, kind, request_id, close_us, false
            FROM oracle_requests WHERE run = {run:String} AND kind = 'rfq' AND filled = 0
            UNION ALL
            SELECT partition, kind, request_id, ts_us, true
            FROM oracle_fills WHERE run = {run:String}
            UNION ALL
            SELECT partition, kind, request_id, ts_us + arrayJoin([60, 300, 1800]) * 1000000, false
            FROM oracle_fills WHERE run = {run:String}
            UNION ALL
            SELECT partition, 'rfq', request_id, ask_us, false
            FROM oracle_asks WHERE run = {run:String} AND is_asked
        )
    ),
    asked AS
    (
        SELECT
            w.partition AS partition,
            w.kind AS kind,
            w.request_id AS request_id,
            w.moment_us AS moment_us,
            w.before AS before,
            w.moment_us - w.before AS through_us,
            r.instrument_id AS instrument_id,
            r.benchmark_id AS benchmark_id,
            r.stale_us AS stale_us,
            -1::Int16 AS shared
        FROM wanted AS w
        INNER JOIN (SELECT * FROM oracle_requests WHERE run = {run:String}) AS r
            ON w.partition = r.partition AND w.kind = r.kind AND w.request_id = r.request_id
    ),
    own AS
    (
        SELECT a.*, m.mid AS mid, m.ts_us AS mid_us
        FROM asked AS a
        ASOF LEFT JOIN (SELECT * FROM oracle_mids WHERE run = {run:String}) AS m
            ON a.partition = m.partition AND a.instrument_id = m.instrument_id AND a.through_us >= m.ts_us
    ),
    both AS
    (
        SELECT o.*, b.mid AS benchmark_mid, b.ts_us AS benchmark_us
        FROM own AS o
        ASOF LEFT JOIN (SELECT * FROM oracle_mids WHERE run = {run:String} AND partition = -1) AS b
            ON o.shared = b.partition AND o.benchmark_id = b.instrument_id AND o.through_us >= b.ts_us
    )
SELECT
    {run:String},
    b.partition,
    b.kind,
    b.request_id,
    b.moment_us,
    b.before,
    if(b.moment_us - b.mid_us > b.stale_us, 0, b.mid),
    b.mid_us,
    multiIf(b.benchmark_id = '', 1, b.moment_us - b.benchmark_us > b.stale_us, 0, b.benchmark_mid),
    w.watermark_us > b.moment_us,
    b.benchmark_id = '' OR shared.watermark_us > b.moment_us
FROM both AS b
INNER JOIN (SELECT * FROM oracle_watermarks WHERE run = {run:String}) AS w ON b.partition = w.partition
LEFT JOIN (SELECT * FROM oracle_watermarks WHERE run = {run:String}) AS shared ON b.shared = shared.partition
SETTINGS max_execution_time = 55, max_memory_usage = 3000000000, join_use_nulls = 0
