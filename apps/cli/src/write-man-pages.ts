// Writes the manual pages into a folder: `node write-man-pages.js FOLDER`. The npm package has them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTree } from './command-tree.ts';
import { manPages } from './man-page.ts';

const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const [name, page] of manPages(await commandTree())) writeFileSync(join(folder, name), page);
