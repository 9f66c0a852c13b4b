import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, hl7, RIGHT } from '../testing/right-resources.ts';

const { patient, observation } = RIGHT;

async function read(more: object) {
  const { records, tally } = await readTheseResources([patient, { ...observation, ...more }]);
  return { events: records[0].events, notes: [...tally.notes.keys()] };
}

it.each<[string, unknown, string | undefined]>([
  ['v3', [hl7('v3-ObservationInterpretation', 'HH')], 'HH'],
  ["v2's table 0078", [hl7('v2-0078', 'L')], 'L'],
  ["v2's table by its former URI", [coded('http://hl7.org/fhir/v2/0078', 'A')], 'A'],
  ["v3's by its former URI", [coded('http://hl7.org/fhir/v3/ObservationInterpretation', 'N')], 'N'],
  ["v3's OID", [coded('urn:oid:2.16.840.1.113883.5.83', 'S')], 'S'],
  ['a code that was replaced', [hl7('v3-ObservationInterpretation', 'H>')], 'HU'],
  ['no system', [{ coding: [{ code: 'H' }] }], 'H'],
  ['a local code before it', [coded('urn:lab', '1'), hl7('v3-ObservationInterpretation', 'L')], 'L'],
  ['a concept without its list, as in STU3', hl7('v3-ObservationInterpretation', 'L'), 'L'],
])('reads an interpretation of %s', async (_, interpretation, expected) => {
  const { events, notes } = await read({ interpretation });
  expect(events[0].interpretation).toBe(expected);
  expect(notes).toEqual([]);
});

it.each<[string, unknown]>([
  ['another system', [coded('urn:lab', 'H')]],
  ['a code that it does not have', [hl7('v3-ObservationInterpretation', 'HIGHEST')]],
  ['words', [{ text: 'high' }]],
])('notes an interpretation that is not read: %s', async (_, interpretation) => {
  const { events, notes } = await read({ interpretation });
  expect(events[0].interpretation).toBeUndefined();
  expect(notes).toEqual(['interpretation of a value not read']);
});

const low = { value: 4, unit: '%' };
const high = { value: 6, unit: '%' };
it.each<[string, unknown, object | undefined, string[]]>([
  ['both ends', [{ low, high }], { low: 4, high: 6 }, []],
  ['one end', [{ high }], { high: 6 }, []],
  ['no units', [{ low: { value: 4 } }], { low: 4 }, []],
  [
    'the normal one among others',
    [
      { low: { value: 9, unit: '%' }, type: hl7('referencerange-meaning', 'treatment') },
      { high, type: hl7('referencerange-meaning', 'normal') },
    ],
    { high: 6 },
    [],
  ],
  ['words', [{ text: 'below 6' }], undefined, ['reference range not read']],
  [
    'another unit',
    [{ high: { value: 42, unit: 'mmol/mol' } }],
    undefined,
    ['reference range in another unit than the value, left out'],
  ],
  [
    'two units',
    [{ low: { value: 4, unit: 'mmHg' }, high: { value: 6, unit: 'kPa' } }],
    undefined,
    ['reference range whose low and high have different units, left out'],
  ],
  [
    'its ends the wrong way round',
    [{ low: high, high: low }],
    undefined,
    ['reference range whose low is above its high, left out'],
  ],
  [
    'what is not understood',
    [{ low, high, modifierExtension: [{ url: 'urn:x' }] }],
    undefined,
    ['Observation.referenceRange left out: modifierExtension not understood'],
  ],
])('reads a reference range: %s', async (_, referenceRange, expected, noted) => {
  const { events, notes } = await read({ referenceRange });
  expect(events[0].referenceRange).toEqual(expected);
  expect(notes).toEqual(noted);
});

it.each<[string, unknown, string | undefined]>([
  ['the first', [hl7('observation-category', 'laboratory'), hl7('observation-category', 'survey')], 'laboratory'],
  ['the first that is known', [coded('urn:us-core', 'sdoh'), hl7('observation-category', 'survey')], 'survey'],
  ['of another system of that name', [coded('urn:x/my-observation-category', 'exam')], undefined],
  ['one that is none', [hl7('observation-category', 'Output')], undefined],
])('reads the category: %s', async (_, category, expected) => {
  expect((await read({ category })).events[0].category).toBe(expected);
});

it('gives each component its panel, day and time, and its own range; the panel has its own value', async () => {
  const mmHg = (value: number) => ({ valueQuantity: { value, unit: 'mm[Hg]' } });
  const panel = { ...coded(System.loinc, '85354-9'), text: 'BP' };
  const { events } = await read({
    code: panel,
    valueQuantity: undefined,
    valueString: 'sitting',
    effectiveDateTime: '2010-01-01T23:05:00-05:00',
    category: [hl7('observation-category', 'vital-signs')],
    component: [
      {
        code: coded(System.loinc, '8480-6'),
        ...mmHg(120),
        referenceRange: [{ high: { value: 130, unit: 'mm[Hg]' } }],
      },
      { code: coded(System.loinc, '8462-4'), ...mmHg(80), interpretation: [hl7('v2-0078', 'N')] },
    ],
  });
  const common = { kind: 'measurement', start: '2010-01-01', startTime: '23:05', category: 'vital-signs' };
  const of = { system: System.loinc, code: '85354-9' };
  expect(events).toMatchObject([
    { ...common, code: of, text: 'sitting' },
    {
      ...common,
      code: { code: '8480-6' },
      quantity: { value: 120 },
      panel: of,
      referenceRange: { high: 130 },
    },
    { ...common, code: { code: '8462-4' }, quantity: { value: 80 }, panel: of, interpretation: 'N' },
  ]);
  expect(events[0].panel).toBeUndefined();
  expect(events[2].referenceRange).toBeUndefined();
});

it('notes a panel whose code cannot be read, and reads its components', async () => {
  const { events, notes } = await read({
    code: coded(System.loinc, 'x\u00011'),
    valueQuantity: undefined,
    component: [{ code: coded(System.loinc, '8480-6'), valueInteger: 120 }],
  });
  expect(events).toMatchObject([{ code: { code: '8480-6' }, quantity: { value: 120 } }]);
  expect(events[0].panel).toBeUndefined();
  expect(notes).toEqual(['panel without a code that can be read']);
});

it('quotes units, and no words, of what it does not read', async () => {
  const words = 'High per Mary';
  const ranges = [
    [{ low: { value: 4, unit: 'mmHg' }, high: { value: 6, unit: 'kPa' } }],
    [{ low: { value: 4, unit: 'as Mary' }, high: { value: 6, unit: 'kPa' } }],
    [{ low, high: { value: 6, unit: 'mmHg' } }],
    [{ text: words }],
  ];
  const details: unknown[] = [];
  for (const referenceRange of ranges) {
    const given = { ...observation, interpretation: [{ text: words }], referenceRange };
    const { tally } = await readTheseResources([patient, given]);
    details.push(...tally.problems.map(({ detail }) => detail));
  }
  expect(details).toEqual([
    ...['a text of 13 characters', 'mmHg and kPa'],
    ...['a text of 13 characters', 'a text of 7 characters and kPa'],
    ...['a text of 13 characters', '% and mmHg'],
    ...['a text of 13 characters', 'a text of 13 characters'],
  ]);
});
