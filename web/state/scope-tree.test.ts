import { describe, expect, it } from 'vitest';
import { buildScopeTree, visibleLines } from './scope-tree.ts';

const SCOPES = [
  'ALL',
  'CORP',
  'CORP-TECH-BB-5_10',
  'CORP-TECH-AAA_AA-20_UP',
  'CORP-TECH-AAA_AA-2_5',
  'CORP-ENERGY-BBB-0_2',
  'MUNI-GO-A-10_20',
];
const tree = buildScopeTree(SCOPES);
const scopesOf = (lines: readonly { scope: string }[]) => lines.map(({ scope }) => scope);
const find = (query: string) => scopesOf(visibleLines(tree, () => false, query));

describe('the tree of scopes', () => {
  it('orders segments by sector, rating from the best, maturity from the shortest', () => {
    expect(tree[0]).toEqual({
      scope: 'CORP',
      segments: [
        'CORP-ENERGY-BBB-0_2',
        'CORP-TECH-AAA_AA-2_5',
        'CORP-TECH-AAA_AA-20_UP',
        'CORP-TECH-BB-5_10',
      ],
    });
  });

  it('has a class that only its segments name', () => {
    expect(tree.map(({ scope }) => scope)).toEqual(['CORP', 'MUNI']);
  });

  it('shows the segments of what is expanded', () => {
    const lines = visibleLines(tree, (asset) => asset === 'MUNI', '');
    expect(scopesOf(lines)).toEqual(['ALL', 'CORP', 'MUNI', 'MUNI-GO-A-10_20']);
    expect(lines.map(({ level }) => level)).toEqual([1, 2, 2, 3]);
    expect(lines.map(({ isExpanded }) => isExpanded)).toEqual([null, false, true, null]);
  });

  it('finds a segment by the beginnings of its parts, in any order and case', () => {
    expect(find('tech bb 5')).toEqual(['CORP', 'CORP-TECH-BB-5_10']);
    expect(find('10 go')).toEqual(['MUNI', 'MUNI-GO-A-10_20']);
    expect(find('corp-tech-bb')).toEqual(['CORP', 'CORP-TECH-BB-5_10']);
    expect(find('nothing such')).toEqual([]);
  });

  it('brings all segments of a class that is looked for', () => {
    expect(find('muni')).toEqual(['MUNI', 'MUNI-GO-A-10_20']);
  });

  it('is empty before the engine has said its scopes', () => {
    expect(visibleLines(buildScopeTree([]), () => true, '').map(({ scope }) => scope)).toEqual([
      'ALL',
    ]);
  });
});
