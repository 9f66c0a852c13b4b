import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { validateFhir } from './validate.ts';

const vocabulary = new Vocabulary();
const shared = (name: string) => fileURLToPath(new URL(`../../../../../shared/data/${name}`, import.meta.url));

/** A code of LOINC that the simulator writes under the system of SNOMED CT, 48 times in 11 of its 194 files. */
const LOINC_AS_SNOMED = 'Not a code of SNOMED CT: "34552-0": neither 6 to 18 digits nor an expression of such';

/** A patient of 2016 with an encounter of 2002: the simulator's own fault. */
const BORN_AFTER_ENCOUNTER = '50e4c44a-bc61-4535-a064-afd56684dbe4.json.gz';

it.runIf(existsSync(shared('synthea-fhir-r4')))(
  'accepts what real systems write (runs where the data is there)',
  async () => {
    const errors: string[] = [];
    const beforeBirth: string[] = [];
    for (const name of ['synthea-fhir-r4', 'mimic-iv-demo-fhir']) {
      await validateFhir(shared(name), {
        vocabulary,
        onFinding: ({ severity, where, message }) => {
          if (severity === 'error') errors.push(`${basename(where)}: ${message}`);
          if (severity === 'warning' && message.includes("before the patient's birth")) beforeBirth.push(where);
        },
      });
    }
    expect(errors).toHaveLength(48);
    for (const error of errors) expect(error).toContain(LOINC_AS_SNOMED);
    expect(beforeBirth).toHaveLength(3);
    for (const where of beforeBirth) expect(where).toContain(`${BORN_AFTER_ENCOUNTER}, entry`);
  },
);
