/**
 * Has the meds package's own schemas look at our export, and our reader read what pyarrow writes after them.
 * `npm run check:meds [-- --folder FOLDER …]`, Python from PYTHON.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readMeds, writeMeds } from '@ehrsynth/meds';
import { EventKind, type PatientRecord, System, Tally } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { runPython, whyNoPython } from './dqd/python.ts';

const PATIENTS = 1000;

interface Verdict {
  version: string;
  faults: string[];
  rows: number;
  files: number;
  codes: number;
  subjects: number;
}

const { values } = parseArgs({ options: { folder: { type: 'string', multiple: true, default: [] } } });
const reason = whyNoPython('meds', 'pyarrow');
if (reason) {
  console.log(`check:meds is skipped: ${reason}. It needs Python 3 (PYTHON) with meds and pyarrow.`);
  process.exit(0);
}
const vocabulary = new Vocabulary();
const work = mkdtempSync(join(tmpdir(), 'check-meds-'));
const [own, copy] = ['own', 'copy'].map((name) => join(work, name));
let failures = 0;
try {
  const records = [...simulatePatients({ patients: PATIENTS, seed: 1 }, vocabulary)].map(withValues);
  await writeMeds(streamOf(records), own, {
    dataset: { name: 'check', etlVersion: '0', createdAt: new Date().toISOString() },
    splitOf: ({ id }) => (id.endsWith('0') ? 'held_out' : 'train'),
    rowsAShard: 5_000,
  });
  verdictOf('our export', own, copy);
  cpSync(join(own, 'metadata'), join(copy, 'metadata'), { recursive: true });
  const [ours, theirs] = [await eventsIn(own), await eventsIn(copy)];
  check(
    `what pyarrow writes after the schemas is read as what we write: ${ours.events} events`,
    ours.text === theirs.text,
  );
  check(`and as the records that were written: ${records.length} patients`, ours.patients === records.length);
  for (const folder of values.folder) verdictOf(folder, folder);
} finally {
  rmSync(work, { recursive: true });
}
console.log(failures === 0 ? 'The meds package accepts what we write' : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);

function verdictOf(name: string, ...folders: string[]): void {
  const { version, faults, rows, files, codes, subjects } = runPython<Verdict>('../meds/validate_meds.py', ...folders);
  faults.slice(0, 5).forEach((fault) => console.log(`  ${fault}`));
  const what = `${rows.toLocaleString('en-US')} rows in ${files} files, ${codes} codes, ${subjects} subjects`;
  check(`${name}: ${what}; meds ${version} finds ${faults.length} faults`, faults.length === 0);
}

/** The simulator has no values: a number, an answer and a text in every record. */
function withValues(record: PatientRecord): PatientRecord {
  const { start } = record.encounters[0] ?? {};
  const measured = { kind: 'measurement' as const, start, encounter: start ? 0 : undefined };
  return {
    ...record,
    events: [
      ...record.events,
      { ...measured, code: { system: System.loinc, code: '4548-4' }, quantity: { value: 6.1, unit: '%' } },
      {
        ...measured,
        code: { system: System.loinc, code: '72166-2' },
        answer: { system: System.loinc, code: 'LA18978-9', display: 'Never smoker' },
      },
      { ...measured, code: { system: System.loinc, code: '5778-6' }, text: 'yellow' },
    ],
  };
}

async function eventsIn(folder: string): Promise<{ patients: number; events: number; text: string }> {
  const records: PatientRecord[] = [];
  const options = { vocabulary, kinds: EventKind.options, keepUnknownCodes: true };
  for await (const record of readMeds(folder, options, new Tally('stop'))) records.push(record);
  const events = records.reduce((sum, record) => sum + record.events.length, 0);
  return { patients: records.length, events, text: JSON.stringify(records) };
}

async function* streamOf(records: PatientRecord[]): AsyncGenerator<PatientRecord> {
  yield* records;
}

function check(what: string, isGood: boolean): void {
  console.log(`${isGood ? 'ok' : 'NOT OK'}  ${what}`);
  if (!isGood) failures++;
}
