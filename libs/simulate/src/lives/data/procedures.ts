/** SNOMED CT. */
export const PROCEDURES: Record<string, [code: string, display: string]> = {
  electrocardiogram: ['29303009', 'Electrocardiographic procedure'],
  echocardiography: ['40701008', 'Echocardiography'],
  'coronary intervention': ['415070008', 'Percutaneous coronary intervention'],
  spirometry: ['127783003', 'Spirometry'],
  'chest radiography': ['399208008', 'Plain chest X-ray'],
  colonoscopy: ['73761001', 'Colonoscopy'],
  mammography: ['24623002', 'Screening mammography'],
  chemotherapy: ['367336001', 'Chemotherapy'],
  hemodialysis: ['302497006', 'Hemodialysis'],
  'knee replacement': ['609588000', 'Total replacement of knee joint'],
  'hip replacement': ['52734007', 'Total replacement of hip'],
  cholecystectomy: ['45595009', 'Laparoscopic cholecystectomy'],
  appendectomy: ['80146002', 'Appendectomy'],
  lumpectomy: ['392021009', 'Lumpectomy of breast'],
  prostatectomy: ['90470006', 'Prostatectomy'],
  colectomy: ['23968004', 'Colectomy'],
  'cataract extraction': ['54885007', 'Extraction of cataract'],
  'vaginal delivery': ['177184002', 'Normal delivery procedure'],
  'cesarean section': ['11466000', 'Cesarean section'],
  'wound suture': ['288086009', 'Suture of open wound'],
};

/** At the visit at which something begins: procedure and probability. */
export const AT_ONSET: Record<string, Record<string, number>> = {
  'chest pain': { electrocardiogram: 0.85, 'chest radiography': 0.5 },
  'myocardial infarction': { electrocardiogram: 0.98, 'coronary intervention': 0.6, echocardiography: 0.5 },
  'heart failure': { echocardiography: 0.75, electrocardiogram: 0.8 },
  'heart failure exacerbation': { 'chest radiography': 0.7 },
  'atrial fibrillation': { electrocardiogram: 0.95 },
  stroke: { electrocardiogram: 0.7 },
  'chronic obstructive pulmonary disease': { spirometry: 0.75 },
  asthma: { spirometry: 0.4 },
  pneumonia: { 'chest radiography': 0.9 },
  'knee replacement': { 'knee replacement': 1 },
  'hip fracture': { 'hip replacement': 0.45 },
  gallstones: { cholecystectomy: 0.8 },
  appendicitis: { appendectomy: 0.95 },
  'breast surgery': { lumpectomy: 1 },
  prostatectomy: { prostatectomy: 1 },
  colectomy: { colectomy: 1 },
  cataract: { 'cataract extraction': 0.3 },
  laceration: { 'wound suture': 0.7 },
  'chronic kidney disease 5': { hemodialysis: 0.6 },
};

/** At check-ups: probability, ages, sex. */
export const SCREENING: readonly {
  name: string;
  probability: number;
  ages: [number, number];
  sex?: 'female' | 'male';
}[] = [
  { name: 'mammography', probability: 0.5, ages: [40, 74], sex: 'female' },
  { name: 'colonoscopy', probability: 0.1, ages: [45, 75] },
];
