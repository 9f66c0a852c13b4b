import { mkdirSync } from 'node:fs';
import { writeFhir } from '@ehrsynth/fhir';
import { Rng } from '@ehrsynth/random';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';

/** Milliseconds that searches of one kind took. */
export interface SearchTimes {
  kind: string;
  median: number;
  /** The 95th percentile. */
  p95: number;
  /** Resources on a page, on average. */
  found: number;
}

/** So many of each kind; the first tenth warms up and is not counted. */
const QUESTIONS = 110;
const WARM_UP = 10;
const PAGE = '_count=50';

/** Writes simulated patients (the world of sets) in full, one Bundle each. Gives the number of resources. */
export async function writeFullPatients(folder: string, patients: number, seed: number): Promise<number> {
  const vocabulary = new Vocabulary();
  mkdirSync(folder, { recursive: true });
  const records = (async function* () {
    yield* simulatePatients({ patients, seed }, vocabulary);
  })();
  const counts = await writeFhir(records, folder, vocabulary, { format: 'bundles', gzip: false, full: true });
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

interface Page {
  entry?: { resource: { id: string; code?: { coding?: { code: string }[] } } }[];
}

/**
 * Asks a server one search after the other: of a patient, of a code, of a month, and everything of a patient; each about another one.
 * @throws Error where it does not answer one with 200
 */
export async function searchTimes(url: string): Promise<SearchTimes[]> {
  const rng = new Rng(1);
  const drawn = <T>(list: readonly T[]) => Array.from({ length: QUESTIONS }, () => list[rng.int(list.length)]);
  const { entry: people = [] } = await get(`${url}/Patient?_count=500&_elements=id`);
  const { entry: conditions = [] } = await get(`${url}/Condition?_count=1000`);
  const ids = drawn(people.map(({ resource }) => resource.id));
  const codes = drawn([...new Set(conditions.map(({ resource }) => resource.code!.coding![0].code))]);
  const months = drawn(Array.from({ length: 60 }, (_, i) => [2019 + Math.floor(i / 12), 1 + (i % 12)] as const));
  const kinds: [kind: string, questions: string[]][] = [
    ['of a patient', ids.map((id) => `Condition?patient=${id}&${PAGE}`)],
    ['of a patient, and kind of note', ids.map((id) => `DocumentReference?patient=${id}&type=11506-3&${PAGE}`)],
    ['of a code', codes.map((code) => `Condition?code=${code}&${PAGE}`)],
    ['of a month', months.map(([year, month]) => `Encounter?date=${monthOf(year, month)}&${PAGE}`)],
    ['`$everything`', ids.map((id) => `Patient/${id}/$everything?_count=1000`)],
  ];
  const rows: SearchTimes[] = [];
  for (const [kind, questions] of kinds) {
    const times: number[] = [];
    let found = 0;
    for (const question of questions) {
      const began = performance.now();
      const { entry = [] } = await get(`${url}/${question}`);
      times.push(performance.now() - began);
      found += entry.length;
    }
    const counted = times.slice(WARM_UP).sort((a, b) => a - b);
    const at = (share: number) => counted[Math.min(counted.length - 1, Math.floor(share * counted.length))];
    rows.push({ kind, median: at(0.5), p95: at(0.95), found: found / questions.length });
  }
  return rows;
}

function monthOf(year: number, month: number): string {
  return `${year}-${String(month).padStart(2, '0')}`;
}

async function get(address: string): Promise<Page> {
  const answer = await fetch(address, { headers: { Accept: 'application/fhir+json' } });
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${address}: ${answer.status} ${body.slice(0, 500)}`);
  return JSON.parse(body) as Page;
}

/** A table in Markdown. @param other of another server with the same patients, for the ratio of the medians */
export function searchTable(own: readonly SearchTimes[], other?: readonly SearchTimes[]): string {
  const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
  const head = ['search', 'resources on a page', 'sandbox: median, ms', '95th percentile, ms'];
  const more = other ? ['HAPI FHIR: median, ms', '95th percentile, ms', 'ratio of the medians'] : [];
  const rows = own.map(({ kind, found, median, p95 }, i) => {
    const theirs = other?.[i];
    const beside = theirs ? [ms(theirs.median), ms(theirs.p95), (theirs.median / median).toFixed(0)] : [];
    return [kind, found.toFixed(0), ms(median), ms(p95), ...beside];
  });
  return [[...head, ...more], [...head, ...more].map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
