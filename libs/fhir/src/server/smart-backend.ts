import { randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import { z } from 'zod';
import { asJson } from '../as-json.ts';
import { CredentialsError } from './errors.ts';

export interface SmartCredentials {
  clientId: string;
  /** The private key, as a JWK (JSON), a JWK set or PEM (PKCS #8). */
  key: string;
  /** Of a JWK set or where PEM has none: the key's id, as the server knows it. */
  keyId?: string;
  /** Where tokens are asked for; by default what the server's .well-known/smart-configuration says. */
  tokenUrl?: string;
  /** What to ask for: system/*.rs, system/*.cruds … */
  scope: string;
}

/** A request of ours and its answer: without credentials, and without redirects where it is a POST. */
export type TokenRequest = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ status: number; text: string }>;

const TokenAnswer = z.object({
  // What may stand in a header.
  access_token: z
    .string()
    .max(100_000)
    .regex(/^[\x21-\x7e]+$/),
  /** Seconds. */
  expires_in: z.coerce.number().positive().default(300),
});
const Configuration = z.object({ token_endpoint: z.url() });

/** The assertion lives as long as the specification allows at most. */
const ASSERTION_SECONDS = 300;
/** A token is renewed this long before its end. */
const EARLY_SECONDS = 30;
const ALGORITHMS: Record<string, string> = { EC: 'ES384', RSA: 'RS384' };

/**
 * Access tokens of SMART backend services: a JWT signed with the client's private key, exchanged for a token that is kept
 * until shortly before it ends.
 * @see SMART App Launch 2.2, "Backend Services" and "Client Authentication: Asymmetric"
 */
export class SmartTokens {
  private token: Promise<string> | undefined;
  private ends = 0;

  /**
   * @param base of the FHIR server
   * @param discovered checks the address of the token endpoint that the server names
   */
  constructor(
    private readonly base: string,
    private readonly credentials: SmartCredentials,
    private readonly request: TokenRequest,
    private readonly discovered: (tokenUrl: string, where: string) => string,
  ) {}

  /** @throws CredentialsError where the key cannot be used or the server gives no token */
  get(): Promise<string> {
    if (!this.token || Date.now() > this.ends) {
      this.ends = Infinity;
      this.token = this.fetch().catch((error) => {
        this.forget();
        throw error;
      });
    }
    return this.token;
  }

  /** To be called when the server turns the token down. */
  forget(): void {
    this.token = undefined;
  }

  private async fetch(): Promise<string> {
    const { scope } = this.credentials;
    const tokenUrl = this.credentials.tokenUrl ?? (await this.discover());
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await this.assertion(tokenUrl),
    });
    const { status, text } = await this.request(tokenUrl, {
      method: 'POST',
      body: body.toString(),
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    });
    const answer = TokenAnswer.safeParse(asJson(text));
    if (status >= 300 || !answer.success) {
      const said = status >= 300 ? `: ${text.slice(0, 300)}` : '';
      throw new CredentialsError(`The server gives no token (HTTP ${status})${said}`, tokenUrl);
    }
    const { access_token, expires_in } = answer.data;
    this.ends = Date.now() + 1000 * Math.max(expires_in / 2, expires_in - EARLY_SECONDS);
    return access_token;
  }

  private async discover(): Promise<string> {
    const url = `${this.base.replace(/\/$/, '')}/.well-known/smart-configuration`;
    const { text } = await this.request(url, { method: 'GET', headers: { accept: 'application/json' } });
    const found = Configuration.safeParse(asJson(text));
    if (!found.success) throw new CredentialsError('The server does not state its token endpoint', url);
    return this.discovered(found.data.token_endpoint, url);
  }

  private async assertion(tokenUrl: string): Promise<string> {
    const { clientId } = this.credentials;
    const { key, algorithm, keyId } = await this.signingKey();
    const { SignJWT } = await import('jose');
    return new SignJWT()
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(keyId && { kid: keyId }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenUrl)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${ASSERTION_SECONDS}s`)
      .sign(key);
  }

  private async signingKey() {
    const { key, keyId } = this.credentials;
    const { importJWK, importPKCS8 } = await import('jose');
    try {
      const parsed = asJson(key) as (JWK & { keys?: JWK[] }) | undefined;
      if (!parsed) {
        const algorithm = key.includes('EC PRIVATE') ? 'ES384' : await pemAlgorithm(key);
        return { key: await importPKCS8(key, algorithm), algorithm, keyId };
      }
      const jwk = parsed.keys ? parsed.keys.find(({ kid, d }) => d && (!keyId || kid === keyId)) : parsed;
      if (!jwk?.d) throw new Error('it has no private key');
      const algorithm = jwk.alg ?? ALGORITHMS[jwk.kty!];
      return { key: await importJWK(jwk, algorithm), algorithm, keyId: keyId ?? jwk.kid };
    } catch (error) {
      throw new CredentialsError(`The client's key cannot be read: ${(error as Error).message}`, undefined, error);
    }
  }
}

/** The algorithm of the two that the specification asks for which the key fits. */
async function pemAlgorithm(pem: string): Promise<string> {
  const { importPKCS8 } = await import('jose');
  const isRsa = await importPKCS8(pem, 'RS384').then(
    () => true,
    () => false,
  );
  return isRsa ? 'RS384' : 'ES384';
}
