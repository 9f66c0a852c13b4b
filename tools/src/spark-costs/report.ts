import { markdownTable } from '../markdown.ts';
import { growthOf, type Planned, type Quantity, type Wall } from './plan.ts';
import type { Measured } from './measure.ts';

/** A table in Markdown of what was measured. */
export function measuredTable(measured: readonly Measured[]): string {
  const rows = measured
    .toSorted((a, b) => (a.work < b.work ? -1 : a.work > b.work ? 1 : a.cores - b.cores || a.patients - b.patients))
    .map((one) => [
      one.work,
      one.cores,
      count(one.patients),
      one.events === undefined ? '' : count(one.events),
      one.seconds.toFixed(0),
      one.sparkSeconds.toFixed(0),
      one.hereSeconds.toFixed(0),
      count(one.tasks),
      bytes(one.inputBytes),
      bytes(one.shuffledBytes),
      bytes(one.keptBytes),
      bytes(one.receivedBytes),
      bytes(one.sentBytes),
    ]);
  const head = [
    'work',
    'threads',
    'patients',
    'events',
    'seconds',
    'of Spark',
    'of the command',
    'tasks',
    'read',
    'shuffled',
    'kept',
    'came',
    'went',
  ];
  return markdownTable(head, rows);
}

/** The exponents of growth, between the last two sizes. */
export function growthTable(measured: readonly Measured[]): string {
  const quantities: Quantity[] = [
    'sparkSeconds',
    'hereSeconds',
    'shuffledBytes',
    'keptBytes',
    'receivedBytes',
    'sentBytes',
  ];
  const kinds = [...new Set(measured.map(({ work, cores }) => `${work}|${cores}`))].sort();
  const rows = kinds.map((kind) => {
    const [work, cores] = kind.split('|');
    const own = measured.filter((one) => one.work === work && one.cores === Number(cores));
    return [work, cores, ...quantities.map((quantity) => growthOf(own, quantity).exponent?.toFixed(2) ?? '–')];
  });
  return markdownTable(['work', 'threads', 'of Spark', 'of the command', 'shuffled', 'kept', 'came', 'went'], rows);
}

export function planTable(plans: readonly Planned[]): string {
  const rows = plans.map((one) => [
    one.work,
    count(one.patients),
    count(one.tasks),
    bytes(one.shuffledBytes),
    bytes(one.keptBytes),
    bytes(one.receivedBytes),
    bytes(one.sentBytes),
    count(one.coreHours),
    one.hours.toFixed(1),
    one.hoursHere.toFixed(1),
    one.dollars.toFixed(0),
  ]);
  const head = [
    'work',
    'patients',
    'tasks',
    'shuffled',
    'kept',
    'comes',
    'goes',
    'core-hours',
    'hours',
    'of these here',
    'dollars',
  ];
  return markdownTable(head, rows);
}

export function wallLines(work: string, walls: readonly Wall[]): string[] {
  return walls.map(({ what, patients }) => `- ${work}: ${what}, ${rounded(patients)} patients`);
}

/** Two digits, for an estimate has no more. */
function rounded(number: number): string {
  return number >= 1e12 ? 'beyond 10¹²' : count(Number(number.toPrecision(2)));
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

function bytes(number: number | undefined): string {
  if (number === undefined) return '';
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = number < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(number) / 3));
  const value = number / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : value.toFixed(0)} ${units[power]}`;
}
