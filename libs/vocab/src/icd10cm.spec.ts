import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLines } from '@ehrsynth/io';
import { describe, expect, it } from 'vitest';
import { Icd10cm } from './icd10cm.ts';

const icd10cm = Icd10cm.load();
const orderFile = fileURLToPath(
  new URL('../../../../shared/data/vocab/icd10cm-order-Jan-2021.csv.gz', import.meta.url),
);

describe('Icd10cm', () => {
  it('finds a code with and without its dot', () => {
    expect(icd10cm.find('E11.9')).toMatchObject({
      code: 'E11.9',
      title: 'Type 2 diabetes mellitus without complications',
      billable: true,
      parent: 'E11',
      chapter: '4',
      block: 'E08-E13',
    });
    expect(icd10cm.find('e119')).toBe(icd10cm.find('E11.9'));
  });

  it('knows headers, seventh characters with placeholders, and what is above them', () => {
    expect(icd10cm.find('E11')!.billable).toBe(false);
    expect(icd10cm.find('W00.0XXA')).toMatchObject({ billable: true, parent: 'W00.0' });
    expect(icd10cm.find('S06.1X7A')!.billable).toBe(true);
    expect(icd10cm.find('S06.1X7D')!.former).toBe(true);
    expect(icd10cm.find('S06.1X7Z')).toBeUndefined();
    expect(icd10cm.ancestors('I10').map((entry) => entry.code)).toEqual(['I10-I1A', '9']);
    expect(icd10cm.find('E11')!.children).toContain('E11.9');
  });

  it('has the 98,505 rows and 74,719 billable codes of the 2026 release', () => {
    expect(icd10cm.size).toBe(98_505);
    expect([...icd10cm].filter((entry) => entry.billable)).toHaveLength(74_719);
    expect([...icd10cm].filter((entry) => entry.level === 'chapter')).toHaveLength(22);
  });

  it('has no code of which the parent is not there', () => {
    for (const entry of icd10cm) {
      if (entry.parent) expect(icd10cm.find(entry.parent)!.children).toContain(entry.code);
    }
  });

  it.runIf(existsSync(orderFile))('has every code of the 2021 order file, 291 of them as codes of a former release', async () => {
    let [missing, former, rows] = [0, 0, 0];
    for await (const { text, number } of readLines(orderFile)) {
      if (number === 1) continue;
      rows++;
      const entry = icd10cm.find(text.split(',')[0]);
      if (!entry) missing++;
      else if (entry.former) former++;
    }
    expect({ rows, missing, former }).toEqual({ rows: 95_358, missing: 0, former: 291 });
  });
});
