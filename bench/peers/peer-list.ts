import { ClickHouse } from './clickhouse.ts';
import { DuckDb } from './duckdb.ts';
import { EngineRanking } from './engine-ranking.ts';
import { EngineSelection } from './engine-selection.ts';
import { EngineShard } from './engine-shard.ts';
import { EngineSums } from './engine-sums.ts';
import { EngineWebsocket } from './engine-websocket.ts';
import { NoOp } from './no-op.ts';
import type { IngestPeer, OpenPeer, SelectPeer } from './peer.ts';
import { Perspective } from './perspective.ts';
import { RedisNumbers } from './redis-numbers.ts';
import { RedisPacked } from './redis-packed.ts';
import { RedisSortedSets } from './redis-sorted-sets.ts';
import { Rx } from './rxjs.ts';

/** Who is asked, in the process that asks. */
export const SELECT_PEERS = {
  'engine, selection': EngineSelection.open,
  'engine, ranking alone': EngineRanking.open,
  'RxJS and a sort': Rx.open,
  DuckDB: DuckDb.open,
  'ClickHouse, ready rows': (market) => ClickHouse.open(market, 'rows'),
  'ClickHouse, materialised view': (market) => ClickHouse.open(market, 'view'),
  Perspective: Perspective.open,
  'engine over WebSocket': (market) => new EngineWebsocket(market),
  'Redis, Lua on packed hashes': RedisPacked.open,
  'Redis, Lua on hashes of numbers': RedisNumbers.open,
  'Redis, sorted set of ready scores': RedisSortedSets.open,
} as const satisfies Record<string, OpenPeer<SelectPeer>>;

/** Who is given quotes. */
export const INGEST_PEERS = {
  'a loop that does nothing': () => new NoOp(),
  'engine, sums alone': (market) => new EngineSums(market),
  'engine, a whole shard': EngineShard.open,
  RxJS: Rx.open,
  DuckDB: DuckDb.open,
  'ClickHouse, materialised view': (market) => ClickHouse.open(market, 'view'),
  Perspective: Perspective.open,
  'Redis, Lua on packed hashes': RedisPacked.open,
  'Redis, HINCRBYFLOAT': RedisNumbers.open,
  'Redis, ZINCRBY': RedisSortedSets.open,
} as const satisfies Record<string, OpenPeer<IngestPeer>>;

export type SelectName = keyof typeof SELECT_PEERS;
export type IngestName = keyof typeof INGEST_PEERS;
