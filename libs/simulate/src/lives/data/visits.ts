import type { VisitRhythm } from '../types.ts';

export const VISITS: VisitRhythm = {
  checkUp: {
    men: { 18: 0.35, 40: 0.5, 60: 0.7, 75: 0.85 },
    women: { 18: 0.6, 40: 0.65, 60: 0.75, 75: 0.85 },
  },
  checkUpDays: 365,
  variation: 0.13,
  wellChildDays: [4, 30, 61, 122, 183, 274, 365, 457, 548, 730, 913, 1096],
  wellChildKept: 0.88,
  followUps: [
    { day: 14, sd: 2, kept: 0.75 },
    { day: 42, sd: 4, kept: 0.6 },
  ],
  controlKept: 0.85,
  influenzaVaccine: { 0.5: 0.62, 18: 0.35, 50: 0.45, 65: 0.68 },
  manualPressure: 0.5,
  roundedToTen: 0.35,
  fillLate: 2,
  fillSd: 5,
};
