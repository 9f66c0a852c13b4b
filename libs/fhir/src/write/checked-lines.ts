import type { PatientRecord } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { Resource } from '../read/resources.ts';
import { BundleContext, type Context } from '../validate/context.ts';
import type { Finding } from '../validate/finding.ts';
import { Validator } from '../validate/validator.ts';
import { toResources } from './to-resources.ts';

/** A resource as a line of NDJSON, with what is wrong about it. */
export interface CheckedLine {
  resourceType: string;
  line: string;
  errors: Finding[];
}

const NOTHING: Context = { has: () => false, hasType: () => false, patient: () => undefined };

/** The resources of a record as lines, each checked as `validate` checks a folder with them alone: they refer to nothing else. */
export function checkedLines(record: PatientRecord, vocabulary: Vocabulary): CheckedLine[] {
  const resources = toResources(record, vocabulary);
  const context = new BundleContext(NOTHING);
  const found = resources.map((resource, i) => ({
    resource: resource as unknown as Resource,
    where: `patient ${record.id}, resource ${i + 1}`,
    isClosed: true,
  }));
  for (const one of found) context.add(one);
  const validator = new Validator(vocabulary, context, { invariants: true, bestPractice: false });
  return found.map((one, i) => ({
    resourceType: resources[i].resourceType,
    line: JSON.stringify(resources[i]),
    errors: validator.document(one).findings.filter(({ severity }) => severity === 'error'),
  }));
}
