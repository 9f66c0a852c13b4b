import { printable } from '@ehrsynth/io';
import { type Held, headline, isInTheWay, tooFewReason, type Verdict } from '@ehrsynth/release';
import { numberText } from '@ehrsynth/statistics';
import { ReleaseRefusedError } from '../errors.ts';
import type { MeasuredRelease } from './measure-release.ts';

/** @throws ReleaseRefusedError where a format does not meet the policy */
export function refuseUnlessPassed({ found, others, rare }: MeasuredRelease): void {
  const all = [found.verdict, ...others.map(({ verdict }) => verdict)];
  const refused = all.find(({ passed }) => !passed);
  if (!refused) return;
  // What is in the way of the first format, and what to do, stands in its summary.
  const lines = others.flatMap(({ format, verdict }) =>
    [...inTheWay(verdict), ...verdict.advice.map((step) => `  → ${step}`)].map(
      (line) => `  data/${format}: ${line.trim()}`,
    ),
  );
  throw new ReleaseRefusedError(headline(refused), [...lines, ...rareLines(rare)]);
}

/** Of each gate that is in the way of a release: what, and by how much. */
export function inTheWay({ gates, accepted }: Verdict): string[] {
  return gates
    .filter((gate) => isInTheWay(gate, accepted))
    .map((gate) => {
      const { name, title, value, bound, threshold, outcome } = gate;
      const wanted = `it must be ${bound} ${numberText(threshold)}`;
      if (value === undefined) return `  ? ${name}: ${title} was not measured; ${wanted}`;
      const shown = `${title} is ${numberText(value)}; ${wanted}`;
      return outcome === 'failed'
        ? `  ✗ ${name}: ${shown} (off by ${numberText(Math.abs(value - threshold))})`
        : `  ? ${name}: ${shown}; too few to tell: ${tooFewReason(gate)}`;
    });
}

const RARE_SHOWN = 10;

/** What is rare, by how many training patients hold it. */
export function rareLines(rare: readonly Held[]): string[] {
  if (rare.length === 0) return [];
  const shown = rare.slice(0, RARE_SHOWN).map(({ name, patients }) => `${printable(name)} (${patients})`);
  return [
    `  Codes that too few training patients have (number of patients): ${shown.join('; ')}${rare.length > RARE_SHOWN ? `; and ${rare.length - RARE_SHOWN} more` : ''}`,
  ];
}
