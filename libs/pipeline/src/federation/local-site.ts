import { createHash } from 'node:crypto';
import { learnTimeline } from '@ehrsynth/decode';
import { type EngineName, startEngine } from '@ehrsynth/engine';
import { decodeMessage, encodeMessage, type Message, RefusedError } from '@ehrsynth/federation';
import { temporaryFolder } from '@ehrsynth/io';
import { type LocalRounds, type Numbers, optionsOf, sharedKindOf, type SitePart } from '@ehrsynth/models';
import type { PrivacyStatement } from '../training/privacy-budget.ts';
import { SiteRequest, type SharedTask, type Survey } from './requests.ts';
import { roundedCounts } from './rounded-counts.ts';
import { admit, admitPlan, agree, admitRound, admitValidation, siteBudget } from './site-admission.ts';
import type { LedgerEntry, SiteLedger } from './site-ledger.ts';
import { assignFixed, siteSeed } from './site-part.ts';
import type { SitePolicy } from './site-policy.ts';
import { allOf, inColumns, type SiteRecords } from './site-records.ts';

/** What a site has done, for whoever runs it. */
export type SiteEvent =
  | { type: 'asked'; ask: SiteRequest['ask']; coordinator: string; training?: string; note: string }
  | { type: 'privacy'; statement: PrivacyStatement; spent: number };

/** What one training has at a site. */
interface Open {
  task: SharedTask;
  settings: Record<string, unknown>;
  data: ReturnType<typeof inColumns>;
  seed: number;
  privacy?: PrivacyStatement;
  part?: SitePart;
  rounds?: { key: string; rounds: LocalRounds };
  folder: Awaited<ReturnType<typeof temporaryFolder>>;
}

/**
 * A site's side of a training by rounds: it answers with counts of at least k patients, changes of weights and sums of losses, and with
 * nothing else, and only as far as its policy goes. It keeps nothing from one round to the next but what it has given away.
 */
export class LocalSite {
  private open: Open | undefined;
  private last: { request: string; answer: Message } | undefined;

  constructor(
    private readonly records: SiteRecords,
    private readonly policy: SitePolicy,
    private readonly ledger: SiteLedger,
    private readonly engine: EngineName | 'auto' = 'auto',
    private readonly onEvent: (event: SiteEvent) => void = () => {},
  ) {}

  /** @param site the name that the coordinator has for it @throws RefusedError where the policy, or what came before, does not allow it */
  async answer({ head, numbers }: Message, coordinator: string, site: string): Promise<Message> {
    const { data: request, error } = SiteRequest.safeParse(head);
    if (error)
      throw new RefusedError(
        'request',
        `the request is not valid: ${error.issues[0].path.join('.')}: ${error.issues[0].message}`,
      );
    if (this.records.patients < this.policy.leastPatients)
      throw new RefusedError('patients', 'the site has fewer patients than its policy requires');
    const note = (text: string) =>
      this.onEvent({
        type: 'asked',
        ask: request.ask,
        coordinator,
        training: 'id' in request ? request.id : undefined,
        note: text,
      });
    switch (request.ask) {
      case 'describe':
        note('');
        return this.described();
      case 'begin':
        note(`${request.task.model}, training ${request.task.id}`);
        return this.begin(request.task, coordinator, site);
      case 'plan':
        note('');
        return this.once('plan', { head, numbers }, () => this.plan(this.trainingOf(request.id), request.plan));
      case 'agree':
        note(`${request.rounds} rounds`);
        agree(request.rounds, this.policy);
        return { head: {}, numbers: {} };
      case 'timeline':
        note('');
        return this.timeline(this.trainingOf(request.id));
      case 'round': {
        const { epoch, from, to } = request.stretch;
        note(
          `${request.phase}, epoch ${epoch + 1} of ${request.course.epochs}, ${Math.round(100 * from)} – ${Math.round(100 * to)} %`,
        );
        return this.once('round', { head, numbers }, () => this.round(this.trainingOf(request.id), request, numbers));
      }
      case 'validate':
        note(request.phase);
        return this.validate(this.trainingOf(request.id), request, numbers);
    }
  }

  async close(): Promise<void> {
    const { open } = this;
    this.open = undefined;
    await open?.part?.close();
    await open?.folder.remove();
  }

  private described(): Message {
    const { patients, encoding, columns } = this.records;
    const { minPatients, privacy } = this.policy;
    const k = Math.max(minPatients, encoding.minPatients);
    // Columns that were chosen by noisy counts, or are public, stand without any.
    const shown = privacy ? columns.map(({ column }) => ({ column })) : columns.filter((one) => one.patients >= k);
    return { head: { patients, encoding, minPatients: k, columns: shown }, numbers: {} };
  }

  private async begin(task: SharedTask, coordinator: string, site: string): Promise<Message> {
    const statement = siteBudget(task, this.records, this.policy);
    const spent = await admit(task, coordinator, this.ledger, this.policy, statement);
    if (statement) this.onEvent({ type: 'privacy', statement, spent });
    if (this.open) await this.close();
    this.last = undefined;
    const seed = siteSeed(task, site);
    const open: Open = {
      task,
      settings: settingsOf(task, statement),
      data: inColumns(this.records, task.columns, task.encoding),
      seed,
      privacy: statement,
      folder: await temporaryFolder(),
    };
    this.open = open;
    await startEngine(this.engine);
    const said = await sharedKindOf(task.model).survey(this.patientsOf(open), open.settings);
    const survey: Survey = {
      patients: this.records.patients,
      carriers: await this.carriersOf(open),
      said,
      privacy: statement,
    };
    return { head: { ...survey }, numbers: {} };
  }

  /** Patients with each column; none are counted in private. */
  private async carriersOf({ task, data }: Open): Promise<number[]> {
    if (task.privacy) return task.columns.map(() => 0);
    const rows = await data.rows();
    const carriers = await rows.carriers(allOf(rows));
    return Array.from(carriers, (count) => (count < this.k(task) ? 0 : count));
  }

  private async plan(open: Open, plan: unknown): Promise<Message> {
    const { task, settings } = open;
    const kind = sharedKindOf(task.model);
    const { data, error } = kind.planned.safeParse(plan);
    if (error) throw new RefusedError('request', `the plan is not valid: ${error.issues[0].path.join('.')}`);
    await admitPlan(this.entryOf(open), data, this.ledger);
    await open.part?.close();
    open.rounds = undefined;
    const part = (open.part = await kind.open(this.patientsOf(open), data, settings));
    const own = await part.counts();
    const counts = task.privacy ? own : this.rounded(own, task);
    return { head: { patients: part.patients, size: part.size }, numbers: counts };
  }

  private rounded(counts: Numbers, task: SharedTask): Numbers {
    const purpose = (name: string) => `${task.model}/${name}/${JSON.stringify(task.columns)}`;
    return Object.fromEntries(
      Object.entries(counts).map(([name, own]) => [
        name,
        roundedCounts(own, this.k(task), this.ledger.secret, purpose(name)),
      ]),
    );
  }

  private async timeline({ task, data }: Open): Promise<Message> {
    if (task.privacy && !this.policy.privacy?.public.includes('timeline'))
      throw new RefusedError('privacy', 'the site has not declared its timeline public');
    const { columns, columnOf, records } = data.source;
    const timeline = await learnTimeline(records, columns, columnOf, this.k(task));
    return { head: { timeline }, numbers: {} };
  }

  private async round(open: Open, request: Extract<SiteRequest, { ask: 'round' }>, numbers: Numbers): Promise<Message> {
    const { stretch, course, steps } = request;
    const isPrivate = open.task.privacy !== undefined;
    if (isPrivate && course.epochs !== open.settings.epochs)
      throw new RefusedError(
        'privacy',
        'the number of epochs differs from the one that the privacy budget was calculated for',
      );
    const rounds = await this.roundsOf(open, request);
    const reach = [stretch.epoch + stretch.from, Math.min(course.epochs, stretch.epoch + stretch.to)] as const;
    await admitRound(this.entryOf(open), reach, isPrivate, this.ledger, this.policy);
    assignFixed(open.part!, numbers);
    const { changes, ...made } = await asked(() => rounds.round({ numbers, steps }, stretch, course));
    return { head: { ...made, members: rounds.members }, numbers: changes };
  }

  private async validate(
    open: Open,
    request: Extract<SiteRequest, { ask: 'validate' }>,
    numbers: Numbers,
  ): Promise<Message> {
    await admitValidation(this.entryOf(open), this.ledger, this.policy);
    const rounds = await this.roundsOf(open, request);
    assignFixed(open.part!, numbers);
    return { head: { ...(await asked(() => rounds.validate(numbers))) }, numbers: {} };
  }

  private async roundsOf(
    open: Open,
    { phase, course }: Pick<Extract<SiteRequest, { ask: 'round' }>, 'phase' | 'course'>,
  ): Promise<LocalRounds> {
    const key = JSON.stringify([phase, course]);
    if (open.rounds?.key === key) return open.rounds.rounds;
    if (!open.part) throw new RefusedError('unknown-plan', 'the plan of this training was not sent yet');
    const rounds = await asked(() => open.part!.rounds(phase, course));
    open.rounds = { key, rounds };
    return rounds;
  }

  /** The same answer to the same question: what has been paid for in private is kept on disk too. */
  private async once(kind: 'plan' | 'round', request: Message, make: () => Promise<Message>): Promise<Message> {
    const hash = createHash('sha256').update(encodeMessage(request)).digest('hex');
    if (this.last?.request === hash) return this.last.answer;
    const isPrivate = this.open?.task.privacy !== undefined;
    const kept = isPrivate ? await this.ledger.kept(kind, hash) : undefined;
    // A plan that was answered before is opened all the same; its noisy counts are those that were given away.
    const made = kept && kind === 'round' ? undefined : await make();
    const answer = kept ? decodeMessage(kept) : made!;
    if (isPrivate && !kept) await this.ledger.keep(kind, hash, encodeMessage(answer));
    this.last = { request: hash, answer };
    return answer;
  }

  private trainingOf(id: string): Open {
    if (this.open?.task.id !== id)
      throw new RefusedError('unknown-training', 'this training has not been started at this site');
    return this.open;
  }

  private entryOf({ task }: Open): LedgerEntry {
    return this.ledger.find(task.id)!;
  }

  private patientsOf({ data, task, seed, folder }: Open) {
    return { source: data.source, rows: data.rows, minPatients: this.k(task), seed, folder: folder.path };
  }

  private k({ encoding }: SharedTask): number {
    return Math.max(this.policy.minPatients, this.records.encoding.minPatients, encoding.minPatients);
  }
}

/** Options of the model, with the noise of the site's own budget. */
function settingsOf({ model, settings }: SharedTask, statement: PrivacyStatement | undefined): Record<string, unknown> {
  if (!statement) return optionsOf(model, settings);
  const { noiseMultiplier, clip, tally } = statement;
  return optionsOf(model, { ...settings, noiseMultiplier, clip, ...(tally && { tallyNoise: tally.noiseMultiplier }) });
}

/** What goes wrong with the numbers that came is the coordinator's fault. @throws RefusedError */
async function asked<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if ((error as Error).constructor !== Error) throw error;
    throw new RefusedError('request', (error as Error).message);
  }
}
