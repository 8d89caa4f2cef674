import { connectHistory } from '../../engine/history/connect.ts';
import { LOG_TABLES } from '../../engine/history/message-rows.ts';
import type { Tally } from './tally.ts';

/** What names a row of the tables that have no `event_id`; see log-census.ts. */
const IDS: Readonly<Record<string, string>> = {
  selections: 'message_id',
  audit: 'message_id',
  dead_letters:
    "concat(if(source_partition = -1, 'all', toString(source_partition)), ':', toString(source_sequence), ':', toString(source_index))",
  order_analyses:
    "concat(toString(source_partition), ':', toString(source_sequence), ':', toString(source_index))",
};

/** What each table holds of a log, by the table's name. The history process must have ended. */
export async function readHistoryCensus(
  directory: string,
  log: string,
): Promise<Readonly<Record<string, Tally>>> {
  const { reader, close } = await connectHistory({ clickhouseUrl: null, directory });
  try {
    const tallies: Record<string, Tally> = {};
    for (const { name, placedBy } of LOG_TABLES) {
      const [place, id] =
        placedBy === 'event'
          ? [
              "concat(toString(partition), ':', toString(sequence), ':', toString(message_index))",
              "concat(toString(partition), ':', event_id)",
            ]
          : ['toString(sequence)', IDS[name]];
      const [row] = await reader.rows<Record<keyof Tally, number | string>>(
        `SELECT count() AS rows, uniqExact(${place}) AS places, uniqExact(${id}) AS ids,
          sum(CRC32(concat(${place}, ' ', ${id}))) AS fingerprint
        FROM ${name} WHERE log = {log:String}`,
        { log },
      );
      const { rows, places, ids, fingerprint } = row!;
      tallies[name] = {
        rows: Number(rows),
        places: Number(places),
        ids: Number(ids),
        fingerprint: Number(fingerprint),
      };
    }
    return tallies;
  } finally {
    await close();
  }
}
