/** CVX codes with CDC's short descriptions. */
export const VACCINES: Record<string, string> = {
  '03': 'MMR',
  '08': 'Hep B, adolescent or pediatric',
  '10': 'IPV',
  '20': 'DTaP',
  '21': 'varicella',
  '33': 'pneumococcal polysaccharide PPV23',
  '48': 'Hib (PRP-T)',
  '83': 'Hep A, ped/adol, 2 dose',
  '113': 'Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed',
  '115': 'Tdap',
  '119': 'rotavirus, monovalent',
  '133': 'Pneumococcal conjugate PCV 13',
  '135': 'Influenza, high-dose, trivalent, PF',
  '136': 'Meningococcal MCV4O',
  '140': 'Influenza, split virus, trivalent, PF',
  '150': 'Influenza, split virus, quadrivalent, PF',
  '165': 'HPV9',
  '187': 'zoster recombinant',
  '197': 'Influenza, high-dose, quadrivalent, PF',
  '207': 'COVID-19, mRNA, LNP-S, PF, 100 mcg/0.5mL dose or 50 mcg/0.25mL dose',
  '208': 'COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose',
  '216': 'Pneumococcal conjugate PCV20, polysaccharide CRM197 conjugate, adjuvant, PF',
};

/** Doses of children by age in months (CDC's schedule). */
export const CHILD_DOSES: readonly (readonly [months: number, cvx: string[]])[] = [
  [2, ['08', '20', '10', '133', '48', '119']],
  [4, ['20', '10', '133', '48', '119']],
  [6, ['08', '20', '133', '48']],
  [12, ['03', '21', '83', '133']],
  [15, ['20', '48']],
  [18, ['83']],
  [48, ['20', '10', '03', '21']],
  [132, ['115', '165', '136']],
  [138, ['165']],
  [192, ['136']],
];

/** At check-ups of adults: probability, ages, years in which it is given. */
export const ADULT_DOSES: readonly {
  cvx: string;
  probability: number;
  ages: [number, number];
  years: [number, number];
  once?: true;
}[] = [
  { cvx: '115', probability: 0.05, ages: [19, 64], years: [2010, 2100] },
  { cvx: '113', probability: 0.04, ages: [19, 100], years: [2010, 2100] },
  { cvx: '133', probability: 0.3, ages: [65, 100], years: [2015, 2021], once: true },
  { cvx: '216', probability: 0.3, ages: [65, 100], years: [2022, 2100], once: true },
  { cvx: '33', probability: 0.15, ages: [66, 100], years: [2010, 2021], once: true },
  { cvx: '187', probability: 0.12, ages: [50, 100], years: [2018, 2100] },
];

export const DOSE_GIVEN = 0.92;
export const COVID_DOSES = {
  share: 0.6,
  from: '2021-01-15',
  to: '2021-10-15',
  apart: 21,
  fromAge: 16,
  codes: { '208': 0.6, '207': 0.4 },
};

/** The vaccine of a season's influenza: high dose from 65 on; quadrivalent until the spring of 2024. */
export function influenzaVaccine(age: number, year: number): string {
  if (age >= 65) return year >= 2020 && year < 2024 ? '197' : '135';
  return year < 2024 ? '150' : '140';
}
