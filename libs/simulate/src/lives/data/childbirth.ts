import type { Condition } from '../types.ts';

/** Conceptions: births by age of mother (CDC, 2019) over the share that ends in a birth. */
export const CHILDBIRTH: Record<string, Condition> = {
  pregnancy: {
    course: 'episode',
    codes: {},
    women: { 14: 0, 17: 14, 22: 78, 27: 110, 32: 115, 37: 62, 42: 14, 46: 0 },
    hazardRatios: { 'after birth': 0.05 },
    lasts: [276, 0.045],
    longestDays: 294,
    builds: [50, 276],
    ends: ['contraception'],
    then: 'after birth',
    leadsTo: [
      { condition: 'miscarriage', probability: 0.13, days: [45, 75] },
      {
        condition: 'gestational diabetes',
        probability: 0.055,
        oddsRatios: { obesity: 3.01 },
        days: [172, 186],
      },
      {
        condition: 'preeclampsia',
        probability: 0.035,
        oddsRatios: { obesity: 2.7, hypertension: 3.5 },
        days: [205, 245],
      },
    ],
  },
  'after birth': { course: 'episode', codes: {}, lasts: [120, 0.2] },
  miscarriage: {
    course: 'episode',
    codes: { 'O03.9': 1 },
    from: 'pregnancy',
    ends: ['pregnancy'],
    lasts: [30, 0.2],
    setting: 'EMER',
  },
  'gestational diabetes': {
    course: 'episode',
    from: 'pregnancy',
    codes: { 'O24.410': 0.6, 'O24.414': 0.4 },
    lasts: [98, 0.05],
    then: 'after gestational diabetes',
  },
  'after gestational diabetes': { course: 'chronic', codes: { 'Z86.32': 1 }, recall: 0.2 },
  preeclampsia: {
    course: 'episode',
    from: 'pregnancy',
    codes: { 'O14.93': 0.7, 'O14.13': 0.3 },
    lasts: [90, 0.2],
  },
  contraception: {
    course: 'episode',
    codes: { 'Z30.41': 1 },
    women: { 14: 5, 18: 90, 28: 70, 38: 25, 46: 0 },
    hazardRatios: { pregnancy: 1e-6 },
    recurrence: { rate: 160, perEpisode: 1 },
    lasts: [700, 0.6],
    setting: 'AMB',
    recall: 0.25,
  },
};
