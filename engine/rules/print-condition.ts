import type { ASTNode } from '@marcbachmann/cel-js';

/** How tightly an operator binds; what is not named here never needs brackets. */
const BINDS: Readonly<Record<string, number>> = {
  '?:': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  in: 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '!_': 8,
  '-_': 8,
};
const TIGHTEST = 9;

/** A checked condition as text: reads back as the same tree, whatever its layout was. */
export function printNode(node: ASTNode): string {
  switch (node.op) {
    case 'value':
      return printValue(node.args);
    case 'id':
      return node.args;
    case '.':
      return `${printNode(node.args[0])}.${node.args[1]}`;
    case 'call':
      return `${node.args[0]}(${node.args[1].map(printNode).join(', ')})`;
    case 'rcall':
      return `${within(node.args[1], TIGHTEST)}.${node.args[0]}(${node.args[2].map(printNode).join(', ')})`;
    case 'list':
      return `[${node.args.map(printNode).join(', ')}]`;
    case '!_':
    case '-_':
      return `${node.op[0]}${within(node.args, BINDS[node.op]!)}`;
    case '?:': {
      const [condition, yes, no] = node.args;
      return `${within(condition, 2)} ? ${printNode(yes)} : ${printNode(no)}`;
    }
    default: {
      const [left, right] = node.args as [ASTNode, ASTNode];
      const binds = BINDS[node.op]!;
      // Operators group from the left.
      return `${within(left, binds)} ${node.op} ${within(right, binds + 1)}`;
    }
  }
}

function within(node: ASTNode, least: number): string {
  const text = printNode(node);
  return (BINDS[node.op] ?? TIGHTEST) < least ? `(${text})` : text;
}

function printValue(value: unknown): string {
  if (typeof value === 'string') return printText(value);
  if (typeof value !== 'number') return String(value);
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** JSON's escapes are the language's too, as far as JSON.stringify writes them. */
function printText(text: string): string {
  return JSON.stringify(text);
}
