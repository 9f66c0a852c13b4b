import type { Comparison } from '@ehrsynth/evaluation';
import type { Exposure, KAnonymity, LikelihoodAttacks, PrivacyAudit } from '@ehrsynth/privacy';
import type { Interval } from '@ehrsynth/statistics';
import type { HistoryFigures } from './history-figures.ts';
import type { SourceFigures } from './source-figures.ts';

/** What gates look at. */
export interface Figures {
  comparison: Comparison;
  privacy: PrivacyAudit;
  /** Of records over time; undefined where records of a side have no visits, or nobody asked for them. */
  histories?: HistoryFigures;
  /** Whether the synthetic records have visits or dated events, where they were to be measured as records over time. */
  dated?: boolean;
  /** Of planted canaries, as the synthetic rows show it. */
  exposure?: Exposure;
  /** Of the model that drew the patients, where it is at hand and knows how likely a record is. */
  likelihood?: LikelihoodAttacks;
  /** Records checked by the validator of their format, and those with a fault. */
  records?: { checked: number; invalid: number };
  /** By the quasi-identifiers of the policy. */
  kAnonymity?: KAnonymity;
  /** What the written records share with the source. */
  source?: SourceFigures;
}

/** Figures that only some releases have. */
export type Part = 'records' | 'source' | 'exposure' | 'likelihood' | 'histories';

export type Section = 'validity' | 'privacy' | 'utility' | 'fidelity';

export interface Gate {
  name: string;
  section: Section;
  /** What is compared with the threshold. */
  title: string;
  bound: 'at most' | 'at least' | 'below';
  /** Where the policy names none; a gate without one is off until the policy sets it. */
  threshold?: number;
  /** Of a gate without one: what a policy may ask for, shown in the default policy. */
  suggested?: number;
  /** Values that the figure can have; a threshold outside of them is refused, one at the lenient end leaves the gate open. */
  range: readonly [least: number, most: number];
  /** Of a figure with an interval: the value of a release that reveals nothing about its patients. */
  safe?: number;
  /**
   * Of a figure that is a share of the synthetic rows where these are fewer than these patients: while they are, it is not more patients that
   * narrow its interval but more rows.
   */
  perRowOf?: 'training' | 'everybody';
  /** People of each side that it looks at, at most, where so many may be too few: with more it is no surer. */
  most?: number;
  /** What it looks at, where only some releases have that: of others it is left out, unless the policy names it. */
  part?: Part;
  /** Where the threshold comes from. */
  source: string;
  /** What to do where it is not passed, if it is no matter of how the model was trained. */
  advice?: string;
  /**
   * Undefined where it was not measured. Of a figure with an interval the end is compared that speaks against the release: evidence has to
   * pass, not chance.
   */
  value: (figures: Figures) => number | Interval | undefined;
}

/** Which of these a release has. */
export type Parts = { [part in Part]?: unknown } & Pick<Figures, 'dated'>;

/**
 * Whether a release with these figures has to answer for a gate that its policy does not name. Of records with dates that holds for
 * histories even where nothing of them could be measured.
 */
export function isDue({ part }: Pick<Gate, 'part'>, figures: Parts): boolean {
  if (part === undefined) return true;
  return figures[part] !== undefined || (part === 'histories' && figures.dated === true);
}

/** Whether a figure is within its threshold. */
export function meets(value: number, bound: Gate['bound'], threshold: number): boolean {
  if (bound === 'at least') return value >= threshold;
  return bound === 'below' ? value < threshold : value <= threshold;
}
