import { describe, expect, it } from 'vitest';
import { SCOPES_MAX, SessionTrails } from './trails.ts';

describe('the trails of a session', () => {
  it('keep each scope apart', () => {
    const trails = new SessionTrails();
    trails.of('ALL', 'A').sample(1, 0);
    trails.of('CORP', 'A').sample(2, 0);
    expect(trails.of('ALL', 'A').samples).toHaveLength(1);
  });

  it('forget the scope that was not looked at for longest', () => {
    const trails = new SessionTrails();
    trails.of('ALL', 'A').sample(1, 0);
    trails.of('FIRST', 'A').sample(1, 0);
    for (let i = 0; i < SCOPES_MAX - 1; i++) {
      trails.of(`S${i}`, 'A').sample(1, 0);
      trails.of('ALL', 'A');
    }
    expect(trails.of('ALL', 'A').samples).toHaveLength(1);
    expect(trails.of('FIRST', 'A').samples).toEqual([]);
  });
});
