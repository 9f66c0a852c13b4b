import { ForeignOriginError, RedirectError } from './errors.ts';
import { type Origins, outsideAddress } from './origins.ts';
import type { Incoming, Transport } from './transport.ts';

/** What a request is for, and whom it may reach. */
export interface Purpose {
  /** In an error: Its metadata, The next page. */
  what: string;
  /** Whether it may go to origins that nobody trusts: without anything secret, then. */
  isOpen: boolean;
  /** Of an open one: it has to start at an origin that is trusted, for it wants a token. */
  needsTrust?: boolean;
}

export interface Followed {
  method: string;
  /** Headers that everybody may have. */
  plain: Record<string, string>;
  /** Headers that only trusted origins may have. */
  secret: () => Promise<Record<string, string>>;
  body?: string;
  purpose: Purpose;
  size: 'maxResponseBytes' | 'maxFileBytes';
  signal?: AbortSignal;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;

/** Requests that follow redirects, and that take care of what is secret on their way. */
export class Follower {
  constructor(
    private readonly transport: Transport,
    private readonly origins: Origins,
  ) {}

  /**
   * The answer at the end of the redirects. Only a GET follows any, and none to an origin that is not trusted, unless what it
   * is for is open to all; it then goes without what is secret, and stays without it should it be led back.
   * @throws ForeignOriginError, RedirectError, AddressError
   */
  async follow(start: URL, followed: Followed): Promise<Incoming> {
    const { method, plain, secret, body, purpose, size, signal } = followed;
    let url = start;
    let mayHaveSecrets = true;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const isTrusted = this.origins.has(url);
      if (!isTrusted) this.checkOpen(url, hop, start, purpose);
      mayHaveSecrets &&= isTrusted;
      const headers = mayHaveSecrets ? { ...plain, ...(await secret()) } : plain;
      const answer = await this.transport.exchange(url, { method, headers, body, isTrusted, size, signal });
      if (!REDIRECTS.has(answer.status)) return answer;
      answer.body.destroy();
      const location = answer.headers.get('location');
      if (location === null)
        throw new RedirectError(`The server redirects (${answer.status}) without saying where to`, url.href);
      const next = outsideAddress(location, url);
      if (method !== 'GET')
        throw new RedirectError(
          `The server redirects requests that send data (${answer.status}). The data was not sent again`,
          url.href,
          next,
        );
      url = next;
    }
    throw new RedirectError(`The server redirects more than ${MOST_REDIRECTS} times`, start.href);
  }

  /** @throws ForeignOriginError where it may not go there */
  private checkOpen(url: URL, hop: number, start: URL, { what, isOpen, needsTrust }: Purpose): void {
    const where = hop > 0 ? start.href : url.href;
    if (!isOpen || (needsTrust && hop === 0))
      throw new ForeignOriginError(what, url, where, '', this.origins.isSameHost(url));
    // What the server has over TLS would come over a wire that all can read.
    if (url.protocol === 'http:' && this.origins.isSecure)
      throw new ForeignOriginError(`${what} is not encrypted (http), and`, url, where);
  }
}
