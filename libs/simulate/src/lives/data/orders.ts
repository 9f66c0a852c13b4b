import type { Order } from '../types.ts';

/** What is measured together, and how likely: by the kind of visit, by what the patient has; the larger one holds. */
export const ORDERS: Order[] = [
  { members: ['systolic', 'diastolic'], visits: { checkUp: 0.96, control: 0.93, acute: 0.7, emergency: 0.95, stay: 0.99, prenatal: 0.98, followUp: 0.9, cycle: 0.9 }, fromAge: 3 },
  { members: ['heart rate'], visits: { checkUp: 0.75, control: 0.6, acute: 0.5, emergency: 0.95, stay: 0.99, prenatal: 0.2, wellChild: 0.5, cycle: 0.7 } },
  { members: ['respiratory rate'], visits: { checkUp: 0.15, acute: 0.2, emergency: 0.85, stay: 0.9 }, conditions: { asthma: 0.4, 'chronic obstructive pulmonary disease': 0.5 } },
  { members: ['temperature'], visits: { checkUp: 0.25, control: 0.1, acute: 0.6, emergency: 0.9, stay: 0.95, wellChild: 0.5, cycle: 0.7 } },
  { members: ['saturation'], visits: { checkUp: 0.2, acute: 0.25, emergency: 0.85, stay: 0.95 }, conditions: { asthma: 0.6, 'chronic obstructive pulmonary disease': 0.85, 'heart failure': 0.6 } },
  { members: ['height'], visits: { checkUp: 0.4, wellChild: 0.96 }, gapDays: 20 },
  { members: ['weight', 'body mass index'], visits: { checkUp: 0.95, control: 0.7, acute: 0.3, emergency: 0.3, prenatal: 0.97, wellChild: 0.98, followUp: 0.5, cycle: 0.9 } },
  {
    members: ['glucose', 'creatinine', 'egfr', 'urea', 'potassium', 'sodium', 'chloride', 'bicarbonate', 'calcium'],
    visits: { checkUp: 0.55, control: 0.12, emergency: 0.5, stay: 0.92, followUp: 0.25, cycle: 0.6 },
    conditions: { 'chronic kidney disease 3': 0.8, 'type 2 diabetes': 0.55, 'heart failure': 0.6, hypertension: 0.3 },
    gapDays: 25,
    fromAge: 18,
  },
  { members: ['hba1c'], visits: { checkUp: 0.12 }, conditions: { 'type 2 diabetes': 0.85, prediabetes: 0.6 }, gapDays: 80, fromAge: 30 },
  {
    members: ['hemoglobin', 'hematocrit', 'leukocytes', 'platelets'],
    visits: { checkUp: 0.45, control: 0.05, emergency: 0.5, stay: 0.85, prenatal: 0.2, cycle: 0.95 },
    conditions: { 'iron deficiency anemia': 0.85, 'chronic kidney disease 4': 0.7, 'rheumatoid arthritis': 0.6, 'inflammatory bowel disease': 0.7 },
    gapDays: 18,
    fromAge: 1,
  },
  { members: ['cholesterol', 'ldl', 'hdl', 'triglycerides'], visits: { checkUp: 0.5 }, conditions: { hyperlipidemia: 0.75, 'type 2 diabetes': 0.6, 'coronary disease': 0.6 }, gapDays: 85, fromAge: 20 },
  { members: ['alt', 'ast'], visits: { checkUp: 0.4, emergency: 0.25, stay: 0.35, cycle: 0.6 }, conditions: { 'fatty liver disease': 0.6, hyperlipidemia: 0.4, 'rheumatoid arthritis': 0.6 }, gapDays: 60, fromAge: 18 },
  { members: ['thyrotropin'], visits: { checkUp: 0.12 }, conditions: { hypothyroidism: 0.9 }, gapDays: 42, fromAge: 12 },
  { members: ['albuminuria'], visits: { checkUp: 0.01 }, conditions: { 'type 2 diabetes': 0.6, 'chronic kidney disease 3': 0.6 }, gapDays: 180, fromAge: 18 },
  { members: ['natriuretic peptide'], visits: {}, conditions: { 'heart failure': 0.3 }, gapDays: 60 },
  { members: ['prostate antigen'], visits: {}, checkUpMen: { 45: 0, 52: 0.3, 70: 0.3, 78: 0.05 }, conditions: { 'prostate cancer': 0.9 }, gapDays: 85, sex: 'male' },
  { members: ['c-reactive protein'], visits: { emergency: 0.08, stay: 0.2 }, conditions: { 'rheumatoid arthritis': 0.6, 'inflammatory bowel disease': 0.5 }, gapDays: 30 },
  { members: ['troponin'], visits: {}, reasons: { 'chest pain': 0.85, 'myocardial infarction': 1, sepsis: 0.4, 'heart failure exacerbation': 0.6 } },
  { members: ['natriuretic peptide'], visits: {}, reasons: { 'heart failure': 0.9, 'heart failure exacerbation': 0.9 } },
  { members: ['c-reactive protein'], visits: {}, reasons: { pneumonia: 0.7, sepsis: 0.8, appendicitis: 0.7, cellulitis: 0.4, diverticulitis: 0.6 } },
  { members: ['depression score'], visits: { checkUp: 0.3 }, conditions: { depression: 0.75 }, gapDays: 20, fromAge: 12 },
];
