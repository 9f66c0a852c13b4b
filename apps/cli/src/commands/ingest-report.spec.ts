import type { SelectionReport } from '@ehrsynth/matrix';
import { Tally } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { hintsOf, uselessBecause } from './ingest-advice.ts';
import { ingestReport } from './ingest-report.ts';

const COUNTS = { patients: 10, training: 7, holdout: 3, events: 5 };
const SELECTION = { kept: 1, dropped: 0, droppedEvents: 0, rolledUp: 0, minPatients: 1 } as SelectionReport;
const report = (tally: Tally) => ingestReport('source', 'out', tally, COUNTS, SELECTION);
/** The lines under a heading. */
const under = (heading: string, text: string) => {
  const lines = text.split('\n');
  const from = lines.indexOf(heading) + 2;
  return lines.slice(
    from,
    lines.findIndex((line, i) => i > from && !line.startsWith('  ')),
  );
};

it('reports what was not used by reason, the most frequent first', () => {
  const tally = new Tally();
  tally.skip('Condition', 'status refuted', 3);
  tally.skip('Goal', 'resource type not read', 500);
  tally.skip('Condition', 'no code', 40);
  expect(under('Not used:', report(tally)).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['Goal', 'resource type not read', '500'],
    ['Condition', 'no code', '40'],
    ['Condition', 'status refuted', '3'],
  ]);
});

it('says of no patient, or of how many, what was left out', () => {
  const of = (minPatients: number) => ingestReport('a', 'b', new Tally(), COUNTS, { ...SELECTION, minPatients });
  expect(of(1)).toContain('left out because no training patient has them');
  expect(of(5)).toContain('left out because fewer than 5 training patients have them');
});

it('keeps a long list short, and leaves out neither a reason nor a resource', () => {
  const tally = new Tally();
  for (let i = 0; i < 100; i++) tally.skip(`Type${i}`, 'resource type not read', 1000 - i);
  tally.skip('Condition', 'status refuted', 2);
  const lines = under('Not used:', report(tally));
  expect(lines.length).toBeLessThan(30);
  expect(lines.some((line) => /^ {2}75 others +resource type not read/.test(line))).toBe(true);
  expect(lines.some((line) => /^ {2}Condition +status refuted +2$/.test(line))).toBe(true);
  const counts = lines.map((line) => Number(/[\d,]+$/.exec(line)![0].replace(',', '')));
  expect(counts.reduce((a, b) => a + b)).toBe(100 * 1000 - (99 * 100) / 2 + 2);
});

it('sums up the code systems after the most frequent', () => {
  const tally = new Tally();
  for (let i = 0; i < 60; i++) tally.code('condition', `urn:s${i}`, 'x', 60 - i);
  const lines = under('Code systems read:', report(tally));
  expect(lines[0]).toMatch(/condition +urn:s0 +60 +1/);
  expect(lines.at(-1)).toMatch(/35 others +630 +35/);
});

it('says which option reads claims that were not read', () => {
  const tally = new Tally();
  expect(hintsOf(tally)).toEqual([]);
  tally.skip('ExplanationOfBenefit', 'claims not read: the patient has clinical records', 12);
  expect(hintsOf(tally)).toEqual([expect.stringMatching(/^12 claims were not read.*--claims read/)]);
  tally.skip('ExplanationOfBenefit.diagnosis', 'claims not read: the patient has clinical records', 3);
  expect(hintsOf(tally)).toEqual([expect.stringMatching(/^12 claims and 3 parts of claims were not read/)]);
});

it.each<[string, object, (tally: Tally) => void, boolean, RegExp | undefined]>([
  ['events and patients', {}, () => {}, false, undefined],
  ['nobody to train on', { training: 0 }, () => {}, false, /all 10 are held out\n.*--holdout/],
  ['no event', { events: 0 }, () => {}, false, /^No events were read[\s\S]*problems\.ndjson/],
  [
    'no event, but claims',
    { events: 0 },
    (tally) => tally.skip('Claim', 'claims not requested'),
    false,
    /--claims read/,
  ],
  ['no event from a server', { events: 0 }, () => {}, true, /--types Patient,ExplanationOfBenefit/],
  [
    'no event of the kinds',
    { events: 0 },
    (tally) => tally.skip('Observation', 'measurements not requested'),
    false,
    /measurements not requested\. Include them with --kinds/,
  ],
])('finds nothing to train on where there is %s', (_, counts, fill, isServer, expected) => {
  const tally = new Tally();
  fill(tally);
  const words = uselessBecause({ ...COUNTS, ...counts }, tally, isServer);
  if (expected) expect(words).toMatch(expected);
  else expect(words).toBeUndefined();
});

it('shows a day that is none, and nothing that may be a name', () => {
  const tally = new Tally();
  const note = (column: string, value: string) =>
    tally.note({
      reason: `${column} is no date`,
      resourceType: 't',
      where: 'f',
      detail: `such as "${value}"; write days as 2020-01-31 and read again`,
    });
  note('a', '31.12.2020');
  note('b', '05-JAN-20');
  note('c', 'Smith');
  const lines = under('Worth knowing:', report(tally)).join('\n');
  expect(lines).toContain('a is no date (such as "31.12.2020"; write days as 2020-01-31 and read again)');
  expect(lines).toContain('05-JAN-20');
  expect(lines).not.toContain('Smith');
});
