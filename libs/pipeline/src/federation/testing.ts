import { EachSite, type Message } from '@ehrsynth/federation';
import type { PatientRecord } from '@ehrsynth/records';
import { simulatePatients } from '@ehrsynth/simulate';
import { Vocabulary } from '@ehrsynth/vocab';
import { LocalSite } from './local-site.ts';
import { SiteLedger } from './site-ledger.ts';
import { SitePolicy } from './site-policy.ts';
import { countedRecords } from './site-records.ts';

export const HUB = 'hub';

/** Simulated patients, split among some sites. */
export function splitPatients(patients: number, sites: number): PatientRecord[][] {
  const all = [...simulatePatients({ patients, seed: 3 }, new Vocabulary())];
  return Array.from({ length: sites }, (_, site) => all.filter((_, i) => i % sites === site));
}

/** A site in this process, on records that are there. */
export async function siteOf(
  records: readonly PatientRecord[],
  folder: string,
  policy: Partial<SitePolicy> = {},
): Promise<LocalSite> {
  async function* each() {
    yield* records;
  }
  const counted = await countedRecords(each, { levels: {}, minPatients: 4, rare: 'drop' });
  const rules = SitePolicy.parse({ minPatients: 4, leastPatients: 10, ...policy });
  return new LocalSite(counted, rules, await SiteLedger.open(folder), 'wasm');
}

/** Sites of this process; what they answer is heard, and may be changed. */
export function sitesOf(
  sites: Record<string, LocalSite>,
  hear: (site: string, request: Message, answer: Message) => Message = (_, __, answer) => answer,
): EachSite {
  // One after another: they share this process's engine.
  let turn: Promise<unknown> = Promise.resolve();
  const each = Object.entries(sites).map(([name, site]) => {
    const answer = async (_: string, request: Message) => {
      const own = turn.then(() => site.answer(request, HUB, name));
      turn = own.catch(() => {});
      return hear(name, request, await own);
    };
    return [name, answer] as const;
  });
  return new EachSite(new Map(each));
}
