import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FirstcallError } from '../../schemas/errors.ts';
import { type Config, type ConfigSources, encodeConfig, resolveConfig } from './config.ts';
import { CONFIG_FIELDS } from './config-fields.ts';

const folder = mkdtempSync(join(tmpdir(), 'firstcall-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const nothing = { env: {}, cwd: folder } as const;

function writeConfig(text: string, name = 'settings.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function messageOf(sources: ConfigSources): string {
  try {
    resolveConfig(sources);
  } catch (error) {
    expect(error).toBeInstanceOf(FirstcallError);
    return (error as FirstcallError).message;
  }
  throw new Error('was accepted');
}

describe('resolveConfig', () => {
  it('has a valid default for every setting', () => {
    const config = resolveConfig(nothing);
    expect(config).toMatchObject({ log: '', partitions: 8, shards: 2, port: 7700, natsUrl: null });
    expect(config.sim.seed).toBe(1);
    expect(config.storeDir).toBe(join(folder, '.firstcall'));
  });

  it('prefers flags to environment to file to defaults', () => {
    const file = writeConfig(
      'port: 1\nrankTickMs: 20\nsim:\n  days: 2\n  seed: 7\nlogLevel: warn\n',
    );
    const env = { FIRSTCALL_PORT: '2', FIRSTCALL_SIM_DAYS: '3', FIRSTCALL_LOG_LEVEL: '' };
    const config = resolveConfig({ ...nothing, file, env, flags: { port: '3' } });
    expect(config.port).toBe(3);
    expect(config.sim.days).toBe(3);
    expect(config.sim.seed).toBe(7);
    expect(config.rankTickMs).toBe(20);
    expect(config.logLevel, 'an empty variable is an unset one').toBe('warn');
    expect(config.shards).toBe(2);
  });

  it('reads ./firstcall.yaml if it exists', () => {
    const path = writeConfig('port: 4711\n', 'firstcall.yaml');
    expect(resolveConfig(nothing).port).toBe(4711);
    rmSync(path);
    expect(resolveConfig(nothing).port).toBe(7700);
  });

  it('takes paths of a file from where the file is', () => {
    const file = writeConfig('storeDir: ../data\n');
    const config = resolveConfig({ env: {}, cwd: '/', file });
    expect(config.storeDir).toBe(join(folder, '..', 'data'));
  });

  it('passes the model on as it stands', () => {
    const file = writeConfig('model:\n  halfLifeMicros:\n    base: 20\n');
    expect(resolveConfig({ ...nothing, file }).model).toEqual({ halfLifeMicros: { base: 20 } });
  });

  it('reads lists with commas from the environment', () => {
    const env = { FIRSTCALL_ALLOW_ORIGINS: 'https://a.example, http://b:8080' };
    const { allowOrigins } = resolveConfig({ ...nothing, env });
    expect(allowOrigins).toEqual(['https://a.example', 'http://b:8080']);
  });

  it('freezes all of it', () => {
    const config = resolveConfig(nothing) as { -readonly [K in keyof Config]: Config[K] };
    expect(() => {
      config.port = 1;
    }).toThrow(TypeError);
    expect(Object.isFrozen(config.sim)).toBe(true);
  });

  it('arrives in a child as it was resolved, whatever else is in its environment', () => {
    const parent = resolveConfig({ ...nothing, flags: { port: '0', 'sim.days': '1.5' } });
    const env = { FIRSTCALL_CONFIG: encodeConfig(parent), FIRSTCALL_PORT: '9' };
    expect(resolveConfig({ env, cwd: '/' })).toEqual(parent);
  });

  it('lists every field of the schema once, with a description and a valid default', () => {
    expect(CONFIG_FIELDS.length).toBeGreaterThan(15);
    for (const { path, schema, validator } of CONFIG_FIELDS) {
      expect(schema.description, path).toMatch(/\S/);
      expect(validator.Check(schema.default), path).toBe(true);
    }
  });
});

describe('errors of a file name line, column, field and what is allowed', () => {
  const cases: readonly [string, string, string][] = [
    ['a typo', 'prot: 1', '1:1: prot: unknown setting; did you mean port?'],
    [
      'a typo in a section',
      'sim:\n  sede: 1',
      '2:3: sim.sede: unknown setting; did you mean sim.seed?',
    ],
    [
      'a setting in the wrong place',
      'days: 3',
      '1:1: days: unknown setting; did you mean sim.days?',
    ],
    [
      'something quite different',
      'frobnicate: 1',
      '1:1: frobnicate: unknown setting; known are log,',
    ],
    [
      'out of range',
      'log: x\nport: 70000',
      '2:7: port: must be an integer from 0 to 65535, not 70000',
    ],
    [
      'a fraction',
      'shards: 1.5',
      '1:9: shards: must be an integer from 1 to 64 (threads), not 1.5',
    ],
    [
      'the wrong type',
      'sim:\n  days: many',
      '2:9: sim.days: must be a number from 0 to 3650 (days), not "many"',
    ],
    ['not a number', 'sim:\n  days: .nan', '2:9: sim.days: must be a number'],
    ['nothing', 'port:', '1:6: port: must be an integer from 0 to 65535, not null'],
    ['a list', 'port: [1]', '1:7: port: must be an integer from 0 to 65535, not [1]'],
    ['a value instead of a section', 'sim: 3', '1:6: sim: must be a map, not 3'],
    [
      'a wrong word',
      'logLevel: inof',
      '1:11: logLevel: must be one of trace, debug, info, warn, error, fatal, not "inof"; did you mean info?',
    ],
    [
      'a URL of another kind',
      'natsUrl: http://h',
      '1:10: natsUrl: must be null or a NATS URL, such as nats://127.0.0.1:4222',
    ],
    ['a password stays secret', 'natsUrl: x://me:hush@h', 'not "x://***@h"'],
    [
      'a bad log name',
      'log: "A-B"',
      '1:6: log: must be 1 to 32 of a-z and 0-9, such as history2025, not "A-B"',
    ],
    ['two of a kind', 'port: 1\nport: 2', '2:1: Map keys must be unique'],
    ['broken YAML', 'port: [1', '1:9: Flow sequence'],
    ['not a map', '- port', '1:1: must be a map of settings'],
    ['an alias', 'log: &x abc\nhost: *x', '2:7: YAML aliases are not allowed here'],
    [
      'an unknown setting of the model',
      'model:\n  metrics:\n    fillRat: {}',
      '3:5: model.metrics.fillRat: there is no such setting',
    ],
    [
      'an absurd one',
      'model:\n  priorStrength: -1',
      '2:3: model.priorStrength: -1 is not a number above 0',
    ],
    ['more shards than partitions', 'partitions: 1', '1:13: shards: 2 is more than partitions (1)'],
  ];
  it.each(cases)('%s', (_, text, expected) => {
    const file = writeConfig(text);
    const message = messageOf({ ...nothing, file });
    expect(message).toContain(expected);
    if (/^\d/.test(expected)) expect(message).toContain(`${file}:${expected}`);
  });

  it('tells all of them at once', () => {
    const file = writeConfig('prot: 1\nport: x\nshards: 0\n');
    expect(messageOf({ ...nothing, file }).split('\n')).toHaveLength(3);
  });

  it('names a file that is not there', () => {
    expect(messageOf({ ...nothing, file: 'absent.yaml' })).toContain(
      'absent.yaml: there is no such file',
    );
  });
});

describe('errors of environment and flags name the variable or flag', () => {
  const cases: readonly [string, Omit<ConfigSources, 'cwd'>, string][] = [
    ['not a number', { env: { FIRSTCALL_PORT: 'x' } }, 'FIRSTCALL_PORT: port: must be an integer'],
    ['blank', { env: { FIRSTCALL_PORT: ' ' } }, 'FIRSTCALL_PORT: port: must be an integer'],
    [
      'a typo',
      { env: { FIRSTCALL_PROT: '1' } },
      'FIRSTCALL_PROT: unknown variable; did you mean FIRSTCALL_PORT?',
    ],
    [
      'a flag',
      { env: {}, flags: { rankTickMs: '0' } },
      '--rank-tick-ms: rankTickMs: must be an integer from 1 to 60000 (ms), not 0',
    ],
    [
      'settings of a parent that are none',
      { env: { FIRSTCALL_CONFIG: '[' } },
      'FIRSTCALL_CONFIG: must be the JSON',
    ],
    [
      'settings of another version',
      { env: { FIRSTCALL_CONFIG: '{"prot":1}' } },
      'FIRSTCALL_CONFIG: prot: unknown setting',
    ],
  ];
  it.each(cases)('%s', (_, sources, expected) => {
    expect(messageOf({ cwd: folder, ...sources })).toContain(expected);
  });

  it('leaves variables alone that are not like ours', () => {
    const env = { FIRSTCALL_NATS_SERVER: '/x', FIRSTCALL_REPLAY: '{}', FIRSTCALL_DEPLOYMENT: 'uk' };
    expect(resolveConfig({ env, cwd: folder }).port).toBe(7700);
  });
});
