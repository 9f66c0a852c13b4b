import fc from 'fast-check';
import { it } from 'vitest';
import { expectOddSourcesToPass } from './odd-pipeline.ts';
import { oddSource } from './odd-source.ts';
import { commandLine } from './testing.ts';

const line = commandLine();

it('whatever codes, units, classes, dates and races a source has, what comes out of the road is right', async () => {
  await fc.assert(
    fc.asyncProperty(oddSource(80), (resources) => expectOddSourcesToPass(line, resources)),
    { seed: 19, numRuns: 3, endOnFailure: true },
  );
});
