import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { ask, FHIR_JSON } from './testing/ask.ts';
import { clinicSandbox } from './testing/clinic-sandbox.ts';

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const CHROMIUM = PATHS.find((path) => path && existsSync(path));

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await clinicSandbox({ closed: true, smart: {} });
});
afterEach(async () => sandbox.close());

it('turns everyone down who asks while it is being filled, and says how far it is', async () => {
  const authorized = { Authorization: `Bearer ${sandbox.token}` };
  const one = '{"resourceType":"Patient"}';
  for (const [path, options] of [
    ['Patient', {}],
    ['Patient/ann', {}],
    ['Patient/ann/$everything', {}],
    ['Patient/_search', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }],
    ['Patient', { method: 'POST', headers: FHIR_JSON, body: one }],
    ['$export', { headers: { Prefer: 'respond-async' } }],
    ['/smart/authorize?client_id=x', {}],
  ] as const) {
    const headers = { ...authorized, ...('headers' in options && options.headers) };
    const answer = await ask(sandbox.url, path, { ...options, headers });
    expect([path, answer.status, answer.headers['retry-after']]).toEqual([path, 503, '5']);
    const { resourceType, issue } = JSON.parse(answer.body);
    expect([resourceType, issue[0].code]).toEqual(['OperationOutcome', 'transient']);
    expect(issue[0].details.text).toContain(`${sandbox.size()} resources so far`);
  }
  const guess = { ...authorized, 'X-Ehrsynth-Filling': '00000000-0000-4000-8000-000000000000' };
  expect((await ask(sandbox.url, 'Patient', { headers: guess })).status).toBe(503);
  expect((await ask(sandbox.url, 'Patient')).status).toBe(401);
  expect((await ask(sandbox.url, 'metadata')).status).toBe(200);
  expect((await ask(sandbox.url, '/', { headers: { Accept: 'text/html' } })).status).toBe(200);
  const preflight = { Origin: 'http://localhost:3000', 'Access-Control-Request-Method': 'GET' };
  expect((await ask(sandbox.url, 'Patient', { method: 'OPTIONS', headers: preflight })).status).toBe(204);
  const ofPage = await ask(sandbox.url, 'Patient', { headers: { ...authorized, Origin: 'http://localhost:3000' } });
  expect([ofPage.status, ofPage.headers['access-control-allow-origin']]).toEqual([503, 'http://localhost:3000']);
  sandbox.open();
  const { status, body } = await ask(sandbox.url, 'Patient', { headers: authorized });
  expect([status, JSON.parse(body).total]).toEqual([200, 3]);
});

it.skipIf(!CHROMIUM)(
  'shows on its page that it is loading, and the patients once it has',
  async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const page = await browser.newPage();
    await page.goto(new URL(sandbox.url).origin);
    const status = page.locator('[role=status]');
    await status.waitFor();
    expect(await status.textContent()).toBe(`The sandbox is loading: ${sandbox.size()} resources so far`);
    sandbox.open();
    await page.locator('caption', { hasText: 'of 3' }).waitFor();
    await browser.close();
  },
  60_000,
);
