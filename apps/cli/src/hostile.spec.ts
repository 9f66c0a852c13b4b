import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOSTILE, hostileCommand, startHostile } from '@ehrsynth/fhir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from './main.ts';
import { commandLine } from './testing.ts';

const { output } = commandLine();
let work: string;
beforeAll(() => (work = mkdtempSync(join(tmpdir(), 'hostile-'))));
afterAll(() => rmSync(work, { recursive: true }));

describe('against a server that is malicious or broken', () => {
  it.each(HOSTILE.map((behaviour, i) => ({ ...behaviour, i })))(
    '$group: $name',
    async (behaviour) => {
      const server = await startHostile(behaviour);
      try {
        const folder = join(work, String(behaviour.i));
        const command = await hostileCommand(behaviour, server, folder);
        const exitCode = await main(['node', 'ehrsynth', ...command]);
        expect(output()).toMatch(behaviour.expects);
        expect(output()).not.toMatch(/^ +at .*(\(node:|\.[jt]s:\d+)/m);
        expect(exitCode).toBe(behaviour.exitCode);
        expect(behaviour.holds?.(server.observed(folder))).toBeUndefined();
      } finally {
        await server.close();
      }
    },
    60_000,
  );
});
