export type Cluster =
  'cardiometabolic' | 'heart' | 'lung' | 'mind' | 'joints' | 'kidney' | 'gut' | 'nerves' | 'cancer' | 'none';

export interface Disease {
  name: string;
  cluster: Cluster;
  /** ICD-10-CM codes with the share of each among those who have the disease. */
  codes: Record<string, number>;
  /** Probability at 50 years in a man who is, and who is not, in the cluster. */
  inside: number;
  outside: number;
  /** Change of the log-odds per ten years of age. */
  perDecade?: number;
  /** Change of the log-odds in women. */
  female?: number;
  sex?: 'female' | 'male';
  /** Ages in years at which it begins. */
  ages?: [from: number, to: number];
  /** Stays active and comes up again in later encounters. */
  chronic?: boolean;
  /** Seen in hospital or the emergency room rather than the clinic. */
  setting?: 'IMP' | 'EMER';
}

/** P(cluster | age, sex) = σ(intercept + perDecade · (age − 50)/10 + female), plus what other clusters bring. */
export const CLUSTERS: Record<
  Exclude<Cluster, 'none'>,
  { intercept: number; perDecade: number; female: number; after?: Partial<Record<Cluster, number>> }
> = {
  cardiometabolic: { intercept: -0.7, perDecade: 0.45, female: -0.15 },
  heart: { intercept: -2.4, perDecade: 0.55, female: -0.3, after: { cardiometabolic: 1.2 } },
  lung: { intercept: -1.9, perDecade: 0.1, female: 0.05 },
  mind: { intercept: -1.4, perDecade: -0.08, female: 0.45 },
  joints: { intercept: -1.1, perDecade: 0.35, female: 0.25 },
  kidney: { intercept: -3.2, perDecade: 0.4, female: -0.05, after: { cardiometabolic: 1.1, heart: 0.6 } },
  gut: { intercept: -1.6, perDecade: 0.15, female: 0.1 },
  nerves: { intercept: -2.3, perDecade: 0.2, female: 0.2, after: { mind: 0.5 } },
  cancer: { intercept: -2.9, perDecade: 0.45, female: 0 },
};

const d = (
  name: string,
  cluster: Cluster,
  codes: Record<string, number>,
  inside: number,
  outside: number,
  more: Partial<Disease> = {},
): Disease => ({ name, cluster, codes, inside, outside, ...more });

const chronic = true;

/** The diseases; figures are plausible, not estimates of any population. */
// prettier-ignore
export const DISEASES: Disease[] = [
  d('hypertension', 'cardiometabolic', { I10: 0.94, 'I15.9': 0.02, 'R03.0': 0.04 }, 0.75, 0.06, { perDecade: 0.3, ages: [18, 95], chronic }),
  d('diabetes', 'cardiometabolic', { 'E11.9': 0.6, 'E11.65': 0.18, 'E11.22': 0.08, 'E11.40': 0.08, 'E11.319': 0.06 }, 0.38, 0.015, { perDecade: 0.12, ages: [25, 95], chronic }),
  d('hyperlipidemia', 'cardiometabolic', { 'E78.5': 0.6, 'E78.2': 0.25, 'E78.00': 0.15 }, 0.62, 0.07, { perDecade: 0.25, ages: [20, 95], chronic }),
  d('obesity', 'cardiometabolic', { 'E66.9': 0.5, 'E66.01': 0.3, 'Z68.35': 0.2 }, 0.34, 0.07, { female: 0.2, ages: [10, 90], chronic }),
  d('gout', 'cardiometabolic', { 'M10.9': 0.8, 'M1A.9XX0': 0.2 }, 0.07, 0.01, { female: -0.9, perDecade: 0.2, ages: [30, 95], chronic }),
  d('sleep apnea', 'cardiometabolic', { 'G47.33': 0.9, 'G47.30': 0.1 }, 0.17, 0.02, { female: -0.4, ages: [20, 90], chronic }),
  d('hypothyroidism', 'none', { 'E03.9': 0.85, 'E06.3': 0.15 }, 0, 0.035, { female: 1.2, perDecade: 0.2, ages: [15, 95], chronic }),
  d('vitamin D deficiency', 'none', { 'E55.9': 1 }, 0, 0.07, { female: 0.3, ages: [5, 95] }),
  d('coronary disease', 'heart', { 'I25.10': 0.7, 'I25.119': 0.15, 'I25.2': 0.15 }, 0.55, 0.01, { perDecade: 0.35, female: -0.4, ages: [35, 95], chronic }),
  d('myocardial infarction', 'heart', { 'I21.4': 0.6, 'I21.9': 0.25, 'I21.3': 0.15 }, 0.12, 0.003, { perDecade: 0.2, female: -0.3, ages: [35, 95], setting: 'IMP' }),
  d('heart failure', 'heart', { 'I50.9': 0.45, 'I50.22': 0.25, 'I50.32': 0.2, 'I50.23': 0.1 }, 0.32, 0.005, { perDecade: 0.4, ages: [40, 95], chronic, setting: 'IMP' }),
  d('atrial fibrillation', 'heart', { 'I48.91': 0.5, 'I48.0': 0.3, 'I48.20': 0.2 }, 0.3, 0.008, { perDecade: 0.5, ages: [35, 95], chronic }),
  d('stroke', 'heart', { 'I63.9': 0.7, 'G45.9': 0.3 }, 0.1, 0.004, { perDecade: 0.4, ages: [40, 95], setting: 'IMP' }),
  d('peripheral artery disease', 'heart', { 'I73.9': 1 }, 0.14, 0.006, { perDecade: 0.3, ages: [45, 95], chronic }),
  d('chest pain', 'heart', { 'R07.9': 0.6, 'R07.89': 0.4 }, 0.28, 0.06, { ages: [15, 95], setting: 'EMER' }),
  d('cardiac valve disease', 'heart', { 'I35.0': 0.5, 'I34.0': 0.5 }, 0.12, 0.004, { perDecade: 0.4, ages: [40, 95], chronic }),
  d('asthma', 'lung', { 'J45.909': 0.6, 'J45.20': 0.2, 'J45.40': 0.2 }, 0.45, 0.02, { perDecade: -0.12, female: 0.2, ages: [2, 95], chronic }),
  d('chronic obstructive pulmonary disease', 'lung', { 'J44.9': 0.7, 'J44.1': 0.3 }, 0.32, 0.01, { perDecade: 0.5, ages: [40, 95], chronic }),
  d('tobacco use', 'lung', { 'F17.210': 0.7, 'Z72.0': 0.3 }, 0.4, 0.1, { perDecade: -0.05, ages: [16, 90], chronic }),
  d('pneumonia', 'lung', { 'J18.9': 0.8, 'J15.9': 0.2 }, 0.16, 0.025, { perDecade: 0.1, ages: [1, 95], setting: 'IMP' }),
  d('allergic rhinitis', 'lung', { 'J30.9': 0.6, 'J30.2': 0.4 }, 0.35, 0.07, { perDecade: -0.1, ages: [3, 90], chronic }),
  d('cough', 'lung', { 'R05.9': 1 }, 0.3, 0.1),
  d('shortness of breath', 'lung', { 'R06.02': 0.7, 'R06.00': 0.3 }, 0.25, 0.04, { perDecade: 0.2, ages: [10, 95] }),
  d('depression', 'mind', { 'F32.A': 0.4, 'F33.1': 0.3, 'F32.9': 0.3 }, 0.55, 0.03, { female: 0.4, ages: [12, 95], chronic }),
  d('anxiety', 'mind', { 'F41.9': 0.6, 'F41.1': 0.4 }, 0.55, 0.04, { female: 0.4, perDecade: -0.1, ages: [8, 95], chronic }),
  d('insomnia', 'mind', { 'G47.00': 0.8, 'F51.01': 0.2 }, 0.25, 0.04, { perDecade: 0.1, ages: [18, 95] }),
  d('bipolar disorder', 'mind', { 'F31.9': 0.7, 'F31.81': 0.3 }, 0.08, 0.003, { perDecade: -0.1, ages: [16, 80], chronic }),
  d('attention deficit disorder', 'mind', { 'F90.9': 0.5, 'F90.2': 0.5 }, 0.07, 0.01, { perDecade: -0.5, female: -0.4, ages: [5, 55], chronic }),
  d('alcohol use disorder', 'mind', { 'F10.20': 0.5, 'F10.10': 0.5 }, 0.13, 0.02, { female: -0.7, ages: [18, 85], chronic }),
  d('opioid use disorder', 'mind', { 'F11.20': 1 }, 0.06, 0.004, { perDecade: -0.1, ages: [18, 75], chronic }),
  d('post-traumatic stress disorder', 'mind', { 'F43.10': 1 }, 0.1, 0.004, { female: 0.4, ages: [16, 80], chronic }),
  d('osteoarthritis', 'joints', { 'M17.9': 0.35, 'M19.90': 0.35, 'M16.9': 0.15, 'M17.11': 0.15 }, 0.5, 0.03, { perDecade: 0.5, female: 0.2, ages: [40, 95], chronic }),
  d('low back pain', 'joints', { 'M54.50': 0.5, 'M54.16': 0.25, 'M51.360': 0.25 }, 0.5, 0.09, { perDecade: 0.05, ages: [15, 95] }),
  d('neck pain', 'joints', { 'M54.2': 1 }, 0.25, 0.04, { ages: [15, 90] }),
  d('joint pain', 'joints', { 'M25.561': 0.3, 'M25.562': 0.3, 'M25.511': 0.2, 'M25.512': 0.2 }, 0.45, 0.08, { perDecade: 0.1, ages: [10, 95] }),
  d('osteoporosis', 'joints', { 'M81.0': 0.9, 'M80.00XA': 0.1 }, 0.12, 0.01, { female: 1.6, perDecade: 0.7, ages: [50, 95], chronic }),
  d('rheumatoid arthritis', 'joints', { 'M06.9': 0.8, 'M05.79': 0.2 }, 0.08, 0.002, { female: 0.9, ages: [20, 90], chronic }),
  d('fibromyalgia', 'joints', { 'M79.7': 1 }, 0.1, 0.004, { female: 1.6, ages: [20, 80], chronic }), d('chronic kidney disease', 'kidney', { 'N18.30': 0.5, 'N18.31': 0.15, 'N18.4': 0.15, 'N18.9': 0.2 }, 0.75, 0.006, { perDecade: 0.3, ages: [30, 95], chronic }),
  d('kidney failure', 'kidney', { 'N17.9': 0.7, 'N18.6': 0.3 }, 0.28, 0.004, { perDecade: 0.2, ages: [20, 95], setting: 'IMP' }),
  d('anemia', 'kidney', { 'D64.9': 0.4, 'D50.9': 0.4, 'D63.1': 0.2 }, 0.4, 0.045, { female: 0.5, perDecade: 0.1 }),
  d('hyperkalemia', 'kidney', { 'E87.5': 1 }, 0.18, 0.004, { ages: [20, 95] }),
  d('secondary hyperparathyroidism', 'kidney', { 'N25.81': 1 }, 0.14, 0.001, { ages: [30, 95], chronic }),
  d('reflux disease', 'gut', { 'K21.9': 0.85, 'K21.00': 0.15 }, 0.55, 0.07, { perDecade: 0.15, ages: [1, 95], chronic }),
  d('gastritis', 'gut', { 'K29.70': 0.7, 'K29.00': 0.3 }, 0.14, 0.01, { ages: [10, 95] }),
  d('irritable bowel', 'gut', { 'K58.9': 0.6, 'K58.0': 0.4 }, 0.16, 0.01, { female: 0.7, perDecade: -0.1, ages: [15, 80], chronic }),
  d('constipation', 'gut', { 'K59.00': 0.8, 'K59.09': 0.2 }, 0.25, 0.04, { female: 0.3 }),
  d('abdominal pain', 'gut', { 'R10.9': 0.6, 'R10.13': 0.2, 'R10.84': 0.2 }, 0.35, 0.07, { female: 0.3, setting: 'EMER' }),
  d('gallstones', 'gut', { 'K80.20': 0.7, 'K80.00': 0.3 }, 0.08, 0.006, { female: 0.6, perDecade: 0.15, ages: [18, 95], setting: 'IMP' }),
  d('diverticular disease', 'gut', { 'K57.30': 0.7, 'K57.32': 0.3 }, 0.14, 0.015, { perDecade: 0.4, ages: [35, 95] }),
  d('fatty liver', 'gut', { 'K76.0': 1 }, 0.13, 0.02, { ages: [18, 85], chronic }),
  d('nausea', 'gut', { 'R11.2': 0.6, 'R11.0': 0.4 }, 0.22, 0.05, { female: 0.3, perDecade: -0.1 }),
  d('migraine', 'nerves', { 'G43.909': 0.8, 'G43.109': 0.2 }, 0.38, 0.02, { female: 1.0, perDecade: -0.2, ages: [8, 75], chronic }),
  d('headache', 'nerves', { 'R51.9': 1 }, 0.32, 0.06, { female: 0.4, perDecade: -0.1 }),
  d('epilepsy', 'nerves', { 'G40.909': 0.8, 'G40.109': 0.2 }, 0.13, 0.004, { chronic }),
  d('neuropathy', 'nerves', { 'G62.9': 0.8, 'G60.9': 0.2 }, 0.28, 0.01, { perDecade: 0.3, ages: [30, 95], chronic }),
  d('dementia', 'nerves', { 'F03.90': 0.6, 'G30.9': 0.4 }, 0.05, 0.0005, { perDecade: 1.0, ages: [60, 95], chronic }),
  d('parkinsonism', 'nerves', { 'G20.A1': 1 }, 0.03, 0.0003, { perDecade: 0.7, ages: [50, 95], chronic }),
  d('restless legs', 'nerves', { 'G25.81': 1 }, 0.12, 0.006, { female: 0.3, ages: [18, 90], chronic }),
  d('dizziness', 'nerves', { R42: 1 }, 0.3, 0.05, { perDecade: 0.2, ages: [10, 95] }),
  d('breast cancer', 'cancer', { 'C50.911': 0.4, 'C50.912': 0.4, 'C50.919': 0.2 }, 0.32, 0.001, { sex: 'female', perDecade: 0.2, ages: [30, 95], chronic }),
  d('prostate cancer', 'cancer', { C61: 1 }, 0.3, 0.001, { sex: 'male', perDecade: 0.5, ages: [45, 95], chronic }),
  d('colon cancer', 'cancer', { 'C18.9': 0.8, C20: 0.2 }, 0.14, 0.0005, { perDecade: 0.3, ages: [40, 95], chronic }),
  d('lung cancer', 'cancer', { 'C34.90': 0.7, 'C34.11': 0.3 }, 0.12, 0.0005, { perDecade: 0.3, ages: [45, 95], chronic }),
  d('skin cancer', 'cancer', { 'C44.91': 0.6, 'C44.311': 0.4 }, 0.22, 0.006, { perDecade: 0.4, ages: [35, 95] }),
  d('chemotherapy', 'cancer', { 'Z51.11': 1 }, 0.3, 0.0002, { ages: [20, 90], setting: 'IMP' }),
  d('benign prostate enlargement', 'none', { 'N40.0': 0.6, 'N40.1': 0.4 }, 0, 0.1, { sex: 'male', perDecade: 0.8, ages: [40, 95], chronic }),
  d('erectile dysfunction', 'none', { 'N52.9': 1 }, 0, 0.08, { sex: 'male', perDecade: 0.4, ages: [25, 85] }),
  d('menopause', 'none', { 'N95.1': 0.7, 'N95.2': 0.3 }, 0, 0.16, { sex: 'female', perDecade: 0.3, ages: [44, 70] }),
  d('menstrual disorder', 'none', { 'N92.0': 0.5, 'N92.6': 0.3, 'N94.6': 0.2 }, 0, 0.1, { sex: 'female', perDecade: -0.15, ages: [13, 52] }),
  d('vaginal candidiasis', 'none', { 'B37.31': 1 }, 0, 0.06, { sex: 'female', perDecade: -0.1, ages: [14, 70] }),
  d('contraception', 'none', { 'Z30.41': 0.6, 'Z30.09': 0.4 }, 0, 0.12, { sex: 'female', perDecade: -0.3, ages: [15, 48] }),
  d('pregnancy', 'none', { 'Z34.90': 0.5, 'Z34.80': 0.3, 'O09.90': 0.2 }, 0, 0.08, { sex: 'female', perDecade: -0.5, ages: [18, 43] }),
  d('delivery', 'none', { O80: 0.7, O82: 0.3 }, 0, 0.05, { sex: 'female', perDecade: -0.5, ages: [18, 43], setting: 'IMP' }),
  d('gestational diabetes', 'none', { 'O24.410': 0.6, 'O24.414': 0.4 }, 0, 0.01, { sex: 'female', perDecade: -0.3, ages: [18, 43] }),
  d('gynecological examination', 'none', { 'Z01.419': 0.8, 'Z12.4': 0.2 }, 0, 0.28, { sex: 'female', perDecade: -0.05, ages: [21, 75] }),
  d('newborn jaundice', 'none', { 'P59.9': 1 }, 0, 0.3, { ages: [0, 0] }),
  d('prematurity', 'none', { 'P07.39': 0.6, 'P07.18': 0.4 }, 0, 0.1, { ages: [0, 0], setting: 'IMP' }),
  d('single liveborn', 'none', { 'Z38.00': 0.7, 'Z38.01': 0.3 }, 0, 0.7, { ages: [0, 0], setting: 'IMP' }),
  d('child examination', 'none', { 'Z00.129': 0.85, 'Z00.121': 0.15 }, 0, 0.8, { ages: [0, 17] }),
  d('adult examination', 'none', { 'Z00.00': 0.8, 'Z00.01': 0.2 }, 0, 0.42, { ages: [18, 95] }),
  d('immunization', 'none', { Z23: 1 }, 0, 0.45, { perDecade: -0.05 }),
  d('ear infection', 'none', { 'H66.90': 0.5, 'H66.91': 0.25, 'H66.92': 0.25 }, 0, 0.04, { perDecade: -0.45, ages: [0, 60] }),
  d('upper respiratory infection', 'none', { 'J06.9': 0.7, 'J02.9': 0.3 }, 0, 0.14, { perDecade: -0.2 }),
  d('sinusitis', 'none', { 'J01.90': 0.7, 'J32.9': 0.3 }, 0, 0.08, { female: 0.2, ages: [5, 90] }),
  d('bronchitis', 'lung', { 'J20.9': 0.7, J40: 0.3 }, 0.16, 0.05, { ages: [2, 95] }),
  d('influenza', 'none', { 'J11.1': 0.7, 'J10.1': 0.3 }, 0, 0.05, { perDecade: -0.15 }),
  d('COVID-19', 'none', { 'U07.1': 1 }, 0, 0.1),
  d('urinary tract infection', 'none', { 'N39.0': 0.9, 'N30.00': 0.1 }, 0, 0.035, { female: 1.2, perDecade: 0.15, ages: [1, 95] }),
  d('cellulitis', 'none', { 'L03.115': 0.35, 'L03.116': 0.35, 'L03.90': 0.3 }, 0, 0.03, { perDecade: 0.1, setting: 'EMER' }),
  d('sepsis', 'none', { 'A41.9': 1 }, 0, 0.012, { perDecade: 0.35, setting: 'IMP' }),
  d('dermatitis', 'none', { 'L30.9': 0.6, 'L20.9': 0.4 }, 0, 0.07, { perDecade: -0.12 }),
  d('acne', 'none', { 'L70.0': 1 }, 0, 0.02, { perDecade: -0.6, ages: [11, 45] }),
  d('keratosis', 'none', { 'L57.0': 0.6, 'L82.1': 0.4 }, 0, 0.07, { perDecade: 0.5, ages: [35, 95] }),
  d('cataract', 'none', { 'H25.13': 0.6, 'H25.12': 0.2, 'H25.11': 0.2 }, 0, 0.02, { perDecade: 0.9, ages: [45, 95] }),
  d('glaucoma', 'none', { 'H40.9': 0.5, 'H40.1130': 0.5 }, 0, 0.015, { perDecade: 0.5, ages: [35, 95], chronic }),
  d('refractive error', 'none', { 'H52.13': 0.5, 'H52.4': 0.5 }, 0, 0.1, { perDecade: 0.1, ages: [6, 95] }),
  d('conjunctivitis', 'none', { 'H10.9': 1 }, 0, 0.03, { perDecade: -0.3 }),
  d('laceration', 'none', { 'S61.219A': 0.5, 'S01.81XA': 0.5 }, 0, 0.04, { perDecade: -0.15, female: -0.4, setting: 'EMER' }),
  d('sprain', 'none', { 'S93.401A': 0.5, 'S93.402A': 0.5 }, 0, 0.045, { perDecade: -0.15, setting: 'EMER' }),
  d('fracture', 'none', { 'S52.501A': 0.4, 'S52.502A': 0.4, 'S72.001A': 0.2 }, 0, 0.025, { perDecade: 0.1, setting: 'EMER' }),
  d('fall', 'none', { 'W19.XXXA': 1 }, 0, 0.03, { perDecade: 0.3, setting: 'EMER' }),
  d('fatigue', 'none', { 'R53.83': 1 }, 0, 0.08, { female: 0.3, ages: [10, 95] }),
  d('fever', 'none', { 'R50.9': 1 }, 0, 0.05, { perDecade: -0.25 }),
  d('syncope', 'heart', { R55: 1 }, 0.1, 0.015, { perDecade: 0.2, ages: [10, 95], setting: 'EMER' }),
  d('edema', 'heart', { 'R60.0': 1 }, 0.2, 0.02, { perDecade: 0.3, ages: [20, 95] }),
  d('hematuria', 'none', { 'R31.9': 1 }, 0, 0.025, { perDecade: 0.3, ages: [20, 95] }),
  d('colon screening', 'none', { 'Z12.11': 1 }, 0, 0.16, { perDecade: 0.05, ages: [45, 78] }),
  d('mammogram screening', 'none', { 'Z12.31': 1 }, 0, 0.4, { sex: 'female', ages: [40, 78] }),
];
