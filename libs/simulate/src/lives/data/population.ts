import type { Population } from '../types.ts';

/** US Census Bureau, vintage 2023: age groups rounded; races as OMB categories. */
export const POPULATION: Population = {
  femaleShare: 0.51,
  ages: [
    [5, 0.06],
    [18, 0.16],
    [35, 0.23],
    [50, 0.19],
    [65, 0.19],
    [80, 0.13],
    [98, 0.04],
  ],
  races: { '2106-3': 0.66, '2054-5': 0.14, '2028-9': 0.06, '1002-5': 0.013, '2076-8': 0.003 },
  hispanicShare: 0.19,
  windowYears: 10,
  wholeWindowShare: 0.45,
};
