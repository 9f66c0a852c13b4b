import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { libraries, readManifest, ROOT, STAGED } from './layout.ts';

/** Folder of the package's declarations. */
export const TYPES = 'types';

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  types: [],
  skipLibCheck: true,
};
/** A type that TensorFlow.js's declarations use without a word of where it is from. */
const EMSCRIPTEN = { global: 'extends EmscriptenModule', types: 'emscripten' };

/**
 * Copies the declarations of the libraries' public functions, and those of other packages' types that they name, so that a program
 * type-checks with nothing else installed but @types/node.
 * @returns paths of the declarations
 * @throws Error where a declaration names a module that cannot be found
 */
export function writeTypes(): Set<string> {
  const open = libraries().map(({ folder }) => join(folder, 'dist/index.d.ts'));
  const seen = new Set(open);
  for (let path = open.pop(); path; path = open.pop()) {
    const { text, named } = rewritten(path);
    const target = join(STAGED, TYPES, placeOf(path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    if (path.includes('node_modules')) keepFormat(path);
    for (const next of named) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

/** A declaration file whose imports of packages are paths to where their declarations lie in ours. */
function rewritten(path: string): { text: string; named: string[] } {
  const text = readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const named = source.referencedFiles.map(({ fileName }) => join(dirname(path), fileName));
  const changes: { pos: number; end: number; to: string }[] = [];
  for (const { fileName, pos, end } of source.typeReferenceDirectives) {
    const target = ambient(fileName, path);
    if (target === undefined) continue;
    named.push(target);
    const line = { pos: text.lastIndexOf('/', pos - 3) - 2, end: text.indexOf('>', end) + 1 };
    changes.push({ ...line, to: `/// <reference path="${pathTo(path, target, false)}" />` });
  }
  if (text.includes(EMSCRIPTEN.global)) {
    const target = ambient(EMSCRIPTEN.types, path)!;
    named.push(target);
    changes.push({ pos: 0, end: 0, to: `/// <reference path="${pathTo(path, target, false)}" />\n` });
  }
  for (const specifier of specifiers(source)) {
    const target = resolved(specifier.text, path);
    if (target === undefined) continue;
    named.push(target);
    const pos = specifier.getStart(source);
    if (!specifier.text.startsWith('.')) changes.push({ pos, end: specifier.end, to: `'${pathTo(path, target)}'` });
  }
  const last = changes.sort((a, b) => b.pos - a.pos);
  return { text: last.reduce((all, { pos, end, to }) => all.slice(0, pos) + to + all.slice(end), text), named };
}

/** Each module that a declaration file names: in imports and exports, `import('…')` and `declare module '…'` of what is there. */
function specifiers(source: ts.SourceFile): ts.StringLiteral[] {
  const found: ts.StringLiteral[] = [];
  const visit = (node: ts.Node): void => {
    const name =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isExternalModuleReference(node)
            ? node.expression
            : ts.isModuleDeclaration(node)
              ? node.name
              : undefined;
    if (name && ts.isStringLiteral(name)) found.push(name);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What `<reference types="…" />` names; undefined of Node's types, which a program has itself. */
function ambient(name: string, from: string): string | undefined {
  if (name === 'node') return undefined;
  const found = ts.resolveTypeReferenceDirective(name, from, OPTIONS, ts.sys).resolvedTypeReferenceDirective;
  if (!found?.resolvedFileName)
    throw new Error(`${relative(ROOT, from)} names the types ${name}, which were not found`);
  return found.resolvedFileName;
}

function resolved(name: string, from: string): string | undefined {
  if (name.startsWith('node:') || builtinModules.includes(name.split('/')[0])) return undefined;
  const mode = ts.getImpliedNodeFormatForFile(from, undefined, ts.sys, OPTIONS);
  const found = ts.resolveModuleName(name, from, OPTIONS, ts.sys, undefined, undefined, mode).resolvedModule;
  if (!found) throw new Error(`${relative(ROOT, from)} names ${name}, which has no declarations`);
  return found.resolvedFileName;
}

/** Whether declarations are of ES modules or of CommonJS is written in the package.json files above them. */
function keepFormat(path: string): void {
  for (let folder = dirname(path); !folder.endsWith('node_modules'); folder = dirname(folder)) {
    if (!existsSync(join(folder, 'package.json'))) continue;
    const { name, type = 'commonjs' } = readManifest(folder);
    writeFileSync(join(STAGED, TYPES, placeOf(join(folder, 'package.json'))), JSON.stringify({ name, type }));
  }
}

/** Where a declaration lies in the package: matrix/index.d.ts, vendor/zod/index.d.ts. */
function placeOf(path: string): string {
  const at = path.lastIndexOf(`${sep}node_modules${sep}`);
  if (at !== -1) return join('vendor', path.slice(at + '/node_modules/'.length));
  const [, library, , ...inside] = relative(ROOT, path).split(sep);
  return join(library, ...inside);
}

/** A relative specifier, as NodeNext wants it: with the ending of the module that the declaration is of. */
function pathTo(from: string, to: string, isModule = true): string {
  const path = relative(dirname(placeOf(from)), placeOf(to))
    .split(sep)
    .join('/');
  const module = isModule ? path.replace(/\.d\.([cm]?)ts$/, '.$1js') : path;
  return module.startsWith('.') ? module : `./${module}`;
}
