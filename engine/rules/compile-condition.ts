import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts, FactValue, Vocabulary } from './condition-fields.ts';
import { TEXT_TESTS } from './condition-language.ts';
import { RATING_TESTS, spanOf } from './ratings.ts';

/** The value of a part of a condition; undefined: something that it needs is not known. Allocates nothing. */
export type Evaluate = (facts: Facts) => FactValue;

type Compute = (a: never, b: never) => FactValue;

/** Of two known values of fitting types, which the check has seen to. */
const BINARY: Readonly<Record<string, Compute>> = {
  '==': (a: FactValue, b: FactValue) => a === b,
  '!=': (a: FactValue, b: FactValue) => a !== b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
};

/** A checked condition as a closure. A false side decides && and a true one || whatever the other is. */
export function compileNode(node: ASTNode, vocabulary: Vocabulary): Evaluate {
  const compile = (part: ASTNode) => compileNode(part, vocabulary);
  switch (node.op) {
    case 'value': {
      const value = literal(node.args);
      return () => value;
    }
    case '.': {
      const slot = slotOf(node, vocabulary);
      return (facts) => facts[slot];
    }
    case 'call': {
      const slot = slotOf(node.args[1][0]!, vocabulary);
      return (facts) => facts[slot] !== undefined;
    }
    case 'rcall':
      return compileMethod(node, vocabulary);
    case '!_':
      return not(compile(node.args));
    case '-_':
      return minus(compile(node.args));
    case '&&':
      return and(compile(node.args[0]), compile(node.args[1]));
    case '||':
      return or(compile(node.args[0]), compile(node.args[1]));
    case '?:':
      return choose(compile(node.args[0]), compile(node.args[1]), compile(node.args[2]));
    case 'in':
      return compileIn(node.args, vocabulary);
    default:
      return compileBinary(node.op, node.args as readonly [ASTNode, ASTNode], vocabulary);
  }
}

function literal(value: unknown): FactValue {
  return typeof value === 'bigint' ? Number(value) : (value as FactValue);
}

/** Slot of a field. */
export function slotOf(node: ASTNode, vocabulary: Vocabulary): number {
  const [owner, name] = node.args as [ASTNode, string];
  return vocabulary.find(owner.args as string, name)!.slot;
}

function not(part: Evaluate): Evaluate {
  return (facts) => {
    const value = part(facts);
    return value === undefined ? undefined : !value;
  };
}

function minus(part: Evaluate): Evaluate {
  return (facts) => {
    const value = part(facts);
    return value === undefined ? undefined : -(value as number);
  };
}

function and(left: Evaluate, right: Evaluate): Evaluate {
  return (facts) => {
    const a = left(facts);
    if (a === false) return false;
    const b = right(facts);
    return b === false ? false : a === undefined ? undefined : b;
  };
}

function or(left: Evaluate, right: Evaluate): Evaluate {
  return (facts) => {
    const a = left(facts);
    if (a === true) return true;
    const b = right(facts);
    return b === true ? true : a === undefined ? undefined : b;
  };
}

function choose(condition: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (facts) => {
    const value = condition(facts);
    return value === undefined ? undefined : value ? yes(facts) : no(facts);
  };
}

function compileMethod(node: ASTNode & { op: 'rcall' }, vocabulary: Vocabulary): Evaluate {
  const [name, receiver, parts] = node.args;
  const subject = compileNode(receiver, vocabulary);
  const spanFor = RATING_TESTS[name];
  if (spanFor === undefined) {
    return combine(subject, compileNode(parts[0]!, vocabulary), TEXT_TESTS[name] as Compute);
  }
  const { best, worst } = spanFor(spanOf(parts[0]!.args as string)!);
  return (facts) => {
    const rank = subject(facts) as number | undefined;
    return rank === undefined ? undefined : rank >= best && rank <= worst;
  };
}

function compileIn([item, list]: readonly [ASTNode, ASTNode], vocabulary: Vocabulary): Evaluate {
  const value = compileNode(item, vocabulary);
  if (list.op !== 'list') {
    const includes = (a: string, b: readonly string[]) => b.includes(a);
    return combine(value, compileNode(list, vocabulary), includes as Compute);
  }
  const values = list.args.map(({ args }) => literal(args));
  return (facts) => {
    const found = value(facts);
    return found === undefined ? undefined : values.includes(found);
  };
}

function compileBinary(
  operator: string,
  [left, right]: readonly [ASTNode, ASTNode],
  vocabulary: Vocabulary,
): Evaluate {
  if (left.op === '.' && right.op === 'value') {
    const compare = againstLiteral(operator, slotOf(left, vocabulary), literal(right.args));
    if (compare !== null) return compare;
  }
  const [a, b] = [compileNode(left, vocabulary), compileNode(right, vocabulary)];
  return combine(a, b, BINARY[operator]!);
}

function combine(left: Evaluate, right: Evaluate, compute: Compute): Evaluate {
  return (facts) => {
    const a = left(facts);
    if (a === undefined) return undefined;
    const b = right(facts);
    return b === undefined ? undefined : compute(a as never, b as never);
  };
}

/** A field against a constant, which most conditions consist of, in one call instead of four. */
function againstLiteral(operator: string, slot: number, bound: FactValue): Evaluate | null {
  const limit = bound as number;
  switch (operator) {
    case '==':
      return (facts) => (facts[slot] === undefined ? undefined : facts[slot] === bound);
    case '>':
      return (facts) => (facts[slot] === undefined ? undefined : (facts[slot] as number) > limit);
    case '>=':
      return (facts) => (facts[slot] === undefined ? undefined : (facts[slot] as number) >= limit);
    case '<':
      return (facts) => (facts[slot] === undefined ? undefined : (facts[slot] as number) < limit);
    case '<=':
      return (facts) => (facts[slot] === undefined ? undefined : (facts[slot] as number) <= limit);
    default:
      return null;
  }
}
