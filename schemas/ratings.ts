// Apart from the schemas, because a client's bundle has no use for the schema library.

/** Whole and notched agency ratings, best first; NR is "not rated", its own case. */
export const RATINGS = [
  'AAA',
  'AA+',
  'AA',
  'AA-',
  'A+',
  'A',
  'A-',
  'BBB+',
  'BBB',
  'BBB-',
  'BB+',
  'BB',
  'BB-',
  'B+',
  'B',
  'B-',
  'CCC+',
  'CCC',
  'CCC-',
  'CC',
  'C',
  'D',
  'NR',
] as const;
export type Rating = (typeof RATINGS)[number];
