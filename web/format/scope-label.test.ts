import { describe, expect, it } from 'vitest';
import { scopeTitle } from './scope-label.ts';

describe('the title of a scope', () => {
  it.each([
    ['ALL', 'All instruments'],
    ['CORP', 'CORP'],
    ['CORP-TECH-BB-5_10', 'CORP · TECH · BB · 5–10 y'],
    ['MUNI-GO-AAA_AA-20_UP', 'MUNI · GO · AAA–AA · 20 y +'],
    ['FX-EM_ASIA-NR-NA', 'FX · EM ASIA · not rated'],
    ['UNK-UNK-UNK-UNK', 'UNK · sector ? · rating ? · maturity ?'],
    ['instrument:US0378331005', 'instrument · US0378331005'],
    ['WHATEVER-ELSE', 'WHATEVER-ELSE'],
  ])('%s is %s', (scope, title) => {
    expect(scopeTitle(scope)).toBe(title);
  });
});
