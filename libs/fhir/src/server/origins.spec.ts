import { expect, it } from 'vitest';
import { Origins, outsideAddress } from './origins.ts';

const trusts = (own: string, other: string, ...trusted: string[]) =>
  new Origins(new URL(own), trusted).has(new URL(other));

it.each([
  ['the same origin', 'https://a.org/fhir', 'https://a.org/elsewhere?x=1', true],
  ['its port written out', 'https://a.org/fhir', 'https://a.org:443/x', true],
  ['another port', 'https://a.org/fhir', 'https://a.org:8443/x', false],
  ['http, where the server has https', 'https://a.org/fhir', 'http://a.org/fhir', false],
  ['https, where the server has http', 'http://a.org/fhir', 'https://a.org/fhir', false],
  ['a host below it', 'https://a.org/fhir', 'https://b.a.org/fhir', false],
  ['a host that begins like it', 'https://a.org/fhir', 'https://a.org.evil.com/fhir', false],
  ['capitals', 'https://a.org/fhir', 'https://A.ORG/fhir', true],
  ['a dot at the end of the host', 'https://a.org/fhir', 'https://a.org./fhir', false],
  ['what localhost stands for', 'http://localhost:8080/fhir', 'http://127.0.0.1:8080/x', true],
  ['not the other way round', 'http://127.0.0.1:8080/fhir', 'http://localhost:8080/x', false],
  ['nor at another port', 'http://localhost:8080/fhir', 'http://127.0.0.1:8081/x', false],
])('%s', (_, own, other, isTrusted) => expect(trusts(own, other)).toBe(isTrusted));

it('trusts what the user names, whatever its path, and no more', () => {
  expect(trusts('https://a.org/fhir', 'https://files.org/x', 'https://files.org/bucket')).toBe(true);
  expect(trusts('https://a.org/fhir', 'http://files.org/x', 'https://files.org')).toBe(false);
});

it("takes addresses of the web alone, from the server's base, without users and passwords", () => {
  const at = (text: unknown) => outsideAddress(text, 'https://a.org/fhir/').href;
  expect(at('Patient?page=2')).toBe('https://a.org/fhir/Patient?page=2');
  expect(at('//b.org/x')).toBe('https://b.org/x');
  expect(at('https://user:word@b.org/x')).toBe('https://b.org/x');
  for (const none of ['file:///etc/passwd', 'javascript:alert(1)', 'data:,x', 'ftp://b.org', 'https://', 7, null])
    expect(() => at(none)).toThrow('not a web address');
  expect(() => at('ftp://user:word@b.org')).toThrow(/ftp:\/\/\*\*\*@b\.org/);
});
