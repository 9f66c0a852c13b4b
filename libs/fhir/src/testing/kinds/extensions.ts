import type { KindOfFault } from './kind-of-fault.ts';
import { X, patient } from './parts.ts';

export const EXTENSIONS: KindOfFault = {
  broken: [
    [
      'an extension with a relative url',
      patient,
      { extension: [{ url: 'race', valueString: 'x' }] },
      'format',
      'Patient.extension[0].url',
    ],
    [
      'a modifier extension with a relative url',
      patient,
      { modifierExtension: [{ url: 'x', valueString: 'x' }] },
      'format',
      'Patient.modifierExtension[0].url',
    ],
    [
      'an extension in an extension without anything (ext-1)',
      patient,
      { extension: [{ url: 'urn:x', extension: [{ url: 'a' }] }] },
      'invariant',
      'Patient.extension[0].extension[0]',
    ],
    [
      'an extension in an extension with both (ext-1)',
      patient,
      {
        extension: [
          {
            url: 'urn:x',
            extension: [{ url: 'a', valueString: 'x', extension: [{ url: 'b', valueString: 'x' }] }],
          },
        ],
      },
      'invariant',
      'Patient.extension[0].extension[0]',
    ],
    [
      'an extension in an extension without its url',
      patient,
      { extension: [{ url: 'urn:x', extension: [{ valueString: 'x' }] }] },
      'structure',
      'Patient.extension[0].extension[0].url',
    ],
    [
      'two values of an extension',
      patient,
      { extension: [{ url: 'urn:x', valueString: 'x', valueCode: 'y' }] },
      'structure',
      'Patient.extension[0].valueCode',
    ],
    [
      'an extension that is an object',
      patient,
      { extension: { url: 'urn:x', valueString: 'x' } },
      'structure',
      'Patient.extension',
    ],
  ],
  right: [
    [
      'an extension in an extension with a relative url',
      patient,
      { extension: [{ url: 'http://x.org/e', extension: [{ url: 'a', valueString: 'x' }] }] },
    ],
    [
      'an extension on the value of an extension',
      patient,
      { extension: [{ url: 'urn:x', valueCoding: { code: 'x', extension: [X] } }] },
    ],
  ],
};
