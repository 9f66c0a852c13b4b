import { startEngine } from '@ehrsynth/engine';
import { CodeMatrix, type Column, type RowSource, rowsInMemory } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Synthesizer } from '../synthesizer.ts';
import type { Course, SharedTraining, SitePart, SitePatients } from './kind.ts';
import { firstState, type RoundState, type Stretch } from './local-rounds.ts';
import { numbersIn } from './numbers.ts';
import { sharedKindOf, type SharedModelName } from './shared-kinds.ts';

const column = (kind: Column['kind'], system: string, code: string): Column => ({ kind, system, code, level: 'code' });
const columns = [
  column('demographic', 'sex', 'female'),
  column('demographic', 'sex', 'male'),
  ...['A', 'B', 'C', 'D'].map((code) => column('condition', 'x', code)),
];

/** Rows in which B is with A, and C with women alone. */
function rowsOf(count: number, seed: number): RowSource {
  const rng = new Rng(seed);
  const rows = Array.from({ length: count }, () => {
    const sex = rng.int(2);
    const a = rng.chance(0.5);
    return [sex, ...(a ? [2, 3] : []), ...(sex === 0 && rng.chance(0.5) ? [4] : []), ...(rng.chance(0.3) ? [5] : [])];
  });
  const indptr = Int32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]);
  const indices = Int32Array.from(rows.flat());
  const ids = rows.map((_, i) => String(i));
  return rowsInMemory(
    new CodeMatrix(
      columns,
      indptr,
      indices,
      indices.map(() => 1),
      ids,
    ),
  );
}

interface Site {
  part: SitePart;
  patients: number;
}

/** The coordinator's training, and the sites' parts of it. */
async function sharedBy(model: SharedModelName, settings: object, sources: RowSource[]) {
  const kind = sharedKindOf(model);
  const patients = sources.map(
    (rows, i) => ({ rows: async () => rows, minPatients: 5, seed: i, folder: '' }) as unknown as SitePatients,
  );
  const surveys = await Promise.all(
    sources.map(async (rows, i) => ({
      patients: rows.rows,
      carriers: Array.from(await rows.carriers(Int32Array.from({ length: rows.rows }, (_, row) => row))),
      said: await kind.survey(patients[i], settings),
    })),
  );
  const plan = kind.plan(columns, surveys, settings, 5);
  const parts = await Promise.all(patients.map((own) => kind.open(own, plan, settings)));
  const sites = parts.map((part): Site => ({ part, patients: part.patients }));
  const counted = parts.map(async ({ patients: own, size, counts }) => ({
    patients: own,
    size,
    counts: await counts(),
  }));
  const training = await kind.begin(columns, plan, settings, await Promise.all(counted), 1);
  return { plan, sites, training };
}

async function roundOf({ part }: Site, training: SharedTraining, state: RoundState, stretch: Stretch, course?: Course) {
  const [phase] = training.phases;
  const rounds = await part.rounds(phase.name, course ?? phase.course);
  return rounds.round(state, stretch, course ?? phase.course);
}

const after = ({ numbers, steps }: RoundState, made: Awaited<ReturnType<typeof roundOf>>): RoundState => ({
  numbers: Object.fromEntries(
    Object.entries(numbers).map(([name, own]) => [
      name,
      Float32Array.from(own, (one, i) => one + made.changes[name][i]),
    ]),
  ),
  steps: steps + made.steps,
});

describe('rounds at one site', () => {
  beforeAll(() => startEngine('wasm'));
  const settings = { epochs: 4, hidden: 8, batchSize: 10, seed: 1, dropout: 0 };

  it('make the steps of an epoch, in however many parts it comes', async () => {
    const { sites, training } = await sharedBy('autoregressive', settings, [rowsOf(120, 1)]);
    const start = await firstState(training.phases[0].variables);
    const whole = await roundOf(sites[0], training, start, { epoch: 0, from: 0, to: 1 });
    let state = start;
    let [steps, loss] = [0, 0];
    for (let part = 0; part < 4; part++) {
      const made = await roundOf(sites[0], training, state, { epoch: 0, from: part / 4, to: (part + 1) / 4 });
      state = after(state, made);
      steps += made.steps;
      loss += made.loss!;
    }
    expect(steps).toBe(whole.steps);
    expect(loss).toBeCloseTo(whole.loss!, 2);
    const expected = after(start, whole);
    for (const [name, own] of Object.entries(expected.numbers))
      own.forEach((one: number, i: number) => expect(state.numbers[name][i]).toBeCloseTo(one, 4));
  });

  it('are as many at each site, whatever its size', async () => {
    const { sites, training } = await sharedBy('vae', settings, [rowsOf(300, 1), rowsOf(120, 2)]);
    const start = await firstState(training.phases[0].variables);
    const made = await Promise.all(sites.map((site) => roundOf(site, training, start, { epoch: 0, from: 0, to: 1 })));
    expect(Math.abs(made[0].steps - made[1].steps)).toBeLessThanOrEqual(0.1 * made[0].steps);
  });

  it('learn: the loss of what is set aside falls', async () => {
    const { sites, training } = await sharedBy('autoregressive', { ...settings, learningRate: 0.02 }, [rowsOf(200, 1)]);
    const [{ name, course }] = training.phases;
    let state = await firstState(training.phases[0].variables);
    const lossOf = async () => (await sites[0].part.rounds(name, course)).validate(state.numbers);
    const before = await lossOf();
    for (let epoch = 0; epoch < 4; epoch++)
      state = after(state, await roundOf(sites[0], training, state, { epoch, from: 0, to: 1 }));
    const now = await lossOf();
    expect(now.patients).toBe(20);
    expect(now.loss).toBeLessThan(0.8 * before.loss);
  });

  it('in private report no loss, set nobody aside, and have noise: the same round twice gives other weights', async () => {
    const own = { ...settings, noiseMultiplier: 1, epochs: 2 };
    const { sites, training } = await sharedBy('autoregressive', own, [rowsOf(120, 1)]);
    const start = await firstState(training.phases[0].variables);
    const stretch = { epoch: 0, from: 0, to: 0.5 };
    const one = await roundOf(sites[0], training, start, stretch);
    const other = await roundOf(sites[0], training, start, stretch);
    expect(one.loss).toBeUndefined();
    expect(one.changes['last.bias']).not.toEqual(other.changes['last.bias']);
    const rounds = await sites[0].part.rounds('likelihood', training.phases[0].course);
    expect(await rounds.validate(start.numbers)).toEqual({ loss: 0, patients: 0 });
    // All rounds together make the steps that the budget is for.
    let steps = 0;
    for (let half = 0; half < 4; half++) {
      const own = { epoch: half >> 1, from: (half % 2) / 2, to: ((half % 2) + 1) / 2 };
      steps += (await roundOf(sites[0], training, start, own)).steps;
    }
    // 120 rows, 10 of a batch: a share of a twelfth each, for two passes.
    expect(steps).toBe(24);
  });

  it('refuse weights of another shape', async () => {
    const { sites, training } = await sharedBy('autoregressive', settings, [rowsOf(60, 1)]);
    const { numbers } = await firstState(training.phases[0].variables);
    const wrong = { numbers: { ...numbers, 'last.bias': Float32Array.of(1) }, steps: 0 };
    await expect(roundOf(sites[0], training, wrong, { epoch: 0, from: 0, to: 1 })).rejects.toThrow(/last\.bias/);
  });
});

describe('a plan for several sites', () => {
  it('keeps what no site has seen impossible, and allows what one of them has', async () => {
    const zerosOf = async (sources: RowSource[]) => {
      const { plan, training } = await sharedBy('autoregressive', { epochs: 1, hidden: 4 }, sources);
      const { zeros, order } = (plan as { learned: { zeros: [number, number][]; order: number[] } }).learned;
      const drawn = (training.model as Synthesizer).sample(1, { seed: 1 });
      expect((await drawn.next()).done).toBe(false);
      // Tokens of codes stand after those of the sexes and the absence of one.
      return zeros.filter(([value, code]) => value !== code).map(([value, code]) => [value, order[code - 3]]);
    };
    const [male, c] = [1, 4];
    const women = rowsOf(400, 1);
    expect(await zerosOf([women, rowsOf(30, 2)])).toEqual([[male, c]]);
    const anybody = rowsInMemory(
      new CodeMatrix(
        columns,
        Int32Array.from({ length: 201 }, (_, i) => 2 * i),
        Int32Array.from({ length: 400 }, (_, i) => (i % 2 ? c : (i >> 1) % 2)),
        new Int32Array(400).fill(1),
        Array.from({ length: 200 }, (_, i) => String(i)),
      ),
    );
    expect(await zerosOf([women, anybody])).toEqual([]);
  });

  it('begins with the weights that the seed gives', async () => {
    const weights = async (seed: number) => {
      const { training } = await sharedBy('vae', { epochs: 1, hidden: 4, seed }, [rowsOf(60, 1)]);
      return numbersIn(training.phases[0].variables);
    };
    expect(await weights(1)).toEqual(await weights(1));
    expect(await weights(1)).not.toEqual(await weights(2));
  });
});
