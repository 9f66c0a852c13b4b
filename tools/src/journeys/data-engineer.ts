import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Installed, timed } from '../package/installed.ts';

/** Simulated where there are no records. */
const PATIENTS = 400;

/**
 * Records → `init` → `run` with what it wrote, and a package asked for → `release verify`; or a refusal that names each gate that failed and what to do.
 * @param name of the folder that it works in
 * @param records folder of FHIR; simulated patients without one
 */
export function engineerData(installed: Installed, name: string, records?: string): void {
  mkdirSync(installed.at(name));
  const study = `${name}/study.yaml`;
  if (records === undefined)
    timed(`  simulate -n ${PATIENTS}`, () => installed.ehrsynth(`simulate -n ${PATIENTS} -o ${name}/source`));
  const said = timed('  init', () => installed.ehrsynth(`init ${records ?? `${name}/source`} -o ${study}`));
  assert.match(said, /^FHIR, with condition, .*\n.*study\.yaml is written\. Look at it, then: ehrsynth run /);
  askForPackage(installed.at(study));
  const { status, stdout, stderr } = timed('  run', () => installed.tried(`run ${study}`));
  const printed = `${stdout}\n${stderr}`;
  for (const step of ['cohort', 'model', 'synth', 'fhir', 'report'])
    assert.ok(existsSync(installed.at(name, 'study', step, 'run.json')), `${step} is missing:\n${printed}`);
  assert.ok(existsSync(installed.at(name, 'study', 'report', 'report.html')));
  const folder = `${name}/study/release`;
  if (status === 0) {
    assert.match(stdout, /Verdict: fit for release[^]*All steps are done/);
    assert.match(installed.ehrsynth(`release verify ${folder}`), /complete and unchanged/);
    console.log('  a package, verified');
    return;
  }
  assert.equal(status, 1, printed);
  // What failed, by how much, and what to do about it; nothing that could be given away.
  assert.match(printed, /Verdict: (not fit for release|too few)/);
  assert.match(printed, /^ +[✗?] [a-z-]+: .+\n(.+\n)*? +→ .+/m);
  assert.match(printed, /release failed/);
  assert.ok(!existsSync(installed.at(folder)));
  const [verdict] = /Verdict: .+(?![^]*Verdict: )/.exec(printed)!;
  console.log(`  refused: ${verdict}`);
}

/** As the comment at the end of the file says. */
function askForPackage(path: string): void {
  const text = readFileSync(path, 'utf8');
  const asking = text.replace(/^# (release:|  format: )/gm, '$1');
  assert.notEqual(asking, text, text);
  writeFileSync(path, asking);
}
