import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasOpenssl, makeCertificates } from '@ehrsynth/federation/testing';
import { type RunningSite, runSite } from '@ehrsynth/pipeline';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

if (!hasOpenssl) console.log('Skipped: train --federated, since there is no openssl here to make certificates');

const { ehrsynth, output } = commandLine();
const folder = mkdtempSync(join(tmpdir(), 'federated-'));
const at = (...parts: string[]) => join(folder, ...parts);
const sites: RunningSite[] = [];
const asked: string[] = [];

describe.skipIf(!hasOpenssl)('train --federated', () => {
  let certificates: ReturnType<typeof makeCertificates<'north' | 'south' | 'hub'>>;

  beforeAll(async () => {
    certificates = makeCertificates('north', 'south', 'hub');
    const patients = [...simulatePatients({ patients: 120, seed: 3 }, new Vocabulary())];
    for (const [i, name] of (['north', 'south'] as const).entries()) {
      const own = patients.filter((_, number) => number % 2 === i);
      writeFileSync(at(`${name}.ndjson`), own.map((record) => `${JSON.stringify(record)}\n`).join(''));
      writeFileSync(at(`${name}.yaml`), `leastPatients: 20\nrounds: ${i === 0 ? 50 : 100}\n`);
      const options = { ...certificates[name], listen: '127.0.0.1:0', coordinators: ['hub'] };
      sites.push(
        await runSite(at(`${name}.ndjson`), { ...options, engine: 'wasm', policy: at(`${name}.yaml`) }, (event) => {
          asked.push(event.type === 'asked' ? `${name} ${event.ask}` : `${name} ${event.type}`);
        }),
      );
    }
    const { cert, key, ca } = certificates.hub;
    const urls = sites.map(({ port }, i) => `  - { name: ${['north', 'south'][i]}, url: "https://localhost:${port}" }`);
    writeFileSync(
      at('sites.yaml'),
      [`cert: ${cert}`, `key: ${key}`, `ca: ${ca}`, 'roundsPerEpoch: 1', 'sites:', ...urls, ''].join('\n'),
    );
  });

  afterAll(async () => {
    for (const site of sites) await site.close();
    rmSync(folder, { recursive: true });
    if (certificates) rmSync(dirname(certificates.hub.ca), { recursive: true });
  });

  const train = `train --federated ${at('sites.yaml')} -m autoregressive --hidden 8 --engine wasm`;

  it('trains over HTTPS at sites that run by themselves, and the model draws', async () => {
    expect(await ehrsynth(`${train} --epochs 2 -o ${at('model')}`)).toBe(0);
    expect(output()).toMatch(/Autoregressive on 120 patients/);
    for (const name of ['north', 'south']) expect(asked).toContain(`${name} round`);
    expect(await ehrsynth(`generate ${at('model')} -n 10 -o ${at('synth')} --engine wasm`)).toBe(0);
  });

  it('stops where the policy of a site allows less, and names the site', async () => {
    expect(await ehrsynth(`${train} --epochs 60 -o ${at('long')}`)).toBe(3);
    expect(output()).toMatch(/Site north: refused: its policy allows 50 rounds; requested were 6\d/);
    expect(asked).toContain('north refused');
  });

  it('takes a cohort or sites, not both and not none', async () => {
    expect(await ehrsynth(`train -o ${at('none')}`)).toBe(2);
    expect(await ehrsynth(`${train} ${at('cohort')} -o ${at('both')}`)).toBe(2);
    expect(output()).toMatch(/either a cohort or a file of sites/);
  });

  it('a site needs to know whom it answers, and a certificate that is one', async () => {
    const { cert, key, ca } = certificates.north;
    const line = `site ${at('north.ndjson')} --listen 127.0.0.1:0 --key ${key} --ca ${ca}`;
    expect(await ehrsynth(`${line} --cert ${cert}`)).toBe(2);
    expect(output()).toMatch(/--coordinator/);
    expect(await ehrsynth(`${line} --cert ${at('north.yaml')} --coordinator hub`)).toBe(2);
    expect(output()).toMatch(/The certificate or key cannot be used[\s\S]*north\.yaml/);
  });
});
