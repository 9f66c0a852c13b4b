import { System } from '@ehrsynth/records';

export interface Allergen {
  system: string;
  code: string;
  display: string;
  /** Share of people who are allergic to it. */
  share: number;
  /** Drugs of the world that are of its class, and what is given in their place. */
  excludes?: Record<string, string>;
}

/** Ibuprofen, aspirin and their like cross-react. */
const ANTIPHLOGISTICS = { ibuprofen: 'acetaminophen', meloxicam: 'acetaminophen' };

/**
 * What people are allergic to. Drugs as ingredients of RxNorm, the rest as substances of SNOMED CT. Cephalosporins are given in
 * penicillin allergy, diuretics in allergy to sulfamethoxazole: neither cross-reacts often.
 */
export const ALLERGIES: readonly Allergen[] = [
  {
    system: System.rxnorm,
    code: '7980',
    display: 'penicillin G',
    share: 0.08,
    excludes: { amoxicillin: 'azithromycin' },
  },
  { system: System.rxnorm, code: '10180', display: 'sulfamethoxazole', share: 0.035 },
  { system: System.rxnorm, code: '1191', display: 'aspirin', share: 0.012, excludes: ANTIPHLOGISTICS },
  { system: System.rxnorm, code: '2670', display: 'codeine', share: 0.018 },
  { system: System.rxnorm, code: '5640', display: 'ibuprofen', share: 0.01, excludes: ANTIPHLOGISTICS },
  { system: System.snomed, code: '762952008', display: 'Peanut (substance)', share: 0.016 },
  { system: System.snomed, code: '735029006', display: 'Shellfish (substance)', share: 0.02 },
  { system: System.snomed, code: '111088007', display: 'Latex (substance)', share: 0.008 },
  { system: System.snomed, code: '256277009', display: 'Grass pollen (substance)', share: 0.03 },
];
