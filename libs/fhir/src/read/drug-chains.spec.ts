import { System } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { readTheseResources } from '../testing/read-resources.ts';
import { coded } from '../testing/right-resources.ts';

const PATIENT = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1970-05-01' };
const NDC = coded(System.ndc, '00093104801');
const RXNORM = coded(System.rxnorm, '6809');
const drug = (resourceType: string, id: string, more: object) => ({
  resourceType,
  id,
  status: 'completed',
  subject: { reference: 'Patient/p' },
  medicationCodeableConcept: RXNORM,
  ...more,
});
const order = (id: string, more = {}) =>
  drug('MedicationRequest', id, { intent: 'order', authoredOn: '2020-03-02', medicationCodeableConcept: NDC, ...more });
const dispense = (id: string, of?: string) =>
  drug('MedicationDispense', id, {
    whenHandedOver: '2020-03-03',
    ...(of && { authorizingPrescription: [{ reference: `MedicationRequest/${of}` }] }),
  });
const given = (id: string, of?: string) =>
  drug('MedicationAdministration', id, {
    effectiveDateTime: '2020-03-04',
    ...(of && { request: { reference: `MedicationRequest/${of}` } }),
  });

async function read(resources: object[], options: Parameters<typeof readTheseResources>[1] = {}) {
  const { records, skipped } = await readTheseResources([PATIENT, ...resources], options);
  return { days: records[0].events.map(({ start }) => start!.slice(8)).sort(), skipped };
}

describe('a drug that is ordered, dispensed and administered', () => {
  const chain = [given('a1', 'o'), given('a2', 'o'), dispense('d1', 'o'), order('o'), dispense('d2', 'o')];

  it('is its order, wherever that stands', async () => {
    expect(await read(chain)).toEqual({
      days: ['02'],
      skipped: {
        MedicationAdministration: { 'counted once, with its order': 2 },
        MedicationDispense: { 'counted once, with its order': 2 },
      },
    });
  });

  it('is each of them where that is asked for', async () => {
    expect((await read(chain, { countDrugs: 'each' })).days).toEqual(['02', '03', '03', '04', '04']);
  });

  it('is what was dispensed where the order cannot be read: not there, of another type asked for, or without a code', async () => {
    const parts = [given('a1', 'o'), dispense('d1', 'o'), dispense('d2', 'o')];
    const without = order('o', { medicationCodeableConcept: { text: 'metformin' } });
    for (const { days, skipped } of [
      await read(parts),
      await read([...parts, order('o')], { drugResources: ['MedicationDispense', 'MedicationAdministration'] }),
      await read([...parts, without]),
    ]) {
      expect(days).toEqual(['03', '03']);
      expect(skipped.MedicationAdministration).toEqual({ 'counted once, as dispensed': 1 });
    }
  });

  it('of other orders, or of none, is another', async () => {
    const { days } = await read([
      order('o'),
      order('q'),
      dispense('d', 'x'),
      dispense('e'),
      given('a'),
      given('b', 'y'),
    ]);
    expect(days).toEqual(['02', '02', '03', '03', '04', '04']);
  });

  it('is not counted by an order that was not made', async () => {
    const { days } = await read([order('o', { status: 'entered-in-error' }), dispense('d', 'o')]);
    expect(days).toEqual(['03']);
  });
});
