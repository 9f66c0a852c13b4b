import { Command } from 'commander';
import type { ClaimsMode } from '@ehrsynth/fhir';
import { redactUrls } from '@ehrsynth/io';
import { isSpark } from '@ehrsynth/omop';
import { DRUG_RESOURCES, type Fetched, fhirOnSpark, fhirSource, IncompleteOptionsError } from '@ehrsynth/pipeline';
import { addProgramOptions } from '../cluster-options.ts';
import { addFormerCodesOption, type FormerCodes } from '../code-options.ts';
import { limitsOf } from '../limit-options.ts';
import { collect, listOf, oneOf } from '../options.ts';
import { addCohortOptions, type CohortOptions, ingest } from './ingest-cohort.ts';
import { addSourceOptions, isServer, type SourceOptions, withFetched } from './ingest-source.ts';

interface Options extends CohortOptions, SourceOptions {
  systemAlias?: string[];
  systemAliasFile?: string;
  drugResources?: (typeof DRUG_RESOURCES)[number][];
  claims: ClaimsMode;
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
      "FHIR R4: JSON and NDJSON under any name, gzipped or not, a file or a folder; a live server; or NDJSON on a cluster's storage, by Spark",
    )
    .argument('<source>', 'file, folder, the base of a server (http…), or sc://host:15002/;use_ssl=true with --path')
    .option('--system-alias <URI=NAME>', 'read a code system as another: …=icd-10-cm, …=ndc (may be repeated)', collect)
    .option('--system-alias-file <file>', 'the same from a file, one URI=NAME a line')
    .option(
      '--further-codings <what>',
      'of a concept with several codes of the system that is read: count those behind the first, or keep each as an event of its own',
      oneOf('count', 'keep'),
      'count',
    )
    .option(
      '--drug-resources <list>',
      `which resources count as drugs (default: ${DRUG_RESOURCES.join(', ')})`,
      listOf(...DRUG_RESOURCES),
    )
    .option(
      '--claims <which>',
      'ExplanationOfBenefit and Claim: auto reads what a patient has no clinical records of, read all of them, skip none',
      oneOf('auto', 'read', 'skip'),
      'auto',
    )
    .option(
      '--unconfirmed <what>',
      'keep or skip what may not have happened: unconfirmed, provisional and differential diagnoses, and statuses that are unknown; counted either way',
      oneOf('keep', 'skip'),
      'keep',
    )
    .option(
      '--release <release>',
      'r4: read it as R4 whatever it looks like; resources of another release are left out and counted (default: they end the reading)',
      oneOf('r4'),
    );
  addProgramOptions(
    command.option(
      '--path <files>',
      "of sc://…: NDJSON on the cluster's storage, a file, a folder or a pattern: 's3://bucket/*.ndjson'",
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

async function ingestFiles(source: string, options: Options, fetched?: Fetched): Promise<void> {
  const { onError, kinds, drugResources, keepUnknownCodes, formerCodes, furtherCodings } = options;
  const { claims, unconfirmed, release, systemAlias, systemAliasFile } = options;
  const reading = { onError, kinds, drugResources, keepUnknownCodes, formerCodes, furtherCodings };
  const records = await fhirSource(
    source,
    {
      ...reading,
      claims,
      unconfirmed,
      release,
      systemAlias,
      systemAliasFile,
      limits: limitsOf(options),
    },
    fetched,
  );
  await ingest({ ...records, options: withoutSecrets(options) });
}

/** Files of a cluster's storage, which its executors read. */
async function ingestOnSpark(on: string, { path, bundle, executor, ...options }: Options): Promise<void> {
  if (path === undefined) throw new IncompleteOptionsError("Which files of the cluster's storage is missing: --path");
  const { onError, kinds, drugResources, keepUnknownCodes, formerCodes, furtherCodings } = options;
  const { claims, unconfirmed, release, systemAlias, systemAliasFile } = options;
  if (systemAliasFile !== undefined)
    throw new IncompleteOptionsError('--system-alias-file does not go with Spark: give each with --system-alias');
  const reading = { onError, kinds, drugResources, keepUnknownCodes, formerCodes, furtherCodings };
  const further = { claims, unconfirmed, release, systemAlias, limits: limitsOf(options) };
  await ingest({ ...fhirOnSpark({ on, bundle, executor, path, ...reading, ...further }), options });
}

/** Tokens do not belong into run.json, and headers may have some; a group's id is the server's own. */
function withoutSecrets({ token, header, exportLevel, ...options }: Options): CohortOptions {
  const level = typeof exportLevel === 'string' ? exportLevel : 'group';
  const given = { ...(token && { token: '(given)' }), ...(header && { header: ['(given)'] }) };
  return { ...options, ...given, exportLevel: level } as CohortOptions;
}
