import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { GzipMember } from './gzip-member.ts';

const written = async (texts: string[]) => {
  const member = new GzipMember();
  for (const text of texts) await member.write(text);
  return member.end();
};

it('holds what was written, in order, whole pieces or not', async () => {
  const texts = Array.from({ length: 5000 }, (_, i) => `${i}: Größe ${'x'.repeat(i % 300)}\n`);
  expect(gunzipSync(await written(texts)).toString()).toBe(texts.join(''));
  expect(gunzipSync(await written([])).toString()).toBe('');
});

it('longer than a string can be', async () => {
  const text = 'a'.repeat(2 ** 24);
  const bytes = await written(Array.from({ length: 33 }, () => text));
  // The last four bytes are the length before compression.
  expect(Buffer.from(bytes).readUInt32LE(bytes.length - 4)).toBe(33 * 2 ** 24);
});
