import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peek, readChunks, readIfShort, readLines } from './index.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'encodings-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const put = (content: string | Buffer) => {
  const path = join(folder, 'a');
  writeFileSync(path, content);
  return path;
};
const lines = async (path: string, limits = {}) => {
  const all = [];
  for await (const line of readLines(path, limits, 'report')) all.push(line);
  return all;
};
const le = (text: string) => Buffer.from(text, 'utf16le');
const be = (text: string) => le(text).swap16();
const TEXT = 'ä €\nzwei\n';

describe('text of whatever encoding', () => {
  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16 with a mark', le(`\uFEFF${TEXT}`)],
    ['big-endian UTF-16 with a mark', be(`\uFEFF${TEXT}`)],
    ['gzip of UTF-16', gzipSync(le(`\uFEFF${TEXT}`))],
    ['gzip of gzip members', Buffer.concat([gzipSync('ä €\n'), gzipSync('zwei\n')])],
    ['CR alone', Buffer.from(TEXT.replace(/\n/g, '\r'))],
  ])('%s', async (_, content) => {
    const path = put(content);
    expect(await lines(path)).toEqual([
      { text: 'ä €', number: 1 },
      { text: 'zwei', number: 2 },
    ]);
    const { text, isWhole } = await peek(path);
    expect([text.replace(/\r/g, '\n'), isWhole]).toEqual([TEXT, true]);
    expect((await readIfShort(path, 1000))?.text.replace(/\r/g, '\n')).toBe(TEXT);
  });

  it('that is not UTF-8 is Windows-1252, line by line, and says so', async () => {
    const windows = Buffer.from([0x93, 0xe4, 0x94, 10]);
    const path = put(Buffer.concat([Buffer.from('eins\n'), windows, Buffer.from('drei ü\n'), windows]));
    expect(await lines(path)).toEqual([
      { text: 'eins', number: 1 },
      { text: '“ä”', number: 2, notUtf8: true },
      { text: 'drei ü', number: 3 },
      { text: '“ä”', number: 4, notUtf8: true },
    ]);
    expect(await readIfShort(put(windows), 1000)).toEqual({ text: '“ä”\n', notUtf8: true });
  });

  it('that is UTF-8 whatever a chunk cuts through', async () => {
    const text = `${'ü'.repeat(200_001)}\n${'€'.repeat(200_001)}`;
    expect((await lines(put(`x${text}`))).map((line) => [line.text.length, line.notUtf8])).toEqual([
      [200_002, undefined],
      [200_001, undefined],
    ]);
  });

  it('of lines that end with CR LF has LF as its end where a chunk cuts between the two', async () => {
    const long = 'x'.repeat((1 << 18) - 1);
    expect((await lines(put(`${long}\r\nzwei\r\n`))).map(({ text }) => text.length)).toEqual([long.length, 4]);
  });
});

it('the limit of a short file counts what comes out of gzip', async () => {
  const path = put(gzipSync('x'.repeat(5000)));
  expect(await readIfShort(path, 4999)).toBeUndefined();
  expect((await readIfShort(path, 5000))?.text).toHaveLength(5000);
});

it('chunks are those of what is in a gzip file', async () => {
  let all = '';
  for await (const chunk of readChunks(put(gzipSync(TEXT)))) all += chunk.toString();
  expect(all).toBe(TEXT);
});

it('a peek shows the beginning of what is longer, and nothing of a damaged gzip', async () => {
  const { text, isWhole, isGzip } = await peek(put(gzipSync('ab'.repeat(1 << 20))), 100);
  expect([text.slice(0, 4), isWhole, isGzip]).toEqual(['abab', false, true]);
  expect(await peek(put(Buffer.from([0x1f, 0x8b, 1, 2, 3])))).toMatchObject({ text: '', isGzip: true });
  await expect(peek(join(folder, 'none'))).rejects.toThrow(/No such file/);
});
