import { CLAIMS_NOT_ASKED_FOR, CLAIMS_NOT_READ } from '@ehrsynth/fhir';
import type { Tally } from '@ehrsynth/records';
import type { CohortCounts } from '@ehrsynth/pipeline';
import { text } from '../table.ts';

/** What the user may want to do about what was not read; a line each. */
export function hintsOf(tally: Tally): string[] {
  const count = (isPart: boolean) =>
    [...tally.skipped]
      .filter(([name]) => name.includes('.') === isPart)
      .reduce((sum, [, reasons]) => sum + (reasons.get(CLAIMS_NOT_READ) ?? 0), 0);
  const [claims, parts] = [count(false), count(true)];
  const what = [
    ...(claims > 0 ? [`${text(claims)} claims`] : []),
    ...(parts > 0 ? [`${text(parts)} parts of claims`] : []),
  ];
  if (what.length === 0) return [];
  return [
    `${what.join(' and ')} were not read because their patients have clinical records of the same kinds; --claims read reads them too (what is in both then counts twice)`,
  ];
}

/**
 * Why nothing can be trained on a cohort, and what to do; undefined where it can be.
 * @param isServer the source is a FHIR server
 */
export function uselessBecause(counts: CohortCounts, tally: Tally, isServer: boolean): string | undefined {
  if (counts.patients === 0) return noPatientBecause(tally);
  if (counts.training === 0) {
    return `No patients to train on: all ${text(counts.patients)} are held out\n  Ingest again with a smaller --holdout, another --seed, or more patients.`;
  }
  if (counts.events > 0) return undefined;
  const advice: string[] = [];
  if (skippedFor(tally, CLAIMS_NOT_ASKED_FOR) > 0) advice.push('The source has claims: read them with --claims read.');
  else if (isServer)
    advice.push('If the server has only claims, fetch them with --types Patient,ExplanationOfBenefit.');
  const kinds = [...reasonsOf(tally).keys()].filter(
    (reason) => / not requested$/.test(reason) && reason !== CLAIMS_NOT_ASKED_FOR,
  );
  if (kinds.length > 0) advice.push(`Not used: ${kinds.join(', ')}. Include them with --kinds.`);
  advice.push('The report above says why each resource was not used; problems.ndjson in the cohort lists the faults.');
  return ['No events were read: there is nothing to train on', ...advice.map((line) => `  ${line}`)].join('\n');
}

function noPatientBecause({ skipped }: Tally): string {
  const reasons = [...(skipped.get('person') ?? skipped.get('Patient') ?? [])];
  if (reasons.length === 0)
    return 'No patients were read\n  problems.ndjson in the cohort lists the first rows that could not be read, and why.';
  const why = reasons.map(([reason, count]) => `${reason} (${text(count)})`).join(', ');
  return `No patients were read; all were left out: ${why}\n  problems.ndjson in the cohort lists the first of them.`;
}

function skippedFor(tally: Tally, wanted: string): number {
  return reasonsOf(tally).get(wanted) ?? 0;
}

function reasonsOf(tally: Tally): Map<string, number> {
  const counts = new Map<string, number>();
  for (const reasons of tally.skipped.values())
    for (const [reason, count] of reasons) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return counts;
}
