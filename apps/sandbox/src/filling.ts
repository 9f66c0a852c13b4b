import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Rejection } from './rejection.ts';

const HEADER = 'x-ehrsynth-filling';
const RETRY_AFTER_SECONDS = '5';

/** While a sandbox is filled, only the one who fills it is answered: what others found would look whole, and not be. */
export class Filling {
  private readonly key = randomUUID();
  /** That requests of the one who fills it carry. */
  readonly headers: Readonly<Record<string, string>> = { [HEADER]: this.key };

  /** @param isOver everyone is answered from the beginning @param size resources that there are so far */
  constructor(
    private isOver: boolean,
    private readonly size: () => number,
  ) {}

  end(): void {
    this.isOver = true;
  }

  /** @throws Rejection (503) while it is being filled, where another asks */
  check({ headers }: IncomingMessage): void {
    if (this.isOver || headers[HEADER] === this.key) return;
    const count = this.size().toLocaleString('en-US');
    throw Rejection.because(503, 'transient', `The sandbox is loading: ${count} resources so far`, {
      'Retry-After': RETRY_AFTER_SECONDS,
    });
  }
}
