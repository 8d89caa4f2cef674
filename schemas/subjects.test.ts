import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findNatsServer } from '../engine/platform/nats-binary.ts';
import { launchNatsServer } from '../engine/platform/nats-server.ts';
import { fnv1a32, logNames, partitionOf } from './subjects.ts';

describe('fnv1a32', () => {
  // From the authors' own test_fnv.c, http://www.isthe.com/chongo/src/fnv/test_fnv.c.
  test.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['b', 0xe70c2de5],
    ['fo', 0x6222e842],
    ['foo', 0xa9f37ed7],
    ['foob', 0x3f5076ef],
    ['fooba', 0x39aaa18a],
    ['foobar', 0xbf9cf968],
  ])('of %j is the published vector', (text, hash) => {
    expect(fnv1a32(text)).toBe(hash);
  });
});

describe('partitionOf', () => {
  test('stays within the partitions', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1024 }), (id, partitions) => {
        const partition = partitionOf(id, partitions);
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
      }),
    );
  });

  test('agrees with the partition() mapping of a real nats-server', async () => {
    const ids = sampleIds();
    const mapped = await mapThroughServer(ids);
    expect(mapped.size).toBe(ids.length);
    for (const id of ids) expect([id, mapped.get(id)]).toEqual([id, partitionOf(id, 8)]);
    expect(new Set(mapped.values()).size).toBe(8);
  });
});

/** Ids that are one subject token: no dot, and no wildcard. */
function sampleIds(): string[] {
  const isins = Array.from({ length: 300 }, (_, i) => `US${String(i * 7919).padStart(9, '0')}4`);
  const odd = ['a', '!', '~', 'Bund_10Y', 'x'.repeat(64), '$%&/()=?', 'ISIN:XS1234567890'];
  return [...isins, ...odd];
}

/** The partition that a real server puts each id into. */
async function mapThroughServer(ids: readonly string[]): Promise<Map<string, number>> {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-mapping-'));
  const server = await launchNatsServer({ storeDir, binary: await writeMappingServer(storeDir) });
  const nc = await connect({ servers: server.url });
  const mapped = new Map<string, number>();
  nc.subscribe('partitioned.>', {
    callback: (_, message) => {
      const [, partition, id] = message.subject.split('.');
      mapped.set(id!, Number(partition));
    },
  });
  await nc.flush();
  for (const id of ids) nc.publish(`id.${id}`);
  // Our own messages come back before the answer to the second ping.
  await nc.flush();
  await nc.close();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
  return mapped;
}

/** A nats-server that reads a mapping on top of the configuration that the launcher writes. */
async function writeMappingServer(storeDir: string): Promise<string> {
  const config = join(storeDir, 'mapping.conf');
  const mapping = 'mappings = { "id.*": "partitioned.{{partition(8,1)}}.{{wildcard(1)}}" }';
  await writeFile(config, `include "nats-server.conf"\n${mapping}\n`);
  const script = join(storeDir, 'nats-server.sh');
  const binary = await findNatsServer();
  await writeFile(script, `#!/bin/sh\nexec '${binary}' "$@" --config '${config}'\n`, {
    mode: 0o755,
  });
  return script;
}

describe('logNames', () => {
  test('names the default log without a suffix', () => {
    const names = logNames();
    expect(names.root).toBe('firstcall.v1');
    expect(names.stream(3)).toBe('FC_EVENTS_3');
    expect(names.stream('all')).toBe('FC_EVENTS_all');
    expect(names.events(3, 'quote')).toBe('firstcall.v1.events.3.quote');
    expect(names.eventsOf('all')).toBe('firstcall.v1.events.all.*');
    expect(names.deadLetter('invalid', 'feed')).toBe('firstcall.v1.deadletter.invalid.feed');
    expect(names.deadLetter('invalid', 3)).toBe('firstcall.v1.deadletter.invalid.3');
    expect(names.tcaStream).toBe('FC_TCA');
    expect(names.tca(3)).toBe('firstcall.v1.tca.3');
    expect(names.rankings('ALL/fillRate')).toBe('firstcall.v1.rankings.ALL.fillRate');
  });

  test('sets a named log apart in every name', () => {
    const named = logNames('sim1');
    const other = logNames();
    const all = (names: typeof named) => [
      names.stream(0),
      names.deadLetterStream,
      names.decisionStream,
      names.tcaStream,
      names.events(0, 'tick'),
      names.select,
      names.decisions,
      names.audit('tiers'),
      names.tca(0),
      names.deadLetter('invalid', 'feed'),
      names.rankings('ALL'),
    ];
    const taken = new Set(all(other));
    expect(all(named).filter((name) => taken.has(name))).toEqual([]);
    expect(named.stream(0)).toBe('FC_SIM1_EVENTS_0');
    expect(named.tcaStream).toBe('FC_SIM1_TCA');
    expect(named.events(0, 'tick')).toBe('firstcall.v1-sim1.events.0.tick');
  });

  test.each(['Sim', 'a.b', 'a b', 'a*', 'a-b', 'a'.repeat(33)])('refuses the name %j', (log) => {
    expect(() => logNames(log)).toThrow(RangeError);
  });
});
