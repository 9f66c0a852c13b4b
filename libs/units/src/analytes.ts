/** What is measured, where a mass can be turned into an amount of substance. */
export interface Analyte {
  /** g/mol. */
  molarMass: number;
  /** Elementary charges of its ion: equivalents a mole. */
  charge?: number;
  /** LOINC codes of its concentration in serum, plasma or blood. */
  loinc: string[];
}

/** Molar masses from IUPAC's atomic weights; urea nitrogen and phosphate as laboratories report them, by the element. */
const ANALYTES: Record<string, Analyte> = {
  glucose: {
    molarMass: 180.156,
    loinc: ['2345-7', '2339-0', '1558-6', '14749-6', '15074-8', '14771-0', '41653-7', '2340-8', '1521-4', '1518-0'],
  },
  creatinine: { molarMass: 113.12, loinc: ['2160-0', '38483-4', '14682-9'] },
  'urea nitrogen': { molarMass: 28.014, loinc: ['3094-0', '6299-2', '14937-7'] },
  urea: { molarMass: 60.056, loinc: ['3091-6', '22664-7'] },
  cholesterol: {
    molarMass: 386.65,
    loinc: ['2093-3', '14647-2', '2085-9', '14646-4', '13457-7', '18262-6', '2089-1', '22748-8', '39469-2', '43396-1'],
  },
  triglyceride: { molarMass: 885.7, loinc: ['2571-8', '14927-8', '3043-7'] },
  bilirubin: { molarMass: 584.66, loinc: ['1975-2', '14631-6', '1968-7', '14629-0', '1971-1'] },
  calcium: { molarMass: 40.078, charge: 2, loinc: ['17861-6', '2000-8', '1994-3', '1995-0', '12180-6'] },
  magnesium: { molarMass: 24.305, charge: 2, loinc: ['19123-9', '2601-3'] },
  phosphorus: { molarMass: 30.974, loinc: ['2777-1', '14879-1'] },
  sodium: { molarMass: 22.99, charge: 1, loinc: ['2951-2', '2947-0'] },
  potassium: { molarMass: 39.098, charge: 1, loinc: ['2823-3', '6298-4', '77142-8'] },
  chloride: { molarMass: 35.45, charge: 1, loinc: ['2075-0', '2069-3'] },
  bicarbonate: { molarMass: 61.017, charge: 1, loinc: ['1963-8', '2028-9', '2024-8', '1960-4', '1959-6'] },
  lithium: { molarMass: 6.94, charge: 1, loinc: ['14334-7', '3719-0'] },
  lactate: { molarMass: 90.08, charge: 1, loinc: ['2524-7', '32693-4', '2518-9'] },
  'uric acid': { molarMass: 168.11, loinc: ['3084-1', '14933-6'] },
  iron: { molarMass: 55.845, loinc: ['2498-4', '14798-3', '2500-7', '14800-7'] },
  ammonia: { molarMass: 17.031, loinc: ['1841-6', '16362-6'] },
  hemoglobin: { molarMass: 16114.5, loinc: ['718-7', '59260-0', '30350-3', '20509-6'] },
  thyroxine: { molarMass: 776.87, loinc: ['3026-2', '14921-1', '3024-7', '14920-3'] },
  triiodothyronine: { molarMass: 650.97, loinc: ['3053-6', '14930-2', '3051-0', '14928-6'] },
  cortisol: { molarMass: 362.46, loinc: ['2143-6', '14675-3'] },
  '25-hydroxyvitamin D': { molarMass: 400.64, loinc: ['1989-3', '62292-8', '14635-7', '68438-1'] },
  'vitamin B12': { molarMass: 1355.37, loinc: ['2132-9', '14685-2'] },
  folate: { molarMass: 441.4, loinc: ['2284-8', '14732-2'] },
  testosterone: { molarMass: 288.42, loinc: ['2986-8', '14913-8'] },
  estradiol: { molarMass: 272.38, loinc: ['2243-4', '14715-7'] },
  ethanol: { molarMass: 46.068, loinc: ['5640-8', '5643-2'] },
  acetaminophen: { molarMass: 151.16, loinc: ['3298-5'] },
  digoxin: { molarMass: 780.94, loinc: ['10535-3'] },
};

/** LOINC code → analyte. */
export const ANALYTE_OF: ReadonlyMap<string, Analyte> = new Map(
  Object.values(ANALYTES).flatMap((analyte) => analyte.loinc.map((code) => [code, analyte])),
);

/**
 * Hemoglobin A1c by NGSP's standard, whose % and IFCC's mmol/mol are two scales, though UCUM makes one of the other. Not of the codes by the
 * protocols of JDS (62388-4) and IFCC (59261-8): their % is another.
 */
export const HEMOGLOBIN_A1C: ReadonlySet<string> = new Set(['4548-4', '17856-6', '4549-2', '71875-9', '55454-3']);

/** International normalized ratio of prothrombin time. */
export const INR: ReadonlySet<string> = new Set(['6301-6', '34714-6', '46418-0', '38875-1']);
