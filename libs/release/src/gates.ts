import { FIDELITY_GATES } from './fidelity-gates.ts';
import type { Gate } from './gate.ts';
import { HISTORY_GATES } from './history-gates.ts';
import { PRIVACY_GATES } from './privacy-gates.ts';
import { PACKAGE_GATES } from './package-gates.ts';

/** All gates, in the order in which they are reported. */
export const GATES: readonly Gate[] = [
  {
    name: 'impossible-rows',
    section: 'validity',
    title: 'share of rows with a code that is impossible for their sex or age',
    bound: 'at most',
    threshold: 0,
    range: [0, 1],
    source: 'Yan et al. 2022, clinical knowledge violation',
    advice:
      'If rows are impossible, generate again with this version, whose decoder repairs them. If no code has a rule, the share cannot be measured; the policy may accept that by name.',
    value: ({ comparison }) => comparison.violations.synthetic.share?.value,
  },
  {
    name: 'valid-records',
    section: 'validity',
    title: 'share of records without format errors',
    bound: 'at least',
    threshold: 1,
    range: [0, 1],
    // Plain evaluation writes no records.
    part: 'records',
    source: 'a conformant server or loader should accept every record',
    advice: 'Run `ehrsynth validate` on the exported records: it lists every error.',
    value: ({ records }) => (records && records.checked > 0 ? 1 - records.invalid / records.checked : undefined),
  },
  ...PACKAGE_GATES,
  ...PRIVACY_GATES,
  ...FIDELITY_GATES,
  ...HISTORY_GATES,
];
