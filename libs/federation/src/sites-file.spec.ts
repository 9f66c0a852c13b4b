import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSitesFile } from './sites-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sites-'));

function fileOf(text: string): string {
  const path = join(folder, 'sites.yaml');
  writeFileSync(path, text);
  return path;
}

const certificates = 'cert: c.crt\nkey: c.key\nca: /etc/ca.crt\n';

describe('a file of sites', () => {
  it('names sites, with paths from its own folder', async () => {
    const text = `${certificates}atLeast: 1\nsites:\n  - { name: north, url: "https://north.example:7443" }\n`;
    expect(await readSitesFile(fileOf(text))).toEqual({
      cert: join(folder, 'c.crt'),
      key: join(folder, 'c.key'),
      ca: '/etc/ca.crt',
      atLeast: 1,
      sites: [{ name: 'north', url: 'https://north.example:7443' }],
      retries: 3,
      timeoutMinutes: 60,
    });
  });

  it.each([
    ['sites: [{ name: a, url: "http://a" }]', /sites\.0\.url: must be a URL that begins with https/],
    [
      'sites: [{ name: a, url: "https://a" }, { name: a, url: "https://b" }]',
      /sites\.1\.name: another site has this name/,
    ],
    [
      'sites: [{ name: a, url: "https://a" }, { name: b, url: "https://a/" }]',
      /sites\.1\.url: another site has this URL/,
    ],
    ['sites: [{ name: a, url: "https://a" }]\natLeast: 2', /atLeast: there are only 1 sites/],
    ['sites: []', /sites: /],
    ['sites: [{ name: a, url: "https://a" }]\nretry: 2', /retry: there is no such key/],
    ['sites: [', /not YAML/],
  ])('%s is refused, with file and field', async (text, fault) => {
    const refused = expect(readSitesFile(fileOf(certificates + text))).rejects;
    await refused.toThrow(fault);
    await refused.toThrow(/sites\.yaml/);
  });
});
