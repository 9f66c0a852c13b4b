import { request } from 'node:https';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, readCertificates } from './certificates.ts';
import { remoteSites } from './client.ts';
import { RefusedError } from './errors.ts';
import type { Message } from './message.ts';
import { PATH, serveSite, type SiteServer } from './server.ts';
import { hasOpenssl, makeCertificates } from './testing/index.ts';

if (!hasOpenssl) console.log('Skipped: certificates of sites, since there is no openssl here');

describe.skipIf(!hasOpenssl)('a site over HTTPS', () => {
  let of: Record<'site' | 'hub' | 'other' | 'outside', Certificates>;
  let server: SiteServer | undefined;
  const refused: string[] = [];

  beforeAll(() => {
    const { site, hub, other } = makeCertificates('site', 'hub', 'other');
    const { outside } = makeCertificates('outside');
    // Of another authority, whose own certificates it takes from the site all the same.
    of = {
      site: readCertificates(site),
      hub: readCertificates(hub),
      other: readCertificates(other),
      outside: { ...readCertificates(outside), ca: readCertificates(site).ca },
    };
  });

  afterEach(async () => {
    await server?.close();
    server = undefined;
    refused.length = 0;
  });

  async function serving(answer: (request: Message) => Promise<Message>, port = 0): Promise<number> {
    const onRefused = (why: string) => void refused.push(why);
    server = await serveSite({
      host: '127.0.0.1',
      port,
      certificates: of.site,
      coordinators: ['hub'],
      answer,
      onRefused,
    });
    return server.port;
  }

  const echo = async ({ head, numbers }: Message) => ({ head: { heard: head.site }, numbers });
  const asking = { head: { ask: 'describe' }, numbers: { a: Float32Array.of(1) } };

  function sitesAt(port: number, as: 'hub' | 'other' | 'outside' = 'hub', retries = 0) {
    const retried: string[] = [];
    const sites = remoteSites([{ name: 'north', url: `https://127.0.0.1:${port}` }], {
      certificates: of[as],
      retries,
      timeoutMs: 5000,
      waitMs: 1,
      onRetry: (_, why) => void retried.push(why),
    });
    return { retried, ask: async () => (await sites.ask(['north'], asking)).get('north') };
  }

  it('answers a coordinator whose name it allows', async () => {
    const port = await serving(echo);
    expect(await sitesAt(port).ask()).toEqual({ head: { heard: 'north' }, numbers: { a: Float32Array.of(1) } });
  });

  it('refuses a certificate of the authority with another name', async () => {
    const port = await serving(echo);
    expect(await sitesAt(port, 'other').ask()).toMatchObject({ site: 'north', reason: 'coordinator' });
    expect(refused.join()).toContain('other');
  });

  it('does not speak with a certificate of another authority, or with none', async () => {
    const port = await serving(echo);
    expect(await sitesAt(port, 'outside').ask()).toBeInstanceOf(Error);
    const { ca } = of.hub;
    const without = new Promise((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path: PATH, method: 'POST', ca }, () => resolve('answered'));
      sent.on('error', resolve);
      sent.end();
    });
    expect(await without).toBeInstanceOf(Error);
    expect(refused.length).toBeGreaterThan(0);
  });

  it('is asked again where it failed, but not where it refused', async () => {
    let times = 0;
    const port = await serving(async (request) => {
      if (++times === 1) throw new Error('the name of a patient');
      return echo(request);
    });
    const flaky = sitesAt(port, 'hub', 2);
    expect(await flaky.ask()).toMatchObject({ head: { heard: 'north' } });
    // Why it failed is printed there, and not sent.
    expect(flaky.retried).toEqual([expect.not.stringContaining('patient')]);
    expect(refused).toEqual(['the name of a patient']);
    await server!.close();
    const strict = await serving(async () => {
      times++;
      throw new RefusedError('rounds', 'no more rounds');
    });
    times = 0;
    const answer = await sitesAt(strict, 'hub', 3).ask();
    expect(answer).toMatchObject({
      reason: 'rounds',
      message: expect.stringMatching(/Site north: refused: no more rounds/),
    });
    expect(times).toBe(1);
  });

  it('that nobody serves is named', async () => {
    const port = await serving(echo);
    await server!.close();
    expect(await sitesAt(port).ask()).toMatchObject({ message: expect.stringMatching(/Site north: .*ECONNREFUSED/) });
  });

  it('whose answer has a number that is none is refused by name', async () => {
    const port = await serving(async () => ({ head: {}, numbers: { 'last.bias': Float32Array.of(NaN) } }));
    const answer = await sitesAt(port).ask();
    expect(answer).toMatchObject({ message: expect.stringMatching(/Site north: last\.bias contains NaN/) });
  });
});
