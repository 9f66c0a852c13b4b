import { version } from '@ehrsynth/io';
import type { ReportOrigin } from '@ehrsynth/report';
import type { RunRecord } from '../run/run-folder.ts';

/** Where patients and figures come from, as a report says it. @param runs what trained the model and drew the patients, where they are known */
export function reportOrigin({ model, generation }: { model?: RunRecord; generation?: RunRecord } = {}): ReportOrigin {
  const dayOf = ({ started }: RunRecord) => started.slice(0, 10);
  return {
    version: version(),
    date: new Date().toISOString().slice(0, 10),
    ...(model && {
      model: {
        name: String(model.options.model),
        options: model.options,
        version: model.version,
        date: dayOf(model),
        ...(typeof model.counts.engine === 'string' && { engine: model.counts.engine }),
      },
    }),
    ...(generation && {
      generation: {
        version: generation.version,
        date: dayOf(generation),
        seed: generation.options.seed,
        engine: generation.options.engine,
      },
    }),
  };
}
