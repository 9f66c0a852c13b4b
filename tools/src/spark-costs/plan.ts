import type { CostOptions } from './options.ts';
import type { Measured } from './measure.ts';

/** What grows with the patients. */
export const QUANTITIES = [
  'sparkSeconds',
  'hereSeconds',
  'inputBytes',
  'shuffledBytes',
  'keptBytes',
  'receivedBytes',
  'sentBytes',
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** How a quantity grows: as the patients to this power between the last two sizes, and what it is at a number of patients. */
export interface Growth {
  exponent: number | undefined;
  at: (patients: number) => number;
}

/**
 * The growth of a quantity, by the last two sizes. What is the same for any number of patients makes the exponent small at few of them; so
 * that beyond the last size what is added between the two goes on, and to the power where that is more than 1.
 */
export function growthOf(measured: readonly Measured[], quantity: Quantity): Growth {
  const points = measured
    .flatMap((one) => (one[quantity] === undefined ? [] : [[one.patients, one[quantity]] as const]))
    .sort(([a], [b]) => a - b);
  const [before, last] = points.slice(-2);
  if (!last) return { exponent: undefined, at: (patients) => (before ? (before[1] * patients) / before[0] : 0) };
  const exponent =
    before[1] > 0 && last[1] > 0 ? Math.log(last[1] / before[1]) / Math.log(last[0] / before[0]) : undefined;
  const slope = Math.max(0, (last[1] - before[1]) / (last[0] - before[0]));
  const at = (patients: number) =>
    exponent !== undefined && exponent > 1
      ? last[1] * (patients / last[0]) ** exponent
      : last[1] + slope * (patients - last[0]);
  return { exponent, at };
}

/** Bytes that a task of Spark should have of a shuffle or a file. */
const TASK_BYTES = 128 * 2 ** 20;

export interface Planned {
  work: string;
  patients: number;
  coreHours: number;
  hours: number;
  dollars: number;
  shuffledBytes: number;
  keptBytes: number;
  tasks: number;
  receivedBytes: number;
  sentBytes: number;
  /** That this machine is busy, where it is not Spark. */
  hoursHere: number;
}

/** What a work would take of so many patients, by what was measured with one thread: on a cluster nothing else is done beside it. */
export function planned(work: string, measured: readonly Measured[], plan: CostOptions['plan']): Planned {
  const least = Math.min(...measured.map(({ cores }) => cores));
  const own = measured.filter((one) => one.work === work && one.cores === least);
  const at = (quantity: Quantity) => growthOf(own, quantity).at(plan.patients);
  const coreHours = at('sparkSeconds') / 3600;
  const [shuffledBytes, inputBytes, receivedBytes, sentBytes] = [
    at('shuffledBytes'),
    at('inputBytes'),
    at('receivedBytes'),
    at('sentBytes'),
  ];
  const travelling = (receivedBytes + sentBytes) / (plan.megabytesPerSecond * 1e6);
  const hoursHere = Math.max(at('hereSeconds'), travelling) / 3600;
  return {
    work,
    patients: plan.patients,
    coreHours,
    hours: coreHours / plan.cores + hoursHere,
    dollars: coreHours * plan.dollarsPerCoreHour,
    shuffledBytes,
    keptBytes: at('keptBytes'),
    tasks: Math.ceil((shuffledBytes + inputBytes) / TASK_BYTES),
    receivedBytes,
    sentBytes,
    hoursHere,
  };
}

/** A number of patients above which something does not work, or not in a day. */
export interface Wall {
  what: string;
  patients: number;
}

/** Entries of matrix.npz, whose offsets have 32 bits. */
const MOST_ENTRIES = 2 ** 31;
const DAY_HOURS = 24;

/** Where a work ends, the nearest wall first. */
export function wallsOf(work: string, measured: readonly Measured[], plan: CostOptions['plan']): Wall[] {
  const until = (isOver: (patients: number) => boolean) => {
    let [low, high] = [1, 1e12];
    while (high / low > 1.01) {
      const middle = Math.sqrt(low * high);
      if (isOver(middle)) high = middle;
      else low = middle;
    }
    return low;
  };
  const at = (patients: number) => planned(work, measured, { ...plan, patients });
  const walls: Wall[] = [
    { what: `a day of ${plan.cores} cores`, patients: until((n) => at(n).coreHours / plan.cores > DAY_HOURS) },
    { what: 'a day of this machine and its network', patients: until((n) => at(n).hoursHere > DAY_HOURS) },
  ];
  const last = measured.filter((one) => one.work === work && one.entries).at(-1);
  if (last)
    walls.push({
      what: 'matrix.npz on this machine: 2³¹ entries',
      patients: (MOST_ENTRIES * last.patients) / last.entries!,
    });
  return walls.sort((a, b) => a.patients - b.patients);
}
