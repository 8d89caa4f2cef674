import { answerSelect } from '../../engine/gateway/nats-select.ts';
import { decode } from '../../schemas/codec.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { MESSAGE_BOMBS, messages } from '../inputs/messages.ts';
import { orders } from '../inputs/samples.ts';
import { FuzzEngine } from './fuzz-engine.ts';

const MAX_REPLY_BYTES = 1024 * 1024;

/** Requests for a selection over NATS. */
export const natsSelect: FuzzEntry = {
  name: 'nats-select',
  about: 'requests for a selection (NATS payload)',
  inputs: messages(orders),
  bombs: MESSAGE_BOMBS,
  open: () => {
    const engine = new FuzzEngine();
    return { feed: (input) => ask(engine, input), close: () => {} };
  },
};

function ask(engine: FuzzEngine, input: Uint8Array): Outcome {
  const reply = decode(
    answerSelect(engine, input, MAX_REPLY_BYTES, (error) => {
      throw error;
    }),
  );
  const { error } = reply as { error?: { code: string; message: string } };
  engine.selected.length = 0;
  return error === undefined ? { taken: reply } : { refused: error.code, reason: error.message };
}
