import { describe, expect, it } from 'vitest';
import { buildScopeTree, visibleLines } from './scope-tree.ts';
import { treeMove } from './tree-keys.ts';

const tree = buildScopeTree(['ALL', 'CORP', 'CORP-TECH-BB-5_10', 'MUNI', 'MUNI-GO-A-0_2']);
const lines = visibleLines(tree, (asset) => asset === 'CORP', '');
const move = (focused: string, key: string) => treeMove(lines, focused, key);

describe('keys in the tree', () => {
  it('walk the visible lines and stop at the ends', () => {
    expect(move('ALL', 'ArrowDown')).toEqual({ kind: 'focus', scope: 'CORP' });
    expect(move('CORP', 'ArrowUp')).toEqual({ kind: 'focus', scope: 'ALL' });
    expect(move('ALL', 'ArrowUp')).toBeNull();
    expect(move('MUNI', 'ArrowDown')).toBeNull();
    expect(move('ALL', 'End')).toEqual({ kind: 'focus', scope: 'MUNI' });
    expect(move('MUNI', 'Home')).toEqual({ kind: 'focus', scope: 'ALL' });
  });

  it('open, enter, leave and close a class', () => {
    expect(move('MUNI', 'ArrowRight')).toEqual({ kind: 'expand', scope: 'MUNI' });
    expect(move('CORP', 'ArrowRight')).toEqual({ kind: 'focus', scope: 'CORP-TECH-BB-5_10' });
    expect(move('CORP-TECH-BB-5_10', 'ArrowLeft')).toEqual({ kind: 'focus', scope: 'CORP' });
    expect(move('CORP', 'ArrowLeft')).toEqual({ kind: 'collapse', scope: 'CORP' });
    expect(move('MUNI', 'ArrowLeft')).toBeNull();
  });

  it('begin at the top when the focused line is gone', () => {
    expect(move('GONE', 'ArrowDown')).toEqual({ kind: 'focus', scope: 'ALL' });
    expect(move('GONE', 'ArrowUp')).toBeNull();
  });

  it('leave other keys alone', () => {
    expect(move('CORP', 'Enter')).toBeNull();
    expect(move('CORP', 'a')).toBeNull();
  });
});
