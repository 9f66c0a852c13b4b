import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from './index.ts';
import { ask } from './testing/ask.ts';
import { clinicSandbox } from './testing/clinic-sandbox.ts';

const PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const CHROMIUM = PATHS.find((path) => path && existsSync(path));

/** What a resource may say to have it run. */
const ATTACK = `</script><script>pwned=1</script><img src=x onerror="pwned=1">"'><svg onload=pwned=1>`;
const concept = { coding: [{ system: ATTACK, code: ATTACK, display: ATTACK }], text: ATTACK };
const subject = { reference: 'Patient/evil' };
const MORE = [
  {
    resourceType: 'MedicationRequest',
    id: 'pills',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/ann' },
    medicationCodeableConcept: { text: 'Allopurinol 100 mg' },
    authoredOn: '2020-01-20',
    dispenseRequest: { expectedSupplyDuration: { value: 30, code: 'd' } },
  },
  { resourceType: 'Patient', id: 'evil', name: [{ text: ATTACK }], gender: ATTACK, birthDate: ATTACK },
  { resourceType: 'Condition', id: 'e1', subject, code: concept, recordedDate: '2020-01-01' },
  {
    resourceType: 'Observation',
    id: 'e2',
    subject,
    code: concept,
    effectiveDateTime: '2020-02-01',
    valueQuantity: { value: 1, unit: ATTACK },
  },
  { resourceType: 'Encounter', id: 'e3', subject, class: { code: ATTACK }, period: { start: '2020-01-01' } },
];

let sandbox: Sandbox;
let origin: string;
beforeAll(async () => {
  sandbox = await clinicSandbox({}, MORE);
  origin = new URL(sandbox.url).origin;
});
afterAll(async () => sandbox.close());

describe('the address /', () => {
  it('is a page for browsers, and for other clients what it was', async () => {
    const page = await ask(sandbox.url, '/', { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    for (const [, path] of page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g))
      expect([path, (await ask(sandbox.url, path)).status]).toEqual([path, 200]);
    for (const Accept of ['application/fhir+json', '*/*']) {
      const { status, body } = await ask(sandbox.url, '/', { headers: { Accept } });
      expect([status, JSON.parse(body).resourceType]).toEqual([404, 'OperationOutcome']);
    }
    for (const path of ['/page/server.ts', '/page/..%2fpackage.json', '/page/constructor', '/page/'])
      expect([path, (await ask(sandbox.url, path)).status >= 400]).toEqual([path, true]);
  });
});

describe.skipIf(!CHROMIUM)('the page, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => browser?.close());

  /** A view of it; what the browser complains about and what it asks elsewhere goes into `troubles`. */
  async function open(troubles: string[], hash: string, options = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, ...options });
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) troubles.push(request.url());
    });
    await page.goto(`${origin}/${hash}`);
    await page.locator('main:not([aria-busy])').waitFor();
    return page;
  }

  it('finds patients by name, id and code', async () => {
    const troubles: string[] = [];
    const page = await open(troubles, '');
    expect(await page.locator('caption').textContent()).toBe('Patients 1 to 4 of 4');
    const found = async (field: string, text: string, type?: string) => {
      await page.goto(`${origin}/#/`);
      await page.locator('caption', { hasText: 'of 4' }).waitFor();
      await page.fill(`[name=${field}]`, text);
      if (type) await page.selectOption('[name=type]', type);
      await page.click('form[role=search] button');
      await page.locator('caption', { hasNotText: 'of 4' }).waitFor();
      return page.locator('tbody th').allTextContents();
    };
    expect(await found('name', 'chlo')).toEqual(['Ann Chloé Peters']);
    expect(await found('name', 'bob')).toEqual(['Van Peters']);
    expect(await found('code', 'J11.1')).toEqual(['Van Peters']);
    expect(await found('code', '85354-9', 'Observation')).toEqual(['Ann Chloé Peters']);
    expect(await found('code', 'none')).toEqual([]);
    await page.goto(`${origin}/#/`);
    await page.click('text=Ann Chloé Peters');
    await page.locator('h2', { hasText: 'Ann Chloé Peters' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  it.each([
    ['light', 1100],
    ['dark', 1100],
    ['light', 400],
  ] as const)("%s, %i pixels wide: draws a patient's timeline within the page", async (colorScheme, width) => {
    const troubles: string[] = [];
    const page = await open(troubles, '#/Patient/ann', { colorScheme, viewport: { width, height: 900 } });
    const titles = await page.locator('.timeline h3').allTextContents();
    expect(titles).toEqual(['Visits (1)', 'Conditions (1)', 'Drugs (1)', 'Values (4)']);
    expect(await page.locator('.visit rect, .drug rect').count()).toBe(2);
    expect(await page.locator('.drug title').textContent()).toBe('Allopurinol 100 mg, 2020-01-20 to 2020-02-19');
    expect(await page.locator('.value .row').count()).toBe(3);
    expect(await page.locator('.value svg').first().getAttribute('aria-label')).toContain('90 to 126.4, 2 times');
    expect(await page.locator('.value line:not(.grid)').count()).toBe(1);
    expect(await page.locator('.timeline').innerHTML()).not.toMatch(/NaN|undefined|Infinity/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.locator('.condition .mark').click();
    expect(await page.locator('pre').textContent()).toContain('"code": "M10.9"');
    await page.click('summary');
    await page.locator('details tr').last().waitFor();
    expect(await page.locator('details tr').count()).toBe(7);
    expect(troubles).toEqual([]);
    await page.close();
  });

  it('shows the last years alone where that is asked, and what began before from their beginning on', async () => {
    const page = await open([], '#/Patient/ann');
    await page.selectOption('form:not([role]) select', '1');
    await page.locator('.timeline').waitFor();
    const places = await page
      .locator('.mark')
      .evaluateAll((marks) =>
        marks.map((mark) => Number.parseFloat(mark.getAttribute('x') ?? mark.getAttribute('cx') ?? '')),
      );
    expect(places).toHaveLength(7);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(1);
    await page.close();
  });

  it('shows what resources say as text, whatever it is', async () => {
    const troubles: string[] = [];
    for (const hash of ['#/', '#/Patient/evil', '#/query?Condition/e1', '#/query?Patient?_id=evil']) {
      const page = await open(troubles, hash);
      if (hash === '#/Patient/evil') {
        expect(await page.locator('h2').textContent()).toBe(ATTACK);
        for (const mark of await page.locator('.mark').all()) await mark.click();
        await page.click('summary');
      }
      expect(await page.locator('main').textContent()).toContain('<script>pwned=1');
      expect(await page.locator('main img, main script, main [onload], main [onerror]').count()).toBe(0);
      expect(await page.evaluate('typeof pwned')).toBe('undefined');
      await page.close();
    }
    const { body } = await ask(sandbox.url, `/?x=${encodeURIComponent(ATTACK)}`, { headers: { Accept: 'text/html' } });
    expect(body).not.toContain('pwned');
    expect(troubles).toEqual([]);
  });

  it('answers any address in JSON with references to follow, and says what is wrong', async () => {
    const page = await open([], '#/query?Condition/gout');
    await page.click('pre a >> text=Encounter/visit');
    await page.locator('pre', { hasText: '"finished"' }).waitFor();
    await page.goto(`${origin}/#/query?Patient?favourite=x`);
    expect(await page.locator('[role=alert]').textContent()).toContain('no search parameter "favourite"');
    await page.close();
  });

  it('asks for the token where one is needed', async () => {
    const token = 'a-token-of-some-length';
    const guarded = await clinicSandbox({ token });
    const page = await browser.newPage();
    await page.goto(new URL(guarded.url).origin);
    await page.fill('[name=token]', token);
    await page.click('text=Continue');
    await page.locator('caption', { hasText: 'of 3' }).waitFor();
    expect(await page.content()).not.toContain(token);
    await page.close();
    await guarded.close();
  });
});
