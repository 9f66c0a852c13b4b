import { saveTimeline } from '@ehrsynth/decode';
import { startEngine } from '@ehrsynth/engine';
import type { Sites } from '@ehrsynth/federation';
import { firstCodeOf } from '@ehrsynth/matrix';
import {
  assignNumbers,
  checkpointFolderFor,
  CHECKPOINT_EVERY_MS,
  type FitControl,
  MODELS,
  numbersIn,
  sharedKindOf,
  type SharedTraining,
  takesRecords,
} from '@ehrsynth/models';
import { keepEncoding } from '../cohort/cohort-writer.ts';
import { NothingToResumeError } from '../errors.ts';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { OF_SITES, type ProvenRun } from '../run/provenance.ts';
import { checkpointFolderOf, intoRunFolder } from '../run/run-folder.ts';
import { expectSameCohort, keepCohort } from '../training/checkpoint-cohort.ts';
import { adviceOnDrawn, drawnPatients } from '../training/drawn-patients.ts';
import { fit } from '../training/fit.ts';
import { savePrivacy } from '../training/privacy-budget.ts';
import type { Trained } from '../training/train.ts';
import { TrainOptions } from '../training/train-options.ts';
import { TrainingLog } from '../training/training-log.ts';
import { AskSites } from './ask-sites.ts';
import { type BegunTraining, beginShared, jointStatement, remindersOf, type Wanted } from './begin-shared.ts';
import { Agreed } from './requests.ts';
import {
  begunOf,
  hasSharedCheckpoint,
  loadShared,
  OtherSharedTrainingError,
  saveShared,
  type SharedCheckpoint,
} from './shared-checkpoint.ts';
import { type HowMany, roundsOfAll, SharedRounds, type SharedState } from './shared-rounds.ts';
import { joinTimelines, TimelineAnswer } from './shared-timeline.ts';
import { type GivenOptions, wantedOf } from './wanted.ts';

/** How sites share a training, beside the options of `train`. */
export interface SharedOptions {
  /** Sites that have to answer; by default all. */
  atLeast?: number;
  /** How often weights are averaged in an epoch. */
  roundsPerEpoch?: number;
}

/** Whose the patients are, where they are not those of hospitals that keep them from each other. */
export interface SharedOrigin {
  /** Where they are, for run.json. */
  run: Pick<Parameters<typeof intoRunFolder>[0], 'links' | 'inputs'>;
  options: Record<string, unknown>;
  /** Counts are given as they are, and not rounded. */
  hasExactCounts: boolean;
  /** The cohort that has them: a training that goes on has to be of the same. */
  cohort?: ProvenRun;
  /** Rounds of a training, about, where nobody says how many an epoch has. */
  rounds?: number;
}

/** Of sites that keep their patients to themselves. */
const HOSPITALS: SharedOrigin = { run: { inputs: [] }, options: {}, hasExactCounts: false };

/**
 * Trains a model at several sites by rounds of local steps, whose changes of the weights are averaged: the patients stay where they are. The
 * folder that it writes is that of any training, without a cohort.
 * @throws OtherCheckpointError, UserError; StoppedError where the signal ended it: the checkpoint is kept beside the output, and `resume` goes
 * on from it
 */
export async function trainShared(
  sites: Sites,
  options: TrainOptions,
  shared: SharedOptions = {},
  running: Running = {},
  origin: SharedOrigin = HOSPITALS,
): Promise<Trained> {
  const given = checkedOptions('train', TrainOptions, options);
  const wanted = wantedOf(given);
  const checkpoint = checkpointFolderOf(given.out);
  if (given.resume && !hasSharedCheckpoint(checkpoint)) throw new NothingToResumeError(given.out, checkpoint);
  if (given.resume && origin.cohort) await expectSameCohort(checkpoint, origin.cohort, false);
  const recorded: Record<string, unknown> = { model: wanted.model, ...shared, ...origin.options };
  let done: Trained | undefined;
  const run = {
    command: 'train',
    out: given.out,
    force: given.force,
    options: recorded,
    origins: { cohort: OF_SITES },
    checkpoint,
    ...origin.run,
  };
  await intoRunFolder(run, async (folder) => {
    await checkpointFolderFor(checkpoint);
    if (origin.cohort) await keepCohort(checkpoint, origin.cohort, false);
    const training = new SharedRun(sites, given, wanted, shared, checkpoint, running, origin);
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

class SharedRun {
  private begun: BegunTraining | undefined;
  private readonly sites: AskSites;
  private savedAt = Date.now();

  constructor(
    all: Sites,
    private readonly given: GivenOptions,
    private readonly wanted: Wanted,
    private readonly shared: SharedOptions,
    private readonly checkpoint: string,
    private readonly running: Running,
    private readonly origin: SharedOrigin,
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
    const privacy = jointStatement(begun.known);
    if (privacy) await savePrivacy(folder, privacy);
    const { name: engine, detail } = await startEngine(given.engine);
    const training = await sharedKindOf(task.model).begin(
      task.columns,
      plan,
      settings,
      sites,
      this.origin.hasExactCounts ? 1 : task.encoding.minPatients,
    );
    const rounds = roundsOfAll(training.phases, this.howMany);
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

  private get howMany(): HowMany {
    return { perEpoch: this.shared.roundsPerEpoch, about: this.origin.rounds };
  }

  private get siteNames(): string[] {
    return this.begun!.sites.map(({ name }) => name);
  }

  /** @throws OtherSharedTrainingError */
  private resumed(kept: SharedCheckpoint): BegunTraining {
    const { task, sites } = kept;
    if (task.model !== this.wanted.model)
      throw new OtherSharedTrainingError(this.checkpoint, `its model is ${task.model}`);
    const other = sites.find(({ name }) => !this.names.includes(name));
    if (other) throw new OtherSharedTrainingError(this.checkpoint, `${other.name} is no site of this one`);
    return begunOf(kept);
  }

  private async fit(training: SharedTraining, control: FitControl, kept?: SharedCheckpoint): Promise<boolean> {
    const { begun } = this;
    const { checkpointEveryMs = CHECKPOINT_EVERY_MS } = control;
    const keep = async (at: SharedState, isDue: boolean) => {
      if (!isDue && Date.now() - this.savedAt < checkpointEveryMs) return;
      this.savedAt = Date.now();
      const { task, plan, sites, known } = begun!;
      const fixed = await numbersIn(training.phases[at.position.phase].fixed);
      await saveShared(this.checkpoint, {
        task,
        plan,
        sites: sites.map(({ name, patients, size }) => ({ name, patients, size })),
        known: known.map((own) => ({ ...own, carriers: [...own.carriers], privacy: own.privacy })),
        counts: sites.map(({ counts }) => counts),
        ...at,
        fixed,
      });
    };
    let from: SharedState | undefined;
    if (kept) {
      from = { position: kept.position, state: kept.state, velocity: kept.velocity, best: kept.best };
      assignNumbers(training.phases[kept.position.phase].fixed, kept.fixed);
    }
    const rounds = new SharedRounds(training, this.sites, this.siteNames, begun!.task.id, this.howMany, control, keep);
    return (await rounds.run(from)) && training.finish(control.signal);
  }

  /** What else `generate` needs. */
  private async keepEncoding(folder: string): Promise<void> {
    const { task, known } = this.begun!;
    if (takesRecords(task.model)) return keepEncoding(folder, task.encoding);
    const answers = await this.sites.all(
      known.map(({ name }) => name),
      { head: { ask: 'timeline', id: task.id }, numbers: {} },
      TimelineAnswer,
    );
    const placed = known.flatMap(({ name, patients, carriers }) => {
      const answer = answers.get(name);
      return answer ? [{ timeline: answer.head.timeline, patients, carriers }] : [];
    });
    await saveTimeline(folder, joinTimelines(placed));
  }

  private async drawn(folder: string, patients: number) {
    const { task, known } = this.begun!;
    const carriers = task.columns.map((_, column) => known.reduce((sum, own) => sum + own.carriers[column], 0));
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
