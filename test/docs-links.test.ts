import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../engine/cli/cli.ts';
import { projectRoot } from '../engine/platform/project-root.ts';

const root = projectRoot();
const PAGES = ['README.md', 'CHANGELOG.md', ...pagesOf('docs'), ...pagesOf('client')];

function pagesOf(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

test.each(PAGES)('%s links to files that exist', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [
    ...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g),
    ...text.matchAll(/ (?:href|src|srcset)="(?!https?:|#)([^"#]+)/g),
  ].map(([, link]) => link!);
  const broken = links.filter((link) => !existsSync(join(root, dirname(page), link)));
  expect(broken).toEqual([]);
});

test.each(PAGES)('%s names scripts and commands that exist', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const ran = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!);
  expect(ran.filter((name) => !(name in scripts))).toEqual([]);
  const commands = [...COMMANDS.map(({ name }) => name), 'help', 'version'];
  const called = [...text.matchAll(/npx firstcall ([a-z]+)/g)].map(([, name]) => name!);
  expect(called.filter((name) => !commands.includes(name))).toEqual([]);
});
