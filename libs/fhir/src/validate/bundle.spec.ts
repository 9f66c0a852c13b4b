import { describe, expect, it } from 'vitest';
import { checkBundle } from './bundle.ts';

const AT = 'https://example.org/fhir/Patient/5';
const patch = { resourceType: 'Binary', contentType: 'application/json-patch+json', data: 'W10=' };
const parameters = { resourceType: 'Parameters', parameter: [] };

describe("an entry's fullUrl in a transaction", () => {
  it.each<[string, string, object, boolean]>([
    ['the address of what is patched, by JSON Patch', 'PATCH', patch, true],
    ['the address of what is patched, by FHIRPath Patch', 'PATCH', parameters, true],
    ['the address of what is put', 'PUT', { resourceType: 'Patient', id: '5' }, true],
    ['another address than that of what is put', 'PUT', { resourceType: 'Patient', id: '6' }, false],
    ['the address of another type than is put', 'PUT', patch, false],
  ])('is %s', (_, method, resource, isRight) => {
    const faults: string[] = [];
    const entry = [{ fullUrl: AT, resource, request: { method, url: 'Patient/5' } }];
    checkBundle(
      { resourceType: 'Bundle', type: 'transaction', entry },
      (_severity, _rule, path) => void faults.push(path),
    );
    expect(faults.includes('Bundle.entry[0].fullUrl')).toBe(!isRight);
  });
});
