import type { Model } from '../scoring/model.ts';
import { compileSource } from './compile.ts';
import type { Rules } from './decided.ts';
import { Problems } from './problems.ts';
import { sourceOfYaml } from './yaml-source.ts';

/** Characters of a rules file. */
const MAX_LENGTH = 65_536;

/**
 * Compiles a rules file (docs/rules.md). `file`: its name in messages. `model`: what metrics, tiers and
 * windows are of; the default one if unsaid.
 * Throws FirstcallError `badRules`, which lists everything that is wrong with the file, each with the
 * line and a caret under the place.
 */
export function readRules(
  text: string,
  options: { readonly file?: string; readonly model?: Model } = {},
): Rules {
  const name = options.file ?? 'rules';
  const problems = new Problems();
  if (text.length > MAX_LENGTH) {
    const what = `has ${text.length} characters; at most ${MAX_LENGTH} are allowed`;
    problems.add({ path: '', at: -1 }, what);
    problems.throwIfAny(name, text);
  }
  const root = sourceOfYaml(text, problems);
  if (root === null && problems.isEmpty) {
    problems.add(
      { path: '', at: -1 },
      'says nothing; the built-in rules are loaded by "rules: []"',
    );
  }
  return compileSource(root, { name, text }, { model: options.model, problems });
}
