import type { CapabilityStatementRestSecurity } from '@medplum/fhirtypes';

/** Paths beside the FHIR base. */
export const AUTHORIZE_PATH = '/smart/authorize';
export const TOKEN_PATH = '/smart/token';

/**
 * The answer at .well-known/smart-configuration: what the launch for development does, and nothing more.
 * @param address http://127.0.0.1:8080
 * @see SMART App Launch 2.0, conformance
 */
export function smartConfiguration(address: string): object {
  return {
    authorization_endpoint: `${address}${AUTHORIZE_PATH}`,
    token_endpoint: `${address}${TOKEN_PATH}`,
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: [
      'launch',
      'launch/patient',
      'patient/*.rs',
      'patient/*.read',
      'user/*.cruds',
      'user/*.*',
      'offline_access',
    ],
    capabilities: [
      'launch-standalone',
      'launch-ehr',
      'client-public',
      'context-standalone-patient',
      'context-ehr-patient',
      'permission-offline',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
    ],
  };
}

/** The same in a CapabilityStatement, where older apps look for it. */
export function smartSecurity(address: string): CapabilityStatementRestSecurity {
  return {
    service: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }],
      },
    ],
    description: 'A stand-in for development: anyone who asks gets a token, and scopes are not enforced',
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: [
          { url: 'authorize', valueUri: `${address}${AUTHORIZE_PATH}` },
          { url: 'token', valueUri: `${address}${TOKEN_PATH}` },
        ],
      },
    ],
  };
}
