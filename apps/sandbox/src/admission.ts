import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { Rejection } from './rejection.ts';

/** Who may ask. */
export interface AdmissionOptions {
  /** The port on which requests arrive. */
  port: number;
  /** Host names that requests may be sent to besides loopback's: name, for any port, or name:port. */
  hosts: readonly string[];
  /** Origins of pages that may send requests, besides those on loopback: https://app.example.org, or * for any. */
  origins: readonly string[];
  /** Bearer token that every request but those for metadata must carry. */
  token?: string;
  /** Whether a bearer token is one that was given to an app; requests must carry one where this is there. */
  isToken?(token: string): boolean;
}

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const REQUEST_HEADERS =
  'Accept, Authorization, Cache-Control, Content-Encoding, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, X-Requested-With';
const ANSWER_HEADERS = 'Content-Location, ETag, Last-Modified, Location, Retry-After, WWW-Authenticate, X-Progress';
/** Where an app under development is served from. Whoever can serve a page there can ask the sandbox without a browser, too. */
const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/**
 * Decides who may ask, before anything else is done with a request. A web page that a user has open elsewhere can reach a
 * server on loopback, by a name that it lets resolve to 127.0.0.1 (DNS rebinding) or by a plain cross-site request: the one
 * shows in Host, the other in Origin.
 */
export class Admission {
  private readonly hosts: Set<string>;
  private readonly origins: Set<string>;
  private readonly isToken: ((token: string) => boolean) | undefined;

  constructor({ port, hosts, origins, token, isToken }: AdmissionOptions) {
    const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
    this.hosts = new Set([...own, ...hosts].map((name) => name.toLowerCase()));
    this.origins = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
    const digest = token === undefined ? undefined : sha256(token);
    this.isToken = digest ? (given) => timingSafeEqual(sha256(given), digest) : isToken;
  }

  /**
   * Sets the headers that let a page of an allowed origin read the answer.
   * @returns the address that the request was sent to: http://localhost:8080
   * @throws Rejection: 421 for another host, 403 for a page of another origin
   */
  admit(request: IncomingMessage, response: ServerResponse): string {
    const address = this.address(request);
    const { origin } = request.headers;
    if (origin !== undefined && origin.toLowerCase() !== address) {
      if (!this.isAllowed(origin.toLowerCase())) throw crossSite(origin);
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', ANSWER_HEADERS);
    } else if (origin === undefined && isFromOtherSite(request)) throw crossSite('another site');
    response.setHeader('Vary', 'Origin');
    return address;
  }

  /** Whether pages of an origin, in small letters, may ask. */
  isAllowed(origin: string): boolean {
    return this.origins.has('*') || this.origins.has(origin) || LOOPBACK_ORIGIN.test(origin);
  }

  /** @throws Rejection (401) without the token */
  authenticate({ headers }: IncomingMessage): void {
    if (!this.isToken) return;
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (this.isToken(given)) return;
    const error = headers.authorization === undefined ? '' : ', error="invalid_token"';
    throw Rejection.because(401, 'login', 'The request needs a bearer token of this sandbox', {
      'WWW-Authenticate': `Bearer realm="ehrsynth sandbox"${error}`,
    });
  }

  private address({ headers, socket }: IncomingMessage): string {
    const host = (headers.host ?? '').toLowerCase();
    const name = host.replace(/:\d+$/, '');
    const isAllowed = this.hosts.has(host) || this.hosts.has(name) || isOwnAddress(name, socket.localAddress);
    if (isAllowed && HOST.test(host)) return `http://${host}`;
    throw Rejection.because(
      421,
      'security',
      `This sandbox does not answer requests to ${JSON.stringify(host)}; --allow-host allows them`,
    );
  }
}

const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/;

/** What a browser asks before a request of another origin; answered without a token, which such a request cannot have. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** Answers OPTIONS: a browser's question, or anyone's for the methods there are. */
export function answerOptions(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Allow', METHODS);
  if (isPreflight(request) && response.hasHeader('Access-Control-Allow-Origin')) {
    response.setHeader('Access-Control-Allow-Methods', METHODS);
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
    response.setHeader('Access-Control-Max-Age', '600');
    // Chromium asks this for pages of the internet that want something of the own network.
    if (request.headers['access-control-request-private-network'] === 'true')
      response.setHeader('Access-Control-Allow-Private-Network', 'true');
  }
  response.writeHead(204).end();
}

/** An address of this machine, by which no name was resolved. */
function isOwnAddress(name: string, local = ''): boolean {
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 && bare === local.replace(/^::ffff:/, '');
}

/** Images, forms and scripts of other sites send no Origin with GET, but newer browsers say where they are; a link may be followed. */
function isFromOtherSite({ method, headers }: IncomingMessage): boolean {
  const isLink =
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return headers['sec-fetch-site'] === 'cross-site' && !isLink;
}

function crossSite(origin: string): Rejection {
  return Rejection.because(
    403,
    'security',
    `Requests from web pages of ${origin} are not allowed; --allow-origin allows them`,
  );
}

/** Digests are of one length: comparing them takes the same time whatever was given. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
