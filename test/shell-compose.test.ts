import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../engine/cli/cli.ts';
import { ENGINE_NODE_FLAGS } from '../engine/cli/engine-node-flags.ts';
import { resolveConfig } from '../engine/platform/config.ts';
import { CONFIG_FIELDS } from '../engine/platform/config-fields.ts';
import { projectRoot } from '../engine/platform/project-root.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly unknown[] };
}

const text = readFileSync(join(projectRoot(), 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build !== undefined);

const lines = readFileSync(join(projectRoot(), 'Dockerfile'), 'utf8').split('\n');
/** That of the image. */
const entrypoint: readonly string[] = JSON.parse(
  lines.find((line) => line.startsWith('ENTRYPOINT'))!.slice('ENTRYPOINT'.length),
);

/** What a variable of the compose file stands for when nobody sets it. */
function interpolate(value: string): string {
  return value.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
}

describe('docker-compose.yml', () => {
  it('has the log, the history and our three processes', () => {
    expect(services.map(([name]) => name).toSorted()).toEqual([
      'clickhouse',
      'engine',
      'history',
      'nats',
      'sim',
    ]);
    expect(ours.map(([name]) => name).toSorted()).toEqual(['engine', 'history', 'sim']);
  });

  it.each(services)(
    '%s: an image of a pinned version, or a build context that exists',
    (_, service) => {
      expect(service.image).toMatch(/^[a-z/-]+:\d+\.\d+[\w.-]*$/);
      if (service.build !== undefined) {
        expect(existsSync(join(projectRoot(), service.build, 'Dockerfile'))).toBe(true);
      }
    },
  );

  it.each(ours)('%s: runs a command that exists, with settings that are accepted', (_, service) => {
    const [command] = service.command!;
    expect(COMMANDS.map(({ name }) => name)).toContain(command);
    const env = Object.fromEntries(
      Object.entries(service.environment!).map(([name, value]) => [name, interpolate(value)]),
    );
    const known = CONFIG_FIELDS.map((field) => field.environmentName);
    expect(Object.keys(env).filter((name) => !known.includes(name))).toEqual([]);
    expect(Object.values(env).filter((value) => typeof value !== 'string')).toEqual([]);
    expect(resolveConfig({ env, cwd: '/' }).natsUrl).toBe('nats://nats:4222');
  });

  it('starts the engine as the image would, with what it wants of node', () => {
    const [node, sourceMaps, ...rest] = entrypoint;
    expect(compose.services.engine!.entrypoint).toEqual([
      node,
      sourceMaps,
      ...ENGINE_NODE_FLAGS,
      ...rest,
    ]);
  });

  it.each(services)('%s: publishes loopback ports alone', (_, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(services)('%s: mounts what exists or is declared', (_, service) => {
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0]!;
      if (source.startsWith('.')) expect(statSync(join(projectRoot(), source)).isFile()).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it.each(services)('%s: waits only for services that can be seen to be healthy', (_, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[name]?.healthcheck).toBeDefined();
    }
  });

  it.each(services)('%s: its health check is a list of words', (_, service) => {
    const test = service.healthcheck?.test ?? ['CMD'];
    expect(test[0]).toBe('CMD');
    expect(test.filter((word) => typeof word !== 'string')).toEqual([]);
  });

  it('checks the engine where it listens', () => {
    const { environment, healthcheck, ports } = compose.services.engine!;
    const port = environment!.FIRSTCALL_PORT;
    expect(healthcheck!.test.at(-1)).toContain(`http://127.0.0.1:${port}/healthz`);
    expect(ports!.map(interpolate)).toEqual([`127.0.0.1:${port}:${port}`]);
  });

  it('every declared volume is used', () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map((v) => v.split(':')[0]));
    expect(Object.keys(compose.volumes).filter((name) => !used.includes(name))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  const words = (instruction: string) =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.split(/\s+/));

  it('copies only what exists, or what the build makes', () => {
    const sources = words('COPY')
      .filter((line) => !line[1]!.startsWith('--from'))
      .flatMap((line) => line.slice(1, -1));
    expect(sources.filter((source) => !existsSync(join(projectRoot(), source)))).toEqual([]);
    expect(words('COPY').filter((line) => line[1]!.startsWith('--from'))).toEqual([
      ['COPY', '--from=build', '/app/dist', './dist'],
    ]);
  });

  it('does not run as root, and starts the command line', () => {
    expect(words('USER')).toEqual([['USER', 'node']]);
    expect(entrypoint.at(-1)).toBe('dist/engine/cli/firstcall.js');
  });

  it('runs a Node.js that the package accepts', () => {
    for (const [, image] of words('FROM')) expect(image).toBe('node:20-bookworm-slim');
  });
});
