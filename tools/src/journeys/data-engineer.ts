import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Installed, timed } from '../package/installed.ts';
import { receivePackage } from './released-package.ts';

/** What the refusal says of too few patients: the gates that fail, and about how many held-out patients would be enough. */
export interface Refusal {
  failed: readonly string[];
  enough: readonly [from: number, to: number];
}

/**
 * Records of too few patients → `init` → `run` with what it wrote, and a package asked for → a refusal that names each gate that is in the
 * way, and how many patients would be enough.
 * @param name of the folder that it works in
 */
export function refusePackage(installed: Installed, name: string, records: string, refusal: Refusal): void {
  const { printed, status } = runStudy(installed, name, records, askForPackage);
  for (const step of ['cohort', 'model', 'synth', 'fhir', 'report'])
    assert.ok(existsSync(installed.at(name, 'study', step, 'run.json')), `${step} is missing:\n${printed}`);
  assert.ok(existsSync(installed.at(name, 'study', 'report', 'report.html')));
  checkRefusal(printed, status, refusal, installed.at(name, 'study', 'release'));
}

/** The same of simulated patients → the package as whoever gets it has it. @param patients so many are simulated: enough for every gate to tell */
export async function makePackage(installed: Installed, name: string, patients: number): Promise<void> {
  const source = `${name}-source`;
  const line = `simulate -n ${patients} --years 1 -o ${source}`;
  timed(`  ${line}`, () => installed.ehrsynth(line));
  const { printed, status } = runStudy(installed, name, source, (text) => withoutReport(askForPackage(text)));
  assert.equal(status, 0, printed);
  assert.match(printed, /Verdict: fit for release: every gate passed[^]*All steps are done/);
  return receivePackage(installed, `${name}/study`, patients);
}

/** `init`, and `run` of what it wrote as somebody changed it. */
function runStudy(
  installed: Installed,
  name: string,
  source: string,
  edit: (text: string) => string,
): { printed: string; status: number | null } {
  mkdirSync(installed.at(name));
  const study = `${name}/study.yaml`;
  const said = timed('  init', () => installed.ehrsynth(`init ${source} -o ${study}`));
  assert.match(said, /^FHIR, with condition, .*\n.*study\.yaml is written\. Look at it, then: ehrsynth run /);
  writeFileSync(installed.at(study), edit(readFileSync(installed.at(study), 'utf8')));
  const { status, stdout, stderr } = timed('  run', () => installed.tried(`run ${study}`));
  return { status, printed: `${stdout}\n${stderr}` };
}

/** What failed, by how much, and how many patients would do; nothing that could be given away. */
function checkRefusal(
  printed: string,
  status: number | null,
  { failed, enough: [from, to] }: Refusal,
  folder: string,
): void {
  assert.equal(status, 1, printed);
  const [verdict, headline] = /Verdict: (not fit for release.+?)\. Passed: .+/.exec(printed)!;
  for (const gate of failed) assert.match(printed, new RegExp(`✗ ${gate}: .+; it must be .+ \\(off by [\\d.]+\\)`));
  if (failed.length === 0) assert.match(headline, /nothing failed, but .+ patients are too few to tell/);
  const needed = /Too few patients to tell: [\d,]+ held out, about ([\d,]+) needed \([\d,]+ patients in all/.exec(
    printed,
  );
  assert.ok(needed, printed);
  const count = Number(needed[1].replaceAll(',', ''));
  assert.ok(count >= from && count <= to, `about ${count} needed, and not from ${from} to ${to}`);
  assert.match(printed, /release failed/);
  assert.ok(!existsSync(folder));
  console.log(`  refused: ${verdict}\n  ${needed[0]})`);
}

/** As the comment at the end of the file says. */
function askForPackage(text: string): string {
  return changed(text, /^# (release:|  format: )/gm, '$1');
}

/** A package is measured and has its formats in it: neither is done twice. */
function withoutReport(text: string): string {
  return changed(changed(text, /^evaluate: \{\}$/m, 'evaluate: false'), /^export:\n {2}fhir: \{\}$/m, 'export: {}');
}

function changed(text: string, from: RegExp, to: string): string {
  const other = text.replace(from, to);
  assert.notEqual(other, text, text);
  return other;
}
