import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { ask, FHIR_JSON } from './testing/ask.ts';
import { clinicSandbox } from './testing/clinic-sandbox.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a server answers
type Answer = any;

const document = (id: string, start: string, code: string) => ({
  resourceType: 'DocumentReference',
  id,
  status: 'current',
  type: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: 'Patient/ann' },
  context: { period: { start, end: start } },
  content: [{ attachment: { contentType: 'text/plain', data: 'eA==' } }],
});

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await clinicSandbox({}, [
    document('note', '2020-01-12', '11506-3'),
    document('summary', '2020-01-20', '18842-5'),
    { ...document('wrong', '2020-01-12', '11506-3'), status: 'entered-in-error' },
  ]);
});
afterAll(async () => sandbox.close());

async function send(method: string, path: string, body?: object): Promise<Answer> {
  const headers: Record<string, string> = body ? FHIR_JSON : {};
  const answer = await ask(sandbox.url, path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, ...JSON.parse(answer.body) };
}
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });

describe('$validate', () => {
  const good = { resourceType: 'Patient', gender: 'female' };
  const bad = { resourceType: 'Patient', gender: 'mail' };

  it('says what the validator finds, of a resource that is sent and stores nothing', async () => {
    const before = sandbox.size();
    for (const body of [bad, parameters({ name: 'resource', resource: bad })]) {
      const { status, resourceType, issue } = await send('POST', 'Patient/$validate', body);
      expect([status, resourceType]).toEqual([200, 'OperationOutcome']);
      expect(issue[0]).toMatchObject({ severity: 'error', code: 'code-invalid', expression: ['Patient.gender'] });
    }
    expect((await send('POST', 'Patient/$validate', good)).issue).toMatchObject([{ severity: 'information' }]);
    expect(sandbox.size()).toBe(before);
  });

  it('looks at one that is stored, and at a profile that is named', async () => {
    const { issue } = await send('GET', 'Condition/flu/$validate');
    expect(issue.every(({ severity }: Answer) => severity !== 'error')).toBe(true);
    const profile = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient';
    const found = await send('POST', `Patient/$validate?profile=${encodeURIComponent(profile)}`, good);
    expect(found.issue.some(({ severity }: Answer) => severity === 'error')).toBe(true);
  });

  it('turns down what it cannot do', async () => {
    expect((await send('POST', 'Observation/$validate', good)).status).toBe(400);
    expect((await send('POST', 'Patient/$validate?mode=delete', good)).issue[0].code).toBe('not-supported');
    expect((await send('GET', 'Patient/nobody/$validate')).status).toBe(404);
    expect((await send('GET', 'Patient/$validate')).status).toBe(400);
    expect((await send('GET', 'Patient/ann/$match')).status).toBe(404);
  });
});

describe('$docref', () => {
  const ids = ({ entry = [] }: Answer) => entry.map(({ resource }: Answer) => resource.id);

  it("finds a patient's documents, by type and time of care, asked either way", async () => {
    expect(ids(await send('GET', 'DocumentReference/$docref?patient=ann'))).toEqual(['note', 'summary']);
    expect(ids(await send('GET', 'DocumentReference/$docref?patient=ann&start=2020-01-15'))).toEqual(['summary']);
    const type = { coding: [{ system: 'http://loinc.org', code: '11506-3' }] };
    const body = parameters({ name: 'patient', valueId: 'ann' }, { name: 'type', valueCodeableConcept: type });
    expect(ids(await send('POST', 'DocumentReference/$docref', body))).toEqual(['note']);
    expect(await send('GET', 'DocumentReference/$docref?patient=bob')).toMatchObject({ type: 'searchset', total: 0 });
  });

  it('needs a patient, and makes no documents', async () => {
    expect((await send('GET', 'DocumentReference/$docref')).issue[0].code).toBe('required');
    expect((await send('GET', 'DocumentReference/$docref?patient=ann&on-demand=true')).status).toBe(400);
  });
});

describe('the CapabilityStatement', () => {
  it('lists the operations and search parameters that there are, and each is answered', async () => {
    const { rest } = await send('GET', 'metadata');
    const patient = rest[0].resource.find(({ type }: Answer) => type === 'Patient');
    expect(patient.operation.map(({ name }: Answer) => name)).toEqual(['validate', 'everything']);
    expect(patient.searchParam.map(({ name }: Answer) => name)).not.toContain('phonetic');
    expect(patient.searchRevInclude).toContain('Observation:patient');
    expect(rest[0].security).toEqual({ cors: true });
    const { searchParam } = rest[0].resource.find(({ type }: Answer) => type === 'Observation');
    for (const { name, type } of searchParam as { name: string; type: string }[]) {
      const value = type === 'composite' ? undefined : { date: '2020', number: '1', quantity: '1' }[type];
      const query = `${name}${type === 'composite' ? ':missing=true' : `=${value ?? 'x'}`}`;
      expect([name, (await send('GET', `Observation?${query}`)).status]).toEqual([name, 200]);
    }
  });
});
