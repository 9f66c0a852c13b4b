import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Finding, readPatientRecords, SystemAliases, validateFhir, writeFhir } from '../index.ts';
import { comparable, keptByFhir } from '../testing/kept-by-fhir.ts';
import { recordArbitrary } from '../testing/record-arbitrary.ts';

const vocabulary = new Vocabulary();
const byId = (a: PatientRecord, b: PatientRecord) => (a.id < b.id ? -1 : 1);

it.each(['bundles', 'ndjson'] as const)('what is written as %s is valid and comes back as it was', async (format) => {
  const folder = mkdtempSync(join(tmpdir(), 'write-'));
  const distinct = fc.uniqueArray(recordArbitrary, {
    selector: ({ id }) => id,
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(distinct, fc.boolean(), async (records, gzip) => {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      const stream = (async function* () {
        yield* records;
      })();
      await writeFhir(stream, folder, vocabulary, { format, gzip });
      const findings: Finding[] = [];
      await validateFhir(folder, { vocabulary, onFinding: (finding) => findings.push(finding) });
      // US Core wants RxNorm beside an NDC, and there is none for a drug of any kind without the whole crosswalk.
      const unexpected = findings.filter(({ message }) => !message.includes('A code of RxNorm should'));
      expect(unexpected).toEqual([]);
      const read: PatientRecord[] = [];
      const options = { aliases: new SystemAliases(), vocabulary, kinds: EventKind.options };
      for await (const record of readPatientRecords(folder, options, new Tally('stop'))) read.push(record);
      const expected = records.map(keptByFhir).sort(byId);
      expect(read.sort(byId).map(comparable)).toEqual(expected.map(comparable));
    }),
    { numRuns: 25 },
  );
  rmSync(folder, { recursive: true });
});
