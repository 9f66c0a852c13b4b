import type { Analyte } from '../types.ts';

const lab = (
  loinc: string,
  display: string,
  unit: string,
  decimals: number,
  more: Partial<Analyte> & Pick<Analyte, 'limits'>,
): Analyte => ({
  loinc,
  display,
  unit,
  decimals,
  category: 'laboratory',
  ...more,
});
const vital = (
  loinc: string,
  display: string,
  unit: string,
  decimals: number,
  more: Partial<Analyte> & Pick<Analyte, 'limits'>,
): Analyte => ({
  ...lab(loinc, display, unit, decimals, more),
  category: 'vital-signs',
});
const normal = (low?: number, high?: number) => ({ men: [low, high], women: [low, high] }) as const;

/** What is measured: LOINC, UCUM unit, decimals that laboratories report, the range in which values of patients lie, reference range,
 * what an assay can show. */
export const ANALYTES: Record<string, Analyte> = {
  systolic: vital('8480-6', 'Systolic blood pressure', 'mm[Hg]', 0, { limits: [60, 250] }),
  diastolic: vital('8462-4', 'Diastolic blood pressure', 'mm[Hg]', 0, { limits: [30, 150] }),
  'heart rate': vital('8867-4', 'Heart rate', '/min', 0, { limits: [35, 220] }),
  'respiratory rate': vital('9279-1', 'Respiratory rate', '/min', 0, { limits: [8, 70] }),
  temperature: vital('8310-5', 'Body temperature', 'Cel', 1, { limits: [34, 42] }),
  saturation: vital('59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry', '%', 0, {
    limits: [60, 100],
  }),
  height: vital('8302-2', 'Body height', 'cm', 1, { limits: [40, 215] }),
  weight: vital('29463-7', 'Body weight', 'kg', 1, { limits: [1, 300] }),
  'body mass index': vital('39156-5', 'Body mass index (BMI) [Ratio]', 'kg/m2', 1, { limits: [9, 75] }),
  glucose: lab('2345-7', 'Glucose [Mass/volume] in Serum or Plasma', 'mg/dL', 0, {
    limits: [30, 900],
    ranges: normal(70, 99),
    critical: [50, 400],
  }),
  hba1c: lab('4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood', '%', 1, {
    limits: [3.8, 17],
    ranges: normal(4, 5.6),
    above: 14,
  }),
  creatinine: lab('2160-0', 'Creatinine [Mass/volume] in Serum or Plasma', 'mg/dL', 2, {
    limits: [0.15, 16],
    ranges: { men: [0.7, 1.3], women: [0.5, 1.1] },
  }),
  egfr: lab(
    '98979-8',
    'Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)',
    'mL/min/{1.73_m2}',
    0,
    { limits: [3, 200], ranges: normal(60), above: 120 },
  ),
  urea: lab('3094-0', 'Urea nitrogen [Mass/volume] in Serum or Plasma', 'mg/dL', 0, {
    limits: [2, 200],
    ranges: normal(7, 20),
  }),
  potassium: lab('2823-3', 'Potassium [Moles/volume] in Serum or Plasma', 'mmol/L', 1, {
    limits: [2, 8],
    ranges: normal(3.5, 5.1),
    critical: [2.8, 6.2],
  }),
  sodium: lab('2951-2', 'Sodium [Moles/volume] in Serum or Plasma', 'mmol/L', 0, {
    limits: [110, 165],
    ranges: normal(136, 145),
    critical: [120, 160],
  }),
  chloride: lab('2075-0', 'Chloride [Moles/volume] in Serum or Plasma', 'mmol/L', 0, {
    limits: [70, 130],
    ranges: normal(98, 107),
  }),
  bicarbonate: lab('2028-9', 'Carbon dioxide, total [Moles/volume] in Serum or Plasma', 'mmol/L', 0, {
    limits: [6, 45],
    ranges: normal(22, 29),
  }),
  calcium: lab('17861-6', 'Calcium [Mass/volume] in Serum or Plasma', 'mg/dL', 1, {
    limits: [5, 15],
    ranges: normal(8.6, 10.2),
  }),
  hemoglobin: lab('718-7', 'Hemoglobin [Mass/volume] in Blood', 'g/dL', 1, {
    limits: [4, 22],
    ranges: { men: [13.5, 17.5], women: [12, 15.5] },
    critical: [7, 20],
  }),
  hematocrit: lab('4544-3', 'Hematocrit [Volume Fraction] of Blood by Automated count', '%', 1, {
    limits: [12, 65],
    ranges: { men: [41, 53], women: [36, 46] },
  }),
  leukocytes: lab('6690-2', 'Leukocytes [#/volume] in Blood by Automated count', '10*3/uL', 1, {
    limits: [0.3, 80],
    ranges: normal(4.5, 11),
  }),
  platelets: lab('777-3', 'Platelets [#/volume] in Blood by Automated count', '10*3/uL', 0, {
    limits: [10, 1000],
    ranges: normal(150, 400),
  }),
  cholesterol: lab('2093-3', 'Cholesterol [Mass/volume] in Serum or Plasma', 'mg/dL', 0, {
    limits: [50, 600],
    ranges: normal(undefined, 200),
  }),
  ldl: lab('13457-7', 'Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation', 'mg/dL', 0, {
    limits: [10, 400],
    ranges: normal(undefined, 130),
  }),
  hdl: lab('2085-9', 'Cholesterol in HDL [Mass/volume] in Serum or Plasma', 'mg/dL', 0, {
    limits: [10, 130],
    ranges: { men: [40, undefined], women: [50, undefined] },
  }),
  triglycerides: lab('2571-8', 'Triglyceride [Mass/volume] in Serum or Plasma', 'mg/dL', 0, {
    limits: [25, 1500],
    ranges: normal(undefined, 150),
  }),
  alt: lab('1742-6', 'Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 'U/L', 0, {
    limits: [3, 2000],
    ranges: normal(7, 50),
  }),
  ast: lab('1920-8', 'Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma', 'U/L', 0, {
    limits: [5, 2000],
    ranges: normal(8, 40),
  }),
  thyrotropin: lab('3016-3', 'Thyrotropin [Units/volume] in Serum or Plasma', 'm[IU]/L', 2, {
    limits: [0, 150],
    ranges: normal(0.4, 4.5),
    below: 0.01,
  }),
  albuminuria: lab('14959-1', 'Microalbumin/Creatinine [Mass Ratio] in Urine', 'mg/g{creat}', 0, {
    limits: [0, 6000],
    ranges: normal(undefined, 30),
    below: 5,
  }),
  'natriuretic peptide': lab(
    '33762-6',
    'Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma',
    'pg/mL',
    0,
    { limits: [5, 35000], ranges: normal(undefined, 125) },
  ),
  troponin: lab('10839-9', 'Troponin I.cardiac [Mass/volume] in Serum or Plasma', 'ng/mL', 2, {
    limits: [0, 50],
    ranges: normal(undefined, 0.04),
    below: 0.01,
  }),
  'prostate antigen': lab('2857-1', 'Prostate specific Ag [Mass/volume] in Serum or Plasma', 'ng/mL', 1, {
    limits: [0, 500],
    ranges: normal(undefined, 4),
    below: 0.1,
  }),
  'c-reactive protein': lab('1988-5', 'C reactive protein [Mass/volume] in Serum or Plasma', 'mg/L', 1, {
    limits: [0, 500],
    ranges: normal(undefined, 5),
    below: 0.5,
  }),
  'depression score': lab(
    '44261-6',
    'Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]',
    '{score}',
    0,
    { category: 'survey', limits: [0, 27] },
  ),
};
