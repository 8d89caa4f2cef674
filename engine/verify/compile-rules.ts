import { FirstcallError } from '../../schemas/errors.ts';
import type { Rules } from '../rules/decided.ts';
import type { Model } from '../scoring/model.ts';

/** Rules from their text: of a file, or canonical as the audit log keeps it. */
export type CompileRules = (text: string, model: Model) => Rules;

/** Of the canonical text. */
export const compileCanonical: CompileRules = () => {
  throw new FirstcallError('notBuilt', 'rules of the audit log can not be compiled yet');
};

/** Of a rules file. Throws FirstcallError `badRules`. */
export const compileFile: CompileRules = () => {
  throw new FirstcallError('notBuilt', 'rules files can not be compiled yet');
};
