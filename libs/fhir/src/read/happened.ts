import { codeOf } from './codings.ts';
import type { Resource } from './resources.ts';

/** Statuses that say it did not happen. */
const NOT_DONE = new Set([
  'entered-in-error',
  'cancelled',
  'not-done',
  'draft',
  'declined',
  'not-taken',
  'planned',
]);
const REFUTED = new Set(['refuted', 'entered-in-error']);

/** Why a resource is not counted: its status says that it did not happen. */
export function notHappened(resource: Resource): string | undefined {
  const status = [resource.status, codeOf(resource.verificationStatus)];
  return NOT_DONE.has(status[0]) || REFUTED.has(status[1]!) ? `status ${status.find(Boolean)}` : undefined;
}
