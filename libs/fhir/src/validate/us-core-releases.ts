import type { Resource } from '../read/resources.ts';

/** Published releases of US Core on R4, of whose profiles we know the rules; ballots are none. */
const RELEASES = new Set([
  '3.0.0',
  '3.0.1',
  '3.1.0',
  '3.1.1',
  '4.0.0',
  '5.0.0',
  '5.0.1',
  '6.0.0',
  '6.1.0',
  '7.0.0',
  '8.0.0',
  '8.0.1',
  '9.0.0',
]);
/** The release that US regulation asks for since 2026 (ONC, HTI-1), and whose profiles our own export claims. */
export const DEFAULT_RELEASE = 6;

/** The first number of a release that is known: within it the rules of our profiles did not change. */
export function majorOf(version: string): number | undefined {
  return RELEASES.has(version) ? Number(version.split('.')[0]) : undefined;
}

/** First and last release (their first numbers) in which something holds. */
export type Span = [first: number, last: number];

export const ALL: Span = [3, 9];

export function isIn([first, last]: Span, release: number): boolean {
  return release >= first && release <= last;
}

/**
 * The release by which a claim without a version is judged: the default one, or a later one that the resource shows by an
 * extension which earlier ones lack or define otherwise. Where the profile is not of that release, the nearest one that has it.
 */
export function impliedRelease({ extension }: Resource, [first, last]: Span, core: string): number {
  const shown = ((Array.isArray(extension) ? extension : []) as unknown[]).map((one) => {
    const { url, valueCoding } = (one ?? {}) as { url?: unknown; valueCoding?: unknown };
    if (url === `${core}individual-sex`) return 9;
    return url === `${core}sex` && valueCoding !== undefined ? 8 : DEFAULT_RELEASE;
  });
  return Math.min(last, Math.max(first, DEFAULT_RELEASE, ...shown));
}
