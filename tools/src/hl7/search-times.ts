import { Rng } from '@ehrsynth/random';
import { markdownTable } from '../markdown.ts';
import { processorMs } from '../processor-time.ts';

/** Milliseconds: the median and the 95th percentile. */
interface Spread {
  median: number;
  p95: number;
}

/** What searches of one kind took. */
export interface SearchTimes {
  kind: string;
  /** From the question to the end of the answer. */
  waited: Spread;
  /** Of the server's processors, which a busy machine does not make more; undefined where the system does not say. */
  processor?: Spread;
  /** Resources on a page, on average. */
  found: number;
}

/** So many of each kind; the first tenth warms up and is not counted. */
const QUESTIONS = 110;
const WARM_UP = 10;
const PAGE = '_count=50';

interface Page {
  entry?: { resource: { id: string; code?: { coding?: { code: string }[] } } }[];
}

/**
 * Asks a server one search after the other: of a patient, of a code, of a month, and everything of a patient; each about another one.
 * @param pid of the server, for its processor time
 * @throws Error where it does not answer one with 200
 */
export async function searchTimes(url: string, pid: number): Promise<SearchTimes[]> {
  const rng = new Rng(1);
  const drawn = <T>(list: readonly T[]) => Array.from({ length: QUESTIONS }, () => list[rng.int(list.length)]);
  const { entry: people = [] } = await get(`${url}/Patient?_count=500&_elements=id`);
  const { entry: conditions = [] } = await get(`${url}/Condition?_count=1000`);
  const ids = drawn(people.map(({ resource }) => resource.id));
  const codes = drawn([...new Set(conditions.map(({ resource }) => resource.code!.coding![0].code))]);
  const months = drawn(Array.from({ length: 60 }, (_, i) => [2019 + Math.floor(i / 12), 1 + (i % 12)] as const));
  const kinds: [kind: string, questions: string[]][] = [
    ['conditions of a patient', ids.map((id) => `Condition?patient=${id}&${PAGE}`)],
    ["a patient's notes of one type", ids.map((id) => `DocumentReference?patient=${id}&type=11506-3&${PAGE}`)],
    ['conditions with a code', codes.map((code) => `Condition?code=${code}&${PAGE}`)],
    ['encounters of a month', months.map(([year, month]) => `Encounter?date=${monthOf(year, month)}&${PAGE}`)],
    ['`$everything`', ids.map((id) => `Patient/${id}/$everything?_count=1000`)],
  ];
  const rows: SearchTimes[] = [];
  for (const [kind, questions] of kinds) {
    const [waited, processor]: number[][] = [[], []];
    let found = 0;
    for (const question of questions) {
      const before = processorMs(pid);
      const began = performance.now();
      const { entry = [] } = await get(`${url}/${question}`);
      waited.push(performance.now() - began);
      const after = processorMs(pid);
      if (before !== undefined && after !== undefined) processor.push(after - before);
      found += entry.length;
    }
    rows.push({
      kind,
      waited: spreadOf(waited),
      ...(processor.length > 0 && { processor: spreadOf(processor) }),
      found: found / questions.length,
    });
  }
  return rows;
}

function spreadOf(times: readonly number[]): Spread {
  const counted = times.slice(WARM_UP).sort((a, b) => a - b);
  const at = (share: number) => counted[Math.min(counted.length - 1, Math.floor(share * counted.length))];
  return { median: at(0.5), p95: at(0.95) };
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

/**
 * A table in Markdown: of each server the median and the 95th percentile, waited and of processors.
 * @param other another server with the same patients, for the ratio of the medians
 */
export function searchTable(own: readonly SearchTimes[], other?: readonly SearchTimes[]): string {
  const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
  const shown = (spread?: Spread) => (spread ? `${ms(spread.median)} / ${ms(spread.p95)}` : 'not known');
  const ratio = (theirs?: Spread, ours?: Spread) =>
    theirs && ours ? (theirs.median / ours.median).toFixed(0) : 'not known';
  const head = ['search', 'resources on a page', 'sandbox: waited, ms', 'processor, ms'];
  const more = other ? ['HAPI FHIR: waited, ms', 'processor, ms', 'ratio: waited', 'processor'] : [];
  const rows = own.map(({ kind, found, waited, processor }, i) => {
    const theirs = other?.[i];
    const beside = theirs
      ? [
          shown(theirs.waited),
          shown(theirs.processor),
          ratio(theirs.waited, waited),
          ratio(theirs.processor, processor),
        ]
      : [];
    return [kind, found.toFixed(0), shown(waited), shown(processor), ...beside];
  });
  return markdownTable([...head, ...more], rows);
}
