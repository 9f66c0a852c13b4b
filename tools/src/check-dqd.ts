/**
 * Compares `validate omop` with the official Data Quality Dashboard, check by check:
 * `npm run check:dqd [-- --dashboard DIR] [--cdm FILE …]`, Python from PYTHON.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkOmop, toDqdResults } from '@ehrsynth/omop';
import { compare, type DqdResult, explain, type Explained, type Kind } from './dqd/compare.ts';
import { EXPLAINED } from './dqd/explained.ts';
import { FAULTS, makeFaulty } from './dqd/faulty-cdm.ts';
import { levelFiles, type Official, official } from './dqd/official.ts';
import { exportOwn, type Mapping, MAPPINGS, today } from './dqd/own-export.ts';
import { whyNoPython } from './dqd/python.ts';
import { report } from './dqd/report.ts';

const PATIENTS = 300;
/** What may fail where no code and no unit, or few, have a standard concept. */
const UNMAPPED =
  /^(standardConceptRecordCompleteness|sourceValueCompleteness|measureConditionEraCompleteness|measurePersonCompleteness|plausibleUnitConceptIds)$/;

const { values } = parseArgs({
  options: {
    dashboard: { type: 'string' },
    cdm: { type: 'string', multiple: true, default: [] },
  },
});
const reason = whyNoPython('duckdb', 'duckcdm', ...(values.dashboard ? [] : ['riab']));
if (reason) {
  console.log(
    `check:dqd is skipped: ${reason}. It needs Python 3 (PYTHON) with duckdb and duckcdm, and the dashboard's files: rabbit_in_a_blender, or --dashboard with a checkout of OHDSI/DataQualityDashboard.`,
  );
  process.exit(0);
}
// The dashboard takes the day from the database's clock: both sides live in UTC.
process.env.TZ = 'UTC';
const folder = mkdtempSync(join(tmpdir(), 'check-dqd-'));
let failures = 0;
try {
  await run();
} finally {
  rmSync(folder, { recursive: true });
}
console.log(
  failures === 0
    ? 'The official verdict and ours are the same, except for explained differences'
    : `${failures} checks failed`,
);
process.exit(failures === 0 ? 0 : 1);

interface Checked {
  name: string;
  version: string;
  path: string;
  /** Of ours. */
  results: DqdResult[];
  official: DqdResult[];
}

async function run(): Promise<void> {
  const about = official(values.dashboard, '5.4', []);
  console.log(`Data Quality Dashboard, release ${about.release}: ${about.folder}`);
  const cdms: Checked[] = [];
  for (const version of ['5.4', '5.3'])
    for (const faults of FAULTS) {
      const made = join(folder, `faults-${version}-${faults}`);
      const path = await makeFaulty(made, faults, version, levelFiles(about, version));
      cdms.push(await checkOwn(`CDM ${version} with faults: ${faults}`, path));
    }
  for (const mapping of MAPPINGS)
    cdms.push(
      await checkOwn(
        `our export, codes with a standard concept: ${mapping}`,
        await exportOwn(join(folder, mapping), mapping, PATIENTS),
      ),
    );
  for (const path of values.cdm) cdms.push(await checkOwn(path, path));
  runOfficial(cdms);

  const stale = new Set(EXPLAINED.filter(({ release }) => release === undefined || release === about.release));
  for (const cdm of cdms) compareOne(cdm, about, stale);
  for (const { name, official: results } of cdms.filter(({ name }) => name.endsWith(': values')))
    checkAllFind(name, results);
  for (const mapping of MAPPINGS)
    checkExport(mapping, cdms.find(({ path }) => path.startsWith(join(folder, mapping)))!.official);
  for (const { check: name, why } of stale)
    check(`no difference needs this explanation any more, ${name}: ${why}`, false);
}

async function checkOwn(name: string, path: string): Promise<Checked> {
  const started = new Date();
  const checked = await checkOmop(path, { today: today() });
  const { CheckResults: results } = toDqdResults(checked, started, '') as { CheckResults: DqdResult[] };
  console.log(`${name}: ${results.length} checks of ours in ${((Date.now() - started.getTime()) / 1000).toFixed(1)} s`);
  return { name, version: checked.version, path, results, official: [] };
}

function runOfficial(cdms: Checked[]): void {
  for (const version of new Set(cdms.map((cdm) => cdm.version))) {
    const started = Date.now();
    const own = cdms.filter((cdm) => cdm.version === version);
    const { results } = official(
      values.dashboard,
      version,
      own.map(({ path }) => path),
    );
    own.forEach((cdm, i) => (cdm.official = results[i]));
    console.log(
      `${results[0].length} official checks for ${version} on ${own.length} CDMs in ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
  }
}

/** Prints how both compare on a CDM; explanations that are used are taken out of `stale`. */
function compareOne({ name, results, official: theirs }: Checked, { release }: Official, stale: Set<Explained>): void {
  const compared = compare(theirs, results);
  const { unexplained, stale: unused } = explain(compared.differences, EXPLAINED, release);
  for (const one of stale) if (!unused.includes(one)) stale.delete(one);
  const inBoth = compared.differences.filter(({ official, ours }) => official && ours).length;
  console.log(
    `\n${name}: ${theirs.length} official checks, ${results.length} of ours, ${compared.both} in both: ${compared.equal} equal, ${inBoth} different`,
  );
  if (unexplained.length > 0) console.log(report(theirs, results, { ...compared, differences: unexplained }));
  check(
    `${name}: ${compared.differences.length} differences (${counts(compared.differences)}), ${unexplained.length} of them without an explanation`,
    unexplained.length === 0,
  );
}

/** A check that finds nothing among the faults compares nothing. */
function checkAllFind(name: string, results: DqdResult[]): void {
  const names = [...new Set(results.map(({ checkName }) => checkName))];
  const hasFound = (check: string) =>
    results.some(({ checkName, numViolatedRows }) => checkName === check && numViolatedRows);
  const silent = names.filter((check) => !/^cdm/.test(check) && !hasFound(check));
  check(`${name}: official checks that find no fault: ${silent.join(', ') || 'none'}`, silent.length === 0);
}

function checkExport(mapping: Mapping, results: DqdResult[]): void {
  const isExpected = ({ checkName }: DqdResult) => mapping !== 'all' && UNMAPPED.test(checkName);
  const failed = results.filter((one) => (one.failed || one.isError) && !isExpected(one));
  for (const { checkName, cdmTableName, cdmFieldName, numViolatedRows, numDenominatorRows } of failed)
    console.log(`  ${checkName} ${cdmTableName}.${cdmFieldName}: ${numViolatedRows}/${numDenominatorRows}`);
  const besides = mapping === 'all' ? '' : ', besides those of codes without a standard concept';
  check(
    `our export, codes with a standard concept: ${mapping}: ${failed.length} of ${results.length} official checks failed${besides}`,
    failed.length === 0,
  );
}

function counts(differences: { kinds: Kind[] }[]): string {
  const byKind = new Map<string, number>();
  for (const { kinds } of differences) byKind.set(kinds.join('+'), (byKind.get(kinds.join('+')) ?? 0) + 1);
  return [...byKind].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'none';
}

function check(what: string, isGood: boolean): void {
  console.log(`${isGood ? 'ok' : 'NOT OK'}  ${what}`);
  if (!isGood) failures++;
}
