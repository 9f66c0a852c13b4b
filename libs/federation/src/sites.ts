import type { Message } from './message.ts';

/** Sites that learn on their own patients, however they are reached. */
export interface Sites {
  readonly names: readonly string[];
  /** Who says what all patients are like, where that is not each site of its own. */
  readonly surveyors?: readonly string[];
  /**
   * Asks some sites the same, and gives of each what it answered, or why it did not. What it asks of a site it may ask again.
   * @throws the signal's reason
   */
  ask(names: readonly string[], request: Message, signal?: AbortSignal): Promise<Map<string, Message | Error>>;
  close(): Promise<void>;
}

/** One site, whatever reaches it. @param site its name, from which its random numbers follow */
export type Answering = (site: string, request: Message, signal?: AbortSignal) => Promise<Message>;

/** Sites that are asked each for itself, all at the same time. */
export class EachSite implements Sites {
  constructor(
    private readonly sites: ReadonlyMap<string, Answering>,
    private readonly end: () => Promise<void> = async () => {},
  ) {}

  get names(): readonly string[] {
    return [...this.sites.keys()];
  }

  async ask(names: readonly string[], request: Message, signal?: AbortSignal): Promise<Map<string, Message | Error>> {
    const answers = names.map(async (name): Promise<[string, Message | Error]> => {
      try {
        return [name, await this.sites.get(name)!(name, request, signal)];
      } catch (error) {
        return [name, error as Error];
      }
    });
    const found = new Map(await Promise.all(answers));
    signal?.throwIfAborted();
    return found;
  }

  close(): Promise<void> {
    return this.end();
  }
}
