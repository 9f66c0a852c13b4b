import { version } from '@ehrsynth/io';
import { expect, it } from 'vitest';
import { runTask } from './tasks.ts';

async function* lines(...texts: string[]) {
  yield* texts;
}

async function written(name: string, ...texts: string[]): Promise<string> {
  let text = '';
  for await (const line of runTask(name, lines(...texts), { folders: {} })) text += line;
  return text;
}

it('a task writes a line for each row; one that this version lacks is named', async () => {
  expect(await written('check', 'version')).toBe(`${version()}\n`);
  await expect(written('constructor', '')).rejects.toThrow(/no task "constructor"[^]*the same version/);
});

it('FHIR is read line by line as from a file; what a drug is, is counted by the task that has its line as nobody’s', async () => {
  const code = { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '00093-1048-01' }] };
  const request = { resourceType: 'MedicationRequest', id: 'r', status: 'completed', intent: 'order' };
  const of = { subject: { reference: 'Patient/a' }, authoredOn: '2020-03-04' };
  const lines = [
    ['p', { resourceType: 'Patient', id: 'a', gender: 'female', birthDate: '1980-01-01' }],
    ['p', { ...request, ...of, medicationReference: { reference: 'Medication/m' } }],
    ['d', { resourceType: 'Medication', id: 'm', code }],
    ['o', { resourceType: 'Medication', id: 'n', code }],
    ['o', { ...request, id: 's', medicationCodeableConcept: code }],
  ].map(([kind, resource]) => `${kind as string}${JSON.stringify(resource)}`);
  const rows = (await written('read-fhir', ...lines, 'o{broken')).trim().split('\n');
  const [[, key, record], [place, , counts]] = rows.map((row) => row.split('\t'));
  expect(key).toBe('Patient/a');
  expect(JSON.parse(record)).toMatchObject({ id: 'a', events: [{ kind: 'drug', start: '2020-03-04' }] });
  expect(place).toBe('-1');
  const { used, skipped } = JSON.parse(counts) as { used: object; skipped: Record<string, object> };
  expect(used).toEqual({ Patient: 1, MedicationRequest: 1, Medication: 1 });
  expect(Object.keys(skipped).sort()).toEqual(['MedicationRequest', 'resource']);
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: { resourceType: 'Patient', id: 'b' } }],
  };
  await expect(written('read-fhir', `o${JSON.stringify(bundle)}`)).rejects.toThrow(/patients within another resource/);
});
