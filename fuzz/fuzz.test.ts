import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FirstcallError } from '../schemas/errors.ts';
import { ENTRIES } from './entries.ts';
import type { FuzzEntry, OpenEntry } from './entry.ts';
import { Judge } from './judge.ts';
import { parseOptions } from './options.ts';
import { runEntry } from './run-entry.ts';

const OPTIONS = { seed: 1, runs: 150, path: null, msMax: 1_000 };
/** Of the inputs that are known to hurt, so many are tried here: `npm run fuzz` tries all. */
const BOMBS = 6;
const BOMB_BYTES = 16 * 1024;
/** Test files share the cores. */
const SLACK = 4;

test.each(ENTRIES.map((entry) => [entry.name, entry] as const))(
  '%s takes or refuses whatever comes',
  async (_, entry) => {
    const step = Math.ceil(entry.bombs.length / BOMBS);
    const some = entry.bombs.filter((_bomb, i) => i % step === 0);
    const bombs = some.map((bomb) => bomb.subarray(0, BOMB_BYTES));
    const report = await runEntry({ ...entry, bombs }, { ...OPTIONS, slack: SLACK });
    expect(report.failure).toBeNull();
    // How many fit into a second depends on what else the machine does.
    expect(report.cases).toBeGreaterThan(0);
    expect(report.refused.size).toBeGreaterThan(0);
  },
);

describe('the suite finds', () => {
  const entryWith = (
    feed: OpenEntry['feed'],
    inputs: fc.Arbitrary<Uint8Array> = fc.uint8Array(),
  ): FuzzEntry => ({
    name: 'bad',
    about: 'an entry with a fault',
    inputs,
    bombs: [],
    open: () => ({ feed, close: () => {} }),
  });
  const faultOf = async (feed: OpenEntry['feed'], inputs?: fc.Arbitrary<Uint8Array>) =>
    (await runEntry(entryWith(feed, inputs), { ...OPTIONS, msMax: 10_000 })).failure;
  // Nothing to make smaller, so that it is tried once.
  const one = fc.constant(new Uint8Array(1));
  const spin = (ms: number) => {
    const began = process.cpuUsage();
    for (let spent = 0; spent < ms; ) {
      const { user, system } = process.cpuUsage(began);
      spent = (user + system) / 1000;
    }
  };

  test('a crash, and says how to replay it', async () => {
    const failure = await faultOf((input) => {
      if (input.includes(7)) throw new TypeError('a bug');
      return { taken: null };
    });
    expect(failure!.what).toContain('a bug');
    expect(failure!.input).toContain(7);
    const [, name, seed, path] = /fuzz -- (\S+) --seed (\d+) --path (\S+)/.exec(failure!.command)!;
    expect(name).toBe('bad');
    const inputs: Uint8Array[] = [];
    const again = entryWith((input) => {
      inputs.push(input);
      return { taken: null };
    });
    await runEntry(again, { ...OPTIONS, seed: Number(seed), path: path! });
    expect(inputs[0]).toEqual(failure!.input);
  });

  test('a hang', async () => {
    const hang = () => {
      spin(90);
      return { taken: null };
    };
    expect((await faultOf(hang, one))!.what).toMatch(/held the process for \d+ ms, more than 50/);
  });

  test('a hang in pieces between which nothing else can run', async () => {
    const hang = async () => {
      for (let i = 0; i < 9; i++) {
        spin(10);
        await null;
      }
      return { taken: null };
    };
    expect((await faultOf(hang, one))!.what).toContain('held the process');
  });

  const inTurns = async () => {
    for (let i = 0; i < 15; i++) {
      spin(10);
      await setImmediate();
    }
    return { taken: null };
  };

  test('no hang where others can run between, however long it takes', async () => {
    const options = { ...OPTIONS, runs: 2, msMax: 10_000 };
    const report = await runEntry(entryWith(inTurns, one), options);
    expect(report.failure).toBeNull();
    expect(report.longestMs).toBeGreaterThan(140);
  });

  test('what takes too long all the same, and what never ends', async () => {
    const judged = async (feed: OpenEntry['feed'], msMax: number) => {
      const judge = new Judge({ feed, close: () => {} }, { heldMsMax: 1_000, msMax });
      await judge.judge(new Uint8Array()).finally(() => judge.close());
    };
    await expect(judged(inTurns, 100)).rejects.toThrow(/took \d+ ms, more than 100/);
    await expect(judged(() => new Promise(() => {}), 5)).rejects.toThrow('did not end');
  });

  test('growth', async () => {
    const kept: unknown[] = [];
    const swell = () => ({ taken: void kept.push(new Uint8Array(20 * 1024 * 1024)) });
    expect((await faultOf(swell, one))!.what).toMatch(/grew by 20.\d MiB/);
  });

  test('a written prototype', async () => {
    const pollute = (input: Uint8Array) => {
      (Object.prototype as Record<string, unknown>).polluted = input.length;
      return { taken: null };
    };
    try {
      expect((await faultOf(pollute))!.what).toContain('prototype');
    } finally {
      delete (Object.prototype as Record<string, unknown>).polluted;
    }
  });

  test('a refusal without a reason', async () => {
    const failure = await faultOf(() => {
      throw new FirstcallError('bad', '');
    });
    expect(failure!.what).toContain('without a reason');
  });
});

test('what it does not understand it refuses', () => {
  expect(parseOptions(['rules-file', '--seed', '5', '--path', '1:0'], 9)).toMatchObject({
    seed: 5,
    path: '1:0',
  });
  for (const args of [['--seed', 'x'], ['--path', '1'], ['--runs', '-1'], ['--fast']]) {
    expect(() => parseOptions(args, 9)).toThrow(FirstcallError);
  }
});
