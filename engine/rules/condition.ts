import type { ASTNode } from '@marcbachmann/cel-js';
import { checkCondition, splitAnd } from './check-condition.ts';
import { compileNode, type Evaluate, slotOf } from './compile-condition.ts';
import { type Facts, type Field, sayFact, type Vocabulary } from './condition-fields.ts';
import { printNode } from './print-condition.ts';
import { sayList } from './units.ts';

/** One of the parts that && joins. */
export interface Conjunct {
  readonly text: string;
  readonly evaluate: Evaluate;
  /** The fields that it reads. */
  readonly fields: readonly Field[];
}

/** A compiled condition: it holds when every part does. */
export interface Condition {
  /** Without comments and layout. */
  readonly text: string;
  readonly conjuncts: readonly Conjunct[];
}

/** Compiles a condition. `isPast`: it was in force already. Throws ConditionError (check-condition.ts). */
export function readCondition(text: string, vocabulary: Vocabulary, isPast = false): Condition {
  const ast = checkCondition(text, vocabulary, isPast);
  const conjuncts = splitAnd(ast).map((part) => ({
    text: printNode(part),
    evaluate: compileNode(part, vocabulary),
    fields: fieldsOf(part, vocabulary),
  }));
  return { text: printNode(ast), conjuncts };
}

function fieldsOf(node: ASTNode, vocabulary: Vocabulary): Field[] {
  const slots = new Set<number>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) for (const each of part) visit(each);
    else if (isNode(part)) {
      if (part.op === '.') slots.add(slotOf(part, vocabulary));
      else visit(part.args);
    }
  };
  visit(node);
  return [...slots].map((slot) => vocabulary.fields[slot]!);
}

function isNode(part: unknown): part is ASTNode {
  return typeof part === 'object' && part !== null && 'op' in part;
}

/** `order.quantity > 5000000 (it is 1,000,000)`: a part that did not hold, and what was found. */
export function sayMissed({ text, fields }: Conjunct, facts: Facts): string {
  const said = (field: Field) => {
    const value = facts[field.slot];
    return value === undefined ? 'not known' : sayFact(field.type, value);
  };
  if (fields.length === 0) return text;
  if (fields.length === 1) return `${text} (it is ${said(fields[0]!)})`;
  const found = fields.map((field) => `${field.variable}.${field.name} is ${said(field)}`);
  return `${text} (${sayList(found, 'and')})`;
}
