import type { Mortality } from '../types.ts';

/**
 * Gompertz's law. Slopes as in the US life tables of 2019 (NCHS: deaths double in about eight years of age). The level is
 * below the tables': it is that of people without the diseases that multiply it.
 */
export const MORTALITY: Mortality = {
  men: { at50: 0.0018, perYear: 0.085 },
  women: { at50: 0.0011, perYear: 0.088 },
};
