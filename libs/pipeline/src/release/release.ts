import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readWholeFile, stageFolder } from '@ehrsynth/io';
import {
  isInTheWay,
  KeyError,
  parseSecretKey,
  Policy,
  policyYaml,
  recordTry,
  type SecretKey,
  signRelease,
  type Tries,
  writePapers,
} from '@ehrsynth/release';
import { readPolicy } from '../assessment/policy-file.ts';
import { ChangedMeanwhileError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { assertReplaceable } from '../run/replaceable.ts';
import { filesOf, LEDGER_FILE, type RunFile } from '../run/run-folder.ts';
import { privacyOf } from '../training/privacy-budget.ts';
import { factsOf } from './facts.ts';
import { withKnownTitles } from './known-titles.ts';
import { type MeasuredRelease, measureRelease } from './measure-release.ts';
import { refuseUnlessPassed } from './refusal.ts';
import { writeRelease } from './release-data.ts';
import { type CheckedRelease, ReleaseOptions } from './release-options.ts';
import { type ReleaseChain, releaseChain } from './release-provenance.ts';
import { reportOrigin } from '../assessment/report-origin.ts';
import { writeReleaseReport } from './release-report.ts';
import { type ReleaseSource, sourceOf } from './release-source.ts';

export interface Released {
  /** The package's folder. */
  out: string;
  measured: MeasuredRelease;
  /** Of the ledger beside the cohort: this try and those before it. */
  tries: Tries;
}

/**
 * Checks every gate of a policy on synthetic patients as they stand in a package, and writes the package where all pass. Each try is
 * written into the ledger beside the cohort, passed or not.
 * @param synth folder that `generate` wrote
 * @param running with `password`, which is asked for the password of the key that signs
 * @throws ReleaseRefusedError where a gate is in the way: nothing is written; UserError
 */
export async function release(
  synth: string,
  options: ReleaseOptions,
  running: Running & { password?: () => Promise<string> } = {},
): Promise<Released> {
  const given = checkedOptions('release', ReleaseOptions, options);
  const chain = await releaseChain(synth, given);
  const { policy, licenseText } = await policyOf(given);
  const { sign, out, force } = given;
  const key = sign === undefined ? undefined : await signingKey(sign, running.password);
  const privacy = await privacyOf(chain.model.folder);
  const sources = [synth, chain.model.folder, chain.cohort.folder, ...(given.policy ? [given.policy] : [])];
  const mayReplace = () => assertReplaceable(out, sources);
  // What is not part of the package stands beside it, and goes whatever happens.
  const work = await stageFolder(`${resolve(out)}.work`, { replace: true });
  try {
    const source = await sourceOf(chain, work.path, policy, given, running);
    const staged = await stageFolder(out, { replace: force, ...(force && { mayReplace }) });
    try {
      const folders = { staged: staged.path, work: work.path };
      const { measured, sums } = await writeAndMeasure(folders, source, chain, policy, given, running);
      // Before anything is shown: who stops here has seen nothing.
      const tries = await record(chain, source, measured, policy, given);
      running.onEvent?.({ type: 'measured', assessment: measured.found });
      refuseUnlessPassed(measured);
      const origin = reportOrigin({ model: chain.model.run, generation: chain.synth.run });
      await writeReleaseReport(staged.path, measured, policy.datasheet.title, privacy !== undefined, origin);
      const facts = factsOf(measured, source, chain, given, tries, privacy);
      await writePapers(staged.path, policy, measured.matrix, facts, licenseText);
      await checkUnchanged(staged.path, sums);
      if (key) await signRelease(staged.path, key);
      running.signal?.throwIfAborted();
      await staged.commit();
      return { out, measured, tries };
    } finally {
      await staged.discard();
    }
  } finally {
    await work.discard();
  }
}

/** The key that signs. @throws KeyError, UserError */
async function signingKey(path: string, password?: () => Promise<string>): Promise<SecretKey> {
  const none = async () => {
    throw new KeyError('The key has a password', path, 'Give a function that asks for it as `password`.');
  };
  return parseSecretKey(await readWholeFile(path), path, password ?? none);
}

/** The policy with what the options say, and the text of its licence. */
async function policyOf({ policy: path, k, quasiIdentifiers }: CheckedRelease) {
  const policy = path === undefined ? Policy.parse({}) : await readPolicy(path);
  const asked = policy['k-anonymity'];
  if (k !== undefined || quasiIdentifiers !== undefined) {
    policy['k-anonymity'] = {
      k: k ?? asked?.k ?? 10,
      'quasi-identifiers': quasiIdentifiers ?? asked?.['quasi-identifiers'] ?? ['sex', 'age', 'race'],
    };
  }
  const { license } = policy;
  const licenseText = license && (await readWholeFile(resolve(dirname(path!), license.file)));
  return { policy, licenseText };
}

/** Writes the records into data/, and measures them as they stand there. */
async function writeAndMeasure(
  { staged, work }: { staged: string; work: string },
  source: ReleaseSource,
  { model, cohort }: ReleaseChain,
  policy: Policy,
  { format, csvRaw: raw, seed, outcome }: CheckedRelease,
  running: Running,
): Promise<{ measured: MeasuredRelease; sums: RunFile[] }> {
  const titled = join(work, 'titled.ndjson.gz');
  await withKnownTitles(source.records, titled, model.folder);
  const records = await writeRelease(titled, staged, format, source.patients, { raw }, running);
  const sums = await filesOf(join(staged, 'data'), 'data');
  const input = { cohort: cohort.folder, model: model.folder, policy, seed, outcome, records };
  const measured = await measureRelease(staged, format, input, { raw }, running);
  return { measured, sums };
}

/** Writes the try into the ledger beside the cohort, passed or not. */
function record(
  { synth, cohort }: ReleaseChain,
  { sample }: ReleaseSource,
  { found, others }: MeasuredRelease,
  policy: Policy,
  { seed }: CheckedRelease,
): Promise<Tries> {
  const verdicts = [found.verdict, ...others.map(({ verdict }) => verdict)];
  const failed = verdicts
    .filter(({ passed }) => !passed)
    .flatMap(({ gates, accepted }) => gates.filter((gate) => isInTheWay(gate, accepted)));
  return recordTry(join(cohort.folder, LEDGER_FILE), {
    date: new Date().toISOString(),
    sample,
    generateSeed: Number(synth.run.options.seed),
    evaluationSeed: seed,
    policy: createHash('sha256').update(policyYaml(policy)).digest('hex'),
    outcome: verdicts.every(({ passed }) => passed) ? 'passed' : 'refused',
    failed: [...new Set(failed.map(({ name }) => name))],
  });
}

/** @throws ChangedMeanwhileError where data/ is not what was measured */
async function checkUnchanged(staged: string, sums: RunFile[]): Promise<void> {
  const listed = new Set((await readFile(join(staged, 'SHA256SUMS'), 'utf8')).split('\n'));
  const changed = sums.find(({ name, sha256 }) => !listed.has(`${sha256}  ${name}`));
  const inData = [...listed].filter((line) => line.includes('  data/')).length;
  if (changed || inData !== sums.length) throw new ChangedMeanwhileError(changed?.name ?? 'data');
}
