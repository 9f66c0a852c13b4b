import { saveTimeline } from '@ehrsynth/decode';
import { startEngine } from '@ehrsynth/engine';
import type { Sites } from '@ehrsynth/federation';
import { firstCodeOf } from '@ehrsynth/matrix';
import {
  assignNumbers,
  checkpointFolderFor,
  CHECKPOINT_EVERY_MS,
  DEFAULT_MODEL,
  type FitControl,
  MODELS,
  numbersIn,
  sharedKindOf,
  type SharedTraining,
  takesRecords,
} from '@ehrsynth/models';
import type { z } from 'zod';
import { keepEncoding } from '../cohort/cohort-writer.ts';
import { IncompleteOptionsError, IneffectiveOptionError, NothingToResumeError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { OF_SITES } from '../run/provenance.ts';
import { checkpointFolderOf, intoRunFolder } from '../run/run-folder.ts';
import { adviceOnDrawn, drawnPatients } from '../training/drawn-patients.ts';
import { fit } from '../training/fit.ts';
import { PrivacyStatement, savePrivacy } from '../training/privacy-budget.ts';
import type { Trained } from '../training/train.ts';
import { TrainOptions } from '../training/train-options.ts';
import { TrainingLog } from '../training/training-log.ts';
import { AskSites } from './ask-sites.ts';
import {
  type BegunTraining,
  beginShared,
  jointStatement,
  remindersOf,
  settingsFor,
  type Wanted,
  NotSharedModelError,
} from './begin-shared.ts';
import { Agreed } from './requests.ts';
import {
  hasSharedCheckpoint,
  loadShared,
  OtherSharedTrainingError,
  saveShared,
  type SharedCheckpoint,
} from './shared-checkpoint.ts';
import { roundsOfAll, SharedRounds, type SharedState } from './shared-rounds.ts';
import { joinTimelines, TimelineAnswer } from './shared-timeline.ts';

/** How sites share a training, beside the options of `train`. */
export interface SharedOptions {
  /** Sites that have to answer; by default all. */
  atLeast?: number;
  /** How often weights are averaged in an epoch. */
  roundsPerEpoch?: number;
}

/**
 * Trains a model at several sites by rounds of local steps, whose changes of the weights are averaged: the patients stay where they are. The
 * folder that it writes is that of any training, without a cohort.
 * @throws UserError; StoppedError where the signal ended it: the checkpoint is kept beside the output, and `resume` goes on from it
 */
export async function trainShared(
  sites: Sites,
  options: TrainOptions,
  shared: SharedOptions = {},
  running: Running = {},
): Promise<Trained> {
  const given = checkedOptions('train', TrainOptions, options);
  const wanted = wantedOf(given);
  const checkpoint = checkpointFolderOf(given.out);
  if (given.resume && !hasSharedCheckpoint(checkpoint)) throw new NothingToResumeError(given.out, checkpoint);
  const recorded: Record<string, unknown> = { model: wanted.model, ...shared };
  let done: Trained | undefined;
  const run = {
    command: 'train',
    out: given.out,
    force: given.force,
    options: recorded,
    origins: { cohort: OF_SITES },
    checkpoint,
    inputs: [],
  };
  await intoRunFolder(run, async (folder) => {
    await checkpointFolderFor(checkpoint);
    const training = new SharedRun(sites, given, wanted, shared, checkpoint, running);
    const { trained, engine, counted } = await training.into(folder, recorded);
    done = trained;
    return {
      patients: trained.patients,
      codes: trained.codes,
      engine,
      last: trained.last,
      drawn: trained.drawn,
      sites: counted,
    };
  });
  return done!;
}

type Given = z.output<typeof TrainOptions>;

/** @throws IneffectiveOptionError, IncompleteOptionsError */
function wantedOf({ model, settings, seed, canaries, dpEpsilon, dpDelta, dpClip = 1, dpPublic = [] }: Given): Wanted {
  if (canaries > 0)
    throw new IneffectiveOptionError('canaries', 'they would be planted among patients, who stay at their sites');
  if (dpPublic.length > 0)
    throw new IneffectiveOptionError('dp-public', 'each site declares in its own policy what is public');
  if ((dpEpsilon === undefined) !== (dpDelta === undefined))
    throw new IncompleteOptionsError('--dp-epsilon and --dp-delta go together');
  const privacy = dpEpsilon === undefined ? undefined : { epsilon: dpEpsilon, delta: dpDelta!, clip: dpClip };
  const name = model === 'auto' ? DEFAULT_MODEL : model;
  if (!(name in MODELS)) throw new NotSharedModelError(name);
  return { model: name as keyof typeof MODELS, settings, seed, privacy };
}

class SharedRun {
  private begun: BegunTraining | undefined;
  private readonly sites: AskSites;
  private savedAt = Date.now();

  constructor(
    all: Sites,
    private readonly given: Given,
    private readonly wanted: Wanted,
    private readonly shared: SharedOptions,
    private readonly checkpoint: string,
    private readonly running: Running,
    private readonly names = all.names,
  ) {
    const { atLeast = all.names.length } = shared;
    this.sites = new AskSites(all, atLeast, running, () => (this.begun ? remindersOf(this.begun) : []));
  }

  async into(folder: string, recorded: Record<string, unknown>) {
    const { given, wanted, running } = this;
    const kept = given.resume ? await loadShared(this.checkpoint) : undefined;
    const begun = (this.begun = kept ? this.resumed(kept) : await beginShared(this.sites, this.names, wanted));
    const { task, plan, settings, sites } = begun;
    const privacy = jointStatement(sites);
    if (privacy) await savePrivacy(folder, privacy);
    const { name: engine, detail } = await startEngine(given.engine);
    const training = await sharedKindOf(task.model).begin(
      task.columns,
      plan,
      settings,
      sites,
      task.encoding.minPatients,
    );
    const rounds = roundsOfAll(training.phases, this.shared.roundsPerEpoch);
    await this.sites.all(this.siteNames, { head: { ask: 'agree', id: task.id, rounds }, numbers: {} }, Agreed);
    const epochs = training.phases.reduce((sum, { course }) => sum + course.epochs, 0);
    Object.assign(recorded, settings, { engine, rounds, epochs });
    const patients = sites.reduce((sum, own) => sum + own.patients, 0);
    const codes = task.columns.length - firstCodeOf(task.columns);
    const { title } = MODELS[task.model];
    running.onEvent?.({
      type: 'training',
      training: {
        model: task.model,
        title,
        patients,
        canaries: 0,
        codes,
        engine: { name: engine, detail },
        epochs,
        privacy,
      },
    });
    const log = new TrainingLog(this.checkpoint, given.resume);
    const control = {
      minPatients: task.encoding.minPatients,
      checkpointFolder: this.checkpoint,
      checkpointEveryMs: 60_000 * given.checkpointEvery,
      resume: given.resume,
    };
    const last = await fit({ fit: (own) => this.fit(training, own, kept) }, log, epochs, control, running);
    await training.model.save(folder);
    await this.keepEncoding(folder);
    log.copyTo(folder);
    const drawn = await this.drawn(folder, patients);
    training.model.dispose();
    const counted = sites.map((own) => ({ name: own.name, patients: own.patients }));
    const trained: Trained = {
      out: given.out,
      model: task.model,
      patients,
      codes,
      seconds: log.seconds,
      last,
      privacy,
      drawn,
    };
    return { trained, engine: detail, counted };
  }

  private get siteNames(): string[] {
    return this.begun!.sites.map(({ name }) => name);
  }

  /** @throws OtherSharedTrainingError */
  private resumed({ task, plan, sites, counts }: SharedCheckpoint): BegunTraining {
    if (task.model !== this.wanted.model)
      throw new OtherSharedTrainingError(this.checkpoint, `it trains ${task.model}`);
    const other = sites.find(({ name }) => !this.names.includes(name));
    if (other) throw new OtherSharedTrainingError(this.checkpoint, `${other.name} is no site of this one`);
    const begun = sites.map(({ privacy, ...own }, i) => ({
      ...own,
      counts: counts[i],
      privacy: privacy === undefined || privacy === null ? undefined : PrivacyStatement.parse(privacy),
    }));
    return {
      task,
      plan,
      sites: begun,
      settings: settingsFor(
        task,
        begun.map(({ privacy }) => privacy),
      ),
    };
  }

  private async fit(training: SharedTraining, control: FitControl, kept?: SharedCheckpoint): Promise<boolean> {
    const { begun, shared } = this;
    const { checkpointEveryMs = CHECKPOINT_EVERY_MS } = control;
    const keep = async (at: SharedState, isDue: boolean) => {
      if (!isDue && Date.now() - this.savedAt < checkpointEveryMs) return;
      this.savedAt = Date.now();
      const { task, plan, sites } = begun!;
      const fixed = await numbersIn(training.phases[at.position.phase].fixed);
      const rows = sites.map(({ name, patients, size, carriers, privacy }) => ({
        name,
        patients,
        size,
        carriers: [...carriers],
        privacy,
      }));
      await saveShared(this.checkpoint, {
        task,
        plan,
        sites: rows,
        counts: sites.map(({ counts }) => counts),
        ...at,
        fixed,
      });
    };
    let from: SharedState | undefined;
    if (kept) {
      from = { position: kept.position, state: kept.state, best: kept.best };
      assignNumbers(training.phases[kept.position.phase].fixed, kept.fixed);
    }
    const rounds = new SharedRounds(
      training,
      this.sites,
      this.siteNames,
      begun!.task.id,
      shared.roundsPerEpoch,
      control,
      keep,
    );
    return (await rounds.run(from)) && training.finish(control.signal);
  }

  /** What else `generate` needs. */
  private async keepEncoding(folder: string): Promise<void> {
    const { task, sites } = this.begun!;
    if (takesRecords(task.model)) return keepEncoding(folder, task.encoding);
    const answers = await this.sites.all(
      this.siteNames,
      { head: { ask: 'timeline', id: task.id }, numbers: {} },
      TimelineAnswer,
    );
    const placed = sites.flatMap(({ name, patients, carriers }) => {
      const answer = answers.get(name);
      return answer ? [{ timeline: answer.head.timeline, patients, carriers }] : [];
    });
    await saveTimeline(folder, joinTimelines(placed));
  }

  private async drawn(folder: string, patients: number) {
    const { task, sites } = this.begun!;
    const carriers = task.columns.map((_, column) => sites.reduce((sum, own) => sum + own.carriers[column], 0));
    const learned = {
      rows: patients,
      firstCode: firstCodeOf(task.columns),
      carriers: async () => Int32Array.from(carriers),
    };
    const drawn = await drawnPatients(
      folder,
      learned,
      { ...this.given, isPrivate: task.privacy !== undefined },
      this.running,
    );
    this.running.onEvent?.({ type: 'drawn', drawn });
    const advice = adviceOnDrawn(drawn);
    if (advice) this.running.onEvent?.({ type: 'advice', text: advice });
    return drawn;
  }
}
