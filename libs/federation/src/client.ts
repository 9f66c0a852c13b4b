import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Certificates } from './certificates.ts';
import { RefusedError, SiteError } from './errors.ts';
import { BrokenMessageError, decodeMessage, encodeMessage, type Message } from './message.ts';
import { bodyOf, PATH, TYPE } from './server.ts';
import { EachSite, type Sites } from './sites.ts';

export interface RemoteSite {
  name: string;
  url: string;
}

export interface RemoteOptions {
  certificates: Certificates;
  /** How often a site that cannot be reached is asked again, and how long it has for an answer. */
  retries: number;
  timeoutMs: number;
  /** Before the first asking again; then twice as long each time. */
  waitMs?: number;
  onRetry?: (site: string, why: string) => void;
}

const Refusal = z.object({ error: z.object({ reason: z.string(), message: z.string() }) });
const WAIT_MS = 1000;

/** Sites over HTTPS, each of which shows a certificate of the authority for the host of its URL. */
export function remoteSites(sites: readonly RemoteSite[], options: RemoteOptions): Sites {
  const agent = new Agent({ ...options.certificates, minVersion: 'TLSv1.3', keepAlive: false });
  const each = sites.map(({ name, url }) => {
    const target = new URL(PATH, url);
    return [
      name,
      (site: string, request: Message, signal?: AbortSignal) => askAgain(site, target, request, agent, options, signal),
    ] as const;
  });
  return new EachSite(new Map(each), async () => agent.destroy());
}

async function askAgain(
  site: string,
  url: URL,
  { head, numbers }: Message,
  agent: Agent,
  options: RemoteOptions,
  signal?: AbortSignal,
): Promise<Message> {
  const { retries, timeoutMs, waitMs = WAIT_MS, onRetry } = options;
  const body = encodeMessage({ head: { ...head, site }, numbers });
  for (let tried = 0; ; tried++) {
    try {
      return await ask(url, body, agent, timeoutMs, signal);
    } catch (error) {
      const { message } = error as Error;
      // What it refuses, and what no message is, it would refuse and send again.
      const isFinal = error instanceof RefusedError || error instanceof BrokenMessageError;
      if (error instanceof RefusedError) throw new SiteRefusedError(site, error);
      if (isFinal || tried >= retries || signal?.aborted) throw new SiteError(site, message, undefined, error);
      onRetry?.(site, message);
      await wait(waitMs * 2 ** tried, undefined, { signal }).catch(() => {});
    }
  }
}

/** A site's refusal, with its name. */
export class SiteRefusedError extends SiteError {
  readonly reason: string;

  constructor(site: string, { reason, message }: RefusedError) {
    super(site, `refused: ${message}`, 'The policy of the site decides: ask its operator, or request less.');
    this.reason = reason;
  }
}

function ask(url: URL, body: Buffer, agent: Agent, timeoutMs: number, signal?: AbortSignal): Promise<Message> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': TYPE, 'content-length': body.length };
    const sent = httpsRequest(url, { method: 'POST', agent, headers, signal, timeout: timeoutMs }, (response) => {
      answered(response).then(resolve, reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${Math.round(timeoutMs / 60_000)} minutes`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** @throws RefusedError, BrokenMessageError */
async function answered(response: IncomingMessage): Promise<Message> {
  const message = decodeMessage(await bodyOf(response));
  if (response.statusCode === 200) return message;
  const { error } = Refusal.parse(message.head);
  if (response.statusCode === 500) throw new Error(error.message);
  throw new RefusedError(error.reason, error.message);
}
