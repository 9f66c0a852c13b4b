import { SMALL_CELL } from '../small-cells.ts';
import { eachSide, type SideName } from '../sides.ts';
import { joinedBins } from './binned.ts';
import { unpacked } from './distances.ts';
import { MIN_CARRIERS } from './recurrence.ts';
import type { Sides } from './side.ts';
import { type ValuesByCode, valuesOf } from './values-by-code.ts';

export interface FirstAgeCurve {
  /** The code's number. */
  code: number;
  /** Ages in years, and the share of the people with the code who had it by then. */
  ages: number[];
  holdout: number[];
  training: number[];
  synthetic: number[];
}

const MOST_CURVES = 12;
const BAND_YEARS = 5;
const BANDS = 22;
const DAYS_A_YEAR = 365.2425;

/** At which ages people first have a code: of the conditions that most held-out people have, or of all codes where there are none. */
export function firstAgeCurves(sides: Sides, ages: Record<SideName, ValuesByCode>, k = SMALL_CELL): FirstAgeCurve[] {
  const { codes } = sides.holdout.histories.dictionary;
  const carriers = codes.map((_, code) => valuesOf(ages.holdout, code).length);
  const enough = [...codes.keys()].filter((code) => carriers[code] >= Math.max(k, MIN_CARRIERS));
  const conditions = enough.filter((code) => codes[code].kind === 'condition');
  return (conditions.length > 0 ? conditions : enough)
    .sort((a, b) => carriers[b] - carriers[a] || a - b)
    .slice(0, MOST_CURVES)
    .flatMap((code) => {
      const counts = eachSide((name) => countsByBand(valuesOf(ages[name], code)));
      const groups = joinedBins([counts.holdout, counts.training], k, true);
      if (!groups) return [];
      const curve = (name: SideName) => {
        const total = Math.max(1, valuesOf(ages[name], code).length);
        return groups.map(([, to]) => counts[name].slice(0, to).reduce((a, b) => a + b, 0) / total);
      };
      return { code, ages: groups.map(([, to]) => to * BAND_YEARS), ...eachSide(curve) };
    });
}

/** People by the band of five years in which they first had it. */
function countsByBand(ages: Int32Array): Float64Array {
  const counts = new Float64Array(BANDS);
  for (const age of ages) {
    const band = Math.floor(unpacked(age) / DAYS_A_YEAR / BAND_YEARS);
    counts[Math.max(0, Math.min(BANDS - 1, band))]++;
  }
  return counts;
}
