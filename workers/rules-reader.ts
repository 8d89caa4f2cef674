import { readRules } from '../engine/rules/rules-file.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { RulesReading, RulesTask } from './messages.ts';

/** Reads a rules file in a thread of its own. */
export default function readInThread({ text, file, model }: RulesTask): RulesReading {
  try {
    const { canonical, size } = readRules(text, { file, model });
    return { canonical, size };
  } catch (error) {
    if (error instanceof FirstcallError && error.code === 'badRules') {
      return { refusal: error.message };
    }
    throw error;
  }
}
