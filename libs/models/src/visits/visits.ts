import { type Column, columnGroups, firstCodeOf } from '@ehrsynth/matrix';
import { Rng, uuidOf } from '@ehrsynth/random';
import { addDays, type CodedEvent, type PatientRecord, Sex } from '@ehrsynth/records';
import { z } from 'zod';
import { readModel, saveModel } from '../model-file.ts';
import { type PatientModel, type PatientSource, refuseNothing, type SampledPatient } from '../patient-model.ts';
import { type FitControl, MIN_PATIENTS, type SampleOptions } from '../synthesizer.ts';
import { VisitsOptions } from './options.ts';

const FORMAT = 'ehrsynth-visits-1';
const GAP_DAYS = 200;

const Learned = z.object({
  /** Of each column its share of the visits; of a demographic, of the patients. 0 where too few patients have it. */
  shares: z.array(z.number().min(0)),
  visits: z.number().min(0),
});
type Learned = z.infer<typeof Learned>;

/** Visits whose codes are drawn each for itself, with its share of all visits. */
export class Visits implements PatientModel {
  readonly takes = 'records';
  readonly drawsOnEngine = false;
  private learned: Learned | undefined;

  constructor(
    readonly columns: readonly Column[],
    readonly options: VisitsOptions = VisitsOptions.parse({}),
  ) {}

  async fit(source: PatientSource, control: FitControl = {}): Promise<boolean> {
    refuseNothing(source);
    const { minPatients = MIN_PATIENTS, signal, onEvent, onProgress } = control;
    if (this.options.noiseMultiplier > 0) throw new Error('It cannot be trained with differential privacy yet');
    const total = this.options.epochs ?? 1;
    const first = firstCodeOf(source.columns);
    for (let epoch = 1; epoch <= Math.max(1, total); epoch++) {
      const carriers = new Float64Array(source.columns.length);
      const counts = new Float64Array(source.columns.length);
      let [visits, patients] = [0, 0];
      for await (const record of source.records()) {
        if (signal?.aborted) return false;
        const own = new Map<number, number>();
        for (const event of record.events) {
          const column = source.columnOf(event);
          if (column !== undefined) own.set(column, (own.get(column) ?? 0) + 1);
        }
        for (const [column, count] of own) {
          carriers[column]++;
          counts[column] += Math.min(count, 10);
        }
        for (const [i, { kind, code }] of source.columns.entries())
          if (kind === 'demographic' && [record.sex, record.race].includes(code) && ++carriers[i]) counts[i]++;
        visits += Math.min(20, record.encounters.length || 1);
        patients++;
      }
      const share = (count: number, i: number) =>
        carriers[i] < minPatients ? 0 : Math.min(1, count / (i < first ? patients : visits));
      this.learned = { shares: Array.from(counts, share), visits: Math.round(visits / patients) };
      onProgress?.(epoch);
      onEvent?.({ phase: 'likelihood', epoch, epochs: total, done: epoch, total, losses: {}, rowsPerSecond: 0 });
      if (signal?.aborted && epoch < total) return false;
    }
    return true;
  }

  async *sample(patients: number, options: SampleOptions): AsyncGenerator<SampledPatient> {
    const { seed, range: [first, end] = [0, patients], signal, onProgress } = options;
    for (let row = first; row < end; row++) {
      // A timer can only end it where it gets its turn.
      if (row % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      const rng = new Rng(seed).fork(`patient/${row}`);
      yield { row, record: this.life(uuidOf(`${seed}/${row}`), rng) };
      onProgress?.(row + 1 - first);
    }
  }

  async continue(record: PatientRecord, asOf: string, futures: number, { seed }: { seed: number }) {
    const kept = record.encounters.filter(({ start }) => start !== undefined && start <= asOf);
    const placeOf = new Map(kept.map((encounter, i) => [record.encounters.indexOf(encounter), i]));
    const events = record.events
      .filter(({ start }) => start === undefined || start <= asOf)
      .map(({ encounter, ...event }) => ({
        ...event,
        ...(encounter !== undefined && { encounter: placeOf.get(encounter) }),
      }));
    return Array.from({ length: futures }, (_future, i): PatientRecord => {
      const history = { ...record, deathDate: undefined, encounters: [...kept], events: [...events] };
      return this.extend(history, addDays(asOf, 1), new Rng(seed).fork(`future/${i}`));
    });
  }

  async logLikelihood(records: AsyncIterable<PatientRecord>, columnOf: (event: CodedEvent) => number | undefined) {
    const { shares } = this.known;
    const found: number[] = [];
    for await (const { events } of records)
      found.push(events.reduce((sum, event) => sum + Math.log(shares[columnOf(event) ?? -1] || 1e-9), 0));
    return Float64Array.from(found);
  }

  async save(folder: string): Promise<void> {
    await saveModel(folder, FORMAT, this.columns, this.options, this.known);
  }

  static async load(folder: string): Promise<Visits> {
    const parts = { options: VisitsOptions, learned: Learned, hasWeights: false };
    const { columns, options, learned } = await readModel(folder, FORMAT, parts);
    const model = new Visits(columns, options);
    model.learned = learned;
    return model;
  }

  dispose(): void {
    this.learned = undefined;
  }

  private life(id: string, rng: Rng): PatientRecord {
    const { shares } = this.known;
    const drawn = (wanted: string): string | undefined => {
      const group = columnGroups(this.columns).find(({ name }) => name === wanted);
      if (!group) return undefined;
      const chosen = rng.weighted(shares.slice(group.start, group.end));
      return chosen === -1 ? undefined : this.columns[group.start + chosen].code;
    };
    const birthDate = addDays('1940-01-01', rng.int(60 * 365));
    const [sex, race] = [Sex.parse(drawn('sex') ?? 'unknown'), drawn('race')];
    const person = { id, sex, birthDate, ...(race !== undefined && { race }) };
    return this.extend({ ...person, encounters: [], events: [] }, addDays(birthDate, rng.int(25_000)), rng);
  }

  private extend(record: PatientRecord, from: string, rng: Rng): PatientRecord {
    const { shares, visits } = this.known;
    const first = firstCodeOf(this.columns);
    let day = from;
    for (let visit = 0; visit < rng.int(2 * visits + 1); visit++) {
      const encounter = record.encounters.push({ class: 'AMB', start: day, end: day }) - 1;
      for (let column = first; column < shares.length; column++) {
        if (!rng.chance(shares[column])) continue;
        const { kind, system, code, display } = this.columns[column];
        const event = { kind: kind as CodedEvent['kind'], code: { system, code, display }, start: day, encounter };
        record.events.push(event);
      }
      day = addDays(day, 1 + rng.int(GAP_DAYS));
    }
    return record;
  }

  private get known(): Learned {
    if (!this.learned) throw new Error('the model has not been trained');
    return this.learned;
  }
}
