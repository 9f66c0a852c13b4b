import { renameSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { ingest } from '../cohort/ingest.ts';
import { generate } from '../generation/generate.ts';
import { ownFolder, simulated } from '../testing.ts';
import { train } from '../training/train.ts';
import { evaluate } from './evaluate.ts';
import { measureLikelihood } from './measure-likelihood.ts';
import { encoderOf } from './written-records.ts';

const at = ownFolder();
const engine = 'wasm';
const GATE = 'membership-likelihood';

/** So learned by heart are 60 patients in a few epochs. */
const BY_HEART = { epochs: 8, hidden: 32, layers: 1, learningRate: 0.02, dropout: 0, l2: 0, batchTokens: 500 };

beforeAll(async () => {
  await ingest(simulated(120), { out: at('cohort'), minPatients: 2, holdout: 0.5 });
});

it('finds the patients whom a model has learned by heart, and refuses what it drew where the policy asks', async () => {
  await train(at('cohort'), { model: 'visits', settings: BY_HEART, out: at('model'), engine });
  await generate(at('model'), { number: 60, out: at('synth'), engine, workers: 1 });
  writeFileSync(at('policy.yaml'), `gates: { ${GATE}: 0.55 }\n`);
  const { assessment } = await evaluate(at('cohort'), at('synth'), { out: at('report'), policy: at('policy.yaml') });
  const { record, token } = assessment.likelihood!;
  expect([token.members, token.nonMembers].every((people) => people > 50)).toBe(true);
  expect(token.auc.lower).toBeGreaterThan(0.6);
  // A long record is unlikely, whoever it is of: token by token it is known the better.
  expect(token.auc.value).toBeGreaterThan(record.auc.value);
  expect(assessment.verdict.gates.find(({ name }) => name === GATE)).toMatchObject({ outcome: 'failed' });
  // It takes the model, which no package holds: the default policy does not ask.
  // Where the model is not at hand, nobody can attack by it, and nothing is said of it.
  renameSync(at('model'), at('elsewhere'));
  const { assessment: without } = await evaluate(at('cohort'), at('synth'), { out: at('without') });
  expect(without.likelihood).toBeUndefined();
  expect(without.verdict.gates.map(({ name }) => name)).not.toContain(GATE);
});

it('is not measured of a model of rows', async () => {
  await train(at('cohort'), { model: 'marginals', out: at('rows'), engine });
  const { encoder } = await encoderOf(at('cohort'));
  expect(await measureLikelihood(at('rows'), at('cohort'), encoder, 1)).toBeUndefined();
});
