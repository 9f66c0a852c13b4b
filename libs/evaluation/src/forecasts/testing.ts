import { dayNumber } from '@ehrsynth/histories';
import { Rng } from '@ehrsynth/random';
import { addDays, type PatientRecord } from '@ehrsynth/records';
import { historiesOf, recordOf } from '../longitudinal/testing.ts';
import type { Forecast } from './forecast.ts';

type Visits = Parameters<typeof recordOf>[0];

/** What became of a person, and futures that were drawn. */
export interface Life {
  real: PatientRecord;
  futures: PatientRecord[];
}

/** A forecast from day 0 of `recordOf`. */
export async function forecastOf(lives: readonly Life[]): Promise<Forecast> {
  const [histories, futures] = await historiesOf(
    lives.map(({ real }) => real),
    lives.flatMap((life) => life.futures),
  );
  const personOf = lives.flatMap((life, person) => life.futures.map(() => person));
  return { histories, futures, personOf, asOf: dayNumber('2020-01-01') };
}

/** How many times likelier things are in futures than they are. */
export interface Bias {
  codes?: number;
  visits?: number;
  ends?: number;
  /** Futures take everybody's risk for 1. */
  isBlind?: boolean;
}

const CODES = 12;
const PEOPLE = 500;
const FUTURES = 6;
const LAST_DAY = 400;

/**
 * People of low, usual and high risk, whose visits bring new codes, whose records end for no reason, and who die: with futures drawn
 * from the same, but for a bias.
 */
export function livesOf(seed: number, bias: Bias = {}): Life[] {
  return Array.from({ length: PEOPLE }, (_, i) => {
    const rng = new Rng(seed).fork(i);
    const risk = rng.pick([0.3, 1, 2.5]);
    const past: Visits = [[-100, `RISK C${rng.int(CODES)}`]];
    return {
      real: drawn(`${i}`, past, risk, {}, rng.fork('real')),
      futures: Array.from({ length: FUTURES }, (_, k) =>
        drawn(`${i}-${k + 1}`, past, bias.isBlind ? 1 : risk, bias, rng.fork(k)),
      ),
    };
  });
}

function drawn(id: string, past: Visits, risk: number, bias: Bias, rng: Rng): PatientRecord {
  const { codes = 1, visits: often = 1, ends = 1 } = bias;
  const visits = [...past];
  for (let day = 0; day < LAST_DAY;) {
    day += 1 + Math.floor(rng.gamma(1, 30 / often));
    if (rng.chance(0.03 * ends)) break;
    if (rng.chance(0.01 * risk * codes)) return recordOf(visits, { id, deathDate: addDays('2020-01-01', day) });
    const own = Array.from({ length: CODES }, (_, code) => `C${code}`);
    visits.push([day, ['RISK', ...own.filter(() => rng.chance((0.03 * risk * codes) / often))].join(' ')]);
  }
  return recordOf(visits, { id });
}
