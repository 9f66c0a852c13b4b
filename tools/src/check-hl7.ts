/** Compares our validator with HL7's reference validator, finding by finding: `npm run check:hl7 [-- --write]`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finding, validateFhir } from '@ehrsynth/fhir';
import { BROKEN } from '@ehrsynth/fhir/testing';
import { Vocabulary } from '@ehrsynth/vocab';
import { differences, reports, UNAVOIDABLE } from './hl7/compare.ts';
import { documentsIn, examples, generateExports } from './hl7/documents.ts';
import { errorsInFull } from './hl7/full.ts';
import { whyNoJava } from './hl7/java.ts';
import { writeProfiles } from './hl7/profiles.ts';
import { type ReferenceFinding, referenceFindings } from './hl7/reference-validator.ts';
import { report, type Results } from './hl7/report.ts';

const PATIENTS = 200;
/** Bundles repeat what the lines say; some show what is a bundle's own. */
const BUNDLES = 40;
/** In full, as Bundles. */
const FULL_PATIENTS = 10;

const reason = whyNoJava();
if (reason) {
  console.log(`check:hl7 is skipped: ${reason}. It needs Java 17 and Maven.`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'check-hl7-'));
const vocabulary = new Vocabulary();
try {
  const results = await compare();
  console.log(report(results));
  if (process.argv.includes('--write')) {
    writeFileSync(fileURLToPath(new URL('../../docs/hl7-validator.md', import.meta.url)), report(results));
  }
  const unexpected = results.exported.filter(({ severity, why }) => severity === 'error' || !why);
  const full = await errorsInFull(folder, FULL_PATIENTS, vocabulary, writeProfiles(folder));
  console.log(`${full.documents} patients in full: ${full.errors.length} errors`);
  for (const { path, message } of full.errors) console.log(`  ${path}: ${message}`);
  if (unexpected.length > 0 || results.exportErrors > 0 || full.errors.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function compare(): Promise<Results> {
  const profiles = writeProfiles(folder);
  console.log(`Generating ${PATIENTS} patients …`);
  const { bundles, ndjson } = generateExports(folder, PATIENTS);
  const lines = await documentsIn(ndjson);
  const exported = [...lines, ...(await documentsIn(bundles)).slice(0, BUNDLES)];
  const given = examples();
  const broken = BROKEN.map(({ documents, line }) => ({ where: '', document: documents[line - 1] }));
  const all = [...exported, ...broken, ...given];
  console.log(`HL7's validator reads ${all.length.toLocaleString('en-US')} documents …`);
  const started = Date.now();
  const found = referenceFindings(
    all.map(({ document }) => document),
    folder,
    vocabulary,
    profiles,
  );
  const seconds = (Date.now() - started) / 1000;
  const part = (from: number, count: number) =>
    found.filter(({ line }) => line > from && line <= from + count).map((one) => ({ ...one, line: one.line - from }));
  const ofBroken = part(exported.length, broken.length);
  const ofExamples = part(exported.length + broken.length, given.length);
  return {
    patients: PATIENTS,
    documents: { lines: lines.length, bundles: BUNDLES, broken: broken.length, examples: given.length },
    rate: all.length / seconds,
    exported: grouped(part(0, exported.length)),
    exportErrors: await errorsIn(ndjson),
    silent: BROKEN.filter(
      (one, i) =>
        !reports(
          ofBroken.filter(({ line }) => line === i + 1),
          one,
        ),
    ),
    examples: differences(given, await findingsOf(given), ofExamples),
  };
}

/** Messages about the export with their number, each with why it cannot be avoided, if so. */
function grouped(found: ReferenceFinding[]): Results['exported'] {
  const groups = new Map<string, Results['exported'][number]>();
  for (const { severity, message } of found) {
    if (severity === 'information') continue;
    const general = message.replace(/for '[^']*'|'[^']*#[^']*'/g, '…').replace(/[0-9a-f-]{36}/g, '…');
    const group = groups.get(general) ?? {
      severity,
      message: general,
      count: 0,
      why: UNAVOIDABLE.find(({ pattern }) => pattern.test(message))?.why,
    };
    group.count++;
    groups.set(general, group);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}

async function errorsIn(path: string): Promise<number> {
  return (await validateFhir(path, { vocabulary })).counts.error;
}

async function findingsOf(documents: { where: string; document: object }[]): Promise<Map<string, Finding[]>> {
  const findings = new Map<string, Finding[]>();
  const path = join(folder, 'examples');
  mkdirSync(path);
  for (const { where, document } of documents) writeFileSync(join(path, where), JSON.stringify(document));
  const onFinding = (finding: Finding) => {
    const name = basename(finding.where.split(',')[0]);
    findings.set(name, [...(findings.get(name) ?? []), finding]);
  };
  await validateFhir(path, { vocabulary, onFinding });
  return findings;
}
