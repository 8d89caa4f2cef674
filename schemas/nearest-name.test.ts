import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const names = ['port', 'host', 'logLevel', 'logFormat', 'sim.days', 'storeDir'];

it.each([
  ['prot', 'port'],
  ['Port', 'port'],
  ['log-level', 'logLevel'],
  ['loglevle', 'logLevel'],
  ['sim.day', 'sim.days'],
  ['storedirs', 'storeDir'],
])('%s is meant to be %s', (wrong, meant) => {
  expect(nearestName(wrong, names)).toBe(meant);
});

it.each(['', 'x', 'frobnicate', 'days'])('%j is like none', (wrong) => {
  expect(nearestName(wrong, names)).toBeNull();
});

it('finds a name again after one slip, whatever the slip', () => {
  const word = fc.constantFrom(...names);
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (name, at, slip) => {
      const i = at % (name.length - 1);
      const [a, b] = [name[i]!, name[i + 1]!];
      const middle = { drop: b, double: `${a}${a}${b}`, swap: `${b}${a}` }[slip];
      const wrong = name.slice(0, i) + middle + name.slice(i + 2);
      expect(nearestName(wrong, names)).toBe(name);
    }),
  );
});

it('does not stumble over a monstrous name', () => {
  expect(nearestName('x'.repeat(1e6), names)).toBeNull();
});
