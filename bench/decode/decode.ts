import type { Bench, BenchContext } from '../support/bench.ts';
import type { BenchReport, Check } from '../support/report.ts';
import { RoleProcess } from '../support/role.ts';
import { interleave } from '../support/rounds.ts';
import { cellOf, targetFigure } from '../support/target-figure.ts';
import type { DecodeCost, MeasureOptions, SetDescription } from './decode-role.ts';
import { type DecoderResult, decodeTable, SPEED_COLUMN } from './decode-table.ts';

export const decode: Bench = {
  name: 'decode',
  question: 'How long does it take to turn a message of the log into events?',
  load:
    'messages of a simulated market, decoded one after another without a pause: a call has no queue of ' +
    'its own. Ids of dealers and instruments come again as they do in the market, those of events, RFQs ' +
    'and quotes are new. Collecting garbage counts.',
  run,
};

async function run({ effort, progress, defer }: BenchContext): Promise<BenchReport> {
  const child = new RoleProcess('decode');
  defer(() => child.stop());
  progress('messages of a simulated market');
  const sets = await child.call<SetDescription[]>('open');
  const courses = sets.reduce((sum, { decoders }) => sum + decoders.length, 0);
  const milliseconds = (effort.seconds * 1000) / (courses * effort.rounds);
  const tables = [];
  for (const [set, description] of sets.entries()) {
    const contenders = description.decoders.map(({ name }, decoder) => ({
      name,
      measure: () => {
        const options: MeasureOptions = { set, decoder, milliseconds };
        return child.call<DecodeCost>('measure', options);
      },
    }));
    const quietly = (line: string) => progress(`${description.title}, ${line}`);
    const rounds = await interleave(effort.rounds, contenders, quietly);
    const results: DecoderResult[] = description.decoders.map((decoder, i) => {
      return { ...decoder, rounds: rounds[i]! };
    });
    tables.push(decodeTable(description, results));
  }
  return {
    tables,
    checks: sets.map(agreement),
    notes: [
      'speed x: how often it is done while the baseline is once. The engine refuses what is malformed, ' +
        'nested too deep or no UTF-8; the others are given nothing of the kind here.',
      'A text that never came before takes two nanoseconds a byte to make, whoever makes it: the set of ' +
        'quotes with nothing but known texts shows what the rest of an event takes.',
    ],
    targets: [targetFigure('decode', cellOf(tables[0]!, 'engine', SPEED_COLUMN))],
  };
}

function agreement({ title, decoders }: SetDescription): Check {
  const agreeing = decoders.filter(({ agrees }) => agrees);
  return {
    name: `${title}: every message comes to the events that it was made of`,
    passed: agreeing.length === decoders.length,
    detail: `${agreeing.length} of ${decoders.length} decoders`,
  };
}
