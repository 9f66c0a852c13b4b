import {
  CodeIdentifier,
  type CodeResolver,
  FrameError,
  kindOf,
  type Long,
  NameMatcher,
  systemsOf,
} from '@ehrsynth/frames';
import { type Encoder, firstCodeOf } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { numberText } from '@ehrsynth/statistics';
import { Vocabulary } from '@ehrsynth/vocab';
import type { CohortManner } from './cohort-manner.ts';
import { cellNotes, missingNotes, unmatchedNotes } from './frame-notes.ts';

/**
 * Records of a table with a row for each event, in a cohort's own codes and units: a code is the column of the cohort that it names, else
 * what its system or form says. Values without a unit are taken to be in the cohort's.
 * @returns with notes, to which is added when all records are read
 */
export function foreignRecords(
  long: Long,
  encoder: Encoder,
  manner: CohortManner,
): { records: AsyncGenerator<PatientRecord>; notes: string[] } {
  const notes: string[] = [];
  const found = new Map<string, number>();
  const unmatched = new Map<string, number>();
  const resolve = resolverOf(encoder);
  const met = new Set<number>();
  let [withoutUnit, otherKinds] = [0, 0];
  async function* records() {
    const options = { resolve, notes: found, onFault };
    for await (const record of long.records(options)) {
      for (const event of record.events) {
        const place = encoder.columnOf(event);
        if (!manner.kinds.has(event.kind)) otherKinds++;
        else if (place === undefined) add(unmatched, event.code.code);
        else met.add(place);
        const unit = event.quantity && !event.quantity.unit ? manner.unitOf(event) : undefined;
        if (unit === undefined) continue;
        event.quantity = { ...event.quantity, unit };
        withoutUnit++;
      }
      yield manner.likeOwn(record);
    }
    const missing = encoder.columns.filter(({ kind }, place) => kind !== 'demographic' && !met.has(place));
    notes.push(
      ...missingNotes(missing, encoder.columns.length - firstCodeOf(encoder.columns), 'is in no row'),
      ...unmatchedNotes(unmatched, [], 'event'),
      ...cellNotes(found),
    );
    if (otherKinds > 0)
      notes.push(
        `${numberText(otherKinds)} events of the synthetic file were left out: the cohort has no events of their kind.`,
      );
    if (withoutUnit > 0)
      notes.push(
        `${numberText(withoutUnit)} values of the synthetic file have no unit; they are taken to be in the unit of the cohort.`,
      );
    if (long.times === 'days')
      notes.push('Times of the synthetic file are numbers; they were read as days since an arbitrary first day.');
  }
  return { records: records(), notes };
}

function onFault({ reason, where, detail }: { reason: string; where: string; detail?: string }): void {
  const what = detail === undefined ? reason : `${reason}: ${detail}`;
  throw new FrameError(what, where, 'Correct the row (dates are written 2020-01-31), or remove it.');
}

/** The column that a code names, as the cohort has it; else what identifies it. */
function resolverOf(encoder: Encoder): CodeResolver {
  const matcher = new NameMatcher(encoder.columns);
  const identifier = new CodeIdentifier({ vocabulary: new Vocabulary(), keepUnknownCodes: true });
  const known = new Map<string, ReturnType<CodeResolver>>();
  return (text, system, kind) => {
    const key = JSON.stringify([text, system, kind]);
    let found = known.get(key);
    if (!found) {
      const said = { ...(system && { systems: systemsOf(system) ?? [system] }), ...(kind && { kind: kindOf(kind) }) };
      const { places } = matcher.find(text, said);
      const column = places.length === 1 ? encoder.columns[places[0]] : undefined;
      found =
        column && column.kind !== 'demographic'
          ? { kind: column.kind, code: { system: column.system, code: column.code } }
          : identifier.resolve(text, system, kind);
      known.set(key, found);
    }
    return found;
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
