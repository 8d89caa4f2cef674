import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Schedule } from './schedule.ts';

test('a schedule pops like a stable sort, however pushes and pops interleave', () => {
  const steps = fc.array(fc.oneof(fc.nat(20), fc.constant('pop' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (run) => {
      const schedule = new Schedule<number>();
      const naive: Array<{ at: number; item: number }> = [];
      for (const [item, step] of run.entries()) {
        if (step !== 'pop') {
          schedule.push(step, item);
          naive.push({ at: step, item });
          naive.sort((a, b) => a.at - b.at);
        } else if (naive.length > 0) {
          expect(schedule.next).toBe(naive[0]!.at);
          expect(schedule.pop()).toMatchObject(naive.shift()!);
        }
        expect(schedule.size).toBe(naive.length);
      }
      expect(schedule.next).toBe(naive[0]?.at ?? Number.POSITIVE_INFINITY);
    }),
  );
});
