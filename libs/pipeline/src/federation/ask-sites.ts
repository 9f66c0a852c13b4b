import { type Message, RefusedError, SiteError, SiteRefusedError, type Sites } from '@ehrsynth/federation';
import type { ZodType } from 'zod';
import { UserError } from '@ehrsynth/io';
import type { Running } from '../run/events.ts';

/** What is sent again to sites that were restarted and have forgotten it. */
const FORGOTTEN = ['unknown-training', 'unknown-plan'];

/** Fewer sites than a round needs. */
export class TooFewSitesError extends UserError {
  constructor(atLeast: number, faults: readonly string[]) {
    super(
      'too-few-sites',
      3,
      [`Fewer than ${atLeast} sites answered:`, ...faults.map((one) => `  ${one}`)].join('\n'),
      {
        todo: 'Progress so far is kept. Run the same command with --resume once the sites are back, or lower atLeast in the file of sites.',
      },
    );
  }
}

/** An answer of a site, with what its head was found to be. */
export interface Answer<T> {
  head: T;
  numbers: Message['numbers'];
}

/** Asks the sites of a training, and goes on with those that answer as they should. */
export class AskSites {
  /** Sites, with what they did not answer: each is said once. */
  private readonly gone = new Set<string>();

  /** @param atLeast sites that have to answer @param remind what a site is asked that has forgotten the training */
  constructor(
    private readonly sites: Sites,
    private readonly atLeast: number,
    private readonly running: Running,
    private readonly remind: () => Message[] = () => [],
  ) {}

  /** Who says what all patients are like. @see Sites */
  get surveyors(): readonly string[] | undefined {
    return this.sites.surveyors;
  }

  /**
   * Answers by site, in the sites' order, so that sums come out the same.
   * @param check throws what is wrong with an answer's numbers
   * @throws SiteError of one that refuses, TooFewSitesError, the signal's reason
   */
  async all<T>(
    names: readonly string[],
    request: Message,
    type: ZodType<T>,
    check: (answer: Answer<T>) => void = () => {},
    signal: AbortSignal | undefined = this.running.signal,
  ): Promise<Map<string, Answer<T>>> {
    const found = await this.sites.ask(names, request, signal);
    const forgetful = names.filter((name) => isForgetful(found.get(name)));
    for (const [name, answer] of await this.again(forgetful, request, signal)) found.set(name, answer);
    const good = new Map<string, Answer<T>>();
    const faults: string[] = [];
    for (const name of names) {
      const answer = checked(name, found.get(name), type, check);
      if (answer instanceof SiteRefusedError) throw answer;
      if (answer instanceof Error) {
        faults.push(answer.message.split('\n')[0]);
        this.say(name, answer, String(request.head.ask));
      } else {
        this.gone.delete(`${name}/${String(request.head.ask)}`);
        good.set(name, answer);
      }
    }
    if (good.size < Math.min(this.atLeast, names.length)) throw new TooFewSitesError(this.atLeast, faults);
    return good;
  }

  /** Tells sites of the training again, and asks them again. */
  private async again(names: readonly string[], request: Message, signal?: AbortSignal) {
    let left = names;
    for (const reminder of left.length > 0 ? this.remind() : []) {
      const told = await this.sites.ask(left, reminder, signal);
      left = left.filter((name) => !(told.get(name) instanceof Error));
    }
    return left.length > 0 ? this.sites.ask(left, request, signal) : new Map<string, Message | Error>();
  }

  private say(name: string, error: Error, ask: string): void {
    const key = `${name}/${ask}`;
    if (this.gone.has(key)) return;
    this.gone.add(key);
    this.running.onEvent?.({ type: 'note', text: `${error.message.split('\n')[0]}: continuing without this site` });
  }
}

function isForgetful(answer: Message | Error | undefined): boolean {
  const reason = answer instanceof SiteRefusedError || answer instanceof RefusedError ? answer.reason : undefined;
  return reason !== undefined && FORGOTTEN.includes(reason);
}

function checked<T>(
  site: string,
  answer: Message | Error | undefined,
  type: ZodType<T>,
  check: (answer: Answer<T>) => void,
): Answer<T> | Error {
  if (!answer) return new SiteError(site, 'it did not answer');
  if (answer instanceof RefusedError) return new SiteRefusedError(site, answer);
  if (answer instanceof SiteError) return answer;
  if (answer instanceof Error) return new SiteError(site, answer.message, undefined, answer);
  const { data, error } = type.safeParse(answer.head);
  if (error)
    return new SiteError(
      site,
      `its answer is not valid: ${error.issues[0].path.join('.')}: ${error.issues[0].message}`,
    );
  const good = { head: data, numbers: answer.numbers };
  try {
    check(good);
  } catch (fault) {
    return new SiteError(site, `its answer is not valid: ${(fault as Error).message}`);
  }
  return good;
}

/** @throws Error where numbers have other names or sizes than those expected, or are not finite */
export function expectNumbers(numbers: Message['numbers'], like: Message['numbers']): void {
  const missing = Object.keys(like).find((name) => !(name in numbers));
  if (missing !== undefined) throw new Error(`${missing} is missing`);
  for (const [name, own] of Object.entries(numbers)) {
    if (own.length !== like[name]?.length)
      throw new Error(`${name} has ${own.length} numbers; ${like[name]?.length ?? 'none'} were expected`);
    if (!own.every((one: number) => Number.isFinite(one)))
      throw new Error(`${name} contains a number that is not finite`);
  }
}
