import type { Readable } from 'node:stream';
import type { Client } from 'fhir-kit-client';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { UserError } from '@ehrsynth/io';
import { HttpFailure, jsonIn, shortText, wholeText } from './answer.ts';
import { Capabilities, versionIn } from './capabilities.ts';
import { clientOver, type Exchange, type ExchangeOptions } from './client.ts';
import { checkedHeaders, lowered, withoutUser } from './credentials.ts';
import {
  CredentialsError,
  ForeignOriginError,
  NoServerError,
  NotSentError,
  OtherReleaseServerError,
  ServerError,
} from './errors.ts';
import { Follower, type Purpose } from './follow.ts';
import { CONNECTION_LIMITS, type ConnectionLimits } from './limits.ts';
import { Origins, outsideAddress } from './origins.ts';
import { explain, failureOf } from './explain.ts';
import { RETRIES, type RetryOptions, withRetry } from './retry.ts';
import { SecretWords } from './secret-words.ts';
import { type SmartCredentials, SmartTokens } from './smart-backend.ts';
import { type Incoming, type Tls, Transport } from './transport.ts';

export interface Connection {
  /** Base of the FHIR server. A user and password in it are sent as Basic authentication. */
  url: string;
  headers?: Record<string, string>;
  bearerToken?: string;
  smart?: SmartCredentials;
  tls?: Tls;
  /** Addresses of other servers that may have what this one may have: tokens and headers. */
  trustOrigins?: string[];
  limits?: Partial<ConnectionLimits>;
  retries?: Partial<RetryOptions>;
  /** Ends all requests, and all waiting for one. */
  signal?: AbortSignal;
}

/** An answer with what its headers said. */
export interface Answer<T> {
  body: T;
  /** The address that answered: after redirects, the last. */
  url: string;
  status: number;
  headers: Headers;
  /** Tries that it took. */
  attempts: number;
}

/** Tries of the first request. */
const GREETINGS = 3;
const JSON_TYPE = 'application/fhir+json';

/** A FHIR server spoken to through fhir-kit-client, with tries, tokens and certificates. What is secret goes to its own origin and to trusted ones alone. */
export class FhirServer {
  /** Its base, without a slash at the end, and without user and password. */
  readonly url: string;
  readonly limits: ConnectionLimits;
  private readonly tokens: SmartTokens | undefined;
  private readonly client: Client;
  private readonly transport: Transport;
  private readonly follower: Follower;
  private readonly origins: Origins;
  /** Headers with what is secret but the token. */
  private readonly headers: Record<string, string>;
  private readonly bearer: Record<string, string>;
  private readonly capabilities = new Capabilities();
  private readonly secretWords = new SecretWords();

  /** @throws CredentialsError where the address or what is to be sent cannot be used */
  constructor(private readonly connection: Connection) {
    const { headers = {}, bearerToken, smart, tls, trustOrigins, signal } = connection;
    const { url, text, authorization } = withoutUser(connection.url, !!(bearerToken ?? smart));
    this.url = text;
    this.limits = { ...CONNECTION_LIMITS, ...connection.limits };
    this.bearer = checkedHeaders(bearerToken ? { authorization: `Bearer ${bearerToken}` } : {});
    this.headers = checkedHeaders({ ...(authorization && { authorization }), ...headers });
    this.secretWords.add({ ...this.bearer, ...this.headers });
    this.origins = new Origins(url, trustOrigins);
    this.client = clientOver(this.url, this.exchange);
    this.transport = new Transport(this.limits, tls, signal);
    this.follower = new Follower(this.transport, this.origins);
    this.tokens =
      smart &&
      new SmartTokens(
        this.url,
        smart,
        (at, init) => this.forToken(at, init),
        (at, where) => this.tokenEndpoint(at, where),
      );
  }

  /** How failures are met, where it was said. */
  get retries(): RetryOptions {
    const { signal, retries } = this.connection;
    return { ...RETRIES, maxWaitMs: this.limits.maxWaitMs, signal, ...retries };
  }

  /**
   * One request, tried again while its failure may pass.
   * @param path under the base, or a whole address
   * @throws ServerError with the server's OperationOutcome; NoServerError where nothing is reached; ForeignOriginError,
   *   RedirectError, AddressError, LimitError
   */
  async request<T = FhirResource>(
    path: string,
    {
      method = 'GET',
      body,
      headers = {},
      purpose,
    }: { method?: string; body?: object; headers?: Record<string, string>; purpose?: Purpose } = {},
    retries: Partial<RetryOptions> = {},
  ): Promise<Answer<T>> {
    return this.trying(
      async (attempt) => {
        let answer: Incoming | undefined;
        const onAnswer = (incoming: Incoming) => void (answer = incoming);
        const options: ExchangeOptions = { headers, purpose, onAnswer };
        const found: unknown = await this.client.request(path, {
          method: method as 'GET',
          body: body as never,
          options: options as object,
        });
        const { url, status, headers: answered } = answer!;
        return { body: found as T, url, status, headers: answered, attempts: attempt };
      },
      this.addressOf(path),
      retries,
    );
  }

  /**
   * Asks the server what it is, so that a wrong address is reported at once. A server that does not say without a token is
   * taken at its word.
   * @throws NoServerError where nothing answers, or something other than FHIR; OtherReleaseServerError where it is not R4 or R4B
   */
  async greet(): Promise<void> {
    const retries = { attempts: Math.min(GREETINGS, this.connection.retries?.attempts ?? GREETINGS) };
    try {
      const { body } = await this.request<{ resourceType?: unknown; fhirVersion?: unknown } | null>(
        'metadata',
        { purpose: { what: 'Its metadata', isOpen: false } },
        retries,
      );
      const found = versionIn(body);
      if ('why' in found) throw new NoServerError(this.url, found.why);
      if (!/^4\.[013](\.|$)/.test(found.version)) throw new OtherReleaseServerError(this.url, found.version);
      this.capabilities.read(body);
    } catch (error) {
      const { status } = error as ServerError;
      if (status === 401 || status === 403) return;
      throw error instanceof ServerError
        ? new NoServerError(this.url, `it answers ${status ?? 'no JSON'} to metadata`, error)
        : error;
    }
  }

  /** Whether its CapabilityStatement lists the type; undefined before the greeting, and where it lists none. */
  lists(type: string): boolean | undefined {
    return this.capabilities.has(type);
  }

  /** A text of the server's without what is secret: it may repeat what it was sent. */
  readonly withoutSecrets = (text: string): string => this.secretWords.hide(text);

  /** A transaction or batch. */
  async send(bundle: Bundle, retries?: Partial<RetryOptions>): Promise<Answer<Bundle>> {
    return this.request<Bundle>(`${this.url}/`, { method: 'POST', body: bundle }, retries);
  }

  /**
   * A file of a bulk export, as a stream. The caller tries again where the stream breaks off.
   * @param withToken whether the file is behind the server's own access control: it must then be at an origin that is trusted
   * @param signal ends this one
   */
  async download(address: string, withToken: boolean, signal?: AbortSignal): Promise<Readable> {
    const url = outsideAddress(address, `${this.url}/`);
    return this.trying(
      async () => {
        const answer = await this.follower.follow(url, {
          method: 'GET',
          plain: { accept: 'application/fhir+ndjson' },
          secret: async () => (withToken ? this.secret() : this.headers),
          purpose: { what: 'A file of the export', isOpen: true, needsTrust: withToken },
          size: 'maxFileBytes',
          signal,
        });
        if (answer.status >= 300) throw new HttpFailure(answer, await shortText(answer.body));
        if (answer.status === 204) {
          answer.body.destroy();
          throw new NotSentError(url.href, 'nothing (204)');
        }
        return answer.body;
      },
      url,
      { ...(signal && { signal }) },
    );
  }

  async close(): Promise<void> {
    await this.transport.close();
  }

  private readonly exchange: Exchange = async (method, path, options, body) => {
    const { headers = {}, purpose = { what: 'The requested address', isOpen: false }, onAnswer } = options;
    const answer = await this.follower.follow(this.addressOf(path), {
      method,
      body: body && JSON.stringify(body),
      plain: { accept: JSON_TYPE, ...(body && { 'content-type': JSON_TYPE }), ...lowered(headers) },
      secret: () => this.secret(),
      purpose,
      size: 'maxResponseBytes',
    });
    onAnswer?.(answer);
    return jsonIn(answer);
  };

  private addressOf(path: string): URL {
    return /^https?:/i.test(path) ? outsideAddress(path, this.url) : new URL(`${this.url}/${path.replace(/^\//, '')}`);
  }

  /** What only trusted origins may have. */
  private async secret(): Promise<Record<string, string>> {
    if (!this.tokens) return { ...this.bearer, ...this.headers };
    const authorization = `Bearer ${await this.tokens.get()}`;
    this.secretWords.add({ authorization });
    return { ...this.headers, authorization };
  }

  /** A request of the token's: carries no token, and an assertion is never sent where a redirect leads. */
  private async forToken(
    address: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<{ status: number; text: string }> {
    try {
      const answer = await this.follower.follow(new URL(address), {
        method,
        plain: headers,
        body,
        secret: async () => ({}),
        // Where the assertion goes, the user or an origin that is trusted has said.
        purpose: { what: 'The token endpoint', isOpen: true },
        size: 'maxResponseBytes',
      });
      return { status: answer.status, text: await wholeText(answer.body) };
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof UserError && error.code === 'redirect')
        throw new CredentialsError(message.split('\n')[0], address, error);
      throw error;
    }
  }

  private tokenEndpoint(address: string, where: string): string {
    const url = outsideAddress(address, where);
    if (this.origins.has(url)) return url.href;
    throw new ForeignOriginError(
      'The token endpoint of the server',
      url,
      where,
      `, or give the endpoint itself with --token-url ${url.href}`,
    );
  }

  private async trying<T>(work: (attempt: number) => Promise<T>, url: URL, retries: Partial<RetryOptions>): Promise<T> {
    let renewed = false;
    const withToken = async (attempt: number): Promise<T> => {
      try {
        return await work(attempt);
      } catch (error) {
        const isTurnedDown = error instanceof HttpFailure && error.answer.status === 401;
        if (!isTurnedDown || !this.tokens || renewed) throw error;
        renewed = true;
        this.tokens.forget();
        return work(attempt);
      }
    };
    try {
      return await withRetry(withToken, failureOf, { ...this.retries, ...retries, where: url.href });
    } catch (error) {
      throw explain(error, url.href, this.withoutSecrets);
    }
  }
}
