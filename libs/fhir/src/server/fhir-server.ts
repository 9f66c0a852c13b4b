import { Client } from 'fhir-kit-client';
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js';
import { UserError } from '@ehrsynth/io';
import { Agent, fetch as fetchWithAgent } from 'undici';
import { NoServerError, ServerError } from './errors.ts';
import { type Failure, RETRIES, type RetryOptions, withRetry } from './retry.ts';
import { type SmartCredentials, SmartTokens } from './smart-backend.ts';

export interface Connection {
  /** Base of the FHIR server. */
  url: string;
  headers?: Record<string, string>;
  bearerToken?: string;
  smart?: SmartCredentials;
  /** PEM texts: authorities to trust beside the usual ones, and the client's own certificate and key. */
  tls?: { ca?: string; cert?: string; key?: string; insecure?: boolean };
  /** For one try of one request. */
  timeoutMs?: number;
  retries?: Partial<RetryOptions>;
}

/** An answer with what its headers said. */
export interface Answer<T> {
  body: T;
  status: number;
  headers: Headers;
  /** Tries that it took. */
  attempts: number;
}

/** Stands for a failure that no other try mends: a key that cannot be read. */
const NEVER_PASSES = 0;
/** Tries of the first request. */
const GREETINGS = 3;
const TIMEOUT_MS = 300_000;

/** fhir-kit-client's error for every answer that is not a good one. */
interface ClientError extends Error {
  response?: { status: number; data: unknown };
  config?: { headers?: Headers };
}

/** A FHIR server spoken to through fhir-kit-client, with tries, tokens and certificates. */
export class FhirServer {
  private readonly client: Client;
  private readonly tokens: SmartTokens | undefined;
  private readonly dispatcher: Agent | undefined;

  constructor(private readonly connection: Connection) {
    const { url, headers, bearerToken, smart, tls } = connection;
    if (tls) {
      const { ca, cert, key, insecure } = tls;
      this.dispatcher = new Agent({ connect: { ca, cert, key, rejectUnauthorized: !insecure } });
    }
    this.tokens = smart && new SmartTokens(url, smart, this.fetch as typeof fetch);
    this.client = new Client({
      baseUrl: url.replace(/\/$/, ''),
      customHeaders: headers,
      bearerToken,
      requestOptions: this.dispatcher ? { dispatcher: this.dispatcher } : {},
      requestSigner: async (_, request) => this.sign(request.headers as Headers),
    });
  }

  /** How failures are met, where it was said. */
  get retries(): Partial<RetryOptions> {
    return this.connection.retries ?? {};
  }

  get url(): string {
    return this.client.baseUrl;
  }

  /**
   * One request, tried again while its failure may pass.
   * @param path under the base, or a whole address
   * @throws ServerError with the server's OperationOutcome; NoServerError where nothing is reached
   */
  async request<T = FhirResource>(
    path: string,
    {
      method = 'GET',
      body,
      headers = {},
    }: { method?: string; body?: object; headers?: Record<string, string> } = {},
    retries: Partial<RetryOptions> = {},
  ): Promise<Answer<T>> {
    const type: Record<string, string> = body ? { 'content-type': 'application/fhir+json' } : {};
    return this.trying(
      async (attempt) => {
        const result = await this.client.request(path, {
          method: method as 'GET',
          body: body as never,
          options: { headers: { ...type, ...headers }, signal: AbortSignal.timeout(this.timeoutMs) },
        });
        const { response } = Client.httpFor(result);
        return { body: result as T, status: response!.status, headers: response!.headers, attempts: attempt };
      },
      path,
      retries,
    );
  }

  /**
   * Asks the server what it is, so that a wrong address is told of at once. A server that does not say without a token is
   * taken at its word.
   * @throws NoServerError where nothing answers, or something other than FHIR R4
   */
  async greet(): Promise<void> {
    const retries = { attempts: Math.min(GREETINGS, this.connection.retries?.attempts ?? GREETINGS) };
    try {
      const { body } = await this.request<{ resourceType?: string; fhirVersion?: string }>(
        'metadata',
        {},
        retries,
      );
      if (body.resourceType !== 'CapabilityStatement')
        throw new NoServerError(this.url, 'it has no CapabilityStatement');
      const { fhirVersion = '' } = body;
      if (!/^4\.[01]\./.test(fhirVersion))
        throw new NoServerError(this.url, `it is of FHIR ${fhirVersion}, and R4 is 4.0`);
    } catch (error) {
      const { status } = error as ServerError;
      if (status === 401 || status === 403) return;
      throw error instanceof ServerError ? new NoServerError(this.url, `it answers ${status ?? 'no JSON'} to metadata`, error) : error; // prettier-ignore
    }
  }

  /** A transaction or batch. */
  async send(bundle: Bundle, retries?: Partial<RetryOptions>): Promise<Answer<Bundle>> {
    return this.request<Bundle>('/', { method: 'POST', body: bundle }, retries);
  }

  /** A file of a bulk export, as a stream. The caller tries again where the stream breaks off. */
  async download(url: string, withToken: boolean): Promise<ReadableStream<Uint8Array>> {
    return this.trying(
      async () => {
        const headers = new Headers({ Accept: 'application/fhir+ndjson' });
        if (withToken) {
          await this.sign(headers);
          const { bearerToken, headers: own = {} } = this.connection;
          if (bearerToken) headers.set('authorization', `Bearer ${bearerToken}`);
          for (const [name, value] of Object.entries(own)) headers.set(name, value);
        }
        const response = await (this.fetch as typeof fetch)(url, {
          headers,
          signal: AbortSignal.timeout(this.timeoutMs),
        });
        if (!response.ok || !response.body) {
          const text = await response.text();
          throw Object.assign(new Error(`HTTP ${response.status}`), {
            response: { status: response.status, data: text },
            config: { headers: response.headers },
          });
        }
        return response.body as ReadableStream<Uint8Array>;
      },
      url,
      {},
    );
  }

  async close(): Promise<void> {
    await this.dispatcher?.close();
  }

  private get timeoutMs(): number {
    return this.connection.timeoutMs ?? TIMEOUT_MS;
  }

  /** fetch through the agent that has the certificates, where there is one. */
  private readonly fetch = (input: unknown, init: object = {}): Promise<unknown> =>
    this.dispatcher
      ? fetchWithAgent(input as string, { ...init, dispatcher: this.dispatcher })
      : fetch(input as string, init);

  private async sign(headers: Headers): Promise<void> {
    if (this.tokens) headers.set('authorization', `Bearer ${await this.tokens.get()}`);
  }

  private async trying<T>(
    work: (attempt: number) => Promise<T>,
    path: string,
    retries: Partial<RetryOptions>,
  ): Promise<T> {
    let renewed = false;
    const withToken = async (attempt: number): Promise<T> => {
      try {
        return await work(attempt);
      } catch (error) {
        const isTurnedDown = (error as ClientError).response?.status === 401;
        if (!isTurnedDown || !this.tokens || renewed) throw error;
        renewed = true;
        this.tokens.forget();
        return work(attempt);
      }
    };
    try {
      return await withRetry(withToken, failureOf, { ...RETRIES, ...this.connection.retries, ...retries });
    } catch (error) {
      throw this.asUserError(error as ClientError, path);
    }
  }

  private asUserError(error: ClientError, path: string): Error {
    const where = path.startsWith('http') ? path : `${this.url}/${path.replace(/^\//, '')}`;
    const { status } = failureOf(error);
    if (error.name === 'AbortError' || error instanceof UserError) return error;
    if (status === undefined && !error.response) return new NoServerError(where, reasonOf(error), error);
    const data = error.response?.data as OperationOutcome | undefined;
    const outcome = data?.resourceType === 'OperationOutcome' && Array.isArray(data.issue) ? data : undefined;
    const what = status === undefined ? 'The answer was cut off' : `The server answers ${status}`;
    return new ServerError(what, where, status, outcome, error);
  }
}

/** An answer with a good status whose body was not whole counts as none. */
function failureOf(error: unknown): Failure {
  if (error instanceof UserError) return { status: NEVER_PASSES, error };
  const { response, config } = error as ClientError;
  const status = response && response.status >= 400 ? response.status : undefined;
  return { status, retryAfter: config?.headers?.get('retry-after'), error };
}

function reasonOf(error: Error): string {
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
