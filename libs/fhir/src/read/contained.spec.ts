import { System } from '@ehrsynth/records';
import { expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded, RIGHT } from '../testing/right-resources.ts';

const { patient, encounter, condition, observation, procedure } = RIGHT;
const subject = { reference: 'Patient/p' };
const to = (id: string) => ({ reference: `#${id}` });
/** Without what its container has. */
const inner = (resource: object, id: string, more: object = {}) => ({
  ...resource,
  id,
  subject: undefined,
  encounter: undefined,
  ...more,
});
const diagnosed = {
  ...encounter,
  diagnosis: [{ condition: to('k') }],
  contained: [inner(condition, 'k', { onsetDateTime: undefined })],
};
const panel = (more: object = {}) => ({
  ...observation,
  valueQuantity: undefined,
  hasMember: [to('m'), to('n')],
  contained: [inner(observation, 'm'), inner(observation, 'n', { subject })],
  ...more,
});
const report = (more: object = {}) => ({
  resourceType: 'DiagnosticReport',
  id: 'd',
  status: 'final',
  subject,
  result: [to('m')],
  contained: [inner(observation, 'm')],
  ...more,
});
const blood = {
  valueQuantity: undefined,
  component: ['8480-6', '8462-4'].map((code) => ({
    code: coded(System.loinc, code),
    valueQuantity: observation.valueQuantity,
  })),
};
const LEFT = { 'contained resources not read': 1 };
const NO_REPORT = { DiagnosticReport: { 'resource type not read': 1 } };
const NOT_READ = { ...NO_REPORT, 'Observation.contained': LEFT };

it.each<[string, object[], string[], object]>([
  ["an Encounter's diagnosis", [diagnosed], ['I10 2010-01-01 in 0'], {}],
  ["a panel's members", [panel()], ['4548-4 2010-01-01', '4548-4 2010-01-01', '4548-4 2010-01-01'], {}],
  ["a report's results", [report()], ['4548-4 2010-01-01'], NO_REPORT],
  [
    'the members of a result',
    [
      report({
        contained: [panel({ id: 'm', hasMember: [to('n')], contained: undefined }), inner(observation, 'n')],
      }),
    ],
    ['4548-4 2010-01-01', '4548-4 2010-01-01'],
    NO_REPORT,
  ],
  [
    "a procedure's reason",
    [{ ...procedure, reasonReference: [to('k')], contained: [inner(condition, 'k')] }],
    ['0DTJ4ZZ 2010-01-01', 'I10 2010-01-01'],
    {},
  ],
  [
    'the same resource twice once',
    [diagnosed, diagnosed],
    ['I10 2010-01-01 in 0'],
    { Encounter: { 'the same id came before': 1 } },
  ],
  [
    'none of an older version',
    [
      report({ meta: { lastUpdated: '2020-01-01T00:00:00Z' } }),
      report({ meta: { lastUpdated: '2021-01-01T00:00:00Z' } }),
    ],
    ['4548-4 2010-01-01'],
    { DiagnosticReport: { 'resource type not read': 2 }, 'Observation.contained': { 'older version': 1 } },
  ],
  ['none of a report that was cancelled', [report({ status: 'cancelled' })], [], NOT_READ],
  ['none of a report under rules', [report({ implicitRules: 'urn:x' })], [], NOT_READ],
  ['none of a report on a group', [report({ subject: { reference: 'Group/g' } })], [], NOT_READ],
  ['none of a report whose status is no text', [report({ status: 7 })], [], NOT_READ],
  ['none that nothing refers to', [report({ result: [] })], [], NOT_READ],
  [
    'none of another patient',
    [report({ contained: [inner(observation, 'm', { subject: { reference: 'Patient/q' } })] })],
    [],
    NOT_READ,
  ],
  [
    'none of a contained patient',
    [report({ contained: [inner(observation, 'm', { subject: to('baby') })] })],
    [],
    NOT_READ,
  ],
  [
    'none that did not happen',
    [report({ contained: [inner(observation, 'm', { status: 'cancelled' })] })],
    [],
    { ...NO_REPORT, 'Observation.contained': { 'status cancelled': 1 } },
  ],
  [
    'none under a code that does not exist',
    [report({ contained: [inner(observation, 'm', { code: coded(System.loinc, '4548-5') })] })],
    [],
    { ...NO_REPORT, 'Observation.contained': { 'code not of the form of its system': 1 } },
  ],
  [
    'components',
    [report({ contained: [inner(observation, 'm', blood)] })],
    ['8480-6 2010-01-01', '8462-4 2010-01-01'],
    NO_REPORT,
  ],
  [
    'none that is misshapen',
    [report({ contained: [inner(observation, 'm', { code: 'x' })] })],
    [],
    { ...NO_REPORT, 'Observation.contained': { 'wrong shape': 1 } },
  ],
  [
    'none of a resource that says what is planned',
    [{ resourceType: 'CarePlan', subject, addresses: [to('k')], contained: [inner(condition, 'k')] }],
    [],
    { CarePlan: { 'planned, not said to be done: not read': 1 }, 'Condition.contained': LEFT },
  ],
  [
    'none about a baby',
    [panel({ focus: [{ reference: 'Patient/baby' }] })],
    [],
    {
      Observation: { 'about another: focus': 1 },
      'Observation.contained': { 'contained resources not read': 2 },
    },
  ],
])('reads what is contained: %s', async (_, resources, events, skipped) => {
  const { records, ...counted } = await readTheseResources([patient, ...resources]);
  const read = records[0].events.map(({ code, start, encounter: place }) =>
    [code.code, start, ...(place === undefined ? [] : ['in', place])].join(' '),
  );
  expect(read).toEqual(events);
  expect(counted.skipped).toEqual(skipped);
});

it('counts what is contained beside the resources of the source, and leaves out kinds that are not asked for', async () => {
  const { tally } = await readTheseResources([patient, diagnosed, report()]);
  expect(Object.fromEntries(tally.used)).toEqual({ Patient: 1, Encounter: 1 });
  expect(Object.fromEntries(tally.notes)).toEqual({ 'read within another resource': 2 });
  const { records, skipped } = await readTheseResources([patient, diagnosed], { kinds: ['drug'] });
  expect(records[0].events).toEqual([]);
  expect(skipped).toEqual({ 'Condition.contained': { 'conditions not requested': 1 } });
});

it('reads what a claim contains as what the claim says, once', async () => {
  const claim = {
    resourceType: 'ExplanationOfBenefit',
    id: 'a',
    status: 'active',
    use: 'claim',
    patient: subject,
    billablePeriod: { start: '2010-01-01' },
    diagnosis: [{ diagnosisReference: to('k') }],
    contained: [inner(condition, 'k'), inner(condition, 'other')],
  };
  const { records, skipped } = await readTheseResources([patient, claim]);
  expect(records[0].events).toHaveLength(1);
  expect(skipped).toEqual({ 'Condition.contained': LEFT });
});
