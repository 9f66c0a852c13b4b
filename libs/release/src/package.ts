import { join } from 'node:path';
import { writeFileAtomic } from '@ehrsynth/io';
import type { CodeMatrix } from '@ehrsynth/matrix';
import type { DatasheetFacts } from './datasheet-facts.ts';
import { datasheetOf } from './datasheet.ts';
import { dictionaryCsv } from './dictionary.ts';
import { writeManifest, writeSums } from './manifest.ts';
import { type Policy, policyYaml } from './policy.ts';
import { PARTS } from './verify.ts';
import { withoutValues } from './withheld.ts';

/** Writes what stands beside the data and the report of a release: papers, manifest and checksums. The folder has these two already. */
export async function writePapers(
  folder: string,
  policy: Policy,
  synthetic: CodeMatrix,
  facts: DatasheetFacts,
  licenseText: string | undefined,
): Promise<void> {
  const write = (name: string, content: string) => writeFileAtomic(join(folder, name), content);
  await write(PARTS.dictionary, dictionaryCsv(synthetic, { raw: facts.csvRaw }));
  await write(PARTS.datasheet, datasheetOf(policy, facts));
  await write(PARTS.policy, policyYaml(policy));
  await write(PARTS.outcome, `${JSON.stringify(outcomeOf(facts), null, 1)}\n`);
  if (licenseText !== undefined) await write(PARTS.license, licenseText);
  await writeManifest(folder, policy, { version: facts.version, created: `${facts.date}T00:00:00Z` });
  await writeSums(folder);
}

/** What came of the gates, of formats that differ from the first, and how often a release was asked for. */
function outcomeOf({ verdict, otherFormats, tries, epsilon }: DatasheetFacts) {
  const shown = epsilon ? withoutValues : (whole: typeof verdict) => whole;
  return {
    ...(epsilon && { withheld: true }),
    ...shown(verdict),
    otherFormats: otherFormats.map((other) => ({ ...other, verdict: shown(other.verdict) })),
    tries,
  };
}
