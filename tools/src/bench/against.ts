import { readFileSync } from 'node:fs';
import { UserError } from '@ehrsynth/io';
import type { Figure, MeasuredPart, Report } from './figure.ts';

/** A figure may be so many times as slow as before until it is flagged. */
const MOST = 1.1;

export interface Difference {
  part: string;
  name: string;
  /** Ratios to the reference. */
  before: number;
  now: number;
}

export interface Compared {
  slower: Difference[];
  /** More than 10 % faster. */
  faster: Difference[];
  /** Figures that both have with a ratio. */
  compared: number;
  /** What was measured before in the parts of this run, and could not be compared; and why. */
  left: string[];
}

/**
 * Holds a run against an earlier one, part by part: what became more than 10 % slower in its ratio to the reference of its own run.
 * Parts that this run has not are left out; figures that it has not any more, or without a ratio, are named.
 */
export function against(before: Report, now: Report): Compared {
  const found: Compared = { slower: [], faster: [], compared: 0, left: [] };
  for (const [part, { figures, scale }] of Object.entries(now.parts)) {
    const earlier = before.parts[part];
    if (!earlier) continue;
    if (earlier.scale !== scale) {
      found.left.push(`${part}: measured earlier at ${earlier.scale} times the usual sizes, now at ${scale} times`);
      continue;
    }
    for (const old of earlier.figures) compareFigure(part, old, figures, found);
  }
  return found;
}

function compareFigure(part: string, old: Figure, figures: Figure[], found: Compared): void {
  const { name } = old;
  const own = figures.find((figure) => figure.name === name);
  if (old.ratio === undefined) return;
  if (own?.ratio === undefined) {
    found.left.push(`${part}, ${name}: ${own ? 'its reference was' : ''} not measured now`.replace(':  ', ': '));
    return;
  }
  found.compared++;
  const difference = { part, name, before: old.ratio, now: own.ratio };
  if (own.ratio > MOST * old.ratio) found.slower.push(difference);
  else if (own.ratio * MOST < old.ratio) found.faster.push(difference);
}

/** What a comparison came to, for people. */
export function inWords({ slower, faster, compared, left }: Compared): string {
  const line = ({ part, name, before, now }: Difference) =>
    `  ${part}, ${name}: ${before.toFixed(2)} × the reference before, ${now.toFixed(2)} × now`;
  return [
    `${compared} figures compared: ${slower.length} more than 10 % slower, ${faster.length} more than 10 % faster`,
    ...(slower.length > 0 ? ['Slower:', ...slower.map(line)] : []),
    ...(faster.length > 0 ? ['Faster:', ...faster.map(line)] : []),
    ...(left.length > 0 ? ['Not compared:', ...left.map((text) => `  ${text}`)] : []),
  ].join('\n');
}

/** The report of a file that `--json` wrote. @throws UserError where it is none */
export function readReport(path: string): Report {
  let report: Report | undefined;
  let cause: unknown;
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch (error) {
    cause = error;
  }
  if (report && isReport(report)) return report;
  throw new UserError('bench-report', 2, 'Not a report of the benchmark', {
    where: path,
    todo: 'Give a file that `npm run bench -- --json FILE` wrote.',
    cause,
  });
}

function isReport({ parts }: Report): boolean {
  const isFigure = ({ name, seconds, ratio }: Figure) =>
    typeof name === 'string' && Number.isFinite(seconds) && (ratio === undefined || Number.isFinite(ratio));
  const isPart = ({ scale, figures }: MeasuredPart) =>
    Number.isFinite(scale) && Array.isArray(figures) && figures.every(isFigure);
  return typeof parts === 'object' && parts !== null && Object.values(parts).every(isPart);
}
