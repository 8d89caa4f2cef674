import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { projectRoot } from '../engine/platform/project-root.ts';
import { readRules } from '../engine/rules/rules-file.ts';
import { logNames } from '../schemas/subjects.ts';
import { cleanEnv, run, temporaryFolder } from './shell-support.ts';
import { callCli } from './support/call-cli.ts';
import { startEngine, type TestEngine } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';

const GOOD = 'rules:\n  - name: three\n    call:\n      - count: 3\n';
const BAD = 'rules:\n  - nam: three\n    maxDealers: many\n';

let folder: string;
let good: string;
let bad: string;

beforeAll(() => {
  folder = temporaryFolder();
  good = join(folder, 'good.yaml');
  bad = join(folder, 'bad.yaml');
  writeFileSync(good, GOOD);
  writeFileSync(bad, BAD);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('firstcall rules, without an engine', () => {
  it('checks a file', async () => {
    const hash = contentHash(readRules(GOOD).canonical);
    const { code, stdout } = await callCli('rules', 'check', good);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${good}: 1 rule, hash ${hash}\n` });
  });

  it('warns of a file without a rule, and refuses one that says nothing', async () => {
    const none = join(folder, 'none.yaml');
    const said = [];
    for (const text of ['rules: []\n', 'defaults: { count: 3 }\n']) {
      writeFileSync(none, text);
      const { code, stdout, stderr } = await callCli('rules', 'check', none);
      expect(code).toBe(0);
      expect(stdout).toContain(`${none}: 0 rules, hash `);
      said.push(stderr);
    }
    expect(said).toEqual([
      `${none}: warning: it has no rule; the built-in rules hold: the best five are called at once\n`,
      `${none}: warning: it has no rule; what else it says holds for every order\n`,
    ]);
    for (const text of ['', '# later\n']) {
      writeFileSync(none, text);
      const checked = await callCli('rules', 'check', none);
      const loaded = await callCli('rules', 'load', none, '--by', 'ann');
      expect(checked.stderr).toContain(
        'says nothing; the built-in rules are loaded by "rules: []"',
      );
      expect(loaded).toEqual(checked);
      expect(loaded.code).toBe(1);
    }
  });

  it('lists everything that is wrong with one', async () => {
    const { code, stderr } = await callCli('rules', 'check', bad);
    expect(code).toBe(1);
    expect(stderr).toContain(bad);
    expect(stderr).toContain('nam');
    expect(stderr).toContain('maxDealers');
  });

  it.each([
    [['rules'], 2, 'rules needs check FILE'],
    [['rules', 'lod', 'x'], 2, 'rules lod: use check FILE'],
    [['rules', 'check'], 2, 'rules check takes one file, not 0'],
    [['rules', 'diff', 'x'], 2, 'rules diff takes two files, not 1'],
    [['rules', 'load', 'x'], 2, '--by is missing'],
    [['rules', 'check', 'absent.yaml'], 1, 'absent.yaml cannot be read: there is no such file'],
  ])('%j exits with %i', async (args, code, message) => {
    const answer = await callCli(...args);
    expect(answer.stderr).toContain(message);
    expect(answer.code).toBe(code);
  });
});

describe('firstcall rules, with an engine', () => {
  let nats: TestNats;
  let rig: TestEngine;
  let gateway: Gateway;
  let url: string;

  beforeAll(async () => {
    nats = await startNats();
    const nc = await connectNats(nats.url, 'test');
    await ensureLog(nc, logNames('rulescli'), 1);
    await nc.close();
    rig = await startEngine(nats.url, logNames('rulescli'), { partitions: 1, shards: 1 });
    const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
    gateway = await createGateway(rig.engine, options);
    url = `http://127.0.0.1:${gateway.port}`;
  });

  afterAll(async () => {
    await gateway?.close();
    await rig?.close();
    await nats?.stop();
  });

  it('shows the built-in rules, loads others, and shows those', async () => {
    const before = await callCli('rules', 'show', '--url', url);
    expect(before.stdout).toMatch(/^# 0 rules, hash [0-9a-f]{16}\n# built in\n$/);
    const who = ['--by', 'ann', '--reason', 'quiet market'];
    const { code, stdout } = await callCli('rules', 'load', good, ...who, '--url', url);
    expect(code).toBe(0);
    const { hash, revision } = rig.engine.rules();
    expect(stdout).toBe(`${good}: in force, hash ${hash}, revision ${revision}\n`);
    const after = await callCli('rules', 'show', '--url', url);
    const [first, second, ...text] = after.stdout.split('\n');
    expect(first).toBe(`# 1 rule, hash ${hash}`);
    expect(second).toMatch(/^# revision \d+ by ann, [\d-]+T[\d:.]+Z: quiet market$/);
    expect(text.join('\n')).toBe(GOOD);
    const json = await callCli('rules', 'show', '--json', '--url', url);
    expect(JSON.parse(json.stdout)).toMatchObject({ hash, revision, text: GOOD, by: 'ann' });
    const unsaid = await callCli('rules', 'load', good, '--by', 'ann', '--url', url);
    expect(unsaid.code, unsaid.stderr).toBe(0);
  });

  it('loads nothing of a bad file', async () => {
    const before = rig.engine.rules();
    const { code, stderr } = await callCli('rules', 'load', bad, '--by', 'ann', '--url', url);
    expect(code).toBe(1);
    expect(stderr).toContain('maxDealers');
    expect(rig.engine.rules()).toEqual(before);
  });
});

describe('the setting rulesFile', () => {
  const main = join(projectRoot(), 'dist', 'engine', 'main.js');

  it.each([
    ['bad.yaml', 'maxDealers'],
    ['absent.yaml', 'absent.yaml cannot be read: there is no such file'],
  ])('%s ends the engine with exit code 2', async (file, message) => {
    const env = { ...cleanEnv(), FIRSTCALL_RULES_FILE: file };
    const { code, stdout, stderr } = await run([main], { cwd: folder, env });
    expect(stdout + stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('the bundles for other programs', () => {
  /** What a file is made of, and the chunks that it loads. */
  function sourcesOf(folder: string, isWanted: (file: string) => boolean): string[] {
    const path = join(projectRoot(), folder);
    const maps = readdirSync(path).filter((file) => file.endsWith('.js.map') && isWanted(file));
    return maps.flatMap((file) => {
      const map = JSON.parse(readFileSync(join(path, file), 'utf8')) as { sources: string[] };
      return map.sources;
    });
  }

  it.each(['client/dist', 'dist/web'])(
    '%s holds no YAML reader and no schema library',
    (folder) => {
      const all = sourcesOf(folder, () => true);
      expect(all.filter((source) => /node_modules\/(yaml|typebox)\//.test(source))).toEqual([]);
    },
  );

  it('the client brings CEL apart from the rest, and the page, which never selects, not at all', () => {
    const ofCel = (sources: string[]) => sources.filter((source) => source.includes('/cel-js/'));
    expect(ofCel(sourcesOf('client/dist', () => true))).not.toEqual([]);
    expect(ofCel(sourcesOf('client/dist', (file) => /^index\./.test(file)))).toEqual([]);
    expect(ofCel(sourcesOf('dist/web', () => true))).toEqual([]);
  });
});
