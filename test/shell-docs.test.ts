import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../engine/cli/cli.ts';
import { resolveConfig } from '../engine/platform/config.ts';
import { CONFIG_FIELDS } from '../engine/platform/config-fields.ts';
import { projectRoot } from '../engine/platform/project-root.ts';
import { configurationPage } from './shell-configuration-page.ts';

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8');

describe('docs/configuration.md', () => {
  // After a change of the schema: npx vitest run test/shell-docs.test.ts --update
  it('says what the schema says', async () => {
    const page = join(projectRoot(), 'docs', 'configuration.md');
    await expect(configurationPage()).toMatchFileSnapshot(page);
  });

  it('shows a file that is accepted', () => {
    const sample = /```yaml\n# firstcall.yaml\n([^`]*)```/.exec(read('docs/configuration.md'))![1]!;
    expect(Object.keys(parse(sample)).length).toBeGreaterThan(1);
    for (const [name, value] of Object.entries(parse(sample))) {
      if (name === 'sim') continue;
      const flags = { [name]: String(value) };
      expect(resolveConfig({ env: {}, cwd: '/', flags })).toMatchObject({ [name]: value });
    }
  });
});

describe('docs/operations.md', () => {
  const page = read('docs/operations.md');

  it('names only commands and variables that there are', () => {
    const commands = [...COMMANDS.map(({ name }) => name), 'help', 'version'];
    const used = [...page.matchAll(/`firstcall ([a-z]+)/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !commands.includes(name!))).toEqual([]);
    const known = [...CONFIG_FIELDS.map((field) => field.environmentName), 'FIRSTCALL_NATS_SERVER'];
    const variables = [...page.matchAll(/FIRSTCALL_[A-Z_]+/g)].map(([name]) => name);
    expect(variables.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names only files that there are', () => {
    const files = [...page.matchAll(/`((?:docs|deploy|engine|bench)\/[\w./-]+)`/g)].map(
      ([, f]) => f!,
    );
    expect(files.filter((file) => !existsSync(join(projectRoot(), file)))).toEqual([]);
  });
});
