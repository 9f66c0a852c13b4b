import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded } from '../testing/right-resources.ts';

const MODIFIERS = { 'modifiers of a code dropped': 1 };
const TERM = { 'term within a code dropped': 1 };
const NO_MODIFIER = { Procedure: { 'a modifier, not a procedure': 1 } };

it.each<[system: string, written: string, code: string | undefined, notes: object, skipped: object]>([
  [System.cpt, '99214:25', '99214', MODIFIERS, {}],
  [System.cpt, '99214-25', '99214', MODIFIERS, {}],
  [System.cpt, '0042T:26,59', '0042T', MODIFIERS, {}],
  [System.hcpcs, 'G0438-33', 'G0438', MODIFIERS, {}],
  [System.cpt, '99214', '99214', {}, {}],
  [System.cpt, '25', undefined, {}, NO_MODIFIER],
  [System.hcpcs, 'LT', undefined, {}, NO_MODIFIER],
  [System.snomed, '44054006 |Diabetes mellitus type 2|', '44054006', TERM, {}],
  [System.snomed, '44054006|Diabetes mellitus type 2', '44054006', TERM, {}],
  [System.snomed, '44054006', '44054006', {}, {}],
  [
    System.snomed,
    '44054007 |Diabetes mellitus type 2|',
    undefined,
    {},
    { Procedure: { 'code not of the form of its system': 1 } },
  ],
])('%s %s is read as %s', async (system, written, code, notes, skipped) => {
  const { records, tally, ...rest } = await readTheseResources([
    { resourceType: 'Patient', id: 'p' },
    {
      resourceType: 'Procedure',
      status: 'completed',
      subject: { reference: 'Patient/p' },
      code: coded(system, written),
    },
  ]);
  expect(records[0].events.map((event) => event.code.code)).toEqual(code === undefined ? [] : [code]);
  expect(Object.fromEntries(tally.notes)).toEqual(notes);
  expect(rest.skipped).toEqual(skipped);
});
