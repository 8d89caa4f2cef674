import { finish, type Steps } from '../../schemas/steps.ts';
import type { Model } from '../scoring/model.ts';
import { compileSteps } from './compile.ts';
import type { Rules } from './decided.ts';
import { Problems } from './problems.ts';
import { sourceOfJson } from './source.ts';

const NAME = 'canonical rules';
/** Characters: a rules file with its defaults filled in. */
const MAX_LENGTH = 4_000_000;

/**
 * Compiles `Rules.canonical`; gives rules that decide as those it came from. `model`: theirs.
 * Throws FirstcallError `badRules` on what is not the canonical text of rules that fit the model.
 */
export function parseCanonicalRules(canonical: string, model?: Model): Rules {
  return finish(canonicalRulesSteps(canonical, model));
}

/** The same, a rule at a time. */
export function* canonicalRulesSteps(canonical: string, model?: Model): Steps<Rules> {
  const problems = new Problems();
  const root = canonical.length > MAX_LENGTH ? null : sourceOfJson(parseJson(canonical));
  if (root === null || root.kind !== 'map') {
    problems.add({ path: '', at: -1 }, 'are not the text of a rules file');
    problems.throwIfAny(NAME, canonical);
  }
  return yield* compileSteps(
    root,
    { name: NAME, text: canonical },
    { model, problems, isPast: true },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
