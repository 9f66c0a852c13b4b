import type { Gate } from './gate.ts';

/** Training patients that everything in a release is held by, where the policy names no other number. */
export const FEWEST_HOLDERS = 10;

/** Gates on the package itself, beside what was measured of its rows. */
export const PACKAGE_GATES: readonly Gate[] = [
  {
    name: 'source-ids',
    section: 'privacy',
    title: "ids of source patients in the package's records",
    bound: 'at most',
    threshold: 0,
    range: [0, Infinity],
    // Plain evaluation writes no package.
    part: 'source',
    source: 'ours; synthetic patients have ids of their own',
    advice: 'The records were not drawn by `ehrsynth generate`: generate again.',
    value: ({ source }) => source?.ids,
  },
  {
    name: 'rare-columns',
    section: 'privacy',
    title: 'training patients with the rarest code, race, ethnicity or encounter class in the package',
    bound: 'at least',
    threshold: FEWEST_HOLDERS,
    range: [1, Infinity],
    part: 'source',
    source: 'ours; the usual --min-patients of ingest',
    advice: 'Ingest with --min-patients of at least the threshold, then train and generate again.',
    value: ({ source }) => source?.holders,
  },
];
