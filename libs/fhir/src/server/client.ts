import { Client } from 'fhir-kit-client';
import type { Purpose } from './follow.ts';
import type { Incoming } from './transport.ts';

/** What comes with a request of the client's. */
export interface ExchangeOptions {
  headers?: Record<string, string>;
  /** Whom it may reach; the server alone by default. */
  purpose?: Purpose;
  /** Called with the answer before its body is read. */
  onAnswer?: (answer: Incoming) => void;
}

/** Sends a request and gives the JSON that answers it. @param path under the base, or a whole address */
export type Exchange = (method: string, path: string, options: ExchangeOptions, body?: object) => Promise<unknown>;

/**
 * fhir-kit-client over a transport of ours. Its own is Node's fetch, which follows redirects with what is secret, decompresses
 * without measure and takes answers of any size.
 */
export function clientOver(baseUrl: string, exchange: Exchange): Client {
  const client = new Client({ baseUrl });
  client.httpClient.request = exchange as typeof client.httpClient.request;
  return client;
}
