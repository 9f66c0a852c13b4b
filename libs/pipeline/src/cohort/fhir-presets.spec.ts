import { expect, it } from 'vitest';
import { FHIR_PRESETS, presetFor, withPreset } from './fhir-presets.ts';

it('what is given comes before the options of a preset, and aliases behind its own', () => {
  const given = { claims: 'read', systemAlias: ['urn:x=ndc'] } as const;
  expect(withPreset('synthea', { ...given, systemAlias: [...given.systemAlias] })).toEqual({
    claims: 'read',
    countDrugs: 'once',
    systemAlias: ['urn:x=ndc'],
  });
  expect(withPreset('mimic-iv', { systemAlias: ['urn:x=ndc'] }).systemAlias).toEqual([
    ...FHIR_PRESETS['mimic-iv'].options.systemAlias,
    'urn:x=ndc',
  ]);
  expect(withPreset('synthea', { claims: undefined }).claims).toBe('skip');
  expect(withPreset(undefined, { claims: 'auto' })).toEqual({ claims: 'auto' });
});

it('a source shows by its code systems which preset it needs', () => {
  const ndc = 'http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-medication-ndc';
  expect(presetFor(['http://loinc.org', ndc])).toBe('mimic-iv');
  expect(presetFor(['http://loinc.org'])).toBeUndefined();
});
