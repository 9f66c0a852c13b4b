import { Policy } from '@ehrsynth/release';
import type { ShownForecasts } from '@ehrsynth/report';
import type { z } from 'zod';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { inputsFrom, provenRun } from '../run/provenance.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { EvaluateOptions } from './evaluate.ts';
import { provenFutures } from './futures.ts';
import { measureForecasts } from './measure-forecasts.ts';
import { readPolicy } from './policy-file.ts';
import { writeForecastReport } from './report-files.ts';

export const EvaluateForecastsOptions = EvaluateOptions.pick({ out: true, model: true, policy: true, force: true });
export type EvaluateForecastsOptions = z.input<typeof EvaluateForecastsOptions>;

export interface EvaluatedForecasts {
  /** The folder of report.html and report.json. */
  out: string;
  forecasts: ShownForecasts;
  /** Whether it is proven that the futures are of a model of this cohort. */
  isProven: boolean;
}

/**
 * Puts drawn futures of held-out people beside what became of them. Writes report.html and report.json. Of a policy its title and
 * `small-cells` count.
 * @param cohort folder that `ingest` wrote
 * @param futures folder that `generate --from` wrote, from held-out records of the cohort
 * @throws NotFuturesError, ForeignFuturesError, UserError
 */
export async function evaluateForecasts(
  cohort: string,
  futures: string,
  options: EvaluateForecastsOptions,
  running: Running = {},
): Promise<EvaluatedForecasts> {
  const given = checkedOptions('evaluateForecasts', EvaluateForecastsOptions, options);
  const { out, force, model: named, ...shown } = given;
  const policy = given.policy === undefined ? Policy.parse({}) : await readPolicy(given.policy);
  const source = await provenRun(cohort, 'ingest');
  const { model, inputs, ...drawn } = await provenFutures(futures, source, { model: named }, running);
  const run = {
    command: 'evaluate',
    out,
    force,
    options: { out, ...shown },
    links: { cohort, futures },
    sources: model === undefined ? [] : [model],
    inputs: [...inputsFrom('cohort', source), ...inputs],
  };
  let forecasts: ShownForecasts | undefined;
  await intoRunFolder(run, async (folder) => {
    forecasts = await measureForecasts(cohort, drawn, policy['small-cells'], running);
    await writeForecastReport(folder, forecasts, policy.datasheet.title);
    return { horizons: forecasts.horizons.length };
  });
  return { out, forecasts: forecasts!, isProven: model !== undefined };
}
