import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactUrls } from './redact.ts';

it.each([
  ['https://user:secret@host/fhir', 'https://***@host/fhir'],
  ['No answer from http://user@host:8080/a?b=1 (twice)', 'No answer from http://***@host:8080/a?b=1 (twice)'],
  ['https://u:p@ss@host/', 'https://***@host/'],
  ['postgres://u:p@db/x and https://a:b@c/d', 'postgres://***@db/x and https://***@c/d'],
  ['https://s3/x?X-Amz-Signature=abc&part=2', 'https://s3/x?X-Amz-Signature=***&part=2'],
  ['https://s3/x?sv=1&sig=a%2Fb', 'https://s3/x?sv=1&sig=***'],
  ['https://h/?access_token=abc#id_token=def', 'https://h/?access_token=***#id_token=***'],
])('of %s leaves %s', (text, redacted) => expect(redactUrls(text)).toBe(redacted));

it('leaves addresses without secrets, and other text, as they are', () => {
  for (const text of [
    'https://host/fhir/Patient?_count=500&_since=2026-01-01T00:00:00Z',
    'mail a@b.org',
    'https://host/fhir?identifier=urn:x|a@b',
    'http://host/@user/x',
  ])
    expect(redactUrls(text)).toBe(text);
});

it('leaves no password, whatever it is', () => {
  const words = fc.string({ minLength: 6, maxLength: 30 }).map((text) => `pw-${encodeURIComponent(text)}`);
  fc.assert(
    fc.property(words, words, (user, password) => {
      const redacted = redactUrls(`at https://${user}:${password}@host/fhir: refused`);
      expect(redacted).toBe('at https://***@host/fhir: refused');
    }),
  );
});
