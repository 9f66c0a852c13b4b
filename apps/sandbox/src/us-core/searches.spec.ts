import { readFileSync } from 'node:fs';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../index.ts';
import { FHIR_JSON } from '../testing/ask.ts';
import { type Held, isFound, textsFor } from '../testing/by-hand.ts';
import { fullClinic } from '../testing/full-clinic.ts';
import { US_CORE_SEARCHES } from './searches.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever a server answers
type Answer = any;

const vocabulary = new Vocabulary();
let sandbox: Sandbox;
let held: Held[];
let statement: Answer;
beforeAll(async () => {
  sandbox = await startSandbox({ vocabulary, version: '0', acceptInvalid: true });
  held = await fullClinic(vocabulary);
  const entry = held.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
  const { status } = await fetch(sandbox.url, { method: 'POST', headers: FHIR_JSON, body });
  expect(status).toBe(200);
  statement = (await get('metadata')).body;
});
afterAll(async () => sandbox.close());

async function get(path: string, post?: string): Promise<{ status: number; body: Answer }> {
  const form = { method: 'POST', body: post, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
  const answer = await fetch(`${sandbox.url}/${path}`, post === undefined ? {} : form);
  return { status: answer.status, body: await answer.json() };
}

type Asked = [parameter: string, text: string][];

/** The ids of the matches that a search finds, and Type/id of what comes along. */
async function answered(type: string, asked: Asked, more: [string, string][] = [], isPost = false) {
  const query = new URLSearchParams([...asked, ...more, ['_count', '1000']]).toString();
  const { status, body } = await (isPost ? get(`${type}/_search`, query) : get(`${type}?${query}`));
  expect([query, status, body.resourceType]).toEqual([query, 200, 'Bundle']);
  const entries: Answer[] = body.entry ?? [];
  const matches = entries.filter(({ search }) => search.mode === 'match').map(({ resource }) => resource);
  const others = entries.filter(({ search }) => search.mode === 'include').map(({ resource }) => resource);
  return { ids: idsOf(matches), others: others.map(keyOf).sort(), matches: matches as Held[] };
}

const keyOf = ({ resourceType, id }: Held) => `${resourceType}/${id}`;
const idsOf = (resources: Held[]) => resources.map(({ id }) => id).sort();
const ofType = (type: string) => held.filter(({ resourceType }) => resourceType === type);

/** What the search is to find: each resource held beside each parameter. */
function byHand(type: string, asked: Asked): Held[] {
  return ofType(type).filter((resource) => asked.every(([parameter, text]) => isFound(parameter, text, resource)));
}

/** The forms in which a search asks for what the first of the resources has, and for what either of two has. */
function formsOf(parameters: readonly string[], resources: readonly Held[]): Asked[] {
  const forms: Asked[] = [];
  resources.forEach((resource, i) => {
    const texts = parameters.map((parameter) => textsFor(parameter, resource));
    const plain = parameters.map((parameter, j): Asked[number] => [parameter, texts[j][0]]);
    forms.push(plain);
    parameters.forEach((parameter, j) => {
      if (i === 0) for (const text of texts[j].slice(1)) forms.push(plain.with(j, [parameter, text]));
      const other = resources[(i + 1) % resources.length];
      forms.push(plain.with(j, [parameter, `${texts[j][0]},${textsFor(parameter, other)[0]}`]));
    });
  });
  return forms;
}

/** Two resources that have a value for each of the parameters, as different as there are. */
function samples(type: string, parameters: readonly string[]): Held[] {
  const all = ofType(type).filter((one) => parameters.every((name) => textsFor(name, one).length > 0));
  return all.length < 3 ? all : [all[0], all.at(-1)!];
}

const SEARCHES = Object.entries(US_CORE_SEARCHES).flatMap(([type, { shall, should }]) =>
  [...shall, ...should].map((search) => [type, search] as const),
);

describe("US Core's searches", () => {
  it.each(SEARCHES)('%s?%s finds what a look at each resource does', async (type, search) => {
    const parameters = search.split('+');
    const resources = samples(type, parameters);
    const forms = formsOf(parameters, resources);
    expect(forms.length).toBeGreaterThan(1);
    const found = new Set<number>();
    for (const asked of forms) {
      const { ids } = await answered(type, asked);
      expect([asked, ids]).toEqual([asked, idsOf(byHand(type, asked))]);
      found.add(ids.length);
    }
    // It finds something, and not all that there is.
    expect(Math.max(...found)).toBeGreaterThan(0);
    expect(Math.min(...found)).toBeLessThan(ofType(type).length);
    const [plain] = forms;
    expect((await answered(type, plain, [], true)).ids).toEqual((await answered(type, plain)).ids);
  });

  it('bring along where their results come from, and what they refer to', async () => {
    for (const [type, { shall, includes = [], hasProvenance }] of Object.entries(US_CORE_SEARCHES)) {
      const [resource] = samples(type, shall[0].split('+'));
      const asked = shall[0].split('+').map((name): Asked[number] => [name, textsFor(name, resource)[0]]);
      const matches = byHand(type, asked);
      if (hasProvenance) {
        const keys = new Set(matches.map(keyOf));
        const origins = ofType('Provenance').filter(({ target }) =>
          target.some(({ reference }: Answer) => keys.has(reference)),
        );
        const { others } = await answered(type, asked, [['_revinclude', 'Provenance:target']]);
        expect([type, others]).toEqual([type, origins.map(keyOf).sort()]);
        expect(others.length).toBeGreaterThan(0);
      }
      for (const include of includes) {
        const element = include.split(':')[1];
        const all = ofType(type);
        const wanted = all.flatMap((one) => [one[element] ?? one[`${element}Reference`] ?? []].flat());
        const { others } = await answered(type, [], [['_include', include]]);
        expect([include, others]).toEqual([include, [...new Set(wanted.map(({ reference }) => reference))].sort()]);
        expect(others.length).toBeGreaterThan(0);
      }
    }
  });

  it('ask for roles by the number and the name of who has them', async () => {
    const roles = (field: 'identifier' | 'name', text: string) =>
      idsOf(
        ofType('PractitionerRole').filter(({ practitioner }) =>
          ofType('Practitioner').some((one) => keyOf(one) === practitioner.reference && isFound(field, text, one)),
        ),
      );
    const [chains] = Object.values(US_CORE_SEARCHES)
      .flatMap(({ chains: own = [] }) => [own])
      .filter((own) => own.length);
    for (const chain of chains) {
      const field = chain.split('.')[1] as 'identifier' | 'name';
      for (const text of ofType('Practitioner').flatMap((one) => textsFor(field, one))) {
        const { ids } = await answered('PractitionerRole', [[chain, text]]);
        expect([chain, text, ids]).toEqual([chain, text, roles(field, text)]);
      }
    }
  });

  it('know race and ethnicity', async () => {
    const omb = 'urn:oid:2.16.840.1.113883.6.238';
    expect((await answered('Patient', [['race', `${omb}|2106-3`]])).ids).toEqual(['p1']);
    expect((await answered('Patient', [['race', '2106-3,2054-5']])).ids).toEqual(['p1', 'p3']);
    expect((await answered('Patient', [['ethnicity', `${omb}|2186-5`]])).ids).toEqual(['p1']);
  });

  it('give what a read does', async () => {
    for (const type of Object.keys(US_CORE_SEARCHES)) {
      const { matches } = await answered(type, []);
      expect(idsOf(matches)).toEqual(idsOf(ofType(type)));
      for (const match of matches) {
        const { body } = await get(keyOf(match));
        expect(body).toEqual(match);
        const { meta, ...rest } = body;
        const { meta: sent = {}, ...own } = held.find((one) => keyOf(one) === keyOf(match))!;
        expect(rest).toEqual(own);
        expect(meta).toMatchObject(sent);
      }
    }
  });

  it('are an OperationOutcome where a value or a parameter is none, and empty where there is just nothing', async () => {
    for (const [type, { shall }] of Object.entries(US_CORE_SEARCHES)) {
      const [name] = shall[0].split('+');
      for (const query of [`${name}=`, `${name}=p1&favourite=x`]) {
        const { status, body } = await get(`${type}?${query}`);
        expect([type, query, status, body.resourceType]).toEqual([type, query, 400, 'OperationOutcome']);
      }
    }
    const { status, body } = await get('Condition?patient=p1&onset-date=yesterday');
    expect([status, body.issue[0].code]).toEqual([400, 'value']);
    const none = await get('NoSuchType?patient=p1');
    expect([none.status, none.body.issue[0].code]).toEqual([404, 'not-supported']);
    expect((await get('Media?patient=p1')).body).toMatchObject({ resourceType: 'Bundle', total: 0 });
    expect((await get('Condition?patient=nobody')).body).toMatchObject({ resourceType: 'Bundle', total: 0 });
  });
});

describe('the CapabilityStatement', () => {
  it('names the parameters that are answered, and no others', async () => {
    for (const type of Object.keys(US_CORE_SEARCHES)) {
      const { searchParam } = statement.rest[0].resource.find((one: Answer) => one.type === type);
      const named = new Set<string>(searchParam.map(({ name }: Answer) => name));
      for (const name of named) {
        const { status } = await get(`${type}?${name}:missing=true&_summary=count`);
        expect([type, name, status]).toEqual([type, name, 200]);
      }
      const wanted = [...US_CORE_SEARCHES[type].shall, ...US_CORE_SEARCHES[type].should].flatMap((one) =>
        one.split('+'),
      );
      expect([...named]).toEqual(expect.arrayContaining(wanted));
      for (const name of ['phonetic', '_text', '_content', '_list', '_query', 'near', 'telephone', 'discharge'])
        if (!named.has(name)) expect([name, (await get(`${type}?${name}=x`)).status]).toEqual([name, 400]);
    }
  });

  it('names the profiles that what is written in full claims', () => {
    const named = statement.rest[0].resource.flatMap(({ supportedProfile = [] }: Answer) => supportedProfile);
    const claimed = new Set(held.flatMap(({ meta }) => (meta?.profile ?? []) as string[]));
    expect(claimed.size).toBeGreaterThan(20);
    expect(named).toEqual(expect.arrayContaining([...claimed]));
  });

  it("names US Core's combinations, each of which is answered", () => {
    const named = statement.rest[0].resource.flatMap(({ type, extension = [] }: Answer) =>
      extension
        .filter(({ url }: Answer) => url.endsWith('/capabilitystatement-search-parameter-combination'))
        .map((one: Answer) => `${type}?${one.extension.map(({ valueString }: Answer) => valueString).join('+')}`),
    );
    const listed = SEARCHES.filter(([, search]) => search.includes('+')).map(([type, search]) => `${type}?${search}`);
    expect(named.sort()).toEqual(listed.sort());
  });
});

it('stand in the docs', () => {
  const docs = readFileSync(new URL('../../../../docs/servers.md', import.meta.url), 'utf8');
  const list = (searches: readonly string[]) => searches.map((search) => `\`${search}\``).join(', ');
  const rows = Object.entries(US_CORE_SEARCHES).map(
    ([type, { shall, should, chains = [], includes = [], hasProvenance }]) => {
      const along = [
        ...(hasProvenance ? ['`_revinclude=Provenance:target`'] : []),
        ...includes.map((include) => `\`_include=${include}\``),
        ...chains.map((chain) => `\`${chain}\``),
      ];
      return `| ${type} | ${list(shall)} | ${list(should)} | ${along.join(', ')} |`;
    },
  );
  expect(
    docs
      .split('\n')
      .filter((line) => /^\| [A-Z]\w+ \| `/.test(line))
      .map(squeezed),
  ).toEqual(rows.map(squeezed));
});

function squeezed(row: string): string {
  return row.replace(/ +/g, ' ');
}
