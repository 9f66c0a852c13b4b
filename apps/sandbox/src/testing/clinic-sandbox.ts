import { Vocabulary } from '@ehrsynth/vocab';
import { type Sandbox, type SandboxOptions, startSandbox } from '../index.ts';
import { ask, FHIR_JSON } from './ask.ts';
import { SMALL_CLINIC } from './small-clinic.ts';

/** A sandbox with the small clinic in it. */
export async function clinicSandbox(options: Partial<SandboxOptions> = {}, more: object[] = []): Promise<Sandbox> {
  const sandbox = await startSandbox({
    vocabulary: new Vocabulary(),
    version: '0',
    acceptInvalid: true,
    ...options,
  });
  const entry = ([...SMALL_CLINIC, ...more] as { resourceType: string; id: string }[]).map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
  const headers = {
    ...FHIR_JSON,
    ...sandbox.fillerHeaders,
    ...(sandbox.token && { Authorization: `Bearer ${sandbox.token}` }),
  };
  const { status } = await ask(sandbox.url, '', { method: 'POST', headers, body });
  if (status !== 200) throw new Error(`The clinic could not be stored: ${status}`);
  return sandbox;
}
