import { Command } from 'commander';
import { type ClaimsMode, SYSTEM_NAMES } from '@ehrsynth/fhir';
import { redactUrls } from '@ehrsynth/io';
import {
  DRUG_RESOURCES,
  type Fetched,
  FHIR_PRESET_NAMES,
  FHIR_PRESETS,
  type FhirPreset,
  fhirOnSpark,
  fhirSource,
  IncompleteOptionsError,
  presetFor,
} from '@ehrsynth/pipeline';
import { isSpark } from '@ehrsynth/omop';
import { addProgramOptions } from '../cluster-options.ts';
import { addFormerCodesOption, type FormerCodes } from '../code-options.ts';
import { console } from '../console.ts';
import { limitsOf } from '../limit-options.ts';
import { collect, listOf, oneOf } from '../options.ts';
import { addCohortOptions, type CohortOptions, ingest } from './ingest-cohort.ts';
import { addSourceOptions, isServer, type SourceOptions, withFetched } from './ingest-source.ts';

interface Options extends CohortOptions, SourceOptions {
  systemAlias?: string[];
  systemAliasFile?: string;
  preset?: FhirPreset;
  drugResources?: (typeof DRUG_RESOURCES)[number][];
  countDrugs?: 'once' | 'each';
  claims?: ClaimsMode;
  unconfirmed: 'keep' | 'skip';
  release?: 'r4';
  formerCodes: FormerCodes;
  furtherCodings: 'count' | 'keep';
  path?: string;
  bundle?: string;
  executor?: string;
}

export function ingestFhirCommand(): Command {
  const command = new Command('fhir')
    .description(
      "FHIR R4: a file or folder of JSON or NDJSON (gzipped or not, any file name), a live server, or NDJSON on a cluster's storage, by Spark",
    )
    .argument('<source>', 'file, folder, base URL of a server (http…), or sc://host:15002/;use_ssl=true with --path')
    .option(
      '--preset <source>',
      `settings for a known source: ${FHIR_PRESET_NAMES.map((name) => `${name} (${FHIR_PRESETS[name].title})`).join(', ')}`,
      oneOf(...FHIR_PRESET_NAMES),
    )
    .option(
      '--system-alias <URI=NAME>',
      `read one code system as another, by its URI or one of ${SYSTEM_NAMES.join(', ')} (may be repeated)`,
      collect,
    )
    .option('--system-alias-file <file>', 'aliases from a file, one URI=NAME per line')
    .option(
      '--further-codings <what>',
      'for a concept with several codes of the same system: only count those after the first, or keep each as an event of its own',
      oneOf('count', 'keep'),
      'count',
    )
    .option(
      '--drug-resources <list>',
      `which resources count as drugs (default: ${DRUG_RESOURCES.join(', ')})`,
      listOf(...DRUG_RESOURCES),
    )
    .option(
      '--count-drugs <how>',
      'once: an order with its dispenses and administrations is one event; each: each of them is an event (default: once)',
      oneOf('once', 'each'),
    )
    .option(
      '--claims <which>',
      'ExplanationOfBenefit and Claim: auto (only kinds of events that a patient has no clinical records of), read (all) or skip (default: auto)',
      oneOf('auto', 'read', 'skip'),
    )
    .option(
      '--unconfirmed <what>',
      'keep or skip what may not have happened: unconfirmed, provisional and differential diagnoses, and unknown statuses; counted either way',
      oneOf('keep', 'skip'),
      'keep',
    )
    .option(
      '--release <release>',
      'r4: read as R4 even if it looks different; resources of another release are left out and counted (default: stop at them)',
      oneOf('r4'),
    );
  addProgramOptions(
    command.option(
      '--path <files>',
      "with sc://…: NDJSON on the cluster's storage, a file, a folder or a pattern: 's3://bucket/*.ndjson'",
    ),
    'sc://…',
  );
  return addSourceOptions(addCohortOptions(addFormerCodesOption(command))).action(ingestFhir);
}

async function ingestFhir(source: string, options: Options): Promise<void> {
  if (isSpark(source)) return ingestOnSpark(source, options);
  if (!isServer(source)) return ingestFiles(source, options);
  const name = redactUrls(source);
  await withFetched(source, options, (folder, losses) => ingestFiles(folder, options, { name, losses }));
}

/** What is read and how, of files and on a cluster alike. */
function readingOf(options: Options) {
  const { onError, kinds, drugResources, keepUnknownCodes, formerCodes, furtherCodings } = options;
  const { preset, countDrugs, claims, unconfirmed, release, systemAlias } = options;
  const events = { onError, kinds, drugResources, keepUnknownCodes, formerCodes, furtherCodings, countDrugs };
  return { ...events, preset, claims, unconfirmed, release, systemAlias, limits: limitsOf(options) };
}

async function ingestFiles(source: string, options: Options, fetched?: Fetched): Promise<void> {
  const { preset, countDrugs, systemAliasFile } = options;
  const records = await fhirSource(source, { ...readingOf(options), systemAliasFile }, fetched);
  await ingest({ ...records, options: withoutSecrets({ ...options, countDrugs: countDrugs ?? 'once' }) });
  const hinted = [...records.tally.systems.values()].map(({ system }) => system);
  const known = preset === undefined && records.tally.hints.size > 0 ? presetFor(hinted) : undefined;
  if (known) console.log(`This is ${FHIR_PRESETS[known].title}. All of these code systems at once: --preset ${known}`);
}

/** Files of a cluster's storage, which its executors read. */
async function ingestOnSpark(on: string, { path, bundle, executor, ...options }: Options): Promise<void> {
  if (path === undefined)
    throw new IncompleteOptionsError("The files in the cluster's storage are missing: give them with --path");
  if (options.systemAliasFile !== undefined)
    throw new IncompleteOptionsError(
      '--system-alias-file does not work with Spark: give each alias with --system-alias',
    );
  await ingest({ ...fhirOnSpark({ on, bundle, executor, path, ...readingOf(options) }), options });
}

/** Tokens do not belong into run.json, and headers may have some; a group's id is the server's own. */
function withoutSecrets({ token, header, exportLevel, ...options }: Options): CohortOptions {
  const level = typeof exportLevel === 'string' ? exportLevel : 'group';
  const given = { ...(token && { token: '(given)' }), ...(header && { header: ['(given)'] }) };
  return { ...options, ...given, exportLevel: level } as CohortOptions;
}
