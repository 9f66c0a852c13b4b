import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordExamples } from '../testing/examples.ts';
import { validateFhir } from './validate.ts';

const vocabulary = new Vocabulary();

/** Examples of HL7's that break HL7's own rules, and how. */
const FAULTY: Record<string, string | RegExp> = {
  'ActivityDefinition-blood-tubes-supply.json': 'txt-2: the narrative is empty',
  'ActivityDefinition-heart-valve-replacement.json': 'txt-2: the narrative is empty',
  'Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json': 'is not the URL of',
  'Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe.json': 'is not the URL of',
  'Bundle-lri-example.json': 'is not the URL of',
  'CapabilityStatement-example.json': 'Not a UUID',
  'DeviceMetric-example.json': 'Points to a DeviceDefinition',
  'DeviceUseStatement-example.json': 'Points to a Procedure',
  'EventDefinition-example.json': 'txt-2: the narrative is empty',
  'ImagingStudy-example-xr.json': 'a code of SNOMED before CT',
  'ImplementationGuide-fhir.json': /Required: at least 1|No id of 1 to 64|More than 10,000 findings/,
  'Library-zika-virus-intervention-logic.json': 'Not an OID',
  'List-example-double-cousin-relationship.json': 'b is not a unit of time',
  'Medication-med0305.json': 'Not a code of NDC: "2501-813-16"',
  'MedicationDispense-meddisp0308.json': 'Not a code of NDC: "2501-813-16"',
  'MedicationRequest-medrx0301.json': 'Points to a Practitioner',
  'MedicationRequest-medrx0330.json': 'Not a code of NDC: "2501-813-16"',
  'NutritionOrder-enteralcontinuous.json': 'Not a code of SNOMED CT: "6547210000124112"',
  'Observation-clinical-gender.json': 'Points to a Encounter',
  'OrganizationAffiliation-orgrole1.json': 'Points to a Network',
  'PlanDefinition-example-cardiology-os.json': 'Not a code of SNOMED CT: "look up value"',
  'Questionnaire-qs1.json': 'Required: at least 1',
  'Questionnaire-zika-virus-exposure-assessment.json': 'txt-2: the narrative is empty',
  'TerminologyCapabilities-example.json': 'Not a UUID',
};

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'examples-'))));
afterAll(() => rmSync(folder, { recursive: true }));

it('accepts every example of R4 that is right, and of the others says what is wrong', async () => {
  for (const { name, path } of recordExamples()) symlinkSync(path, join(folder, name));
  const faults: Record<string, Set<string>> = {};
  const { resources } = await validateFhir(folder, {
    vocabulary,
    onFinding: ({ severity, where, message }) => {
      if (severity === 'error') (faults[basename(where.split(',')[0])] ??= new Set()).add(message);
    },
  });
  expect([...resources.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(800);
  expect(Object.keys(faults).sort()).toEqual(Object.keys(FAULTY).sort());
  for (const [name, messages] of Object.entries(faults)) {
    for (const message of messages) expect(message, name).toMatch(FAULTY[name]);
  }
});
