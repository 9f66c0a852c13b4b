import type { Drug } from '../types.ts';

const TABLET = '{tbl}';

/** Taken every day, refilled every 90 days. */
function daily(ingredient: string, timesPerDay = 1, unit = TABLET): Drug {
  return { ingredient, route: 'oral', daysSupply: 90, timesPerDay, dose: { value: 1, unit }, refills: 3 };
}

/** Taken every day, refilled every 30 days. */
function monthly(ingredient: string, more: Partial<Drug> = {}): Drug {
  return { ...daily(ingredient), daysSupply: 30, refills: 5, ...more };
}

/** Taken once, for so many days. */
function course(ingredient: string, daysSupply: number, timesPerDay: number, more: Partial<Drug> = {}): Drug {
  return { ...daily(ingredient, timesPerDay), daysSupply, refills: 0, ...more };
}

/** An infusion of so much. */
function infusion(ingredient: string, milligrams: number): Drug {
  return course(ingredient, 1, 1, { route: 'intravenous', dose: { value: milligrams, unit: 'mg' } });
}

const inhaled = { route: 'respiratory (inhalation)', dose: { value: 2, unit: '{puff}' } };

export const DRUGS: Record<string, Drug> = {
  lisinopril: { ...daily('lisinopril'), group: 'renin', notInPregnancy: true },
  losartan: { ...daily('losartan potassium'), group: 'renin', notInPregnancy: true },
  amlodipine: daily('amlodipine besylate'),
  hydrochlorothiazide: daily('hydrochlorothiazide'),
  metoprolol: daily('metoprolol succinate'),
  furosemide: monthly('furosemide', { timesPerDay: 2 }),
  spironolactone: { ...daily('spironolactone'), notInPregnancy: true },
  apixaban: monthly('apixaban', { timesPerDay: 2 }),
  warfarin: monthly('warfarin sodium', { notInPregnancy: true }),
  clopidogrel: daily('clopidogrel bisulfate'),
  atorvastatin: { ...daily('atorvastatin calcium trihydrate'), group: 'statin', notInPregnancy: true },
  simvastatin: { ...daily('simvastatin'), group: 'statin', notInPregnancy: true },
  rosuvastatin: { ...daily('rosuvastatin calcium'), group: 'statin', notInPregnancy: true },
  metformin: daily('metformin hydrochloride', 2),
  glipizide: daily('glipizide', 2),
  'insulin glargine': monthly('insulin glargine', {
    route: 'subcutaneous',
    dose: { value: 20, unit: '[iU]' },
  }),
  empagliflozin: monthly('empagliflozin'),
  allopurinol: daily('allopurinol'),
  levothyroxine: daily('levothyroxine sodium'),
  'ferrous sulfate': monthly('ferrous sulfate', { refills: 2 }),
  'sevelamer carbonate': monthly('sevelamer carbonate', { timesPerDay: 3 }),
  calcitriol: monthly('calcitriol', { dose: { value: 1, unit: '{capsule}' } }),
  albuterol: monthly('albuterol sulfate', { ...inhaled, daysSupply: 50, timesPerDay: 2 }),
  tiotropium: monthly('tiotropium bromide', { ...inhaled }),
  'inhaled fluticasone': monthly('fluticasone propionate', { ...inhaled, timesPerDay: 2 }),
  'nasal fluticasone': course('fluticasone propionate', 30, 1, {
    route: 'nasal',
    dose: { value: 2, unit: '{spray}' },
  }),
  montelukast: daily('montelukast sodium'),
  cetirizine: course('cetirizine hydrochloride', 30, 1),
  prednisone: course('prednisone', 5, 1),
  sertraline: monthly('sertraline hydrochloride', { group: 'serotonin' }),
  escitalopram: monthly('escitalopram oxalate', { group: 'serotonin' }),
  fluoxetine: monthly('fluoxetine hydrochloride', {
    group: 'serotonin',
    dose: { value: 1, unit: '{capsule}' },
  }),
  trazodone: monthly('trazodone hydrochloride'),
  lithium: monthly('lithium carbonate', { timesPerDay: 2 }),
  methylphenidate: monthly('methylphenidate hydrochloride', { timesPerDay: 2, refills: 0 }),
  donepezil: daily('donepezil hydrochloride'),
  levetiracetam: monthly('levetiracetam', { timesPerDay: 2 }),
  ropinirole: monthly('ropinirole hydrochloride', { timesPerDay: 3 }),
  sumatriptan: monthly('sumatriptan succinate', { daysSupply: 60, timesPerDay: 0.15 }),
  naltrexone: monthly('naltrexone hydrochloride'),
  ibuprofen: course('ibuprofen', 10, 3),
  acetaminophen: course('acetaminophen', 7, 3),
  meloxicam: monthly('meloxicam'),
  cyclobenzaprine: course('cyclobenzaprine hydrochloride', 10, 2),
  alendronate: daily('alendronate sodium', 0.142857),
  methotrexate: monthly('methotrexate sodium', { timesPerDay: 0.142857, notInPregnancy: true }),
  omeprazole: monthly('omeprazole', { dose: { value: 1, unit: '{capsule}' } }),
  mesalamine: monthly('mesalamine', { timesPerDay: 2 }),
  latanoprost: monthly('latanoprost', { route: 'ophthalmic', dose: { value: 1, unit: '[drp]' } }),
  tamsulosin: daily('tamsulosin hydrochloride', 1, '{capsule}'),
  triamcinolone: course('triamcinolone acetonide', 21, 2, {
    route: 'topical',
    dose: { value: 1, unit: '{application}' },
  }),
  doxycycline: course('doxycycline hyclate', 90, 1, {
    dose: { value: 1, unit: '{capsule}' },
    notInPregnancy: true,
  }),
  norethindrone: monthly('norethindrone', { daysSupply: 28, refills: 11, notInPregnancy: true }),
  'folic acid': daily('folic acid'),
  amoxicillin: course('amoxicillin', 10, 2, { dose: { value: 1, unit: '{capsule}' } }),
  azithromycin: course('azithromycin monohydrate', 5, 1),
  cephalexin: course('cephalexin', 7, 4, { dose: { value: 1, unit: '{capsule}' } }),
  nitrofurantoin: course('nitrofurantoin', 5, 2, { dose: { value: 1, unit: '{capsule}' } }),
  oseltamivir: course('oseltamivir phosphate', 5, 2, { dose: { value: 1, unit: '{capsule}' } }),
  ondansetron: course('ondansetron hydrochloride', 5, 2),
  ceftriaxone: infusion('ceftriaxone sodium', 1000),
  vancomycin: infusion('vancomycin hydrochloride', 1000),
  'heparin sodium': infusion('heparin sodium', 40),
  enoxaparin: course('enoxaparin sodium', 10, 1, { route: 'subcutaneous', dose: { value: 40, unit: 'mg' } }),
  anastrozole: daily('anastrozole'),
  tamoxifen: daily('tamoxifen citrate'),
  leuprolide: { ...infusion('leuprolide acetate', 22.5), route: 'subcutaneous', daysSupply: 90, refills: 3 },
  paclitaxel: infusion('paclitaxel', 300),
  docetaxel: infusion('docetaxel', 140),
  cyclophosphamide: { ...infusion('cyclophosphamide', 1100), route: 'intravenous; oral' },
  oxaliplatin: infusion('oxaliplatin', 150),
  fluorouracil: infusion('fluorouracil', 4000),
  carboplatin: infusion('carboplatin', 500),
};
