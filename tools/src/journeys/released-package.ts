import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { type Installed, timed } from '../package/installed.ts';

/** One of these opens the page, where it is there. */
const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * A package as whoever gets it has it, away from the study that made it: verified where it lies, refused with one byte changed, its
 * datasheet read, its page opened.
 * @param study folder with the package in `release`
 * @param patients that it holds
 */
export async function receivePackage(installed: Installed, study: string, patients: number): Promise<void> {
  const elsewhere = `${study}-received`;
  const at = (...parts: string[]) => installed.at(elsewhere, ...parts);
  mkdirSync(at());
  cpSync(installed.at(study, 'release'), at('package'), { recursive: true });
  const verify = () => installed.tried('release verify package', at());
  const { status, stdout, stderr } = timed('  release verify', verify);
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /package: \d+ files, complete and unchanged, and its figures meet its policy/);
  readDatasheet((name) => at('package', name), patients);
  await openPage(at('package', 'report.html'));
  refuseChanged(at('package', 'data', 'csv', 'patients.csv'), verify);
  console.log('  a package, verified, read and looked at; refused with one byte changed');
}

/** What the datasheet says is so: its patients, its files, its gates. */
function readDatasheet(at: (name: string) => string, patients: number): void {
  const text = readFileSync(at('datasheet.md'), 'utf8');
  assert.match(text, /^# Synthetic patient records\n/);
  for (const title of ['Purpose', 'What is in it', 'Source', 'How it was made', 'What was checked', 'Limits'])
    assert.match(text, new RegExp(`^## ${title}$`, 'm'));
  assert.ok(text.includes(`${patients.toLocaleString('en-US')} synthetic patients`), text);
  const named = [...text.matchAll(/`([\w/-]+(?:\.\w+|\/))`/g)].map(([, name]) => name);
  assert.ok(named.length > 0);
  for (const name of named) assert.ok(existsSync(at(name)), `datasheet.md names ${name}, which is not there`);
  const [head, ...rows] = readFileSync(at('data/csv/patients.csv'), 'utf8').trim().split('\n');
  assert.match(head, /^id,/);
  assert.equal(rows.length, patients);
  assert.ok(readFileSync(at('data/fhir/Patient.ndjson'), 'utf8').trim().split('\n').length === patients);
}

/** The page shows a pass and draws its plots, with nothing to complain about. */
async function openPage(path: string): Promise<void> {
  const executablePath = BROWSERS.find((browser) => browser && existsSync(browser));
  if (!executablePath) return void console.log('  the page was not opened: there is no Chromium');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
    await page.goto(pathToFileURL(path).href);
    await page.locator('[data-plot="prevalence"] svg').waitFor();
    assert.match((await page.locator('.verdict').textContent())!, /Fit for release/);
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
  }
}

function refuseChanged(path: string, verify: () => { status: number | null; stdout: string; stderr: string }): void {
  const bytes = readFileSync(path);
  const changed = Buffer.from(bytes);
  changed[changed.length - 2] ^= 1;
  writeFileSync(path, changed);
  const { status, stdout, stderr } = verify();
  assert.equal(status, 1);
  assert.match(`${stdout}${stderr}`, /data\/csv\/patients\.csv/);
  writeFileSync(path, bytes);
}
