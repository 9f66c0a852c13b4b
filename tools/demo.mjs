// The main job from end to end on simulated patients: simulate → ingest → train → generate → export → validate → evaluate.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const started = Date.now();

rmSync(`${root}demo`, { recursive: true, force: true });
step(
  'Source records of a known process: the last year of 2,500 lives',
  'simulate --years 1 -n 2500 --seed 1 -o demo/source',
);
step(
  'Read them as any FHIR export is read, with laboratory values and vital signs',
  'ingest fhir demo/source -o demo/cohort --kinds condition,drug,procedure,measurement,immunization,allergy --holdout 0.4',
);
step('Train a model of whole records over time', 'train demo/cohort -m visits --epochs 6 --hidden 96 -o demo/model');
step('Draw as many synthetic patients', 'generate demo/model -n 2500 --seed 1 -o demo/synth');
step('Write them as FHIR R4, one transaction Bundle per patient', 'export fhir demo/synth -o demo/fhir');
step('Check what was written', 'validate fhir demo/fhir');
step('Compare with patients that training never saw', 'evaluate demo/cohort demo/synth -o demo/report');

const { headline } = await import('@ehrsynth/release');
const { fasterEngine } = await import('@ehrsynth/engine');
const { verdict } = JSON.parse(readFileSync(`${root}demo/report/report.json`, 'utf8'));
const { options } = JSON.parse(readFileSync(`${root}demo/model/run.json`, 'utf8'));
const faster = fasterEngine(options.engine);
console.log(`
One of the laboratory values, as FHIR:
${asJson(laboratoryValue(`${root}demo/fhir`))}

Verdict: ${headline(verdict)}.
${inPlainWords(verdict)}

Done in ${Math.round((Date.now() - started) / 1000)} seconds. Look at
  demo/fhir/*/*.json        2,500 synthetic patients, ready to POST to a FHIR server
  demo/report/report.html   how they compare with real ones, and what they reveal about them; report.json has every figure
  demo/cohort/run.json      what was read, and with which options

Try next:
  npm run ehrsynth -- ingest fhir YOUR_EXPORT -o cohort --system-alias YOUR_SYSTEM_URI=icd-10-cm
  npm run ehrsynth -- train cohort -o model
  npm run ehrsynth -- generate model -n 100000 -o synth
  npm run ehrsynth -- export csv synth -o csv
  npm run ehrsynth -- release demo/synth -o release --k 5 --quasi-identifiers sex,age
  npm run ehrsynth -- doctor${faster ? `\n\n${faster}` : ''}`);

/** What the verdict means for whoever would give the synthetic patients away. */
function inPlainWords({ gates }) {
  const attacks = gates.filter(({ section, estimate }) => section === 'privacy' && estimate);
  const count = (outcome) => attacks.filter((gate) => gate.outcome === outcome).length;
  if (count('failed') > 0)
    return `${count('failed')} of ${attacks.length} attacks learned more about the patients of the training than about people whom it never saw.`;
  const found = `None of ${attacks.length} attacks was shown to learn more about the patients of the training than about people whom it never saw`;
  const unsure = count('too few to tell');
  return unsure > 0
    ? `${found}; ${unsure} cannot be ruled out with so few patients.`
    : `${found}, and each was ruled out.`;
}

/** The first laboratory value in a folder of Bundles; what says where it comes from is left out. */
function laboratoryValue(folder) {
  const isLaboratory = ({ category = [] }) =>
    category.some(({ coding }) => coding?.some(({ code }) => code === 'laboratory'));
  for (const name of readdirSync(folder, { recursive: true })
    .filter((path) => /\d.*\.json$/.test(path))
    .sort()) {
    const { entry = [] } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const found = entry.map(({ resource }) => resource).find((one) => one.valueQuantity && isLaboratory(one));
    if (found) return { ...found, meta: undefined, identifier: undefined };
  }
  return {};
}

/** A resource, a line per element. */
function asJson(resource) {
  const elements = Object.entries(resource).filter(([, value]) => value !== undefined);
  return `{\n${elements.map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}\n}`;
}

function step(what, command) {
  console.log(`\n— ${what}\n$ ehrsynth ${command}`);
  const cli = `${root}apps/cli/bin/ehrsynth.js`;
  const { status } = spawnSync(process.execPath, [cli, ...command.split(' ')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 3);
}
