import { version } from '@ehrsynth/io';
import { titleOf } from '@ehrsynth/models';
import type { DatasheetFacts, Tries } from '@ehrsynth/release';
import type { PrivacyStatement } from '../training/privacy-budget.ts';
import type { MeasuredRelease } from './measure-release.ts';
import type { CheckedRelease } from './release-options.ts';
import type { ReleaseChain } from './release-provenance.ts';
import type { ReleaseSource } from './release-source.ts';

/** What the datasheet of a package says of it. */
export function factsOf(
  { found, matrix, others, encoding }: MeasuredRelease,
  { filling, suppressed }: ReleaseSource,
  { synth, model }: ReleaseChain,
  { format: formats, csvRaw }: CheckedRelease,
  tries: Tries,
  privacy: PrivacyStatement | undefined,
): DatasheetFacts {
  const { comparison, verdict } = found;
  const { rows } = comparison;
  const [trained, generated] = [model.run.options, synth.run.options];
  const { minPatients, rare } = encoding;
  const carriers = matrix.carriers().subarray(matrix.firstCode);
  return {
    version: version(),
    date: new Date().toISOString().slice(0, 10),
    patients: rows.synthetic,
    codes: carriers.filter((patients) => patients > 0).length,
    formats,
    csvRaw,
    otherFormats: others,
    model: {
      name: titleOf(String(trained.model ?? 'medgan')),
      seed: Number(trained.seed),
      trainedOn: rows.training,
      heldOut: rows.holdout,
    },
    ingest: { minPatients, rare },
    generated: { seed: Number(generated.seed), engine: String(generated.engine) },
    epsilon: privacy,
    filling,
    suppressed,
    tries,
    verdict,
  };
}
