import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';
import { fasterEngine } from '@ehrsynth/engine';
import { demoOutcome, demoSteps, type DemoStep } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { invocation } from '../invocation.ts';
import { wholeNumber } from '../options.ts';
import { withSignal } from '../signals.ts';

export function demoCommand(): Command {
  return new Command('demo')
    .option('-o, --out <folder>', 'where to write', 'demo')
    .option('-n, --number <n>', 'source patients, and synthetic ones', wholeNumber(200), 2500)
    .option('--force', 'replace what an earlier demo wrote there', false)
    .action(demo);
}

async function demo(options: { out: string; number: number; force: boolean }): Promise<void> {
  const started = Date.now();
  for (const step of demoSteps(options)) {
    const status = await withSignal(async (signal) => (await run(step)) || (signal.aborted ? 130 : 0));
    if (status !== 0) return void (process.exitCode = status);
  }
  const { out, number } = options;
  const { verdict, meaning, laboratoryValue, engine } = demoOutcome(out);
  if (laboratoryValue) console.log(`\nOne of the laboratory values, as FHIR:\n${asJson(laboratoryValue)}`);
  const ehrsynth = invocation();
  const faster = fasterEngine(engine);
  const path = (name: string) => join(out, name).padEnd(join(out, 'report', 'report.html').length);
  console.log(`
Verdict: ${verdict}.
${meaning}

Done in ${Math.round((Date.now() - started) / 1000)} seconds. Look at
  ${path('fhir')}  ${number.toLocaleString('en-US')} synthetic patients, ready to POST to a FHIR server
  ${path('report/report.html')}  how they compare with real ones, and what they reveal about them; report.json has every figure
  ${path('cohort/run.json')}  what was read, and with which options

Try next:
  ${ehrsynth} ingest fhir YOUR_EXPORT -o cohort --system-alias YOUR_SYSTEM_URI=icd-10-cm
  ${ehrsynth} train cohort -o model
  ${ehrsynth} generate model -n 100000 -o synth
  ${ehrsynth} export csv synth -o csv
  ${ehrsynth} release ${join(out, 'synth')} -o release --k 5 --quasi-identifiers sex,age
  ${ehrsynth} doctor${faster ? `\n\n${faster}` : ''}`);
}

/** Runs a step as a user would, in a process of its own. @returns its exit code */
function run({ what, command }: DemoStep): Promise<number> {
  console.log(`\n— ${what}\n$ ehrsynth ${command.join(' ')}`);
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1], ...command], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 130));
  });
}

/** A resource, a line per element. */
function asJson(resource: Record<string, unknown>): string {
  const lines = Object.entries(resource).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}`;
}
