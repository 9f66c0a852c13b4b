import { CodeIdentifier, type Frame, openFrame, OWN_SYSTEM, ROLES, rolesText } from '@ehrsynth/frames';
import { printable } from '@ehrsynth/io';
import { EventKind, type PatientRecord, quoted, systemName, Tally } from '@ehrsynth/records';
import { numberText } from '@ehrsynth/statistics';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { checkedOptions } from '../run/options.ts';
import { readingOptions, type RecordSource, shownOptions } from './record-source.ts';
import { WideRecords } from './wide-records.ts';

const FrameSourceOptions = z.strictObject({
  ...readingOptions,
  /** Columns of a table whose names do not show what they hold: { id: 'person', code: 'icd' }. */
  columns: z.partialRecord(z.enum(ROLES), z.string()).optional(),
  /** File with the names of a matrix's columns. */
  names: z.string().optional(),
  /** System of codes that do not say theirs: its URI or name; by default what their form shows. */
  system: z.string().min(1).optional(),
  /** Kind of codes that neither say it nor have a system with codes of one kind. */
  kind: EventKind.default('condition'),
});
export type FrameSourceOptions = z.input<typeof FrameSourceOptions>;

/**
 * A matrix of patients × codes (.npz, .npy, CSV, Parquet), or a table with a row for each event (CSV, Parquet), as records. What is known of
 * the table once it is open, and what a cohort of it cannot do, is among the tally's remarks.
 * @param command ingest csv, ingest npz, ingest parquet
 */
export function frameSource(command: string, path: string, options: FrameSourceOptions = {}): RecordSource {
  const given = checkedOptions('frameSource', FrameSourceOptions, options);
  const { onError, kinds, keepUnknownCodes, formerCodes, columns: roles, names, system, kind } = given;
  const vocabulary = new Vocabulary();
  const tally = new Tally(onError);
  async function* read(onProgress: (count: number) => void, workFolder?: string) {
    const identifier = new CodeIdentifier({ vocabulary, keepUnknownCodes, formerCodes, system, kind });
    const frame = await openFrame(path, { roles, names, workFolder });
    try {
      let patients = 0;
      for (const remark of remarksOn(frame)) tally.remarks.add(remark);
      for await (const record of recordsOf(frame, identifier, tally)) {
        yield ofKinds(record, kinds, tally);
        onProgress(++patients);
      }
      for (const hint of formHints(identifier)) tally.hints.add(hint);
    } finally {
      await frame.close();
    }
  }
  const inputs = [path, ...(names === undefined ? [] : [names])];
  return { command, name: path, inputs, options: shownOptions(given), vocabulary, tally, unit: 'patients', read };
}

function recordsOf(frame: Frame, identifier: CodeIdentifier, tally: Tally): AsyncIterable<PatientRecord> {
  if (frame.is === 'wide') return new WideRecords(frame, identifier, tally).read();
  const notes = new Noting(tally);
  return frame.records({
    resolve: identifier.resolve,
    notes,
    onNote: (found) => tally.note({ ...found, resourceType: 'patient' }),
    onFault: ({ reason, where, detail }) =>
      tally.fault({ reason, where, resourceType: 'event', ...(detail !== undefined && { detail: quoted(detail) }) }),
  });
}

/** Notes of the reading as notes of the tally. */
class Noting extends Map<string, number> {
  constructor(private readonly tally: Tally) {
    super();
  }

  override set(what: string, times: number): this {
    this.tally.notes.set(what, times);
    return super.set(what, times);
  }
}

/** Those of a record's events that are asked for; all of them counted. */
function ofKinds(record: PatientRecord, kinds: readonly EventKind[], tally: Tally): PatientRecord {
  tally.use('patient');
  const events = record.events.filter(({ kind, code }) => {
    const isAsked = kinds.includes(kind);
    if (isAsked) tally.code(kind, code.system, code.code);
    else tally.skip('event', `${kind} not requested`);
    return isAsked;
  });
  tally.use('event', events.length);
  return { ...record, events };
}

/** How the table was read, and what a cohort of it cannot do. */
function remarksOn(frame: Frame): string[] {
  const { roles } = frame;
  const said = rolesText(roles);
  const isDated = frame.is === 'long' && frame.times !== undefined;
  const has = personIn(frame);
  const layout =
    frame.is === 'wide'
      ? `Read as a row for each patient and a column for each of ${numberText(frame.width)} codes`
      : 'Read as a row for each event';
  return [
    `${layout}${said && `; columns: ${said}`} (change this with --column ROLE=NAME).`,
    ...(isDated ? [] : [WITHOUT_TIMES]),
    ...(frame.is === 'long' && frame.times === 'days'
      ? ['Times are numbers; they were read as days since 2000-01-01.']
      : []),
    ...(has.sex
      ? []
      : [
          'The source has no sex: figures by sex are missing, and codes that are impossible for a sex cannot be found.',
        ]),
    ...(has.age
      ? []
      : [
          'The source has neither age nor date of birth: figures by age are missing, and codes that are impossible at an age cannot be found.',
        ]),
  ];
}

const WITHOUT_TIMES =
  'The source has no times: only models of rows (autoregressive, medgan, …) can be trained on it, and only rows are measured. Visits, models of whole records and futures need times; the dates that `generate` writes carry no information.';

function personIn(frame: Frame): { sex: boolean; age: boolean } {
  const { roles } = frame;
  const oneHot = frame.is === 'wide' ? WideRecords.demographicsIn(frame) : new Set<string>();
  return {
    sex: roles.sex !== undefined || oneHot.has('sex'),
    age: roles.age !== undefined || roles.birth !== undefined || oneHot.has('age'),
  };
}

/** Which systems codes were found to be of by their form alone. */
function formHints({ byForm, own }: CodeIdentifier): string[] {
  const shown = [...own].slice(0, SHOWN).map((code) => printable(code));
  return [
    ...[...byForm].map(
      ([system, codes]) =>
        `Codes that look like ${systemName(system)} and were read as such: ${numberText(codes.size)} of the codes (--system names another)`,
    ),
    ...(own.size > 0
      ? [
          `Codes of no known system, read as codes of the table's own (${OWN_SYSTEM}): ${numberText(own.size)} of the codes, such as ${shown.join(', ')} (--system names theirs)`,
        ]
      : []),
  ];
}

const SHOWN = 5;
