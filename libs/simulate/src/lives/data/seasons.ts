/** Factors on hazards by month, January first; each has mean 1. */
export const SEASONS: Record<string, readonly number[]> = {
  /** CDC FluView, months of peak activity 1982–2020: February most often, then December, March and January. */
  influenza: [2.9, 3.2, 1.9, 0.6, 0.2, 0.1, 0.05, 0.05, 0.1, 0.3, 0.7, 1.9],
  /** Colds and what follows them: assumed, peak in winter. */
  cold: [1.5, 1.4, 1.2, 0.9, 0.8, 0.6, 0.5, 0.6, 1.0, 1.1, 1.1, 1.3],
  /** Pollen of trees, grasses and ragweed: assumed. */
  pollen: [0.3, 0.4, 1.0, 2.0, 2.2, 1.4, 0.7, 0.9, 1.4, 0.9, 0.5, 0.3],
};
