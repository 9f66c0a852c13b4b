import { createHash, randomBytes } from 'node:crypto';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../index.ts';
import { ask } from '../testing/ask.ts';
import { clinicSandbox } from '../testing/clinic-sandbox.ts';
import { Grants } from './grants.ts';

const APP = 'http://localhost:3000/callback';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

let sandbox: Sandbox;
beforeAll(async () => {
  const strange = { resourceType: 'Patient', id: 'odd', name: [{ text: '<script>alert(1)</script>' }] };
  sandbox = await clinicSandbox({ smart: {} }, [strange]);
});
afterAll(async () => sandbox.close());

const authorizeWith = async (more: Record<string, string>) => {
  const params = new URLSearchParams({
    response_type: 'code',
    client_id: 'my-app',
    redirect_uri: APP,
    scope: 'launch/patient patient/*.read offline_access',
    state: 'a&b',
    aud: sandbox.url,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  });
  const { status, headers, body } = await ask(sandbox.url, `/smart/authorize?${params}`);
  const back = headers.location === undefined ? undefined : new URL(String(headers.location));
  return { status, headers, body, back };
};
const tokenWith = async (form: Record<string, string>) => {
  const body = new URLSearchParams({ client_id: 'my-app', redirect_uri: APP, ...form }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'http://localhost:3000' };
  const answer = await ask(sandbox.url, '/smart/token', { method: 'POST', headers, body });
  return { status: answer.status, headers: answer.headers, ...JSON.parse(answer.body) };
};
const codeFor = async (more: Record<string, string> = {}) =>
  (await authorizeWith({ patient: 'ann', ...more })).back!.searchParams.get('code')!;
const read = (token: string) => ask(sandbox.url, 'Patient/ann', { headers: { Authorization: `Bearer ${token}` } });

describe('a launch for development', () => {
  it('says where its endpoints are, without a token', async () => {
    const { body } = await ask(sandbox.url, '.well-known/smart-configuration');
    const origin = new URL(sandbox.url).origin;
    expect(JSON.parse(body)).toMatchObject({
      authorization_endpoint: `${origin}/smart/authorize`,
      token_endpoint: `${origin}/smart/token`,
      code_challenge_methods_supported: ['S256'],
    });
    expect((await ask(sandbox.url, 'metadata')).body).toContain('SMART-on-FHIR');
    expect((await ask(sandbox.url, 'Patient/ann')).status).toBe(401);
    expect((await read('made-up')).status).toBe(401);
  });

  it('asks for a patient, gives a code, and a token for it that reads', async () => {
    const { status, body, headers } = await authorizeWith({});
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(body).toContain('Ann Chloé Peters');
    expect(body).not.toContain('<script>');
    const link = /href="(\?[^"]*patient=ann)"/.exec(body)![1].replaceAll('&amp;', '&');
    const { headers: next } = await ask(sandbox.url, `/smart/authorize${link}`);
    const back = new URL(String(next.location));
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([APP, 'a&b']);
    const code = back.searchParams.get('code')!;
    const token = await tokenWith({ grant_type: 'authorization_code', code, code_verifier: verifier });
    expect(token).toMatchObject({ status: 200, token_type: 'Bearer', patient: 'ann' });
    expect(token.headers).toMatchObject({
      'cache-control': 'no-store',
      'access-control-allow-origin': 'http://localhost:3000',
    });
    expect((await read(token.access_token)).status).toBe(200);
    const again = { grant_type: 'refresh_token', refresh_token: token.refresh_token };
    expect(await tokenWith(again)).toMatchObject({ status: 200, patient: 'ann' });
    expect(await tokenWith(again)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('takes the patient from the launch of a record, or needs none', async () => {
    const token = async (more: Record<string, string>) => {
      const code = (await authorizeWith(more)).back!.searchParams.get('code')!;
      return tokenWith({ grant_type: 'authorization_code', code, code_verifier: verifier });
    };
    expect((await token({ scope: 'launch patient/*.rs', launch: 'bob' })).patient).toBe('bob');
    expect((await token({ scope: 'user/*.rs' })).patient).toBeUndefined();
  });

  it.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ aud: 'https://other.example/fhir' }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: '' }, 'invalid_request'],
    [{ patient: 'nobody' }, 'invalid_request'],
  ])('says to the app what is wrong: %j', async (more, error) => {
    const { back } = await authorizeWith(more as Record<string, string>);
    expect([back!.searchParams.get('error'), back!.searchParams.get('code')]).toEqual([error, null]);
  });

  it('sends no code to a page that may not ask the sandbox', async () => {
    for (const redirect_uri of [
      'https://evil.example/',
      'javascript:alert(1)',
      'x',
      'http://localhost@evil.example/',
    ]) {
      const { status, back } = await authorizeWith({ redirect_uri, patient: 'ann' });
      expect([redirect_uri, status >= 400, back]).toEqual([redirect_uri, true, undefined]);
    }
  });

  it('takes a code once, from the app that asked and can prove it', async () => {
    const code = await codeFor();
    const good = { grant_type: 'authorization_code', code_verifier: verifier };
    expect((await tokenWith({ ...good, code })).status).toBe(200);
    expect((await tokenWith({ ...good, code })).error).toBe('invalid_grant');
    const wrongs: Record<string, string>[] = [
      { code_verifier: 'x' },
      { client_id: 'other' },
      { redirect_uri: `${APP}2` },
    ];
    for (const wrong of wrongs)
      expect((await tokenWith({ ...good, code: await codeFor(), ...wrong })).error).toBe('invalid_grant');
    expect((await tokenWith({ grant_type: 'password' })).error).toBe('unsupported_grant_type');
  });

  it('keeps a code for a minute and a token for an hour', () => {
    let now = 0;
    const grants = new Grants(() => now);
    const grant = { clientId: 'a', scope: '' };
    const late = grants.code(grant, APP, challenge);
    now = 61_000;
    expect(grants.redeem(late, 'a', APP, verifier)).toBeUndefined();
    const token = grants.accessToken();
    expect(grants.isAccessToken(token)).toBe(true);
    now += 3_600_000;
    expect(grants.isAccessToken(token)).toBe(false);
  });

  it('is not there where it was not asked for, and does not go with a token', async () => {
    const options = { vocabulary: new Vocabulary(), version: '0' };
    const plain = await startSandbox(options);
    expect((await ask(plain.url, '.well-known/smart-configuration')).status).toBe(404);
    expect((await ask(plain.url, '/smart/authorize')).status).toBe(404);
    expect((await ask(plain.url, 'Patient')).status).toBe(200);
    await plain.close();
    const both = startSandbox({ ...options, smart: {}, token: 'a-token-of-some-length' });
    await expect(both).rejects.toThrow('cannot be combined with a token');
  });

  it('may be about one patient always', async () => {
    const fixed = await clinicSandbox({ smart: { patient: 'bob' } });
    const params = new URLSearchParams({
      response_type: 'code',
      client_id: 'my-app',
      redirect_uri: APP,
      scope: 'launch/patient',
      aud: fixed.url,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    expect((await ask(fixed.url, `/smart/authorize?${params}`)).headers.location).toMatch(/\?code=/);
    await fixed.close();
  });
});
