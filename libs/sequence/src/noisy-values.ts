import { next53, type RandomWords, RoundedNormal, SecureWords } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import type { Columns } from './learn-dictionary.ts';
import { saidBy } from './said.ts';
import type { ValueBins } from './value-bins.ts';
import { ValueGrid } from './value-grid.ts';

/** Pairs of a column and a unit that a patient counts in, once each. */
export const MOST_VALUES_OF_PATIENT = 32;
/** What one patient, there or not, moves all counts together by, in L2 norm. */
export const VALUES_SENSITIVITY = Math.sqrt(MOST_VALUES_OF_PATIENT);
/** A cell counts where its noisy count is above so many standard deviations of the noise, and a unit where all its cells together are. */
const [LEAST_OF_CELL, LEAST_OF_UNIT] = [4, 12];
const MOST_BINS = 10;
/** Standard deviations that a bin holds at least. */
const LEAST_OF_BIN = 4;
const ALMOST_HALF = 0.49;
/** Points of the quantile function within a bin. */
const POINTS = 9;

/** Units of values in UCUM, which every cohort is looked through for; '' is none. */
export const VALUE_UNITS: readonly string[] = `
  % /min /uL /[HPF] 10*3/uL 10*6/uL 10*9/L 10*12/L Cel [degF] U/L [IU]/L [IU]/mL m[IU]/L m[IU]/mL a cm m [in_i] kg g [lb_av] kg/m2 m2
  mm[Hg] mm/h s fL pg pg/mL ng/mL ng/dL ng/L ug/mL ug/dL ug/L mg/dL mg/L mg/g mg/g{creat} g/dL g/L mmol/L mmol/mol umol/L nmol/L
  pmol/L meq/L mosm/kg mL/min mL/min/{1.73_m2} L/min L {score} {INR} 1`
  .trim()
  .split(/\s+/)
  .concat('');

/** Units in which values are whole numbers. */
const WHOLE: ReadonlySet<string> = new Set(['/min', '{score}', 'mm[Hg]']);
/** Where a share of a whole ends: what is in the cell from there on is that very value. */
const ALL = { unit: '%', value: 100 };

type Cell = [cell: number, count: number];

/** Values of a column's events: a unit, and bins of what lies in each. */
export interface ColumnValues {
  unit: { unit?: string };
  bins: ValueBins;
}

/**
 * Counts of values over a public grid, for columns of measurements and public units, given away with noise (the Gaussian mechanism, of the
 * sensitivity above); all else is made of the noisy counts. A patient counts once in each of at most 32 pairs of a column and a unit, with
 * a value chosen by chance; of more pairs so many are chosen by chance. What is chosen is the patient's own affair, so that one patient,
 * there or not, changes at most 32 counts, each by 1.
 */
export class NoisyValues {
  private readonly grid: ValueGrid;
  /** By column and unit, by cell. */
  private readonly counts = new Map<number, Map<number, number>>();
  private readonly units = new Map(
    VALUE_UNITS.map((unit, i): [string, number] => [JSON.stringify(unit === '' ? {} : { unit }), i]),
  );

  constructor(
    private readonly cohort: Columns,
    patients: number,
    private readonly words: RandomWords = new SecureWords(),
  ) {
    this.grid = new ValueGrid(patients);
  }

  /** Counts of a cohort with so many columns of measurements, each of which gets noise. */
  static countsOf(columns: Columns['columns'], patients: number): number {
    return measurements(columns).length * VALUE_UNITS.length * new ValueGrid(patients).count;
  }

  /** Whether a value that all patients have would be seen above the noise, were it spread over a few cells. */
  static isWorthwhile(patients: number, noiseMultiplier: number): boolean {
    return patients >= 2 * LEAST_OF_UNIT * noiseMultiplier * VALUES_SENSITIVITY;
  }

  add({ events }: PatientRecord): void {
    const cells = new Map<number, number[]>();
    for (const event of events) {
      const said = saidBy(event);
      const unit = said.type === 'number' ? this.units.get(said.key) : undefined;
      if (event.kind !== 'measurement' || unit === undefined) continue;
      const column = this.cohort.columnOf(event);
      const cell = this.grid.cellOf(event.quantity!.value!);
      if (column === undefined || cell < 0) continue;
      const pair = column * VALUE_UNITS.length + unit;
      if (!cells.has(pair)) cells.set(pair, []);
      cells.get(pair)!.push(cell);
    }
    const pairs = [...cells];
    for (let i = 0; i < Math.min(MOST_VALUES_OF_PATIENT, pairs.length); i++) {
      const chosen = i + this.below(pairs.length - i);
      [pairs[i], pairs[chosen]] = [pairs[chosen], pairs[i]];
      const [pair, own] = pairs[i];
      const counts = this.counts.get(pair) ?? new Map<number, number>();
      const cell = own[this.below(own.length)];
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
      this.counts.set(pair, counts);
    }
  }

  /** @param noiseMultiplier standard deviation of the noise over the sensitivity */
  done(noiseMultiplier: number): Map<number, ColumnValues> {
    const noise = new RoundedNormal(Math.ceil(noiseMultiplier * VALUES_SENSITIVITY), this.words);
    const found = new Map<number, ColumnValues>();
    for (const column of measurements(this.cohort.columns)) {
      let most = LEAST_OF_UNIT * noise.deviation;
      VALUE_UNITS.forEach((unit, i) => {
        const cells = this.noisyCells(column * VALUE_UNITS.length + i, noise);
        const total = countOf(cells);
        if (total < most) return;
        most = total;
        const bins = this.binsOf(
          cells,
          unit,
          Math.min(MOST_BINS, Math.floor(total / (LEAST_OF_BIN * noise.deviation))),
        );
        found.set(column, { unit: unit === '' ? {} : { unit }, bins });
      });
    }
    return found;
  }

  /** Every cell gets noise; those that are above it are kept. */
  private noisyCells(pair: number, noise: RoundedNormal): Cell[] {
    const counts = this.counts.get(pair);
    const kept: Cell[] = [];
    for (let cell = 0; cell < this.grid.count; cell++) {
      const noisy = (counts?.get(cell) ?? 0) + noise.next();
      if (noisy >= LEAST_OF_CELL * noise.deviation) kept.push([cell, noisy]);
    }
    return kept;
  }

  /** Bins of about as many values each, whole cells. */
  private binsOf(cells: readonly Cell[], unit: string, wanted: number): ValueBins {
    const { grid } = this;
    const total = countOf(cells);
    const bins: Cell[][] = [[]];
    let before = 0;
    for (const cell of cells) {
      if (before >= (bins.length * total) / wanted) bins.push([]);
      bins.at(-1)!.push(cell);
      before += cell[1];
    }
    const decimals = WHOLE.has(unit) ? 0 : decimalsFor(grid.start(cells[cells.length >> 1][0]));
    const spread = ([cell, count]: Cell) => ({ count, ...this.spreadOf(cell, unit, decimals) });
    return {
      decimals,
      cuts: bins.slice(1).map(([[first]]) => grid.start(first)),
      bins: bins.map((own) => ({ atoms: [], others: countOf(own), points: quantiles(own.map(spread)) })),
    };
  }

  /** Numbers that round to the values which are written in a cell, each as many. */
  private spreadOf(cell: number, unit: string, decimals: number): { start: number; end: number } {
    const [start, end] = [this.grid.start(cell), this.grid.start(cell + 1)];
    const step = 10 ** -decimals;
    const written = (value: number) => step * Math.ceil(value / step - 1e-9);
    const first = written(start);
    const last = unit === ALL.unit && start === ALL.value ? ALL.value : written(end) - step;
    if (last < first - step / 2) return { start, end };
    return { start: first - ALMOST_HALF * step, end: last + ALMOST_HALF * step };
  }

  private below(count: number): number {
    return next53(this.words) % count;
  }
}

function measurements(columns: Columns['columns']): number[] {
  return [...columns.keys()].filter((column) => columns[column].kind === 'measurement');
}

/** Decimals with which values of a size are commonly written. */
function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return 0;
  return size >= 1 ? 1 : Math.min(6, 1 - Math.floor(Math.log10(size)));
}

function countOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, [, count]) => sum + count, 0);
}

/** Evenly spaced quantiles of values that are evenly spread within each part. */
function quantiles(parts: readonly { count: number; start: number; end: number }[]): number[] {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  return Array.from({ length: POINTS }, (_, i) => {
    let left = (i / (POINTS - 1)) * total;
    for (const { count, start, end } of parts) {
      if (left <= count) return start + (left / count) * (end - start);
      left -= count;
    }
    return parts.at(-1)!.end;
  });
}
