import { describe, expect, it } from 'vitest';
import { CONDITIONS, json, page, PATIENTS } from '../testing/hostile/answers.ts';
import type { HostileBehaviour, HostileContext } from '../testing/hostile/behaviour.ts';
import { servedFolder } from '../testing/served-folder.ts';
import { exportBySearch } from './search-export.ts';

const { folder, start, asked, resources } = servedFolder();
const options = { types: ['Patient', 'Condition'], pageSize: 50 };

function outcome(text: string, code = 'processing'): object {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics: text }] };
}

/** A server that turns a search of conditions down unless the query has what it wants. */
function wanting(
  isWell: (query: URLSearchParams) => boolean,
  status: number,
  body: unknown,
  statement: object[] = [],
): HostileBehaviour['serve'] {
  return (_, response, { path, query }) => {
    if (path === 'metadata') {
      const rest = [{ mode: 'server', resource: statement }];
      return json(response, { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', rest });
    }
    if (path === 'Patient') return json(response, page(PATIENTS));
    if (!isWell(query))
      return typeof body === 'string' ? void response.writeHead(status).end(body) : json(response, body, status);
    const of = query.get('patient');
    json(response, page(CONDITIONS.filter(({ subject }) => !of || subject.reference === `Patient/${of}`)));
  };
}

const hasPatient = (query: URLSearchParams) => query.has('patient');

describe('a search that is turned down as it is asked', () => {
  it.each([
    ['Epic', 400, outcome('Must have either a Patient or Subject parameter.', 'required')],
    ['Cerner', 400, outcome('Either patient, subject or _id is a required parameter', 'required')],
    ['athena, not as FHIR', 400, '{"error":"Bad request","detailedmessage":"The patient parameter is required."}'],
    ['plain text', 400, 'patient must be specified'],
    ['no word at all', 400, ''],
    ['a parameter, no matter which', 422, outcome('At least one search parameter must be given')],
    ['403', 403, outcome('Searching without a patient is not allowed', 'forbidden')],
    ['an OperationOutcome with 200', 200, outcome('A patient is required', 'required')],
  ])('goes on patient by patient: %s', async (_, status, body) => {
    const server = await start(wanting(hasPatient, status, body));
    await server.greet();
    const notes: string[] = [];
    const found = await exportBySearch(server, folder(), { ...options, onNote: (note) => notes.push(note) });
    expect(found).toEqual({ unknown: [], losses: [] });
    expect(resources('Condition.ndjson')).toEqual(CONDITIONS);
    expect(asked().filter((url) => url.startsWith('Condition?patient='))).toHaveLength(10);
    expect(asked()).toContain('Condition?patient=p9&_count=50');
    expect(notes).toEqual([expect.stringMatching(/^Condition: the server answers .*patient by patient \(10\)/)]);
  });

  it('goes on by what it wants more: a category, and no _count', async () => {
    const server = await start((request, response, context) => {
      const { query } = context;
      const text = !query.has('patient')
        ? 'patient is required'
        : query.has('_count')
          ? 'Unknown parameter: _count'
          : !query.has('category')
            ? 'Must have category or code'
            : query.get('category')!.includes(',')
              ? 'Only one category is allowed'
              : '';
      wanting(() => text === '', 400, outcome(text))(request, response, context);
    });
    const found = await exportBySearch(server, folder(), options);
    expect(found).toEqual({ unknown: [], losses: [] });
    expect(asked()).toContain('Condition?patient=p0&category=health-concern');
    // The same conditions come under each of the three categories.
    expect(resources('Condition.ndjson').map(({ id }) => id)).toEqual(CONDITIONS.flatMap(({ id }) => [id, id, id]));
  });

  it('goes on without _count', async () => {
    const server = await start(wanting((query) => !query.has('_count'), 400, outcome('_count may be 20 at most')));
    expect(await exportBySearch(server, folder(), options)).toEqual({ unknown: [], losses: [] });
    expect(resources('Condition.ndjson')).toEqual(CONDITIONS);
  });

  it('reads medications one by one, those that others refer to', async () => {
    const medication = { resourceType: 'Medication', id: 'm1' };
    const requests = [
      { resourceType: 'MedicationRequest', id: 'r1', medicationReference: { reference: 'Medication/m1' } },
      { resourceType: 'MedicationRequest', id: 'r2', medicationReference: { reference: 'Medication/gone' } },
    ];
    const server = await start((_, response, { path }) => {
      if (path === 'MedicationRequest') return json(response, page(requests));
      if (path === 'Medication/m1') return json(response, medication);
      if (path === 'Medication') return json(response, outcome('Medication has no search'), 400);
      json(response, outcome('Not here', 'not-found'), 404);
    });
    const types = ['Medication', 'MedicationRequest'];
    const { losses } = await exportBySearch(server, folder(), { ...options, types });
    expect(resources('Medication.ndjson')).toEqual([medication]);
    expect(losses).toMatchObject([
      { type: 'Medication', reason: 'refused by the server', missing: 1, details: ['404, Not here'] },
    ]);
  });
});

describe('a search that is turned down in every form', () => {
  const unwilling = () => false;
  it.each([
    [
      '403',
      403,
      outcome('No scope for this', 'forbidden'),
      /403 to a search of Condition: No scope for this[\s\S]*--token/,
    ],
    [
      '400 with the patient too',
      400,
      outcome('patient is required'),
      /400 to a search of Condition: patient is required/,
    ],
    [
      '200 with an OperationOutcome',
      200,
      outcome('could not search'),
      /200 to a search of Condition: could not search/,
    ],
    ['not as FHIR says it', 400, '{"message":"broken index"}', /400 to a search of Condition: broken index/],
  ])('stops with the words of the server: %s', async (_, status, body, words) => {
    const server = await start(wanting(unwilling, status, body));
    await expect(exportBySearch(server, folder(), options)).rejects.toThrow(words);
  });

  it('stops where there are no patients to go by', async () => {
    const server = await start((_, response) =>
      json(response, outcome('Patient needs name and birthdate', 'required'), 400),
    );
    await expect(exportBySearch(server, folder(), options)).rejects.toThrow(
      /400 to a search of Patient: Patient needs name and birthdate[\s\S]*Patient\?_count=50/,
    );
  });

  it('keeps what is secret out of the words', async () => {
    const server = await start(wanting(unwilling, 403, outcome('Token secret-of-the-user may not')), {
      bearerToken: 'secret-of-the-user',
    });
    await expect(exportBySearch(server, folder(), options)).rejects.toThrow('Token *** may not');
  });
});

describe('a type that the server does not have', () => {
  const listed = [{ type: 'Patient' }, { type: 'Condition' }];
  it.each([
    ['404', 404, '', [], true],
    ['400 of an unknown type', 400, outcome('Unknown resource type: Condition'), [], true],
    ['400, not listed', 400, outcome('No'), [{ type: 'Patient' }], true],
    ['404, though listed', 404, outcome('No index'), listed, false],
    ['400 of an unknown type, though listed', 400, outcome('Unknown resource type'), listed, false],
  ])('is known by its answer and by the CapabilityStatement: %s', async (_, status, body, statement, isUnknown) => {
    const server = await start(wanting(() => false, status, body, statement));
    await server.greet();
    const found = exportBySearch(server, folder(), options);
    if (isUnknown) expect(await found).toEqual({ unknown: ['Condition'], losses: [] });
    else await expect(found).rejects.toThrow(`answers ${status} to a search of Condition`);
  });
});

describe('reading patient by patient', () => {
  const serve = (refuse: string[] = []): HostileBehaviour['serve'] => {
    const well = wanting(hasPatient, 400, outcome('patient is required'));
    return (request, response, context: HostileContext) =>
      refuse.includes(context.query.get('patient') ?? '')
        ? json(response, outcome('Break the glass first', 'suppressed'), 403)
        : well(request, response, context);
  };

  it('counts the patients that are refused, wherever they stand', async () => {
    const server = await start(serve(['p0', 'p1', 'p7']));
    const { losses } = await exportBySearch(server, folder(), options);
    expect(resources('Condition.ndjson')).toHaveLength(7);
    expect(losses).toMatchObject([
      {
        type: 'Condition',
        reason: 'searches refused by the server',
        details: ['403, Break the glass first'],
        times: 3,
      },
    ]);
  });

  it('takes it for nothing where a patient has none and that is a 404', async () => {
    const well = wanting(hasPatient, 400, outcome('patient is required'));
    const server = await start((request, response, context) =>
      context.query.get('patient') === 'p3'
        ? json(response, outcome('No results found for this patient', 'not-found'), 404)
        : well(request, response, context),
    );
    expect(await exportBySearch(server, folder(), options)).toEqual({ unknown: [], losses: [] });
    expect(resources('Condition.ndjson')).toHaveLength(9);
  });

  it('goes on where it was stopped, and has lost no word of what was missing', async () => {
    const server = await start(serve(['p1']));
    const stop = new AbortController();
    const onProgress = ({ note }: { note: string }) => note.includes('search 6 of 10') && stop.abort();
    const stopped = exportBySearch(server, folder(), { ...options, signal: stop.signal, onProgress });
    await expect(stopped).rejects.toThrow('aborted');
    const { losses } = await exportBySearch(server, folder(), options);
    expect(losses).toMatchObject([{ times: 1 }]);
    expect(resources('Condition.ndjson').map(({ id }) => id)).toEqual('c0 c2 c3 c4 c5 c6 c7 c8 c9'.split(' '));
    expect(asked().filter((url) => url.startsWith('Condition?patient='))).toHaveLength(10);
    expect(asked().filter((url) => url.startsWith('Patient'))).toHaveLength(1);
  });
});
