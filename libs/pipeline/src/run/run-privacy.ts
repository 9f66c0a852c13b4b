import { hostname, userInfo } from 'node:os';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Options that name files, folders, servers or who asks: they say whose machine it was, and reproduce nothing elsewhere. */
const PLACES = new Set([
  'out',
  'source',
  'keep',
  'cohort',
  'synth',
  'notesModel',
  'systemAliasFile',
  'tensorboard',
  'policy',
  'postgres',
  'schema',
  'clientId',
  'clientKey',
  'keyId',
  'tokenUrl',
  'trustOrigin',
  'scope',
  'ca',
  'cert',
  'certKey',
]);

/** Folders under which each user has one. */
const HOMES = ['home', 'Users'];

/** The options of a command that run.json may show. */
export function withoutPlaces(options: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(options).filter(
    ([name, value]) => !PLACES.has(name) && !(typeof value === 'string' && isAbsolute(value)),
  );
  return Object.fromEntries(shown);
}

/**
 * The way to a folder from a run's own, with slashes; undefined where it would name a user or this machine, or leads to another drive.
 */
export function linkTo(folder: string, from: string): string | undefined {
  const [to, start] = [resolve(folder), resolve(from)];
  const link = relative(start, to);
  if (isAbsolute(link)) return undefined;
  const steps = link.split(sep);
  const up = steps.filter((step) => step === '..').length;
  const shared = start.split(sep).filter(Boolean).length - up;
  const [top] = to.split(sep).filter(Boolean);
  const names = [userInfo().username, hostname()];
  if ((HOMES.includes(top) && shared < 2) || steps.some((step) => names.includes(step))) return undefined;
  return steps.join('/');
}
