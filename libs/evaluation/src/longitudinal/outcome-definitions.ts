import type { CodeSet } from './code-set.ts';
import { Disease, STAYS } from './code-sets.ts';

/** Who is followed from when, and what for. @see Pang et al. 2024 (CEHR-GPT), the cohorts */
export interface OutcomeDefinition {
  name: string;
  title: string;
  /** The first visit that holds one of these codes, of one of these classes where given. */
  index: { codes: CodeSet; classes?: readonly string[] };
  /** Followed from the first or the last day of that visit. */
  from: 'start' | 'end';
  /** A visit that begins in the prediction window and holds one of these codes, or is of one of these classes. */
  outcome: { codes?: CodeSet; classes?: readonly string[] };
  /** People who had the outcome by then are left out. */
  firstOnly: boolean;
  /** Days up to the index day of which the codes are the predictors. */
  observationDays: number;
  /** Days after the index day that do not count yet. */
  holdOffDays: number;
  predictionDays: number;
}

const YEAR = 365;

export const OUTCOMES: readonly OutcomeDefinition[] = [
  {
    name: 'heart-failure-readmission',
    title: 'Readmission within 30 days of a discharge with heart failure',
    index: { codes: Disease.heartFailure, classes: STAYS },
    from: 'end',
    outcome: { classes: STAYS },
    firstOnly: false,
    observationDays: YEAR,
    holdOffDays: 0,
    predictionDays: 30,
  },
  {
    name: 'copd-readmission',
    title: 'Readmission within 30 days of a discharge with COPD',
    index: { codes: Disease.copd, classes: STAYS },
    from: 'end',
    outcome: { classes: STAYS },
    firstOnly: false,
    observationDays: YEAR,
    holdOffDays: 0,
    predictionDays: 30,
  },
  {
    name: 'diabetes-kidney-disease',
    title: 'Chronic kidney disease within 5 years of type 2 diabetes',
    index: { codes: Disease.type2Diabetes },
    from: 'start',
    outcome: { codes: Disease.kidneyDisease },
    firstOnly: true,
    observationDays: 2 * YEAR,
    holdOffDays: 0,
    predictionDays: 5 * YEAR,
  },
  {
    name: 'hypertension-hospital',
    title: 'Admission within 2 years of hypertension',
    index: { codes: Disease.hypertension },
    from: 'end',
    outcome: { classes: STAYS },
    firstOnly: false,
    observationDays: 2 * YEAR,
    holdOffDays: 30,
    predictionDays: 2 * YEAR,
  },
];
