import type { LeftOut } from '@ehrsynth/models';

/** What a model leaves out, so that no number rests on single patients: to multiples of k. */
export function roundedLeftOut(leftOut: LeftOut | undefined, k: number): LeftOut | undefined {
  if (!leftOut) return undefined;
  const rounded = Object.entries(leftOut).map(([name, count]) => [name, k * Math.round(count / k)]);
  return Object.fromEntries(rounded) as unknown as LeftOut;
}

/** In plain lines what a model leaves out and of how much; none where nothing is. */
export function leftOutLines({ events, encounters, values, ...counts }: LeftOut): string[] {
  const rows: [count: number, of: number, what: string][] = [
    [counts.rareEvents, events, 'events: too few patients have their code'],
    [counts.undatedEvents, events, 'events: they have no date'],
    [counts.repeatedEvents, events, 'events: too few patients have their code that often in one day'],
    [counts.misplacedEvents, events, 'events: before birth, after death, or in a stay that three later ones overlap'],
    [counts.rareValues, values, 'values: too few patients have their unit or answer; the events are kept'],
    [counts.undatedEncounters, encounters, 'encounters: they have no date'],
    [counts.rareDeaths, counts.rareDeaths, 'deaths: too few patients died for any to be learned'],
    [counts.rareClasses, encounters, 'encounters: too few patients have their class, so they get the most common one'],
  ];
  return rows
    .filter(([count]) => count > 0)
    .map(([count, of, what]) => `${count.toLocaleString('en-US')} of ${of.toLocaleString('en-US')} ${what}`);
}
