/** Sums over patients in units of clip / CLIP_UNITS, whole numbers, by the names of the network's variables. */
export type GradientSums = Record<string, Float64Array>;

/** The norm that a patient's gradient is clipped to, in units of the grid that it is rounded to. */
export const CLIP_UNITS = 2 ** 20;

/** A patient's gradient of a variable's values from a place on; what no part has is 0, and no value is in two parts. */
export interface GradientPart {
  name: string;
  start: number;
  values: Float64Array;
}

/**
 * Sums of patients' gradients, each clipped to a norm and rounded to a grid (Abadi et al. 2016, algorithm 1).
 *
 * What the noise relies on is that a patient, added or taken away, moves the sums by at most CLIP_UNITS in L2 norm, whatever floating
 * point does. Therefore a patient's gradient is made without the others, so that nothing of them can touch its rounding errors; it is
 * scaled and rounded to whole numbers whose norm is at most CLIP_UNITS; and whole numbers add up exactly. A gradient that is not finite
 * counts as none.
 */
export class ClippedSums {
  readonly sums: GradientSums;
  /** Of the whole gradient. */
  private readonly size: number;

  constructor(
    variables: Readonly<Record<string, { size: number }>>,
    private readonly clip: number,
  ) {
    this.sums = Object.fromEntries(Object.entries(variables).map(([name, { size }]) => [name, new Float64Array(size)]));
    this.size = Object.values(this.sums).reduce((total, { length }) => total + length, 0);
  }

  /** @param parts of one patient's gradient */
  add(parts: readonly GradientPart[]): void {
    const { sums, clip, size } = this;
    let squared = 0;
    for (const { values } of parts) for (let i = 0; i < values.length; i++) squared += values[i] * values[i];
    if (!Number.isFinite(squared)) return;
    // Rounding to the nearest whole number moves a vector by half of √size at most; 1 is for the rounding errors of the norm and the scale.
    const most = CLIP_UNITS - Math.sqrt(size) / 2 - 1;
    const scale = Math.min(CLIP_UNITS / clip, most / Math.sqrt(squared));
    let units = 0;
    for (const { name, start, values } of parts) {
      const sum = sums[name];
      for (let i = 0; i < values.length; i++) {
        const value = Math.floor(values[i] * scale + 0.5);
        units += value * value;
        sum[start + i] += value;
      }
    }
    if (units > CLIP_UNITS ** 2) throw new Error('a clipped gradient is beyond its norm');
  }
}
