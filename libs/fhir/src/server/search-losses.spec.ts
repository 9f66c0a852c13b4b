import { describe, expect, it } from 'vitest';
import { CONDITIONS, json, page, PATIENTS } from '../testing/hostile/answers.ts';
import type { HostileContext } from '../testing/hostile/behaviour.ts';
import { servedFolder } from '../testing/served-folder.ts';
import { lossText } from './losses.ts';
import { exportBySearch } from './search-export.ts';

const { folder, start, asked, requests, resources } = servedFolder();
const options = { types: ['Patient'], pageSize: 50 };
const FIVE = PATIENTS.slice(0, 5);

const outcome = (severity: string, code: string, diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity, code, diagnostics }],
});
const withOutcome = (resources: object[], ...issue: [string, string, string]) => ({
  ...page(resources),
  entry: [...resources.map((resource) => ({ resource })), { resource: outcome(...issue), search: { mode: 'outcome' } }],
});

/** The losses of a search for patients that is answered so, in words. */
async function lossesOf(answer: (context: HostileContext) => unknown): Promise<string[]> {
  const server = await start((_, response, context) => json(response, answer(context)));
  const { losses } = await exportBySearch(server, folder(), options);
  return losses.map(lossText);
}

const MISSING = 'Patient: 5 not sent by the server: it has 10 and sent 5';

describe('what a search does not bring', () => {
  it.each<[string, (context: HostileContext) => unknown, string[]]>([
    ['a total larger than what came', () => ({ ...page(FIVE), total: 10 }), [MISSING]],
    ['a total that is a text', () => ({ ...page(FIVE), total: '10' }), [MISSING]],
    ['the same resources twice, and a total', () => ({ ...page([...FIVE, ...FIVE]), total: 10 }), [MISSING]],
    [
      'included resources among what came',
      () => ({
        ...page([]),
        total: 10,
        entry: PATIENTS.map((resource, i) => ({ resource, search: { mode: i < 5 ? 'match' : 'include' } })),
      }),
      [MISSING],
    ],
    [
      'no total, but the same twice, and the number where it is asked for',
      ({ query }) => (query.has('_summary') ? { ...page([]), total: 10 } : page([...FIVE, FIVE[0]])),
      [MISSING],
    ],
    [
      'a warning that it is cut',
      () => withOutcome(FIVE, 'warning', 'processing', 'Cut at 5'),
      ['Patient: warned of by the server: Cut at 5'],
    ],
    [
      'an information that it is cut',
      () => withOutcome(FIVE, 'information', 'processing', 'Result was truncated'),
      ['Patient: warned of by the server: Result was truncated'],
    ],
    [
      'an error',
      () => withOutcome([], 'error', 'exception', 'A shard is down'),
      ['Patient: warned of by the server: A shard is down'],
    ],
    [
      'entries without a resource',
      () => ({
        ...page(FIVE),
        entry: [...FIVE.map((resource) => ({ resource })), { fullUrl: 'http://a/Patient/x' }],
      }),
      ['Patient: 1 matches without their resource: entries of its pages have none'],
    ],
  ])('is reported: %s', async (_, answer, expected) => {
    expect(await lossesOf(answer)).toEqual(expected);
    // For whoever reads the folder later.
    expect(resources('error', '0001.ndjson')).toMatchObject(
      expected.map((diagnostics) => ({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', diagnostics }],
      })),
    );
  });

  it.each<[string, (context: HostileContext) => unknown]>([
    ['a total smaller than what came', () => ({ ...page(FIVE), total: 4 })],
    [
      'a total that shrinks while pages are read',
      ({ url, query }) =>
        query.has('page')
          ? { ...page(FIVE.slice(3)), total: 5 }
          : { ...page(FIVE.slice(0, 3), `${url}/Patient?page=2`), total: 6 },
    ],
    [
      'an estimate that says so',
      ({ url }) => ({ ...page(FIVE), total: 10, link: [{ relation: 'self', url: `${url}/Patient?_total=estimate` }] }),
    ],
    ['an estimate that does not say so', ({ query }) => ({ ...page(FIVE), total: query.has('_summary') ? 5 : 10 })],
    ['a total that is none', () => ({ ...page(FIVE), total: 'many' })],
    ['an information', () => withOutcome(FIVE, 'information', 'informational', 'Took 3 ms')],
    ['a warning of the size of the page', () => withOutcome(FIVE, 'warning', 'not-supported', '_count was set to 100')],
    [
      'a warning that nothing was found',
      () => withOutcome([], 'warning', 'processing', 'Resource request returns no results.'),
    ],
    ['an OperationOutcome that finds nothing', () => outcome('warning', 'processing', 'No results found')],
    ['an OperationOutcome that all is well', () => outcome('information', 'informational', 'All OK')],
    ['nothing at all', () => ({ resourceType: 'Bundle', type: 'searchset', entry: null, link: null })],
  ])('is nothing: %s', async (_, answer) => {
    expect(await lossesOf(answer)).toEqual([]);
    expect(resources('error', '0001.ndjson')).toEqual([]);
  });

  it('is noted where nobody knows: the same twice, and no number', async () => {
    const notes: string[] = [];
    const server = await start((_, response) => json(response, page([...FIVE, FIVE[0]])));
    await exportBySearch(server, folder(), { ...options, onNote: (note) => notes.push(note) });
    expect(notes).toEqual([expect.stringContaining('Patient: 1 appeared on more than one page')]);
  });
});

describe('the link to the next page', () => {
  const pages = (next: (context: HostileContext) => object[]) => (context: HostileContext) => {
    const at = Number(context.query.get('page') ?? 0);
    const link = at < 4 ? next(context).map((one) => ({ relation: 'next', ...one })) : [];
    return { ...page(PATIENTS.slice(2 * at, 2 * at + 2)), link };
  };
  const after = ({ query }: HostileContext) => Number(query.get('page') ?? 0) + 1;

  it.each<[string, (context: HostileContext) => object[]]>([
    ['whole', (context) => [{ url: `${context.url}/Patient?page=${after(context)}` }]],
    ['a query', (context) => [{ url: `?page=${after(context)}` }]],
    ['a type and a query', (context) => [{ url: `Patient?page=${after(context)}` }]],
    ['an absolute path', (context) => [{ url: `/fhir/Patient?page=${after(context)}` }]],
    ['a way up', (context) => [{ url: `../fhir/Patient?page=${after(context)}` }]],
    ['without a scheme', (context) => [{ url: `${context.url.replace('http:', '')}/Patient?page=${after(context)}` }]],
    ['after others', (context) => [{ relation: 'self', url: 'x' }, { url: `?page=${after(context)}` }]],
  ])('is resolved against the page: %s', async (_, next) => {
    expect(await lossesOf(pages(next))).toEqual([]);
    expect(resources('Patient.ndjson')).toEqual(PATIENTS);
  });

  it('is resolved against the page to which a redirect led', async () => {
    const server = await start((_, response, context) => {
      if (!context.path.startsWith('pages/'))
        return void response.writeHead(302, { Location: `${context.url}/pages/first` }).end();
      json(response, pages(() => [{ url: `next?page=${after(context)}` }])(context));
    });
    await exportBySearch(server, folder(), options);
    expect(resources('Patient.ndjson')).toEqual(PATIENTS);
    expect(asked().slice(2)).toEqual([1, 2, 3, 4].map((at) => `pages/next?page=${at}`));
  });

  it('is followed under a wrong name, and reported', async () => {
    const losses = await lossesOf(pages((context) => [{ relation: 'Next', url: `?page=${after(context)}` }]));
    expect(losses).toEqual([
      'Patient: next page under a wrong name: "Next" in place of "next", followed all the same (4 times in all)',
    ]);
    expect(resources('Patient.ndjson')).toEqual(PATIENTS);
  });

  it.each<[string, (context: HostileContext) => string, RegExp, number]>([
    [
      'the first page itself',
      ({ url }) => `${url}/Patient?_count=50`,
      /the next page of Patient is the one just read/,
      1,
    ],
    ['nothing', () => '', /the next page of Patient is the one just read/, 1],
    [
      'a page of its own for ever',
      ({ url }) => `${url}/Patient?page=2`,
      /the next page of Patient is the one just read/,
      2,
    ],
    ['a circle', ({ url, count }) => `${url}/Patient?page=${count % 2}`, /one that was already read/, 3],
    [
      'the same under new names',
      ({ url, count }) => `${url}/Patient?page=${count}`,
      /10 pages of \w+ had nothing new/,
      11,
    ],
  ])('ends the search where it leads to %s', async (_, next, words, most) => {
    const server = await start((_request, response, context) => json(response, page(FIVE, next(context))));
    await expect(exportBySearch(server, folder(), options)).rejects.toThrow(words);
    expect(requests()).toHaveLength(most);
  });

  it('ends the search where an earlier run had just read that page', async () => {
    const server = await start((_, response, { query, url }) =>
      json(response, query.has('page') ? page(FIVE, `${url}/Patient?_count=50`) : page(FIVE, `${url}/Patient?page=2`)),
    );
    const stop = new AbortController();
    const stopped = exportBySearch(server, folder(), {
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toThrow('aborted');
    await expect(exportBySearch(server, folder(), options)).rejects.toThrow('one that was already read');
    expect(requests()).toHaveLength(2);
  });
});

describe('resources of other types and of other servers', () => {
  it('are kept where they are asked for, once', async () => {
    const entry = [
      ...CONDITIONS.map((resource) => ({ resource, search: { mode: 'match' } })),
      ...CONDITIONS.map(() => ({
        resource: { resourceType: 'Practitioner', id: 'x' },
        search: { mode: 'include' },
      })),
      { resource: { resourceType: 'Medication', id: 'm' }, search: { mode: 'include' } },
      { resource: PATIENTS[0], search: { mode: 'include' } },
    ];
    const server = await start((_, response, { path }) => {
      if (path === 'Patient') return json(response, page(PATIENTS));
      if (path === 'Condition') return json(response, { ...page([]), total: 10, entry });
      response.writeHead(404).end();
    });
    const types = ['Patient', 'Condition', 'Medication'];
    expect(await exportBySearch(server, folder(), { ...options, types })).toEqual({
      unknown: ['Medication'],
      losses: [],
    });
    expect(resources('Condition.ndjson')).toEqual([...CONDITIONS, { resourceType: 'Medication', id: 'm' }]);
  });

  it.each<[string, object[], string[]]>([
    ['marked as matches', PATIENTS.map((resource) => ({ resource, search: { mode: 'match' } })), ['10 of Patient']],
    ['unmarked', PATIENTS.map((resource) => ({ resource })), ['10 of Patient']],
    [
      'of several types',
      [{ resource: PATIENTS[0] }, { resource: { resourceType: 'Basic' } }],
      ['1 of Patient, 1 of Basic'],
    ],
    ['beside the right one', [...CONDITIONS, { resourceType: 'Provenance' }].map((resource) => ({ resource })), []],
  ])('in place of matches are a loss: %s', async (_, entry, expected) => {
    const server = await start((_request, response, { path }) =>
      json(response, path === 'Patient' ? page(PATIENTS) : { ...page([]), entry }),
    );
    const { losses } = await exportBySearch(server, folder(), {
      ...options,
      types: ['Patient', 'Condition'],
    });
    expect(losses.map(lossText)).toEqual(
      expected.map((what) => `Condition: types that were not searched for: ${what}`),
    );
  });

  it('are the entries of Bundles in the page', async () => {
    const inner = (resources: object[]) => ({ resource: { ...page(resources), type: 'collection' } });
    const entry = [inner(PATIENTS.slice(0, 3)), { resource: { ...page([]), entry: [inner(PATIENTS.slice(3))] } }];
    expect(await lossesOf(() => ({ ...page([]), total: 10, entry }))).toEqual([]);
    expect(resources('Patient.ndjson')).toEqual(PATIENTS);
  });

  it('keep the address that distinguishes their ids', async () => {
    const entries = ['http://a/fhir', 'https://a/fhir', 'http://b/fhir'].map((base, i) => ({
      fullUrl: `${base}/Patient/p${i % 2}`,
      resource: PATIENTS[i % 2],
    }));
    const server = await start((_, response) => json(response, { ...page([]), entry: entries, total: 3 }));
    expect(await exportBySearch(server, folder(), options)).toMatchObject({ losses: [] });
    expect(resources('Patient.ndjson')).toEqual([
      PATIENTS[0],
      PATIENTS[1],
      { resourceType: 'Bundle', type: 'collection', entry: [entries[2]] },
    ]);
  });
});
