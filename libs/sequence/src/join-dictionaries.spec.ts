import { Rng } from '@ehrsynth/random';
import type { PatientRecord } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import type { Dictionary } from './dictionary.ts';
import { DictionarySummary } from './dictionary-summary.ts';
import { joinDictionaries, joinSpans } from './join-dictionaries.ts';
import { DictionaryLearner } from './learn-dictionary.ts';
import { COLUMNS, columnOf, MG } from './testing.ts';
import { dateOf } from './to-record.ts';

const K = 10;

/** So many people of one place; those of odd number are men. */
function peopleOf(count: number, seed: number, codesOf: (i: number) => string[], mean = 100): PatientRecord[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, (_, i): PatientRecord => {
    const start = dateOf(17_000 + 365 * (i % 3));
    const glucose = COLUMNS.find(({ code }) => code === '2339-0')!;
    return {
      id: `${seed}/${i}`,
      sex: i % 2 ? 'male' : 'female',
      birthDate: dateOf(3000 + 40 * i),
      encounters: [{ class: i % 4 ? 'AMB' : 'IMP', start, end: start }],
      events: [
        ...codesOf(i).map((code) => {
          const { kind, system } = COLUMNS.find((column) => column.code === code)!;
          return { kind, code: { system, code }, start, encounter: 0 } as PatientRecord['events'][number];
        }),
        {
          kind: 'measurement',
          code: { system: glucose.system, code: glucose.code },
          start,
          encounter: 0,
          quantity: { ...MG, value: Math.round(mean + 20 * rng.normal()) },
        },
      ],
    };
  });
}

function summaryOf(records: readonly PatientRecord[]): DictionarySummary {
  const learner = new DictionaryLearner({ columns: COLUMNS, columnOf }, K);
  for (const record of records) learner.add(record);
  // As it travels.
  return DictionarySummary.parse(JSON.parse(JSON.stringify(learner.summary())));
}

const codesIn = ({ entries }: Dictionary) => entries.map(({ code }) => code.code);
const entryOf = ({ entries }: Dictionary, code: string) => entries.find((entry) => entry.code.code === code)!;

describe('dictionaries of several places', () => {
  it('hold what one place has enough people of, and not what each has too few of, nor does a summary', () => {
    const one = summaryOf(peopleOf(60, 1, (i) => ['I10', ...(i < 7 ? ['N40.0'] : [])]));
    const other = summaryOf(peopleOf(60, 2, (i) => ['E11.9', ...(i < 7 ? ['N40.0'] : [])]));
    const joined = joinDictionaries([one, other], K);
    expect(codesIn(joined).sort()).toEqual(['2339-0', 'E11.9', 'I10']);
    expect(JSON.stringify([one, other])).not.toContain('N40.0');
  });

  it('are in the same order and as of one place, whichever place comes first', () => {
    const [one, other] = [
      summaryOf(peopleOf(80, 1, (i) => ['I10', ...(i % 3 ? [] : ['E11.9'])])),
      summaryOf(peopleOf(60, 2, () => ['E11.9'])),
    ];
    expect(joinDictionaries([one, other], K)).toEqual(joinDictionaries([other, one], K));
    expect(joinDictionaries([one], K)).toEqual(one.dictionary);
  });

  it('have bins of values as all the values together would', () => {
    const low = peopleOf(400, 1, () => [], 80);
    const high = peopleOf(400, 2, () => [], 160);
    const joined = entryOf(joinDictionaries([summaryOf(low), summaryOf(high)], K), '2339-0').scales[0];
    const whole = entryOf(summaryOf([...low, ...high]).dictionary, '2339-0').scales[0];
    expect(joined.unit).toEqual(whole.unit);
    const middle = (cuts: readonly number[]) => cuts[Math.floor(cuts.length / 2)];
    expect(Math.abs(joined.bins.cuts.length - whole.bins.cuts.length)).toBeLessThan(0.3 * whole.bins.cuts.length);
    expect(Math.abs(middle(joined.bins.cuts) - middle(whole.bins.cuts))).toBeLessThan(10);
    expect(joined.bins.cuts[0]).toBeLessThan(80);
    expect(joined.bins.cuts.at(-1)).toBeGreaterThan(160);
  });

  it('say that a code is never in a class where one place says so, unless another has seen it', () => {
    const inAmb = (i: number) => (i % 4 ? ['I10'] : []);
    const never = summaryOf(peopleOf(160, 1, inAmb));
    const small = summaryOf(peopleOf(40, 2, inAmb));
    const seen = summaryOf(peopleOf(160, 3, () => ['I10']));
    const neverIn = (places: DictionarySummary[]) => {
      const joined = joinDictionaries(places, K);
      return entryOf(joined, 'I10').neverIn.map((kind) => joined.classes[kind]);
    };
    expect(neverIn([never, small])).toEqual(['IMP']);
    expect(neverIn([never, seen])).toEqual([]);
  });

  it('are refused where the counts are those of another dictionary', () => {
    const { entries, ...rest } = summaryOf(peopleOf(60, 1, () => ['I10']));
    expect(DictionarySummary.safeParse({ ...rest, entries: entries.slice(1) }).success).toBe(false);
  });
});

describe('spans of several places', () => {
  it('begin where one of a place does, as long as each has enough people', () => {
    const one = { edges: [2000, 2010, 2020], people: [40, 40] };
    const other = { edges: [2005, 2015], people: [20] };
    expect(joinSpans([one, other], K)).toEqual([2000, 2005, 2010, 2015, 2020]);
    expect(joinSpans([one, other], 40)).toEqual([2000, 2010, 2020]);
    expect(joinSpans([one], 1000)).toEqual([2000, 2020]);
    expect(joinSpans([{ edges: [], people: [] }], K)).toEqual([]);
  });
});
