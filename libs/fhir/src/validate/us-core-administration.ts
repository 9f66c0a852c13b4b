import { ALL, type Span } from './us-core-releases.ts';
import { category, every, needs, type ProfileRule, rule, TERMINOLOGY, within } from './us-core-rules.ts';

const [FIRST, LAST] = ALL;
const identified = [every('identifier', 'system'), every('identifier', 'value')];

/**
 * What US Core asks, beyond R4, of people, places and organizations, of documents and reports, and of care that is planned.
 * @see US Core 6.1.0
 */
export const ADMINISTRATION_PROFILES: Record<string, { type: string; releases: Span; rules: ProfileRule[] }> = {
  organization: { type: 'Organization', releases: ALL, rules: [needs('active'), needs('name')] },
  location: { type: 'Location', releases: ALL, rules: [needs('name')] },
  practitioner: {
    type: 'Practitioner',
    releases: ALL,
    rules: [needs('identifier'), ...identified, needs('name'), every('name', 'family')],
  },
  practitionerrole: {
    type: 'PractitionerRole',
    releases: ALL,
    rules: [
      rule('pd-1', '$this', 'telecom.exists() or endpoint.exists()', 'There is a contact or an endpoint'),
      every('telecom', 'system'),
      every('telecom', 'value'),
    ],
  },
  coverage: {
    type: 'Coverage',
    releases: [6, LAST],
    rules: [
      needs('relationship'),
      rule('payor 1..1', 'payor', 'payor.count() = 1', 'There is one payor'),
      rule(
        'us-core-15',
        '$this',
        "identifier.type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v2-0203' and code = 'MB').exists() or subscriberId.exists()",
        'There is a member number, as an identifier or as subscriberId',
      ),
    ],
  },
  careteam: {
    type: 'CareTeam',
    releases: ALL,
    rules: [needs('subject'), needs('participant'), every('participant', 'role'), every('participant', 'member')],
  },
  careplan: {
    type: 'CarePlan',
    releases: ALL,
    rules: [
      needs('text', [FIRST, 6]),
      rule(
        'text.status',
        'text',
        `text.status.all(${within(['generated', 'additional'])})`,
        'The text is generated from the plan, or has more than the plan',
      ),
      category('assess-plan', 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category'),
      needs('subject'),
    ],
  },
  goal: { type: 'Goal', releases: ALL, rules: [needs('description'), needs('subject')] },
  'diagnosticreport-lab': {
    type: 'DiagnosticReport',
    releases: ALL,
    rules: [
      category('LAB', `${TERMINOLOGY}/v2-0074`),
      needs('subject'),
      rule(
        'us-core-8',
        '$this',
        "(status = 'partial' or status = 'preliminary' or status = 'final' or status = 'amended' or status = 'corrected' or status = 'appended') implies effective.exists()",
        'A report of results has its time',
      ),
      rule(
        'us-core-9',
        '$this',
        "(status = 'partial' or status = 'preliminary' or status = 'final' or status = 'amended' or status = 'corrected' or status = 'appended') implies issued.exists()",
        'A report of results has the time of issue',
      ),
    ],
  },
  documentreference: {
    type: 'DocumentReference',
    releases: ALL,
    rules: [
      needs('type'),
      needs('category'),
      needs('subject'),
      rule(
        'us-core-6',
        'content.attachment',
        'content.attachment.all(url.exists() or data.exists())',
        'An attachment has its data or their URL',
      ),
      every('content.attachment', 'contentType'),
    ],
  },
  provenance: {
    type: 'Provenance',
    releases: ALL,
    rules: [
      every('agent', 'who'),
      rule(
        'provenance-1',
        'agent',
        "agent.all(who.reference.contains('Practitioner/') implies onBehalfOf.exists())",
        'A clinician has an organization on whose behalf they act',
      ),
    ],
  },
};
