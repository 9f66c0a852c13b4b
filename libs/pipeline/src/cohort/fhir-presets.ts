/** The options that a preset has something to say about. */
export interface PresetOptions {
  systemAlias?: string[];
  claims?: 'auto' | 'read' | 'skip';
  countDrugs?: 'once' | 'each';
}

interface Preset {
  /** What it is for. */
  title: string;
  /** What an option has that is not given otherwise; its aliases come before those that are given. */
  options: PresetOptions;
  /** How a code system begins that shows that the preset is meant. */
  systems?: string;
}

const MIMIC = 'http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-';

/** How known sources are read. */
export const FHIR_PRESETS = {
  'mimic-iv': {
    title: 'MIMIC-IV on FHIR: its diagnoses and procedures are ICD-9 and ICD-10, its drugs NDC',
    options: {
      systemAlias: [
        `${MIMIC}diagnosis-icd10=icd-10-cm`,
        `${MIMIC}diagnosis-icd9=icd-9-cm`,
        `${MIMIC}procedure-icd10=icd-10-pcs`,
        `${MIMIC}procedure-icd9=icd-9-procedure`,
        `${MIMIC}hcpcs-cd=hcpcs`,
        `${MIMIC}medication-ndc=ndc`,
      ],
      countDrugs: 'once',
    },
    systems: MIMIC,
  },
  synthea: {
    title: "Synthea's bundles: claims repeat other resources",
    options: { claims: 'skip', countDrugs: 'once' },
  },
} as const satisfies Record<string, Preset>;

export type FhirPreset = keyof typeof FHIR_PRESETS;
export const FHIR_PRESET_NAMES = Object.keys(FHIR_PRESETS) as [FhirPreset, ...FhirPreset[]];

/** Options with those of a preset, which what is given (and not undefined) comes before. */
export function withPreset<T extends PresetOptions>(preset: FhirPreset | undefined, given: T): T {
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
  if (preset === undefined) return own;
  const { systemAlias = [], ...options }: PresetOptions = FHIR_PRESETS[preset].options;
  return { ...options, ...own, systemAlias: [...systemAlias, ...(own.systemAlias ?? [])] };
}

/** The preset for a source whose code systems are those of one; undefined where they are not. */
export function presetFor(systems: Iterable<string>): FhirPreset | undefined {
  const all = [...systems];
  return FHIR_PRESET_NAMES.find((name) => {
    const { systems: prefix }: Preset = FHIR_PRESETS[name];
    return prefix !== undefined && all.some((system) => system.startsWith(prefix));
  });
}
