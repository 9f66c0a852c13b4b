import { cpSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Plugin } from 'rolldown';
import { CODE, FILES, ROOT, STAGED, workerName } from './layout.ts';

const OWN_URL = /new URL\(\s*(['"`])([^'"`]+)\1,\s*import\.meta\.url\)/g;
const RESOLVED = /createRequire\(import\.meta\.url\)\.resolve\('([^'.][^']*)'\)/g;

/** Files of other packages that are loaded by name at run time, and their names in the package, beside the code. */
export const LOADED: Readonly<Record<string, string>> = {
  '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js': 'tfjs-backend-wasm-threaded-simd.cjs',
  '@tensorflow/tfjs-backend-webgpu': 'tfjs-backend-webgpu.cjs',
};

/**
 * Modules of ours find files by where they lie themselves; once all code is in one folder that is another place. Copies each file
 * and folder that a module names so into the package, and lets the module look for it there.
 * @throws Error where a module names what is not there
 */
export function located(): Plugin {
  return {
    name: 'located',
    transform(code, id) {
      if (!id.startsWith(ROOT) || id.includes('node_modules')) return null;
      const changed = code
        // A module that loads CommonJS by name: those that are bundled are known to rolldown by a plain `require`.
        .replace(/^const require = createRequire\(import\.meta\.url\);$/m, '')
        .replace(OWN_URL, (_, quote: string, path: string) => {
          const from = resolve(dirname(id), path.split('${')[0]);
          const rest = path.includes('${') ? path.slice(path.indexOf('${')) : '';
          return `new URL(${quote}./${placed(from, path.endsWith('/') || rest !== '')}${rest}${quote}, import.meta.url)`;
        })
        .replace(RESOLVED, (_, specifier: string) => {
          copy(join(ROOT, 'node_modules', specifier), join(FILES, basename(specifier)));
          return `createRequire(import.meta.url).resolve('./${FILES}/${basename(specifier)}')`;
        })
        .replace(/'(@tensorflow\/[^']+)'/g, (whole, specifier: string) =>
          /^import|createRequire/.test(whole) || !LOADED[specifier] ? whole : `'./${LOADED[specifier]}'`,
        );
      return changed === code ? null : changed;
    },
  };
}

/** Where in the package, seen from the code, a file or folder of the repository lies. */
function placed(from: string, isFolder: boolean): string {
  const [top, library, ...inside] = relative(ROOT, from).split(sep);
  if (inside[0] === 'package.json') return '../package.json';
  if (inside[0] === 'workers' && from.endsWith('.mjs')) return `${workerName(library, from)}.js`;
  if (inside[0] === 'workers') return basename(from);
  const to = top === 'vocab' ? join(FILES, 'vocab') : join(FILES, library, isFolder ? inside[0] : basename(from));
  copy(from, to);
  return `${to.split(sep).join('/')}${isFolder ? '/' : ''}`;
}

function copy(from: string, to: string): void {
  statSync(from);
  const target = join(STAGED, CODE, to);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(from, target, { recursive: true });
}
