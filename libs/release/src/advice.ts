import { numberText } from '@ehrsynth/statistics';
import type { Figures } from './gate.ts';
import { isWaivable } from './policy.ts';
import { FEW_PEOPLE, type GateOutcome, isForFewPeople } from './gate-outcome.ts';

/**
 * What to do for a pass, from what is in its way. A model that both remembers its patients and misses what is common is not helped by
 * shorter or longer training: it wants more patients, and so do gates that cannot decide.
 */
export function adviceOf(open: readonly GateOutcome[], { comparison: { rows } }: Figures): string[] {
  const failed = open.filter(({ outcome }) => outcome === 'failed');
  const isOwn = ({ advice }: GateOutcome) => advice !== undefined;
  const remembers = failed.some((gate) => gate.section === 'privacy' && !isOwn(gate));
  const misses = failed.some(({ section, advice }) => (section === 'fidelity' || section === 'utility') && !advice);
  // Of a gate that is merely too few to tell, nothing is known that its own advice would set right.
  const known = open.filter(({ outcome }) => outcome !== 'too few to tell');
  const own = [...new Set(known.flatMap(({ advice }) => advice ?? []))];
  const tooFew = open.filter(({ outcome }) => outcome === 'too few to tell');
  const more = tooFew.length > 0 ? [moreFor(tooFew, rows)] : [];
  if (remembers && misses)
    return [
      ...own,
      'The model memorises its patients and also misses what is common, so neither shorter nor longer training helps with both. Use more patients, or from fewer and coarser codes (ingest --level icd-10-cm=category --rare parent, a higher --min-patients).',
      ...more,
    ];
  if (remembers)
    return [
      ...own,
      'The model memorises its patients: train again for fewer --epochs, with a stronger --l2, or with --dp-epsilon; more patients help most.',
      ...more,
    ];
  if (!misses) return [...own, ...more];
  // Longer training fits better and remembers more: not where memory cannot be measured yet.
  return [
    ...own,
    tooFew.length > 0
      ? 'The model misses what is common: use more patients, which the undecided gates need as well.'
      : 'The model misses what is common: train for more --epochs, or use more patients or coarser codes (ingest --rare parent).',
    ...more,
  ];
}

function moreFor(tooFew: readonly GateOutcome[], { training, holdout }: Figures['comparison']['rows']): string {
  const needed = Math.max(...tooFew.map((gate) => gate.needed ?? 0));
  const draws = Math.max(...tooFew.map((gate) => gate.draws ?? 0));
  const all = Math.ceil((needed * (training + holdout)) / Math.max(1, holdout));
  const names = tooFew.map(({ name }) => name).filter(isWaivable);
  const more = [
    needed > 0 &&
      `Too few patients to tell: ${numberText(holdout)} held out, about ${numberText(needed)} needed (${numberText(all)} patients in all with the same --holdout).`,
    tooFew.some(isForFewPeople) && `${FEW_PEOPLE[0].toUpperCase()}${FEW_PEOPLE.slice(1)}, whatever it finds.`,
    draws > 0 &&
      `Generate about ${numberText(draws)} patients (-n): with fewer, it cannot be determined how many are near a real one.`,
    needed === 0 &&
      draws === 0 &&
      `Too few patients to tell, although the gate uses as many as it can: ${names.join(', ')}.`,
  ]
    .filter(Boolean)
    .join(' ');
  return names.length === tooFew.length
    ? `${more} Or accept the uncertainty by name in the policy: accept: { too-few-to-tell: [${names.join(', ')}] }.`
    : more;
}
