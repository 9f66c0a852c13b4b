import { System } from '@ehrsynth/records';
import { coded } from '../right-resources.ts';
import type { KindOfFault } from './kind-of-fault.ts';
import { ucum, parameters, questionnaire, nested, observation } from './parts.ts';

export const RULES_ON_SHARED_CONTENT: KindOfFault = {
  broken: [
    [
      'a question that is a display in a group (que-1)',
      questionnaire,
      nested({ type: 'display', item: [{ linkId: '3', type: 'string' }] }),
      'invariant',
      'Questionnaire.item[0].item[0]',
    ],
    [
      'a required display in a group (que-6)',
      questionnaire,
      nested({ type: 'display', required: true }),
      'invariant',
      'Questionnaire.item[0].item[0]',
    ],
    [
      'two conditions without how they combine (que-12)',
      questionnaire,
      {
        item: [
          { linkId: '1', type: 'boolean' },
          {
            linkId: '2',
            type: 'string',
            enableWhen: [
              { question: '1', operator: '=', answerBoolean: true },
              { question: '1', operator: 'exists', answerBoolean: true },
            ],
          },
        ],
      },
      'invariant',
      'Questionnaire.item[1]',
    ],
    [
      'a part with a value and a resource (inv-1)',
      parameters,
      {
        parameter: [{ name: 'x', part: [{ name: 'y', valueString: 'y', resource: { resourceType: 'Patient' } }] }],
      },
      'invariant',
      'Parameters.parameter[0].part[0]',
    ],
    [
      'an excluded filter beside concepts (vsd-3)',
      { resourceType: 'ValueSet', id: 'v', status: 'draft' },
      {
        compose: {
          include: [{ system: 'urn:x' }],
          exclude: [{ system: 'urn:x', concept: [{ code: 'x' }], filter: [{ property: 'p', op: '=', value: 'x' }] }],
        },
      },
      'invariant',
      'ValueSet.compose.exclude[0]',
    ],
    [
      'a range of a component without anything (obs-3)',
      observation,
      {
        valueQuantity: undefined,
        component: [
          {
            code: coded(System.loinc, '8480-6'),
            valueQuantity: ucum(1, 'mm[Hg]'),
            referenceRange: [{ age: { low: ucum(1, 'a') } }],
          },
        ],
      },
      'invariant',
      'Observation.component[0].referenceRange[0]',
    ],
  ],
  right: [
    ['a question in a group', questionnaire, nested({ type: 'string', required: true })],
    [
      'a group in a group',
      questionnaire,
      nested({ type: 'group', item: [{ linkId: '3', type: 'display', text: 'x' }] }),
    ],
    [
      'one condition',
      questionnaire,
      {
        item: [
          { linkId: '1', type: 'boolean' },
          {
            linkId: '2',
            type: 'string',
            enableWhen: [{ question: '1', operator: '=', answerBoolean: true }],
          },
        ],
      },
    ],
    [
      'a part with a resource',
      parameters,
      { parameter: [{ name: 'x', part: [{ name: 'y', resource: { resourceType: 'Patient' } }] }] },
    ],
  ],
};
