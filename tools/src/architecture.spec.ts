import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What every library may stand on, and what the picture leaves out. */
const GROUND = ['io', 'random'];

/** Imports by library: the arrows of a Mermaid flowchart, `a --> b & c`. */
function arrowsOf(text: string): Map<string, string[]> {
  const picture = /^```mermaid\n(.*?)^```$/ms.exec(text)?.[1] ?? '';
  const arrows = [...picture.matchAll(/^ *(\w+) --> (.+)$/gm)];
  return new Map(arrows.map(([, from, to]) => [from, to.split('&').map((name) => name.trim())]));
}

/** Whatever is imported by a library, by those that it imports, and so on. */
function reached(from: string, arrows: Map<string, string[]>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) =>
    arrows.get(name)?.forEach((next) => {
      if (found.has(next)) return;
      found.add(next);
      visit(next);
    });
  visit(from);
  return found;
}

/** Libraries that a library's package.json names. */
function dependenciesOf(folder: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(`${ROOT}/${folder}/package.json`, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const own = Object.keys(dependencies).filter((name) => name.startsWith('@ehrsynth/'));
  return own.map((name) => name.slice('@ehrsynth/'.length)).filter((name) => !GROUND.includes(name));
}

const libraries = ['libs', 'apps'].flatMap((parent) => readdirSync(`${ROOT}/${parent}`).map((name) => [parent, name]));
const arrows = arrowsOf(readFileSync(`${ROOT}/ARCHITECTURE.md`, 'utf8'));

it.each(libraries)('the picture of the architecture has what %s/%s imports, and no more', (parent, name) => {
  const imported = dependenciesOf(`${parent}/${name}`);
  expect(reached(name, arrows)).toEqual(new Set(imported.flatMap((one) => [one, ...reached(one, arrows)])));
});

it('an arrow too few or too many is seen', () => {
  expect(reached('a', arrowsOf('```mermaid\n  a --> b & c\n  c --> d\n```'))).toEqual(new Set(['b', 'c', 'd']));
  expect(reached('a', arrowsOf('a --> b'))).toEqual(new Set());
});
