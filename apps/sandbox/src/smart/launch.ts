import { Rejection } from '../rejection.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { type Grant, Grants, TOKEN_SECONDS } from './grants.ts';
import { pickerPage } from './picker.ts';

/** The answer to a request for authorization: a page on which to choose a patient, or where to go on. */
export type Authorized = { html: string } | { location: string };

export interface LaunchOptions {
  /** Id of the patient that every launch is about; chosen on a page where undefined. */
  patient?: string;
}

/**
 * A stand-in for the authorization server of an electronic record, for apps under development: no one logs in, every app is
 * known, scopes are granted as they are asked for and are not enforced.
 * @see SMART App Launch 2.0
 */
export class SmartLaunch {
  private readonly grants = new Grants();
  /** For the sandbox's own page and for loading, which nobody launches. */
  readonly ownToken: string;

  /** @param isAllowed whether pages of an origin may ask the sandbox, and so may be sent codes */
  constructor(
    private readonly index: SearchIndex,
    private readonly options: LaunchOptions,
    private readonly isAllowed: (origin: string) => boolean,
  ) {
    this.ownToken = this.grants.accessToken();
  }

  isToken(token: string): boolean {
    return token === this.ownToken || this.grants.isAccessToken(token);
  }

  /**
   * @param base the FHIR base that the app must name as `aud`
   * @throws Rejection where it cannot be said to the app itself, since it or its address is not known
   */
  authorize(params: URLSearchParams, base: string): Authorized {
    const of = (name: string) => params.get(name) ?? '';
    const redirectUri = of('redirect_uri');
    if (of('client_id') === '') throw Rejection.because(400, 'required', 'client_id is missing');
    this.checkRedirect(redirectUri);
    const back = (answer: Record<string, string>): Authorized => {
      const location = new URL(redirectUri);
      const state = params.get('state');
      for (const [name, value] of Object.entries({ ...answer, ...(state !== null && { state }) }))
        location.searchParams.set(name, value);
      return { location: location.href };
    };
    const refuse = (error: string, text: string) => back({ error, error_description: text });
    if (of('response_type') !== 'code') return refuse('unsupported_response_type', 'response_type must be code');
    if (of('aud').replace(/\/$/, '') !== base) return refuse('invalid_request', `aud must be ${base}`);
    if (of('code_challenge_method') !== 'S256' || of('code_challenge') === '')
      return refuse('invalid_request', 'PKCE is required: give code_challenge, with S256 as code_challenge_method');
    const scope = of('scope').trim();
    const scopes = scope.split(/\s+/);
    const isAboutPatient = scopes.some(
      (one) => one === 'launch' || one === 'launch/patient' || one.startsWith('patient/'),
    );
    let patient: string | undefined;
    if (isAboutPatient) {
      const chosen = params.get('patient') ?? params.get('launch') ?? this.options.patient;
      if (chosen === undefined) return { html: pickerPage(this.index, params) };
      if (!this.index.read(`Patient/${chosen}`)) return refuse('invalid_request', `Patient/${chosen} does not exist`);
      patient = chosen;
    }
    const grant = { clientId: of('client_id'), scope, patient };
    return back({ code: this.grants.code(grant, redirectUri, of('code_challenge')) });
  }

  /** The status and JSON that answer a request for a token. */
  token(form: URLSearchParams): { status: number; body: object } {
    const of = (name: string) => form.get(name) ?? '';
    let grant: Grant | undefined;
    switch (of('grant_type')) {
      case 'authorization_code':
        grant = this.grants.redeem(of('code'), of('client_id'), of('redirect_uri'), of('code_verifier'));
        break;
      case 'refresh_token':
        grant = this.grants.refresh(of('refresh_token'), of('client_id'));
        break;
      default:
        return { status: 400, body: { error: 'unsupported_grant_type' } };
    }
    if (!grant) {
      const text =
        'The code is unknown, was used or has expired, or client_id, redirect_uri or code_verifier do not match it';
      return { status: 400, body: { error: 'invalid_grant', error_description: text } };
    }
    const { scope, patient } = grant;
    return {
      status: 200,
      body: {
        access_token: this.grants.accessToken(),
        token_type: 'Bearer',
        expires_in: TOKEN_SECONDS,
        scope,
        ...(patient !== undefined && { patient, need_patient_banner: true }),
        ...(scope.split(/\s+/).includes('offline_access') && { refresh_token: this.grants.refreshToken(grant) }),
      },
    };
  }

  /** A code goes only where an app could ask the sandbox anyway. */
  private checkRedirect(uri: string): void {
    if (!URL.canParse(uri)) throw Rejection.because(400, 'value', 'redirect_uri is not a URL');
    const { origin, protocol, hash } = new URL(uri);
    if (hash !== '' || !['http:', 'https:'].includes(protocol) || !this.isAllowed(origin))
      throw Rejection.because(
        403,
        'security',
        `redirect_uri is on ${origin}, whose pages may not send requests to this sandbox; --allow-origin allows them`,
      );
  }
}
