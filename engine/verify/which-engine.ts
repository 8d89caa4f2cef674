import { FirstcallError } from '../../schemas/errors.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import { messagesBehind } from '../cli/log-ends.ts';
import { readLogPosition } from '../platform/log-position.ts';
import type { LogTool } from './log-tool.ts';

/** What an engine says of itself with every topic. */
type EngineState = Pick<SnapshotFrame, 'modelHash' | 'position'>;

/**
 * Refuses to read with another model or from another log than the engine at `url`: the answer would
 * look like that engine's and be somebody else's. A log that is as long as the engine's or longer is not
 * recognised. Throws FirstcallError `otherModel` or `otherLog`.
 */
export async function requireSame(url: string, engine: EngineState, tool: LogTool): Promise<void> {
  const { nc, names, modelHash, source, reading } = tool;
  if (engine.modelHash !== modelHash) {
    throw new FirstcallError(
      'otherModel',
      `the engine at ${url} scores with model ${engine.modelHash}, but the settings here give model ` +
        `${modelHash}: name the file that the engine was started with (--config), or another engine (--url)`,
    );
  }
  const { partitions } = reading;
  // Read after the engine was asked: by now the log may have grown, but the engine's is no shorter.
  const ends = await readLogPosition(nc, names, partitions);
  const { position } = engine;
  const isSame =
    position.partitions.length === partitions &&
    position.all <= ends.all &&
    messagesBehind(ends, position) === 0;
  if (isSame) return;
  throw new FirstcallError(
    'otherLog',
    `the engine at ${url} has read further than ${source} goes, so its log is another: name it ` +
      '(--store-dir, or --nats-url and --log), or another engine (--url)',
  );
}
