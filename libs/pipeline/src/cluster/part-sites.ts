import type { EngineName } from '@ehrsynth/engine';
import { type Message, RefusedError, type Sites } from '@ehrsynth/federation';
import type { Column, Encoding } from '@ehrsynth/matrix';
import { sharedKindOf, takesRecords } from '@ehrsynth/models';
import { SiteRequest, type SharedTask } from '../federation/requests.ts';
import { type Running, Work } from '../run/events.ts';
import { partName } from './part-names.ts';
import type { PartRequest } from './part-task.ts';

/** What the lines of a task have of each patient. */
export type PartLines = 'records' | 'rows' | 'prepared';

/** Where tasks do what a part of the patients is asked, and what there is of these. */
export interface PartTasks {
  /** Patients of each part. */
  readonly patients: readonly number[];
  /**
   * What a task answers of each part, by its number.
   * @param isOne whether all patients are one part: so many of them that one task can look at
   * @throws what a task throws each time that it is tried
   */
  answers(request: Message, lines: PartLines, isOne: boolean): Promise<Map<number, Message>>;
  /** Keeps what tasks make of the records: the lines that are `prepared` from now on. */
  prepare(request: Message): Promise<void>;
  /** Patients with each column. */
  carriers(): Promise<number[]>;
}

/** Who says what all patients are like: one task that looks at them. */
const ALL = 'all parts';
const NOTHING: Message = { head: {}, numbers: {} };

/**
 * Parts of a cohort's patients as sites of a training by rounds, whose tasks keep nothing between two requests. They are of one hospital: what
 * is common is decided by all patients together, and counts are exact.
 */
export class PartSites implements Sites {
  readonly names: readonly string[];
  readonly surveyors = [ALL];
  private task: SharedTask | undefined;
  private plan: { of: unknown } | undefined;

  constructor(
    private readonly tasks: PartTasks,
    private readonly cohort: { columns: readonly Column[]; encoding: Encoding },
    private readonly engine: EngineName,
    private readonly running: Running = {},
  ) {
    this.names = tasks.patients.map((_, number) => partName(number, tasks.patients.length));
  }

  async ask(names: readonly string[], { head, numbers }: Message): Promise<Map<string, Message | Error>> {
    const request = SiteRequest.parse(head);
    const alike = (answer: Message | Error) => new Map(names.map((name) => [name, answer]));
    if ('id' in request && request.id !== this.task?.id)
      return alike(new RefusedError('unknown-training', 'not begun'));
    switch (request.ask) {
      case 'describe':
        return alike(this.described());
      case 'begin':
        [this.task, this.plan] = [request.task, undefined];
        return alike(names.includes(ALL) ? await this.surveyed() : NOTHING);
      case 'plan':
        await this.prepare(request.plan);
        return names.includes(ALL) ? alike(NOTHING) : this.answers(names, { ask: 'count' });
      case 'agree':
        return alike(NOTHING);
      case 'timeline': {
        const answers = await this.working('Learning the timeline', () =>
          this.tasks.answers(this.message({ ask: 'timeline' }), 'records', true),
        );
        return alike(answers.get(0)!);
      }
      case 'round':
      case 'validate':
        return this.plan ? this.answers(names, request, numbers) : alike(new RefusedError('unknown-plan', 'no plan'));
    }
  }

  async close(): Promise<void> {}

  private described(): Message {
    const { columns, encoding } = this.cohort;
    const patients = this.tasks.patients.reduce((sum, own) => sum + own, 0);
    const { minPatients } = encoding;
    return {
      head: { patients, encoding, minPatients, columns: columns.map((column) => ({ column })) },
      numbers: {},
    };
  }

  private async surveyed(): Promise<Message> {
    const lines = takesRecords(this.task!.model) ? 'records' : 'rows';
    const carriers = await this.tasks.carriers();
    const found = await this.working('Looking at all patients', () =>
      this.tasks.answers(this.message({ ask: 'survey' }), lines, true),
    );
    const { patients } = this.described().head;
    return { head: { patients, carriers, said: found.get(0)!.head.said }, numbers: {} };
  }

  private async prepare(plan: unknown): Promise<void> {
    this.plan = { of: plan };
    if (!sharedKindOf(this.task!.model).prepared) return;
    await this.working('Preparing the patients', () => this.tasks.prepare(this.message({ ask: 'prepare' })));
  }

  private async answers(names: readonly string[], request: PartRequest['request'], numbers: Message['numbers'] = {}) {
    const lines = sharedKindOf(this.task!.model).prepared ? 'prepared' : 'rows';
    const found = await this.tasks.answers(this.message(request, numbers), lines, false);
    const none = new Error('no task answered for it');
    return new Map(names.map((name) => [name, found.get(this.names.indexOf(name)) ?? none]));
  }

  private message(request: PartRequest['request'], numbers: Message['numbers'] = {}): Message {
    const { task, plan, engine } = this;
    const parts = this.names.length;
    const head: PartRequest = { engine, task: task!, parts, request, ...(plan && { plan: plan.of }) };
    return { head, numbers };
  }

  private async working<T>(what: string, make: () => Promise<T>): Promise<T> {
    const work = new Work(this.running, what, 'patients');
    try {
      return await make();
    } finally {
      work.stop();
    }
  }
}
