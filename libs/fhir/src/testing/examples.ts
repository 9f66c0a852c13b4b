import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Definitions rather than records. */
const DEFINITIONS =
  /^(StructureDefinition|SearchParameter|ValueSet|CodeSystem|ConceptMap|OperationDefinition|package|ig-r4|Bundle-(types|resources|dataelements|searchParams|extensions|profiles|v[23]-valuesets|valuesets|valueset-expansions|conceptmaps|terminologies|external))/;

/** Names and paths of HL7's examples of R4 that are records. @throws where their package is not installed */
export function recordExamples(): { name: string; path: string }[] {
  const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !DEFINITIONS.test(name))
    .map((name) => ({ name, path: join(folder, name) }));
}
