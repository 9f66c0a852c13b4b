import { AddressError } from './errors.ts';

/** What localhost may be resolved to: who gives it as the server's name means them. */
const LOOPBACK = ['127.0.0.1', '[::1]'];

/**
 * The origins (scheme, host and port) that may have what is secret: the server's own, and those that the user trusts. http
 * is another origin than https.
 */
export class Origins {
  private readonly trusted: Set<string>;
  private readonly host: string;
  /** Whether the server is spoken to over TLS. */
  readonly isSecure: boolean;

  constructor(own: URL, trusted: string[] = []) {
    this.host = own.hostname;
    this.isSecure = own.protocol === 'https:';
    const aliases = own.hostname === 'localhost' ? LOOPBACK : [];
    this.trusted = new Set([
      own.origin,
      ...aliases.map((host) => new URL(own.href.replace('localhost', host)).origin),
      ...trusted.map((url) => new URL(url).origin),
    ]);
  }

  /** Whether it is the server's own host, with another scheme or port: http, where all is redirected to https. */
  isSameHost(url: URL): boolean {
    return url.hostname === this.host && !this.has(url);
  }

  has(url: URL): boolean {
    return this.trusted.has(url.origin);
  }
}

/**
 * An address that a server gives: of a next page, of a file, of where it redirects to. Users and passwords in it are left out.
 * @throws AddressError where it is none of http or https
 */
export function outsideAddress(text: unknown, base: URL | string): URL {
  let url: URL;
  try {
    if (typeof text !== 'string') throw new TypeError('no text');
    url = new URL(text, base);
  } catch {
    throw new AddressError(text, String(base));
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new AddressError(text, String(base));
  url.username = '';
  url.password = '';
  return url;
}
