/**
 * Has OHDSI's own analyses read our export: Achilles, and cohort definitions on a CDM and on the copy that our reader and writer make
 * of it. `npm run check:ohdsi [-- --cdm FILE …]`, Python from PYTHON.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Achilles, ANALYSES, differentCounts, ownCounts } from './dqd/achilles.ts';
import { cohortDefinitions, differentMembers, frequentConcepts, type Members } from './dqd/cohorts.ts';
import { copyOf, vocabulariesOf } from './dqd/copy.ts';
import { exportOwn } from './dqd/own-export.ts';
import { runPython, whyNoPython } from './dqd/python.ts';
import { withDatabase } from './dqd/query.ts';

const PATIENTS = 1000;

const { values } = parseArgs({ options: { cdm: { type: 'string', multiple: true, default: [] } } });
const reason = whyNoPython('duckdb', 'duckcdm');
if (reason) {
  console.log(`check:ohdsi is skipped: ${reason}. It needs Python 3 (PYTHON) with duckdb and duckcdm.`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'check-ohdsi-'));
const at = (name: string) => join(folder, name);
let failures = 0;
try {
  const own = await exportOwn(at('own'), 'all', PATIENTS);
  await checkAchilles('our export', own);
  await checkCohorts('our export', own);
  for (const [i, cdm] of values.cdm.entries()) {
    const copy = await checkCohorts(cdm, cdm, at(`given-${i}`));
    await checkAchilles(`copy of ${cdm}`, copy);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(failures === 0 ? 'OHDSI’s analyses count what we count' : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);

async function checkAchilles(name: string, cdm: string): Promise<void> {
  const started = Date.now();
  const result = runPython<Achilles>('run_ohdsi.py', 'achilles', workingCopy(cdm), '5.4');
  const took = ((Date.now() - started) / 1000).toFixed(1);
  for (const [id, error] of result.failed) console.log(`  analysis ${id}: ${error}`);
  check(
    `${name}: ${result.done.length} analyses of Achilles in ${took} s, ${result.failed.length} failed`,
    result.failed.length === 0,
  );
  for (const analysis of ANALYSES) {
    const own = await withDatabase(cdm, (query) => ownCounts(query, analysis));
    const different = differentCounts(result, analysis, own);
    different
      .slice(0, 3)
      .forEach(([concept, theirs, ours]) => console.log(`  concept ${concept}: ${theirs} | ${ours}`));
    const all = [...own.values()].reduce((sum, count) => sum + count, 0);
    check(
      `${name}: ${analysis.name}: ${own.size} concepts, ${all.toLocaleString('en-US')} in all, ${different.length} different`,
      different.length === 0,
    );
  }
}

/** Cohorts of a CDM and of its copy, person by person and day by day; gives the copy. */
async function checkCohorts(name: string, cdm: string, work = at('copy')): Promise<string> {
  const athena = await vocabulariesOf(cdm, join(work, 'vocabularies'));
  const { path: copy, tally } = await copyOf(cdm, join(work, 'copy'), athena);
  const notes = [...tally.notes].map(([note, count]) => `${count} ${note}`).join('; ');
  console.log(`\n${name}, read and written again${notes ? ` (${notes})` : ''}`);
  const definitions = join(work, 'cohorts.json');
  writeFileSync(definitions, JSON.stringify(cohortDefinitions(await withDatabase(cdm, frequentConcepts))));
  const membersIn = (file: string, ...periods: 'periods'[]) =>
    runPython<Members>('run_ohdsi.py', 'cohorts', workingCopy(file), definitions, cdm, ...periods);
  const source = membersIn(cdm);
  // Our observation periods go from the first to the last day known, whatever the source's are.
  const [inOwnPeriods, copied] = [membersIn(copy), membersIn(copy, 'periods')];
  for (const [cohort, members] of Object.entries(source)) {
    const different = differentMembers(members, copied[cohort]);
    different.slice(0, 4).forEach((line) => console.log(`  ${line}`));
    const persons = new Set(members.map(([person]) => person)).size;
    const byPeriods = differentMembers(copied[cohort], inOwnPeriods[cohort]).length;
    const note = byPeriods > 0 ? `; ${byPeriods} differ by the copy's own observation periods` : '';
    check(
      `${name}: ${cohort}: ${persons} persons, ${members.length} times; ${different.length} differ in the copy${note}`,
      different.length === 0,
    );
  }
  return copy;
}

/** The analyses write their results into the file. */
function workingCopy(cdm: string): string {
  const path = at('working.duckdb');
  rmSync(path, { force: true });
  rmSync(`${path}.wal`, { force: true });
  copyFileSync(cdm, path);
  return path;
}

function check(what: string, isGood: boolean): void {
  console.log(`${isGood ? 'ok' : 'NOT OK'}  ${what}`);
  if (!isGood) failures++;
}
