import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { distFile } from '../engine/platform/dist.ts';
import { logNames } from '../schemas/subjects.ts';
import { callCli } from './support/call-cli.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { freePort } from './support/free-port.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 2;
const MARKET = { seed: 5, days: 2, rfqsPerDay: 250, dealers: 12, instruments: 20 };
const CLI = distFile('engine/cli/firstcall.js');

/** util-linux's, which gives a program a terminal. */
const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript)
  console.log('watch-cli.test.ts: no `script`, so nothing is looked at in a terminal');

const { log } = simulatePartitions(MARKET, PARTITIONS);
let nats: TestNats;
let port: number;
let rig: TestEngine;
let gateway: Gateway;

async function startOnPort(): Promise<void> {
  rig = await startEngine(nats.url, logNames(), {
    partitions: PARTITIONS,
    onUpdate: (update) => gateway?.publish(update),
    onStatus: () => gateway?.statusChanged(),
  });
  const options = { host: '127.0.0.1', port, library: 'auto', webDir: null } as const;
  gateway = await createGateway(rig.engine, options);
}

async function stop(): Promise<void> {
  await gateway?.close();
  await rig?.close();
}

beforeAll(async () => {
  nats = await startNats();
  port = await freePort();
  await startOnPort();
  await publishLog(rig.nc, logNames(), log);
  await until(() => rig.engine.status().ready && rig.engine.status().scopes.length > 1);
});

afterAll(async () => {
  await stop();
  await nats?.stop();
});

const url = () => `http://127.0.0.1:${port}`;

describe('without a terminal', () => {
  test('the ranking of the moment is printed once', async () => {
    const { code, stdout } = await callCli('watch', '--by', 'fillRate', '--url', url());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ALL\/fillRate, as of 20/);
    expect(stdout).toMatch(/\n +1 {2}[A-Z]/);
  });

  test('what it cannot watch is told', async () => {
    const { code, stderr } = await callCli('watch', 'nowhere:X', '--url', url());
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere:X');
  });
});

describe.skipIf(!hasScript)('in a terminal', () => {
  test('shows live ranks, says when the engine is gone, heals, scrolls, and gives the terminal back', async () => {
    const command = `stty rows 9 cols 90; '${process.execPath}' '${CLI}' watch --url ${url()}`;
    const child = spawn('script', ['-qefc', command, '/dev/null']);
    const ended = once(child, 'exit');
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    /** The last whole picture. */
    const screen = () =>
      stripVTControlCharacters(output.split('\x1b[H').at(-2) ?? '').replaceAll('\r', '');
    await until(() => screen().includes('● live'));
    const { rows } = (await (await fetch(`${url()}/rankings/ALL`)).json()) as { rows: Ranked[] };
    const [first, second] = rows.toSorted((a, b) => a.rank - b.rank) as [Ranked, Ranked];
    expect(screen()).toMatch(new RegExp(` 1 +${first.dealerId} .*\n +2 +${second.dealerId} `));
    expect(screen()).toContain(`dealers 1 to 5 of ${rows.length}`);

    await stop();
    await until(() => screen().includes('○ NOT LIVE'));
    expect(screen()).toContain(first.dealerId);
    await startOnPort();
    await until(() => screen().includes('● live'));

    child.stdin.write('G');
    await until(() => screen().includes(`dealers ${rows.length - 4} to ${rows.length} of`));
    child.stdin.write('q');
    expect(await ended).toEqual([0, null]);
    expect(output.endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
  });
});

interface Ranked {
  readonly dealerId: string;
  readonly rank: number;
}
