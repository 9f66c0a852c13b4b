import { z } from 'zod';
import { ExportError, LimitError, ServerError } from './errors.ts';
import type { FhirServer } from './fhir-server.ts';
import { timeText } from './limits.ts';
import { outsideAddress } from './origins.ts';
import { outcomeIn, textsOf } from './outcome-text.ts';
import { delayOf, pause } from './retry.ts';

const none = <T>(value: T | null | undefined): T | undefined => value ?? undefined;
/** A number that some servers write as text. */
const Count = z
  .union([z.int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)], {
    error: 'expected a whole number',
  })
  .nullish()
  .transform(none);
const Flag = z
  .union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })], {
    error: 'expected true or false',
  })
  .nullish()
  .transform((value) => value ?? false);
/** Of the draft of Bulk Data 3, a file need have no type: its lines say what they are. */
const File = z.object({ type: z.string().nullish().transform(none), url: z.string(), count: Count });
const Files = z
  .array(z.union([File, z.string().transform((url) => ({ type: undefined, url, count: undefined }))]))
  .nullish()
  .transform((files) => files ?? []);
const Page = z.object({
  requiresAccessToken: Flag,
  output: z
    .array(File, { error: 'expected a list of files' })
    .nullable()
    .transform((files) => files ?? []),
  error: Files,
  deleted: Files,
  /** Of the draft of Bulk Data 3: the manifest goes on elsewhere. */
  link: z
    .array(z.object({ relation: z.unknown().optional(), url: z.unknown().optional() }))
    .nullish()
    .transform((links) => links ?? []),
});

/** A file that a server offers. */
export const ExportFile = z.object({
  type: z.string().optional(),
  url: z.string(),
  /** Where it may be too: servers write an address under their base as if it were one under their host. */
  otherUrl: z.string().optional(),
  count: z.number().optional(),
});
export type ExportFile = z.infer<typeof ExportFile>;

/** What an export offers, of all pages of its manifest. */
export const Manifest = z.object({
  requiresAccessToken: z.boolean(),
  output: z.array(ExportFile),
  error: z.array(ExportFile),
  deleted: z.array(ExportFile),
});
export type Manifest = z.infer<typeof Manifest>;

export interface Waiting {
  signal?: AbortSignal;
  onProgress?: (progress: { note: string; resources: number }) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Waits for the manifest and reads all of its pages; undefined where the server knows nothing of the export.
 * @throws ExportError where it cannot be understood, with the path and what was expected; LimitError where it is not done in time
 */
export async function waitForManifest(
  server: FhirServer,
  address: string,
  waiting: Waiting,
): Promise<Manifest | undefined> {
  const seen = new Set<string>();
  let whole: Manifest | undefined;
  for (let next: string | undefined = address; next !== undefined;) {
    if (seen.has(next)) throw new ExportError(next, 'The pages of the manifest repeat');
    if (seen.add(next).size > server.limits.maxPages)
      throw new LimitError(`The manifest has more than ${server.limits.maxPages} pages`, next, 'maxPages');
    const answer = await poll(server, next, waiting);
    if (!answer && whole) throw new ExportError(next, 'The server does not know the next page of the manifest');
    if (!answer) return undefined;
    const { page, following } = pageOf(answer.body, answer.url, server);
    whole = whole ? joined(whole, page) : page;
    next = following;
  }
  return whole;
}

/** The answer that ends the waiting. */
async function poll(server: FhirServer, address: string, { signal, onProgress }: Waiting) {
  const { maxWaitMs } = server.limits;
  const started = performance.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    const headers = { Accept: 'application/json' };
    const purpose = { what: 'The status of the export', isOpen: false };
    const answer = await server.request<object>(address, { headers, purpose }).catch((error) => {
      if (error instanceof ServerError && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    });
    if (answer?.status !== 202) return answer;
    onProgress?.({ note: answer.headers.get('x-progress') ?? 'the server is working', resources: 0 });
    const asked = delayOf(answer.headers.get('retry-after'), answer.headers.get('date'));
    const delay = Math.max(FIRST_WAIT_MS, asked ?? wait);
    const left = maxWaitMs - (performance.now() - started);
    if (delay > left) {
      const what =
        asked && asked > maxWaitMs
          ? `asks to wait for ${timeText(asked)}`
          : `has been working for ${timeText(maxWaitMs)}`;
      throw new LimitError(`The server ${what}, and the export is not done`, address, 'maxWaitMs');
    }
    await pause(delay, signal ?? server.retries.signal);
  }
}

/** Addresses in it are resolved against its own. @see RFC 3986, 5.2 */
function pageOf(body: unknown, address: string, server: FhirServer): { page: Manifest; following?: string } {
  const outcome = outcomeIn(body);
  if (outcome)
    throw new ExportError(
      address,
      `The export has an OperationOutcome in place of its manifest: ${server.withoutSecrets(textsOf(outcome))}`,
    );
  const found = Page.safeParse(body);
  if (!found.success) {
    const { path, message } = deepest(found.error.issues[0]);
    const at = path.reduce<string>(
      (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
      'manifest',
    );
    throw new ExportError(address, `The manifest of the export cannot be read: ${at}: ${message}`);
  }
  const { requiresAccessToken, output, error, deleted, link } = found.data;
  const resolved = (file: z.infer<typeof File>): ExportFile => {
    const url = outsideAddress(file.url, address).href;
    const otherUrl = /^\/(?!\/)/.test(file.url) ? outsideAddress(server.url + file.url, address).href : url;
    return { ...file, url, ...(otherUrl !== url && { otherUrl }) };
  };
  const page = {
    requiresAccessToken,
    output: output.map(resolved),
    error: error.map(resolved),
    deleted: deleted.map(resolved),
  };
  const next = link.find(({ relation }) => relation === 'next');
  return { page, ...(next && { following: outsideAddress(next.url, address).href }) };
}

/** Of several forms that a value may have, what is wrong with it in the first. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  const inner = issue.code === 'invalid_union' ? issue.errors[0]?.[0] : undefined;
  if (!inner || inner.path.length === 0) return issue;
  const { path, message } = deepest(inner);
  return { path: [...issue.path, ...path], message };
}

function joined(a: Manifest, b: Manifest): Manifest {
  return {
    requiresAccessToken: a.requiresAccessToken || b.requiresAccessToken,
    output: [...a.output, ...b.output],
    error: [...a.error, ...b.error],
    deleted: [...a.deleted, ...b.deleted],
  };
}
