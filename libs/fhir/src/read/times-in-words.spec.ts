import { expect, it } from 'vitest';
import { timesInWords } from './times-in-words.ts';

it.each<[number, string]>([
  [
    1,
    'QD|qd|Q.D.|DAILY|once daily|Once a day|every day|Q24H|Q 24H|QAM|QPM|QHS|HS|BED|AM|NOON|nightly|every morning|at bedtime',
  ],
  [1, 'every 24 hours|BREAKFAST|DAILY16|229797004|1X/DAY|with dinner'],
  [2, 'BID|b.i.d.|BD|Q12H|Q 12H|twice daily|2 times a day|two times per day|every 12 hours|2x/day|BID with meals'],
  [3, 'TID|TID W/MEALS|TIDAC|Q8H|three times daily|every eight hours|every 8 hrs|229798009'],
  [4, 'QID|QIDACHS|Q6H|4 times daily|QDS'],
  [6, 'Q4H|every 4 hours'],
  [24, 'Q1H|QH|hourly|every hour'],
  [288, 'Q5MIN'],
  [1 / 2, 'QOD|Q48H|EVERY OTHER DAY|every 2 days|every second day'],
  [1 / 3, 'Q72H|every 3 days'],
  [1 / 7, 'WK|weekly|once a week|every week|QWEEK|Q1W|1X/WEEK|QTHUR|QSUN'],
  [3 / 7, '3X/WEEK|TIW|three times a week|QMOWEFR'],
  [1 / 14, 'every 2 weeks'],
  [12 / 365.25, 'MO|monthly|once a month|every month'],
])('%s times a day: %s', (times, words) => {
  for (const word of words.split('|')) expect(timesInWords(word), word).toBeCloseTo(times, 10);
});

it('says none for what is no rule, and for what is taken when needed', () => {
  const words =
    'ONCE|STAT|NOW X1|X1|1X|ASDIR|as directed|ON CALL|PRN|Q6H:PRN|BID PRN|as needed|every 4 hours as needed|INFUSION';
  for (const word of words.split('|')) expect(timesInWords(word), word).toBeNull();
});

it('does not guess', () => {
  const words =
    'Q4-6H|Q0H|0 times a day|HD PROTOCOL|QXYZ|2 tablets|daily for 3 days|QSUNDRY|MR X1|every blue moon|3 M|toString|';
  for (const word of words.split('|')) expect(timesInWords(word), word).toBeUndefined();
});
