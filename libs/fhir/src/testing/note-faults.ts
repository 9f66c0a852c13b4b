import type { CodedEvent, PatientRecord } from '@ehrsynth/records';
import { PLACES, SENTENCES, type Statement } from '../write/full/note.ts';

const HEADINGS = ['HISTORY', 'ASSESSMENT', 'RESULTS', 'TREATMENT', 'ALLERGIES', 'OUTCOME'];
const KINDS: Partial<Record<Statement, CodedEvent['kind']>> = {
  diagnoses: 'condition',
  drugs: 'drug',
  procedures: 'procedure',
  vaccines: 'immunization',
  allergies: 'allergy',
};

type Said = ReadonlyMap<Statement, Record<string, string>>;

/** Reads a note of an encounter: what it says and the record does not, and what it leaves out. */
export function noteFaults(text: string, record: PatientRecord, index: number): string[] {
  const encounter = record.encounters[index];
  const own = record.events.filter((event) => event.encounter === index);
  const faults: string[] = [];
  const said = new Map<Statement, Record<string, string>>();
  for (const line of text.split('\n\n').slice(1).join('\n').split('\n')) {
    if (line === '' || HEADINGS.includes(line)) continue;
    const found = statementIn(line);
    if (!found) faults.push(`not understood: ${line}`);
    else said.set(found.statement, found.slots);
  }
  const opening = said.get('visit') ?? said.get('stay');
  const expect = (what: string, is: unknown, should: unknown) => {
    if (is !== should) faults.push(`${what}: ${String(is)}, not ${String(should)}`);
  };
  expect('day', opening?.date, encounter.start);
  if (said.has('stay')) expect('end', opening?.end, encounter.end);
  expect('place', opening?.place, PLACES[encounter.class] ?? 'visit');
  const age = /^(\d+)-year-old/i.exec(opening?.who ?? '')?.[1];
  expect('age', age, record.birthDate && encounter.start && yearsBetween(record.birthDate, encounter.start));
  if (/woman|girl/i.test(opening?.who ?? '')) expect('sex', 'female', record.sex);
  if (/\bman\b|boy/i.test(opening?.who ?? '')) expect('sex', 'male', record.sex);
  for (const [statement, kind] of Object.entries(KINDS) as [Statement, CodedEvent['kind']][]) {
    const names = new Set(own.filter((event) => event.kind === kind).map(titleOf));
    const listed = itemsOf(said, statement).map(
      (item) => [...names].find((name) => item === name || item.startsWith(`${name}: `)) ?? item,
    );
    for (const item of listed) if (!names.has(item)) faults.push(`${statement}: ${item} is not in the record`);
    for (const name of names) if (!listed.includes(name)) faults.push(`${statement}: ${name} is left out`);
  }
  expect('no diagnosis', said.has('noDiagnosis'), !own.some(({ kind }) => kind === 'condition'));
  faults.push(...historyFaults(said, record, encounter.start!));
  const values = own.filter(
    ({ kind, quantity, answer }) => kind === 'measurement' && (quantity?.value !== undefined || answer),
  );
  for (const item of itemsOf(said, 'results'))
    if (!values.some((event) => item.startsWith(`${titleOf(event)} `) && item.includes(valueOf(event))))
      faults.push(`results: ${item} is not in the record`);
  for (const event of values)
    if (
      !itemsOf(said, 'results').some((item) => item.startsWith(`${titleOf(event)} `) && item.includes(valueOf(event)))
    )
      faults.push(`results: ${titleOf(event)} is left out`);
  if (said.has('died')) expect('death', said.get('died')!.date, record.deathDate);
  return faults;
}

/** The longest history that is listed whole, as the description of the notes says. */
const WHOLE_HISTORY = 10;

/**
 * What a note says of earlier diagnoses: each once, with the last day on which it was recorded, unless every record of that
 * day says it is over; of many the ten latest, and how many.
 */
function historyFaults(said: Said, { events }: PatientRecord, start: string): string[] {
  const earlier = events.filter(
    (event) => event.kind === 'condition' && event.start !== undefined && event.start < start,
  );
  const last = new Map<string, string>();
  for (const event of earlier) {
    const name = titleOf(event);
    if (!(event.start! <= (last.get(name) ?? ''))) last.set(name, event.start!);
  }
  for (const [name, day] of last)
    if (!earlier.some((event) => titleOf(event) === name && event.start === day && event.active !== false))
      last.delete(name);
  const isLong = last.size > WHOLE_HISTORY;
  const listed = itemsOf(said, isLong ? 'latestKnown' : 'known');
  const faults: string[] = [];
  if (said.has(isLong ? 'known' : 'latestKnown'))
    faults.push(
      `history: ${last.size} earlier diagnoses, and it is written as if there were ${isLong ? 'few' : 'many'}`,
    );
  if (isLong && said.get('latestKnown')?.count !== String(last.size))
    faults.push(`history: ${said.get('latestKnown')?.count} diagnoses, not ${last.size}`);
  const shown = new Map(listed.map((item) => /^(.*) \((\d{4}-\d\d-\d\d)\)$/.exec(item)?.slice(1) as [string, string]));
  if (shown.size !== Math.min(last.size, WHOLE_HISTORY))
    faults.push(`history: ${shown.size} diagnoses are listed of ${last.size}`);
  for (const [name, day] of shown)
    if (last.get(name) !== day) faults.push(`known: ${name} (${day}) is not in the record`);
  const left = [...last].filter(([name]) => !shown.has(name)).map(([, day]) => day);
  const oldest = [...shown.values()].sort()[0];
  if (left.some((day) => day > oldest)) faults.push('history: a more recent diagnosis is left out');
  return faults;
}

function statementIn(line: string): { statement: Statement; slots: Record<string, string> } | undefined {
  for (const [statement, sentences] of Object.entries(SENTENCES) as [Statement, readonly string[]][])
    for (const sentence of sentences) {
      const pattern = sentence.replace(/[().]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>.+)');
      const found = new RegExp(`^${pattern}$`, 'i').exec(line);
      if (found) return { statement, slots: { ...found.groups } };
    }
  return undefined;
}

function itemsOf(said: Said, statement: Statement): string[] {
  return said.get(statement)?.list.split('; ') ?? [];
}

function titleOf({ code: { code, display } }: CodedEvent): string {
  return (display?.trim() ? display : code).replace(/[;\s]+/g, ' ').trim();
}

function valueOf({ quantity, answer }: CodedEvent): string {
  if (quantity?.value !== undefined) return String(quantity.value);
  const { display, code } = answer!;
  return (display?.trim() ? display : `coded answer ${code}`).replace(/[;\s]+/g, ' ').trim();
}

/** Birthdays between two days. */
function yearsBetween(birth: string, day: string): string {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return String(day.slice(5) < birth.slice(5) ? years - 1 : years);
}
