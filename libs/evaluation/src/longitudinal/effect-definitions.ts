import type { CodeSet } from './code-set.ts';
import { Disease } from './code-sets.ts';

/** An exposure and an outcome that is expected to be commoner or rarer after it. */
export interface EffectDefinition {
  name: string;
  title: string;
  exposure: CodeSet;
  outcome: CodeSet;
}

export const EFFECTS: readonly EffectDefinition[] = [
  {
    name: 'hypertension-kidney-disease',
    title: 'Chronic kidney disease after hypertension',
    exposure: Disease.hypertension,
    outcome: Disease.kidneyDisease,
  },
  {
    name: 'diabetes-kidney-disease',
    title: 'Chronic kidney disease after type 2 diabetes',
    exposure: Disease.type2Diabetes,
    outcome: Disease.kidneyDisease,
  },
  {
    name: 'diabetes-retinopathy',
    title: 'Diabetic retinopathy after type 2 diabetes',
    exposure: Disease.type2Diabetes,
    outcome: Disease.diabeticRetinopathy,
  },
  {
    name: 'hypertension-heart-disease',
    title: 'Ischaemic heart disease after hypertension',
    exposure: Disease.hypertension,
    outcome: Disease.ischaemicHeartDisease,
  },
  {
    name: 'hypertension-heart-failure',
    title: 'Heart failure after hypertension',
    exposure: Disease.hypertension,
    outcome: Disease.heartFailure,
  },
  {
    name: 'copd-heart-failure',
    title: 'Heart failure after COPD',
    exposure: Disease.copd,
    outcome: Disease.heartFailure,
  },
];
