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
import { levelFile, official } from './dqd/official.ts';
import { exportOwn, type Mapping, today } from './dqd/own-export.ts';
import { whyNoPython } from './dqd/python.ts';
import { report } from './dqd/report.ts';

const PATIENTS = 300;
/** What must fail where no code, or few, have a standard concept. */
const UNMAPPED =
  /^(standardConceptRecordCompleteness|sourceValueCompleteness|measureConditionEraCompleteness|measurePersonCompleteness)$/;

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
    ? 'The official verdict and ours are the same, but for what is explained'
    : `${failures} checks failed`,
);
process.exit(failures === 0 ? 0 : 1);

async function run(): Promise<void> {
  const about = official(values.dashboard, '5.4');
  console.log(`Data Quality Dashboard, release ${about.release}: ${about.folder}`);
  const stale = new Set<Explained>(
    EXPLAINED.filter(({ release }) => release === undefined || release === about.release),
  );
  for (const faults of FAULTS) {
    const cdm = await makeFaulty(
      join(folder, faults),
      faults,
      levelFile(about, '5.4', 'Field'),
      levelFile(about, '5.4', 'Concept'),
    );
    const { results } = await both(`CDM with faults: ${faults}`, cdm, stale);
    if (faults === 'values') {
      const silent = [...new Set(results.map(({ checkName }) => checkName))].filter(
        (name) => !/^cdm/.test(name) && !results.some((one) => one.checkName === name && one.numViolatedRows),
      );
      check(
        `each official check finds a fault${silent.length > 0 ? `, but for ${silent.join(', ')}` : ''}`,
        silent.length === 0,
      );
    }
  }
  for (const mapping of ['all', 'few', 'none'] satisfies Mapping[]) {
    const { results } = await both(
      `our export, codes with a standard concept: ${mapping}`,
      await exportOwn(join(folder, mapping), mapping, PATIENTS),
      stale,
    );
    const failed = results.filter(
      (one) => (one.failed || one.isError) && !(mapping !== 'all' && UNMAPPED.test(one.checkName)),
    );
    failed
      .slice(0, 10)
      .forEach((one) =>
        console.log(
          `  ${one.checkName} ${one.cdmTableName}.${one.cdmFieldName}: ${one.numViolatedRows}/${one.numDenominatorRows} ${one.error ?? ''}`,
        ),
      );
    check(
      `our export: ${failed.length} of ${results.length} official checks failed${mapping === 'all' ? '' : ', besides those of codes without a standard concept'}`,
      failed.length === 0,
    );
  }
  for (const cdm of values.cdm) await both(cdm, cdm, stale);
  for (const { check: name, why } of stale)
    check(`no difference needs the explanation of ${name}: ${why}`, false);
}

/** Runs both on a CDM, prints how they compare, and gives the official results. */
async function both(name: string, cdm: string, stale: Set<Explained>): Promise<{ results: DqdResult[] }> {
  const started = new Date();
  const checked = await checkOmop(cdm, { today: today() });
  const seconds = (Date.now() - started.getTime()) / 1000;
  const { CheckResults: ours } = toDqdResults(checked, started, '') as { CheckResults: DqdResult[] };
  const theirs = official(values.dashboard, checked.version, cdm);
  const compared = compare(theirs.results, ours);
  const { unexplained, stale: unused } = explain(compared.differences, EXPLAINED, theirs.release);
  for (const one of stale) if (!unused.includes(one)) stale.delete(one);
  const took = ((Date.now() - started.getTime()) / 1000 - seconds).toFixed(1);
  console.log(
    `\n${name} (CDM ${checked.version}): ${theirs.results.length} official checks in ${took} s, ${ours.length} of ours in ${seconds.toFixed(1)} s`,
  );
  console.log(report(theirs.results, ours, { ...compared, differences: unexplained }));
  const explained = compared.differences.length - unexplained.length;
  console.log(
    `${compared.both} checks in both, ${compared.equal} equal; ${compared.differences.length} differences (${counts(compared.differences)}), ${explained} of them explained`,
  );
  check(`${name}: no difference without an explanation (${unexplained.length})`, unexplained.length === 0);
  return theirs;
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
