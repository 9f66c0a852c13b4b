import { randomUUID } from 'node:crypto';
import type { Message } from '@ehrsynth/federation';
import { UserError } from '@ehrsynth/io';
import {
  type ModelName,
  type Numbers,
  optionsOf,
  scheduleOf,
  SHARED_MODEL_NAMES,
  sharedKindOf,
  type SharedModelName,
  type Surveyed,
  titleOf,
} from '@ehrsynth/models';
import { checkEpochs } from '../training/epochs.ts';
import { PrivacyStatement } from '../training/privacy-budget.ts';
import type { AskSites } from './ask-sites.ts';
import { Description, Opened, type SharedTask, Survey } from './requests.ts';
import { sharedColumns } from './shared-columns.ts';

/** A model whose weights' mean means nothing. */
export class NotSharedModelError extends UserError {
  constructor(model: string) {
    super(
      'not-shared',
      2,
      `${titleOf(model)} cannot be trained by several sites: averaging weights only works for models that are trained by likelihood`,
      {
        todo: `Choose one of ${SHARED_MODEL_NAMES.join(', ')}.`,
      },
    );
  }
}

/** What a coordinator asks of sites before the first round. */
export interface Wanted {
  model: ModelName;
  settings: Record<string, unknown>;
  seed: number;
  privacy?: { epsilon: number; delta: number; clip: number };
}

/** A site of a training that is about to begin. */
export interface BegunSite {
  name: string;
  patients: number;
  size: number;
  counts: Numbers;
}

/** What is known of the patients of whoever says what they are like. */
export interface KnownPatients {
  name: string;
  patients: number;
  /** Those with each of the shared columns; 0 for too few. */
  carriers: readonly number[];
  privacy?: PrivacyStatement;
}

/** What all sites together begin with. */
export interface BegunTraining {
  task: SharedTask;
  plan: unknown;
  /** Options of the model, as the coordinator has them. */
  settings: Record<string, unknown>;
  sites: BegunSite[];
  known: KnownPatients[];
}

/** @throws NotSharedModelError */
export function assertShared(model: ModelName): asserts model is SharedModelName {
  if (!(SHARED_MODEL_NAMES as string[]).includes(model)) throw new NotSharedModelError(model);
}

/**
 * Columns that all share, what each site says of its patients in them, the plan that follows from it, and what each counts by it.
 * @throws UserError
 */
export async function beginShared(sites: AskSites, names: readonly string[], wanted: Wanted): Promise<BegunTraining> {
  const { model, seed, privacy } = wanted;
  assertShared(model);
  const asked = optionsOf(model, { ...wanted.settings, seed });
  checkEpochs(model, asked);
  const said = await sites.all(sites.surveyors ?? names, asking({ ask: 'describe' }), Description);
  const described = new Map([...said].map(([name, { head }]) => [name, head]));
  const { columns, encoding } = sharedColumns(described);
  const patients = [...described.values()].reduce((sum, own) => sum + own.patients, 0);
  const scheduled = { ...asked, ...scheduleOf(model, asked, patients, privacy !== undefined) };
  const task: SharedTask = { id: randomUUID(), model, settings: scheduled, seed, columns, encoding, privacy };

  const surveyed = await sites.all(
    [...described.keys()],
    asking({ ask: 'begin', task }),
    Survey.refine(({ carriers }) => carriers.length === columns.length, 'carriers are not those of the columns'),
  );
  const kind = sharedKindOf(model);
  const surveys = [...surveyed].map(([name, { head }]) => ({
    name,
    ...head,
    said: kind.said.parse(head.said),
    privacy: statementIn(head),
  }));
  const settings = settingsFor(
    task,
    surveys.map((own) => own.privacy),
  );
  const plan = kind.plan(columns, surveys as Surveyed[], settings, encoding.minPatients);

  const learning = sites.surveyors ? names : [...surveyed.keys()];
  const opened = await sites.all(learning, asking({ ask: 'plan', id: task.id, plan }), Opened);
  const begun = [...opened].map(([name, { head, numbers }]) => ({ name, ...head, counts: numbers }));
  const known = surveys
    .filter(({ name }) => sites.surveyors || opened.has(name))
    .map(({ name, patients: own, carriers, privacy: statement }) => ({
      name,
      patients: own,
      carriers,
      privacy: statement,
    }));
  return { task, plan, settings, sites: begun, known };
}

/** What is sent again to a site that was restarted. */
export function remindersOf({ task, plan }: Pick<BegunTraining, 'task' | 'plan'>): Message[] {
  return [asking({ ask: 'begin', task }), asking({ ask: 'plan', id: task.id, plan })];
}

/** The options of the coordinator's own part: in private as noisy as the noisiest site. */
export function settingsFor(
  { model, settings, privacy }: SharedTask,
  statements: readonly (PrivacyStatement | undefined)[],
): Record<string, unknown> {
  if (!privacy) return settings;
  const known = statements.filter((one) => one !== undefined);
  const noiseMultiplier = Math.max(...known.map((one) => one.noiseMultiplier));
  const tallies = known.flatMap(({ tally }) => (tally ? [tally.noiseMultiplier] : []));
  return optionsOf(model, {
    ...settings,
    noiseMultiplier,
    clip: privacy.clip,
    ...(tallies.length > 0 && { tallyNoise: Math.max(...tallies) }),
  });
}

/** The statement of all: that of the site that spends most, with what each spends. */
export function jointStatement(of: readonly KnownPatients[]): PrivacyStatement | undefined {
  const known = of.flatMap(({ name: site, patients, privacy }) => (privacy ? [{ site, patients, privacy }] : []));
  if (known.length === 0) return undefined;
  const { privacy: worst } = known.reduce((a, b) => (b.privacy.epsilon > a.privacy.epsilon ? b : a));
  const spent = known.map(({ site, patients, privacy: { epsilon, delta } }) => ({ site, patients, epsilon, delta }));
  return { ...worst, delta: Math.max(...spent.map(({ delta }) => delta)), sites: spent };
}

function asking(head: Record<string, unknown>): Message {
  return { head, numbers: {} };
}

function statementIn({ privacy }: Survey): PrivacyStatement | undefined {
  return privacy === undefined || privacy === null ? undefined : PrivacyStatement.parse(privacy);
}
