import { columnGroups } from '@ehrsynth/matrix';
import { z } from 'zod';
import { Absence } from '../absence.ts';
import { smallBatch } from '../schedule.ts';
import { scheduleFor, Vae, VaeOptions } from '../vae/vae.ts';
import type { SharedKind } from './kind.ts';
import { courseOf, likelihoodRounds } from './shared-rows.ts';

const PHASE = 'likelihood';
/** Names of the demographics that enough patients lack. */
const Absent = z.object({ absent: z.array(z.string()) });
type Absent = z.infer<typeof Absent>;

/** A variational autoencoder at several sites. */
export const SHARED_VAE: SharedKind<Absent, Absent> = {
  said: Absent,
  planned: Absent,

  async survey(site) {
    return { absent: [...(await Absence.of(await site.rows(), site.minPatients)).names] };
  },

  plan(columns, surveys) {
    const names = new Set(surveys.flatMap(({ said }) => said.absent));
    return {
      absent: columnGroups(columns)
        .map(({ name }) => name)
        .filter((name) => names.has(name)),
    };
  },

  async open(site, { absent }, settings) {
    const rows = await site.rows();
    const model = new Vae(rows.columns, VaeOptions.parse(settings), absent);
    const source = new Absence(rows.columns, absent).source(rows);
    return {
      counts: async () => ({}),
      size: rows.rows,
      patients: rows.rows,
      variables: model.variables,
      rounds: (_, course) => likelihoodRounds(model, source, site.seed, course),
      close: async () => model.dispose(),
    };
  },

  async begin(columns, { absent }, settings, sites) {
    const options = VaeOptions.parse(settings);
    const model = new Vae(columns, options, absent);
    const rows = sites.reduce((sum, { patients }) => sum + patients, 0);
    const { epochs, patience } = scheduleFor(options, rows);
    const course = courseOf({ ...options, epochs, batchSize: options.batchSize ?? smallBatch(rows) }, rows);
    return {
      model,
      phases: [{ name: PHASE, course, patience, variables: model.variables, fixed: {} }],
      finish: async () => true,
    };
  },
};
