import { System } from '@ehrsynth/records';

/** What people are allergic to, and the share of them. Drugs as ingredients of RxNorm, the rest as substances of SNOMED CT. */
export const ALLERGIES: readonly { system: string; code: string; display: string; share: number }[] = [
  { system: System.rxnorm, code: '7980', display: 'penicillin G', share: 0.08 },
  { system: System.rxnorm, code: '10180', display: 'sulfamethoxazole', share: 0.035 },
  { system: System.rxnorm, code: '1191', display: 'aspirin', share: 0.012 },
  { system: System.rxnorm, code: '2670', display: 'codeine', share: 0.018 },
  { system: System.rxnorm, code: '5640', display: 'ibuprofen', share: 0.01 },
  { system: System.snomed, code: '762952008', display: 'Peanut (substance)', share: 0.016 },
  { system: System.snomed, code: '735029006', display: 'Shellfish (substance)', share: 0.02 },
  { system: System.snomed, code: '111088007', display: 'Latex (substance)', share: 0.008 },
  { system: System.snomed, code: '256277009', display: 'Grass pollen (substance)', share: 0.03 },
];
