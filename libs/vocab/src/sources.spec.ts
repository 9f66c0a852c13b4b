import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksum, readTable } from '@ehrsynth/io';
import { expect, it } from 'vitest';
import { shippedFolder } from './folders.ts';

it.each(['icd10cm.tsv.gz', 'icd10cm-former.tsv.gz', 'ndc.tsv.gz', 'common-ingredients.tsv', 'rxnorm-simulated.tsv'])(
  'SOURCES.md gives the rows and checksum of %s',
  async (name) => {
    const sources = readFileSync(join(shippedFolder(), 'SOURCES.md'), 'utf8');
    const line = sources.split('\n').find((text) => text.startsWith(`| \`${name}\``))!;
    expect(line).toContain(await checksum(join(shippedFolder(), name)));
    expect(line).toContain(`| ${readTable(join(shippedFolder(), name)).length.toLocaleString('en-US')} |`);
  },
);
