import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { type EngineName, surveyEngines } from '../index.ts';

const PACKAGE = '@sparticuz/chromium';
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache', import.meta.url));
/** glibc's: what is loaded stays, though it is no module of Node's. */
const RTLD_NODELETE = 0x1000;

/**
 * The engines of this machine; `webgpu` is on its GPU, and else on SwiftShader, which computes in software. One line says where neither
 * is there. The native GPU engine runs the native engine's code, and is left out.
 */
export async function enginesHere(): Promise<EngineName[]> {
  let states = await surveyEngines();
  const isThere = () => states.some(({ name, available }) => name === 'webgpu' && available);
  if (!isThere() && offerSwiftShader()) states = await surveyEngines();
  if (!isThere()) process.stdout.write('skipped: webgpu, for which there is neither a GPU nor SwiftShader\n');
  return states.filter(({ name, available }) => available && name !== 'tensorflow-gpu').map(({ name }) => name);
}

/** Lets this process find SwiftShader's Vulkan driver, and a loader for it; false where it cannot be had. */
function offerSwiftShader(): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  try {
    const folder = unpacked();
    process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json');
    process.env['EHRSYNTH_WEBGPU_SOFTWARE'] = '1';
    process.dlopen({ exports: {} }, join(folder, 'libvulkan.so.1'), constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch (error) {
    // It is loaded by then.
    return /did not self-register/.test((error as Error).message);
  }
  return true;
}

/** The folder of what the npm package carries, unpacked once. */
function unpacked(): string {
  const { resolve } = createRequire(import.meta.url);
  const root = join(dirname(resolve(PACKAGE)), '../..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(CACHE, `swiftshader-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  const input = brotliDecompressSync(readFileSync(join(root, 'bin/swiftshader.tar.br')));
  const { status } = spawnSync('tar', ['-x', '-C', fresh], { input });
  if (status !== 0) throw new Error('tar cannot unpack SwiftShader');
  try {
    renameSync(fresh, folder);
  } catch {
    // Another process was first.
    rmSync(fresh, { recursive: true });
  }
  return folder;
}
