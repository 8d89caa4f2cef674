import type { ASTNode } from '@marcbachmann/cel-js';
import { nearestName } from '../../schemas/nearest-name.ts';
import type { Fault } from './condition-errors.ts';
import type { Vocabulary } from './condition-fields.ts';
import { sayList } from './units.ts';

/** Texts that a checked condition compares a field with and that the field can never be. */
export function impossibleTexts(node: ASTNode, vocabulary: Vocabulary): readonly Fault[] {
  if (node.op === '==' || node.op === '!=') {
    const [left, right] = node.args;
    const found = [...compared(left, [right], vocabulary), ...compared(right, [left], vocabulary)];
    if (found.length > 0) return found;
  }
  if (node.op === 'in' && node.args[1].op === 'list') {
    return compared(node.args[0], node.args[1].args, vocabulary);
  }
  return partsOf(node.args).flatMap((part) => impossibleTexts(part, vocabulary));
}

function compared(
  field: ASTNode,
  constants: readonly ASTNode[],
  vocabulary: Vocabulary,
): readonly Fault[] {
  if (field.op !== '.') return [];
  const [owner, name] = field.args;
  const values = vocabulary.find(owner.args as string, name)?.values;
  if (values === undefined) return [];
  return constants.flatMap(({ op, args, start }) => {
    if (op !== 'value' || typeof args !== 'string' || values.includes(args)) return [];
    const said = sayList(
      values.map((value) => `"${value}"`),
      'or',
    );
    const meant = nearestName(args.toLowerCase(), values);
    const hint = meant === null ? '' : `; did you mean "${meant}"?`;
    const message = `${owner.args}.${name} is never "${args}": it is ${said}${hint}`;
    return [{ message, character: start }];
  });
}

/** The nodes among the arguments of a node. */
function partsOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf);
  const isNode = typeof args === 'object' && args !== null && 'op' in args;
  return isNode ? [args as ASTNode] : [];
}
