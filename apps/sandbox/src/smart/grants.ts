import { createHash, randomBytes } from 'node:crypto';

/** What an app was given. */
export interface Grant {
  clientId: string;
  scope: string;
  /** The patient that it is about, where its scopes ask for one. */
  patient?: string;
}

interface Code extends Grant {
  redirectUri: string;
  challenge: string;
  expires: number;
}

const CODE_MS = 60_000;
export const TOKEN_SECONDS = 3600;
/** Codes and tokens that are kept; the oldest goes first. */
const KEPT = 1000;

/** Codes, access tokens and refresh tokens, in memory alone. @see RFC 6749; RFC 7636 (PKCE) */
export class Grants {
  private readonly codes = new Map<string, Code>();
  private readonly tokens = new Map<string, number>();
  private readonly refreshing = new Map<string, Grant>();

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number = Date.now) {}

  /** A code for an app that proves by `challenge` (S256) that it is the one that asked. */
  code(grant: Grant, redirectUri: string, challenge: string): string {
    return keep(this.codes, { ...grant, redirectUri, challenge, expires: this.now() + CODE_MS });
  }

  /** What a code was given for; undefined where it is not known, was used, is late, or is another app's. */
  redeem(code: string, clientId: string, redirectUri: string, verifier: string): Grant | undefined {
    const found = this.codes.get(code);
    this.codes.delete(code);
    if (!found || found.expires < this.now()) return undefined;
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (found.challenge !== challenge || found.clientId !== clientId || found.redirectUri !== redirectUri)
      return undefined;
    return { clientId: found.clientId, scope: found.scope, patient: found.patient };
  }

  accessToken(): string {
    return keep(this.tokens, this.now() + 1000 * TOKEN_SECONDS);
  }

  isAccessToken(token: string): boolean {
    return (this.tokens.get(token) ?? 0) > this.now();
  }

  refreshToken(grant: Grant): string {
    return keep(this.refreshing, grant);
  }

  /** What a refresh token was given for, which is good once. */
  refresh(token: string, clientId: string): Grant | undefined {
    const grant = this.refreshing.get(token);
    if (grant?.clientId !== clientId) return undefined;
    this.refreshing.delete(token);
    return grant;
  }
}

function keep<T>(map: Map<string, T>, value: T): string {
  const key = randomBytes(32).toString('base64url');
  if (map.size >= KEPT) map.delete(map.keys().next().value!);
  map.set(key, value);
  return key;
}
