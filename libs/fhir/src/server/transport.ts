import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import type { Agent } from 'undici';
import { ACCEPTED, decoded, StallError } from './body.ts';
import { type ConnectionLimits, timeText } from './limits.ts';

export interface Tls {
  /** PEM texts: authorities to trust beside the usual ones, and the client's own certificate and key. */
  ca?: string;
  cert?: string;
  key?: string;
  insecure?: boolean;
}

export interface Outgoing {
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** Whether the client's certificate may be shown, and a bad one of the server's be taken. */
  isTrusted: boolean;
  size: 'maxResponseBytes' | 'maxFileBytes';
  signal?: AbortSignal;
}

export interface Incoming {
  /** The address that answered: after redirects, the last. */
  url: string;
  status: number;
  headers: Headers;
  /** Decompressed and measured. */
  body: Readable;
}

/** One request and its answer. Follows no redirects and adds no credentials. */
export class Transport {
  /** Made with the first request: who reads files waits for no HTTP client to load. */
  private agents: Promise<{ own: Agent; others: Agent }> | undefined;

  /** @param signal ends all that is on its way */
  constructor(
    readonly limits: ConnectionLimits,
    private readonly tls: Tls = {},
    private readonly signal?: AbortSignal,
  ) {
    if (signal) setMaxListeners(0, signal);
  }

  /** @throws of the system's or undici's where there is no answer; StallError where it does not begin; AbortError */
  async exchange(url: URL, { method, headers, body, isTrusted, size, signal }: Outgoing): Promise<Incoming> {
    const { limits } = this;
    const stopped = new AbortController();
    const stop = (event: Event) => stopped.abort((event.target as AbortSignal).reason);
    const signals = [this.signal, signal].filter((one) => one !== undefined);
    for (const one of signals) {
      one.throwIfAborted();
      one.addEventListener('abort', stop);
    }
    const settle = () => signals.forEach((one) => one.removeEventListener('abort', stop));
    const tooLate = new StallError(`no answer within ${timeText(limits.timeoutMs)} (--timeout)`);
    const timer = setTimeout(() => stopped.abort(tooLate), limits.timeoutMs);
    try {
      const { request } = await import('undici');
      const { own, others } = await (this.agents ??= agentsFor(this.tls));
      const answer = await request(url, {
        method: method as 'GET',
        headers: { ...headers, 'accept-encoding': ACCEPTED },
        body,
        dispatcher: isTrusted ? own : others,
        signal: stopped.signal,
      });
      const where = url.href;
      answer.body.on('close', settle).on('error', () => {});
      const answered = headersOf(answer.headers);
      const encoding = answered.get('content-encoding') ?? undefined;
      const isEmpty = method === 'HEAD' || answer.statusCode === 204;
      try {
        const whole = decoded(answer.body, { encoding: isEmpty ? undefined : encoding, size, limits, where });
        return { url: where, status: answer.statusCode, headers: answered, body: whole };
      } catch (error) {
        answer.body.destroy();
        throw error;
      }
    } catch (error) {
      settle();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const agents = await this.agents;
    await Promise.all([agents?.own.destroy(), agents?.others.destroy()]);
  }
}

async function agentsFor({ ca, cert, key, insecure }: Tls): Promise<{ own: Agent; others: Agent }> {
  const { Agent } = await import('undici');
  return {
    own: new Agent({ ...NO_TIMEOUTS, connect: { ca, cert, key, rejectUnauthorized: !insecure } }),
    others: new Agent({ ...NO_TIMEOUTS, connect: { ca } }),
  };
}

/** Both are measured here. */
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

function headersOf(headers: Record<string, string | string[] | undefined>): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) result.append(name, one);
  }
  return result;
}
