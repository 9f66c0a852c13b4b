import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEngine } from './add-engine.ts';
import { ADDABLE, type AddableEngine, PLATFORM } from './catalogue.ts';
import { cacheFolder, enginesFolder, folderOf, presentFolder, requireOf } from './folders.ts';
import { keepOwnPlatform } from './own-platform.ts';
import { npmFailure, npmInstall } from './npm.ts';
import { removeEngine } from './remove-engine.ts';

const given = process.env['EHRSYNTH_CACHE'];
let folder: string;
let tarball: string;

/** A package with a file for this platform and one for another, as npm packs it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'add-engine-'));
  process.env['EHRSYNTH_CACHE'] = join(folder, 'cache');
  const files = {
    'package.json': JSON.stringify({ name: 'tiny-engine', version: '1.2.3', scripts: { install: 'exit 1' } }),
    'index.js': "module.exports = require('fs').readFileSync(__dirname + '/bin/own/engine.bin', 'utf8').length;",
    'bin/own/engine.bin': 'x'.repeat(1000),
    'bin/other/engine.bin': 'x'.repeat(2000),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'tiny', dirname(path)), { recursive: true });
    writeFileSync(join(folder, 'tiny', path), text);
  }
  execFileSync('npm', ['pack', '--silent'], { cwd: join(folder, 'tiny'), shell: process.platform === 'win32' });
  tarball = join(folder, 'tiny', 'tiny-engine-1.2.3.tgz');
});
afterAll(() => {
  if (given === undefined) delete process.env['EHRSYNTH_CACHE'];
  else process.env['EHRSYNTH_CACHE'] = given;
  rmSync(folder, { recursive: true });
});

const tiny: AddableEngine = {
  ...ADDABLE.onnx,
  package: 'tiny-engine',
  version: '1.2.3',
  integrity: undefined,
  platforms: { [PLATFORM]: ['bin/own'], 'amiga-m68k': ['bin/other'] },
};
const inCache = () => (existsSync(enginesFolder()) ? readdirSync(enginesFolder()) : []);

describe('an engine that npm brings', () => {
  it('comes without its install script and the files of other platforms, is loaded from the cache, and goes again', async () => {
    expect(presentFolder(tiny)).toBeUndefined();
    const added = await addEngine(tiny, { spec: tarball });
    expect(added).toMatchObject({ folder: folderOf(tiny), wasThere: false });
    const { installed, kept } = added.bytes;
    expect(installed - kept).toBe(2000);
    const home = join(folderOf(tiny), 'node_modules', 'tiny-engine');
    expect(readdirSync(join(home, 'bin'))).toEqual(['own']);
    expect(presentFolder(tiny)).toBe(home);
    expect(requireOf(tiny)('tiny-engine')).toBe(1000);
    expect(inCache()).toEqual([`onnx-1.2.3-${PLATFORM}`]);
    // A second time nothing is done.
    expect(await addEngine(tiny, { spec: join(folder, 'nowhere.tgz') })).toMatchObject({ wasThere: true });
    expect(removeEngine(tiny)).toEqual([folderOf(tiny)]);
    expect(inCache()).toEqual([]);
    expect(presentFolder(tiny)).toBeUndefined();
  });

  it('is loaded from a cache that is named from the current folder', async () => {
    const cache = process.env['EHRSYNTH_CACHE'];
    process.env['EHRSYNTH_CACHE'] = relative(process.cwd(), join(folder, 'cache é 日本'));
    try {
      await addEngine(tiny, { spec: tarball });
      expect(requireOf(tiny)('tiny-engine')).toBe(1000);
      expect(removeEngine(tiny)).toHaveLength(1);
    } finally {
      process.env['EHRSYNTH_CACHE'] = cache;
    }
  });

  it('is looked for among our own packages first', async () => {
    const engine = { ...tiny, package: 'yauzl', platforms: { [PLATFORM]: [] } };
    const other = join(folderOf(engine), 'node_modules', 'yauzl');
    mkdirSync(other, { recursive: true });
    for (const path of [join(other, 'package.json'), join(folderOf(engine), 'package.json')]) writeFileSync(path, '{}');
    expect(requireOf(engine).resolve('yauzl')).not.toContain(folder);
    expect(presentFolder(engine)).toMatch(new RegExp(`node_modules\\${sep}yauzl$`));
    expect(presentFolder(engine)).not.toContain(folder);
    removeEngine(engine);
  });

  it('that npm cannot install leaves nothing', async () => {
    await expect(addEngine(tiny, { spec: join(folder, 'nowhere.tgz') })).rejects.toThrow(
      /npm could not install the engine:[\s\S]*nowhere\.tgz[\s\S]*Fix what npm reports/,
    );
    expect(inCache()).toEqual([]);
  });

  it.each<[string, Partial<AddableEngine>, RegExp]>([
    [
      'another version',
      { version: '1.2.4' },
      /is not that package: its version is 1\.2\.3[\s\S]*npm config get registry/,
    ],
    ['another checksum', { integrity: 'sha512-AAAA' }, /its checksum differs/],
    ['no files of this platform', { platforms: { [PLATFORM]: ['bin/here'] } }, /it has no bin\/here/],
  ])('with %s is refused', (_, change, message) => {
    const installed = mkdtempSync(join(folder, 'installed-'));
    const home = join(installed, 'node_modules', 'tiny-engine');
    cpSync(join(folder, 'tiny'), home, { recursive: true });
    const lock = { packages: { 'node_modules/tiny-engine': { integrity: 'sha512-BBBB' } } };
    writeFileSync(join(installed, 'node_modules', '.package-lock.json'), JSON.stringify(lock));
    expect(() => keepOwnPlatform({ ...tiny, ...change }, installed)).toThrow(message);
    expect(() => keepOwnPlatform({ ...tiny, integrity: 'sha512-BBBB' }, installed)).not.toThrow();
  });

  it('that does not exist for this machine, or takes no wheel, is refused before npm is asked', async () => {
    const elsewhere = { ...tiny, platforms: { 'amiga-m68k': [] } };
    await expect(addEngine(elsewhere)).rejects.toThrow(/onnx does not exist for .+\n.*runs on amiga-m68k[\s\S]*WASM/);
    await expect(addEngine(tiny, { wheel: 'a.whl' })).rejects.toThrow(/onnx is not built on this machine, so --wheel/);
    expect(existsSync(join(cacheFolder(), 'wheels'))).toBe(false);
  });
});

describe('npm', () => {
  const at = () => mkdtempSync(join(folder, 'npm-'));

  it.each(['dry_run', 'global'])('that is set up with %s installs into the folder all the same', async (setting) => {
    const home = at();
    const prefix = { npm_config_cache: at(), npm_config_prefix: at() };
    await npmInstall(home, [tarball], { ...process.env, ...prefix, [`npm_config_${setting}`]: 'true' });
    expect(existsSync(join(home, 'node_modules', 'tiny-engine', 'index.js'))).toBe(true);
  });

  it('that is missing, or cannot reach its registry, says so', async () => {
    await expect(npmInstall(at(), ['a'], { PATH: folder })).rejects.toThrow(
      /npm, which installs packages, was not found[\s\S]*PATH/,
    );
    const cut = { ...process.env, npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };
    await expect(npmInstall(at(), ['a@1.0.0'], { ...cut, npm_config_cache: at() })).rejects.toThrow(
      /npm cannot reach its registry[\s\S]*npm config list/,
    );
  });

  it('on a full disk is the same error as ours, and a password in an address is not repeated', () => {
    expect(npmFailure('npm error code ENOSPC\nnpm error syscall write', '/cache').message).toMatch(
      /^The disk is full\n {2}at \/cache/,
    );
    const { message } = npmFailure('npm error code E401\nnpm error https://me:secret@npm.example/a needs a login', '');
    expect(message).toMatch(/E401/);
    expect(message).not.toContain('secret');
  });
});

it('the catalogue has the versions and checksums that are installed and locked here', () => {
  const read = (path: string) => JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8'));
  const { peerDependencies } = read('../../package.json') as { peerDependencies: Record<string, string> };
  const { packages } = read('../../../../package-lock.json') as {
    packages: Record<string, { version: string; integrity: string } | undefined>;
  };
  for (const { package: name, version, integrity } of Object.values(ADDABLE)) {
    if (peerDependencies[name]) expect(version, name).toBe(peerDependencies[name]);
    const locked = packages[`node_modules/${name}`];
    if (locked) expect({ version, integrity }).toEqual({ version: locked.version, integrity: locked.integrity });
  }
  expect(peerDependencies['onnxruntime-node']).toBe(ADDABLE.onnx.version);
});
