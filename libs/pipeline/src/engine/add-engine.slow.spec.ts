import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADDABLE, type AddableName, type AddedEngine, commandFor, startEngine } from '@ehrsynth/engine';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addEngine } from './add-engine.ts';

const given = process.env['EHRSYNTH_CACHE'];
let cache: string;
beforeAll(() => (process.env['EHRSYNTH_CACHE'] = cache = mkdtempSync(join(tmpdir(), 'engines-'))));
afterAll(async () => {
  if (given === undefined) delete process.env['EHRSYNTH_CACHE'];
  else process.env['EHRSYNTH_CACHE'] = given;
  rmSync(cache, { recursive: true });
  await startEngine();
});

it.for<AddableName>(['onnx', 'webgpu'])(
  '%s comes from the real registry, and what is kept of it loads',
  async (name, { skip }) => {
    const engine = ADDABLE[name];
    if (!commandFor(engine)) skip(`${name} does not exist for this platform`);
    let added: AddedEngine | undefined;
    try {
      added = await addEngine(name, { force: true });
    } catch (error) {
      if ((error as { code?: string }).code !== 'no-registry') throw error;
      skip('the npm registry does not answer');
    }
    const { folder, bytes } = added!;
    expect(bytes.kept).toBeLessThan(0.5 * bytes.installed);
    expect(bytes.kept / 1e6).toBeLessThan(1.5 * engine.megabytes!);
    const load = `import(${JSON.stringify(engine.package)}).then((all) => console.log(Object.keys(all).length > 0))`;
    expect(execFileSync(process.execPath, ['-e', load], { cwd: folder, encoding: 'utf8' })).toBe('true\n');
    expect(existsSync(join(folder, 'package.json'))).toBe(true);
  },
);
