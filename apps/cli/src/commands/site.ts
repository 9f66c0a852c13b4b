import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { runSite, type SiteEvent } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { collect, oneOf } from '../options.ts';
import { withSignal } from '../signals.ts';
import { text } from '../table.ts';

interface Options {
  listen: string;
  cert: string;
  key: string;
  ca: string;
  coordinator: string[];
  policy?: string;
  state?: string;
  engine: EngineName | 'auto';
}

export function siteCommand(): Command {
  return new Command('site')
    .argument('<patients>', 'cohort that `ehrsynth ingest` wrote, or a file of its records')
    .requiredOption('--listen <host:port>', 'where to listen, such as 0.0.0.0:7443')
    .requiredOption('--cert <file>', "the site's certificate (PEM)")
    .requiredOption('--key <file>', 'its key')
    .requiredOption('--ca <file>', "the authority that signed the coordinators' certificates")
    .requiredOption(
      '--coordinator <name>',
      'a coordinator that is allowed, by the name in its certificate (may be repeated)',
      collect,
    )
    .option('--policy <file>', 'limits for coordinators: fewest patients per count, rounds, privacy (YAML)')
    .option('--state <folder>', 'where the site records what it has given away (default: next to the patients)')
    .option(
      '--engine <name>',
      `one of ${ENGINE_NAMES.join(', ')} (default: the fastest available)`,
      oneOf('auto', ...ENGINE_NAMES),
      'auto',
    )
    .action(run);
}

async function run(patients: string, { coordinator, ...options }: Options): Promise<void> {
  const site = await runSite(patients, { ...options, coordinators: coordinator }, show);
  try {
    await withSignal(async (signal) => {
      const { minPatients, rounds, trainings, privacy } = site.policy;
      console.log(
        `${text(site.patients)} patients at https://${site.host}:${site.port}, for ${coordinator.join(', ')}.`,
      );
      console.log(
        `Policy: no count of fewer than ${minPatients} patients, ${text(rounds)} rounds per training, ${text(trainings)} trainings (${text(site.trainings)} so far); ${privacy ? `only with differential privacy, ε ${privacy.epsilon} at δ ${privacy.delta} for all trainings together` : 'without differential privacy'}. Ctrl-C stops it.`,
      );
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
  } finally {
    await site.close();
  }
}

function show(event: SiteEvent | { type: 'refused'; why: string }): void {
  switch (event.type) {
    case 'asked':
      return console.log(`${event.coordinator}: ${event.ask}${event.note ? ` (${event.note})` : ''}`);
    case 'privacy': {
      const { epsilon, delta, noiseMultiplier, steps } = event.statement;
      return console.log(
        `Differential privacy: ε ${epsilon.toFixed(3)} at δ ${delta} for each patient here, covering everything that this training receives from the site, by noise of ${noiseMultiplier.toFixed(3)} times the clipping norm in each of ${text(steps)} steps; ε ${event.spent.toFixed(3)} including earlier trainings.`,
      );
    }
    case 'refused':
      return console.error(`Refused: ${event.why}`);
  }
}
