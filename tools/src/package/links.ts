import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** [text](path#part "title"), with no address of the web or the mail; an image has an exclamation mark before it. */
const LINK = /(!?)\[([^\]]*)\]\((?![a-z][a-z+.-]*:|#)([^)#\s]+)[^)]*\)/g;

/** Paths in a folder's Markdown that lead to nothing there, as `file: path`. */
export function brokenLinks(folder: string): string[] {
  return pages(folder).flatMap((page) => {
    const links = [...readFileSync(join(folder, page), 'utf8').matchAll(LINK)].map(([, , , path]) => path);
    return links.filter((path) => !leads(folder, page, path)).map((path) => `${page}: ${path}`);
  });
}

/** Leaves of the links in a folder's Markdown that lead to nothing there only their text: the package has no sources. */
export function unlinkMissing(folder: string): void {
  for (const page of pages(folder)) {
    const text = readFileSync(join(folder, page), 'utf8');
    const kept = text.replace(LINK, (link: string, image: string, words: string, path: string) =>
      image || leads(folder, page, path) ? link : words,
    );
    if (kept !== text) writeFileSync(join(folder, page), kept);
  }
}

function pages(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
}

function leads(folder: string, page: string, path: string): boolean {
  const target = join(dirname(join(folder, page)), path);
  return !relative(folder, target).startsWith('..') && existsSync(target);
}
