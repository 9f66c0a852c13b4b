import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import { isResourceType } from '../resource-types.ts';
import { ExportError, NotSentError, OtherFetchError, ServerError } from './errors.ts';
import { addExportErrors, addOutcomes, BROKEN_OFF } from './export-errors.ts';
import { downloadAll, type PlacedFile, placesOf } from './export-files.ts';
import { removeExported } from './fetched.ts';
import type { FhirServer } from './fhir-server.ts';
import { addLoss, type Loss } from './losses.ts';
import { Manifest, waitForManifest } from './manifest.ts';
import { outsideAddress } from './origins.ts';
import { isAbort } from './retry.ts';
import { StateFile } from './state-file.ts';

export interface BulkOptions {
  /** Everything the server has, the records of its patients, or those of a group. */
  level: 'system' | 'patient' | { group: string };
  types?: string[];
  /** Only what changed since: an instant. */
  since?: string;
  /** Files on their way at once. */
  concurrency: number;
  signal?: AbortSignal;
  onProgress?: (progress: { note: string; resources: number }) => void;
  /** Called with what the server says where it does not begin an export. */
  onNote?: (note: string) => void;
}

/** What a run leaves for the next: which export of which server it waits for or downloads. */
const State = z.object({
  server: z.string(),
  request: z.string(),
  status: z.url(),
  /** Where it may be too: relative to the base, and not, as RFC 9110 has it (8.7), to the request. */
  otherStatus: z.url().optional(),
  manifest: Manifest.optional(),
});
type State = z.infer<typeof State>;

const STATE = new StateFile('export.state', State);
export interface BulkResult {
  /** Files that it offers. */
  files: number;
  /** Of these, the ones in whose place something else came. */
  notSent: number;
  /** Files of types that R4 does not have. */
  unknownTypes: number;
  /** What the export lacks, as its errors say. */
  losses: Loss[];
}

/**
 * Has the server export what it has and downloads it into a folder: a file of NDJSON for each of the server's, what was deleted
 * in the subfolder deleted, the OperationOutcomes of what could not be exported in the subfolder error. A folder that an
 * interrupted run left is gone on with: files that are whole are not fetched again. The export is deleted on the server when all
 * that it offers is on the disk.
 * Gives undefined where the server has no bulk export.
 * @throws ExportError where the export fails; OtherFetchError where the folder is of another server or export; ServerError,
 *   NoServerError, LimitError, ForeignOriginError
 * @see FHIR Bulk Data Access IG 2.0
 */
export async function exportInBulk(
  server: FhirServer,
  folder: string,
  options: BulkOptions,
): Promise<BulkResult | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const request = requestOf(options);
  let begun = await readState(folder, server.url, request);
  let whole = begun && (await withManifest(server, begun, options));
  if (!whole) {
    // None is under way, or it is one of an earlier run that the server has forgotten. What this run begins is not begun again.
    await removeExported(folder);
    begun = await kickOff(server, request, options);
    if (!begun) return undefined;
    await STATE.write(folder, begun);
    whole = await withManifest(server, begun, options);
    if (!whole) throw new ExportError(begun.status, 'The server no longer knows the export that it started');
  }
  const { status, manifest } = whole;
  await STATE.write(folder, whole);
  const losses = await download(server, folder, manifest, options);
  const lacksFiles = losses.some(({ reason }) => reason === NOT_FETCHED || reason === NOT_SENT);
  const isWhole = !lacksFiles && losses.every(({ reason }) => reason !== BROKEN_OFF);
  if (isWhole) await forgetOnServer(server, status);
  // What did not come can still be fetched: --resume goes on with this export then.
  if (!lacksFiles) await STATE.remove(folder);
  const unknownTypes = manifest.output.filter(({ type }) => type !== undefined && !isResourceType(type)).length;
  const notSent = losses.filter(({ reason }) => reason === NOT_SENT).reduce((sum, { times }) => sum + times, 0);
  return { files: manifest.output.length, notSent, unknownTypes, losses };
}

/** Waits until the export is done; undefined where the server knows nothing of it. */
async function withManifest(
  server: FhirServer,
  state: State,
  options: BulkOptions,
): Promise<(State & { manifest: Manifest }) | undefined> {
  if (state.manifest) return { ...state, manifest: state.manifest };
  for (const status of [state.status, ...(state.otherStatus ? [state.otherStatus] : [])]) {
    const manifest = await waitForManifest(server, status, options);
    if (manifest) return { ...state, status, manifest };
  }
  return undefined;
}

const NOT_FETCHED = 'error files that cannot be fetched';
const NOT_SENT = 'not sent by the server';

/** Gives what is missing: files, and what the server says within a file that it could not write to its end. */
async function download(server: FhirServer, folder: string, manifest: Manifest, options: BulkOptions): Promise<Loss[]> {
  const { requiresAccessToken } = manifest;
  const files = placesOf(folder, manifest);
  const failed = await downloadAll(server, files, { ...options, requiresAccessToken });
  const losses: Loss[] = [];
  const errors = files.filter((file) => file.isOptional && failed.every((one) => one.file !== file));
  await addExportErrors(losses, errors, server);
  for (const { file, error } of failed) {
    const { isOptional, count = 0 } = file;
    const inPlace = error instanceof NotSentError ? `${error.inPlace} in place of a file` : undefined;
    addLoss(losses, {
      type: typeOf(file),
      reason: isOptional ? NOT_FETCHED : NOT_SENT,
      where: server.withoutSecrets(file.url),
      detail: server.withoutSecrets(inPlace ?? error.message.split('\n')[0]),
      missing: isOptional ? 0 : count,
    });
  }
  for (const file of files) {
    if (!file.isOptional && existsSync(file.path)) await addOutcomes(losses, file, typeOf(file), server);
  }
  return losses;
}

function typeOf({ type, isOptional }: PlacedFile): string {
  return !isOptional && type !== undefined && isResourceType(type) ? type : 'OperationOutcome';
}

/** The server may keep it, where it does not understand. */
async function forgetOnServer(server: FhirServer, status: string): Promise<void> {
  await server.request(status, { method: 'DELETE' }, { attempts: 1 }).catch((error) => {
    if (isAbort(error)) throw error;
  });
}

function requestOf({ level, types, since }: BulkOptions): string {
  const query = new URLSearchParams();
  if (types) query.set('_type', types.join(','));
  if (since) query.set('_since', since);
  const path =
    level === 'system' ? '$export' : level === 'patient' ? 'Patient/$export' : `Group/${level.group}/$export`;
  return query.size > 0 ? `${path}?${query}` : path;
}

/** undefined where the server answers as one without exports does. */
async function kickOff(server: FhirServer, request: string, { onNote }: BulkOptions): Promise<State | undefined> {
  const headers = { Prefer: 'respond-async', Accept: 'application/fhir+json' };
  try {
    const { status, url, headers: answered } = await server.request(request, { headers });
    const address = answered.get('content-location');
    if (status !== 202 || !address) return undefined;
    const [own, other] = [url, `${server.url}/`].map((base) => outsideAddress(address, base).href);
    return { server: server.url, request, status: own, ...(other !== own && { otherStatus: other }) };
  } catch (error) {
    const isUnknown = error instanceof ServerError && [400, 404, 405, 501].includes(error.status ?? 0);
    if (!isUnknown || request.startsWith('Group/')) throw error;
    const { status, said } = error as ServerError;
    if (said && status === 400) onNote?.(`The server answers ${status} to ${request.split('?')[0]}: ${said}`);
    return undefined;
  }
}

/** @throws OtherFetchError where the folder holds something else */
async function readState(folder: string, server: string, request: string): Promise<State | undefined> {
  const state = await STATE.read(folder, server);
  if (state && state.request !== request) throw new OtherFetchError(folder, `with other options: ${state.request}`);
  return state;
}
