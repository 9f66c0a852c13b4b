import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exampleOf, promisedBy } from './readme-example.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['libs', 'apps'].flatMap((parent) =>
  readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
);

/** Runs an example where its imports are found, and gives what it printed, a line each. */
async function printedBy(example: string, folder: string): Promise<string[]> {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(formatWithOptions({ breakLength: Infinity, compact: true }, ...values));
  });
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const place = mkdtempSync(join(ROOT, folder, '.readme-'));
  try {
    const file = join(place, 'example.ts');
    writeFileSync(file, example.replaceAll("from './", "from '../"));
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    rmSync(place, { recursive: true });
  }
  return printed;
}

/** @throws where a folder has no README, no example in it, or one that does not print what it says */
async function checkReadme(readme: string | undefined, folder: string): Promise<void> {
  if (readme === undefined) throw new Error(`${folder} has no README.md`);
  const example = exampleOf(readme);
  if (example === undefined) throw new Error(`${folder}/README.md has no example`);
  const promised = promisedBy(example);
  if (promised.length === 0) throw new Error(`The example of ${folder}/README.md does not say what it prints`);
  expect(await printedBy(example, folder)).toEqual(promised);
}

const readmeOf = (folder: string) => {
  const path = join(ROOT, folder, 'README.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
};

afterEach(() => void vi.restoreAllMocks());

describe("the example in each library's README prints what it says", () => {
  it.each(FOLDERS)('%s', async (folder) => checkReadme(readmeOf(folder), folder));
});

describe('a README is not good', () => {
  const wrapped = (code: string) => `# A library\n\n\`\`\`ts\n${code}\n\`\`\`\n`;

  it.each([
    ['that is not there', undefined, 'has no README'],
    ['without an example', '# A library\n\n```sh\nls\n```\n', 'has no example'],
    ['whose example prints nothing', wrapped('Math.max(1, 2);'), 'does not say what it prints'],
    ['whose example throws', wrapped("throw new Error('broken');\nconsole.log(1); // → 1"), 'broken'],
    ['whose example prints something else', wrapped('console.log(1 + 1); // → 3'), '2'],
  ])('%s', async (_, readme, fault) => {
    await expect(checkReadme(readme, 'libs/random')).rejects.toThrow(fault);
  });
});
