import type { Column } from '@ehrsynth/matrix';
import type { PatientModel, SampledPatient, SampleOptions } from '@ehrsynth/models';
import { Rng } from '@ehrsynth/random';
import { addDays, type CodedEvent, type PatientRecord } from '@ehrsynth/records';

const column = (kind: Column['kind'], system: string, code: string): Column => ({ kind, system, code, level: 'code' });

/** Columns of `coinModel`: two sexes, and three conditions. */
export const COINS: readonly Column[] = [
  column('demographic', 'sex', 'female'),
  column('demographic', 'sex', 'male'),
  ...['heads', 'tails', 'edge'].map((code) => column('condition', 'urn:coins', code)),
];

/** For tests: draws women and men alike, and each condition by a share of its own; one patient in ten has nothing at all. Who has no visit is not continued. */
export function coinModel(shares: readonly number[] = [0.5, 0.3, 0.01]): PatientModel {
  const untrained = () => Promise.reject(new Error('It learns nothing'));
  const visit = (record: PatientRecord, day: string, rng: Rng): PatientRecord => {
    const encounter = record.encounters.push({ class: 'AMB', start: day, end: day }) - 1;
    for (const [i, share] of shares.entries()) {
      const { kind, system, code } = COINS[2 + i];
      const event = { kind: kind as CodedEvent['kind'], code: { system, code }, start: day, encounter };
      if (rng.chance(share)) record.events.push(event);
    }
    return record;
  };
  async function* sample(patients: number, { seed, range: [first, end] = [0, patients], signal }: SampleOptions) {
    for (let row = first; row < end; row++) {
      signal?.throwIfAborted();
      const rng = new Rng(seed).fork(row);
      const sex = rng.chance(0.5) ? 'female' : 'male';
      const person: PatientRecord = { id: `${seed}-${row}`, sex, birthDate: '1960-01-01', encounters: [], events: [] };
      const drawn: SampledPatient = { row, record: row % 10 === 3 ? person : visit(person, '2020-02-02', rng) };
      yield drawn;
    }
  }
  return {
    takes: 'records',
    columns: COINS,
    drawsOnEngine: false,
    fit: untrained,
    save: untrained,
    logLikelihood: untrained,
    sample,
    continue: async function* (records, { asOf, futures, seed }) {
      for await (const history of records) {
        const encounters = history.encounters.filter(({ start }) => start! <= asOf);
        const events = history.events.filter(({ start }) => start! <= asOf);
        if (encounters.length === 0) continue;
        for (let number = 1; number <= futures; number++) {
          const known = { ...history, id: `${history.id}-${number}`, encounters: [...encounters], events: [...events] };
          const rng = new Rng(seed).fork(`${history.id}/${number}`);
          yield { history, number, record: visit(known, addDays(asOf, 30), rng) };
        }
      }
    },
    dispose: () => {},
  };
}
