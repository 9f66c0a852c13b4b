import type { HostileBehaviour } from './hostile/behaviour.ts';
import { BROKEN_ANSWERS } from './hostile/broken-answers.ts';
import { LIMITS } from './hostile/limits.ts';
import { LOSSES } from './hostile/losses.ts';
import { NAMES } from './hostile/names.ts';
import { ORIGINS } from './hostile/origins.ts';

export type { HostileBehaviour, HostileContext, Observed, SeenRequest } from './hostile/behaviour.ts';
export { startHostile, hostileCommand, type HostileServer } from './hostile/start.ts';

/**
 * What malicious and broken FHIR servers do, and what must hold then. For each: `startHostile` starts it on two origins of
 * loopback, `hostileCommand` gives the command line that meets it (and writes what that needs), the program's exit code must
 * be `exitCode`, its output must match `expects` and show no stack trace, and `holds(server.observed(folder))` must give
 * undefined. Each ends within half a minute.
 */
export const HOSTILE: HostileBehaviour[] = [...NAMES, ...ORIGINS, ...LIMITS, ...BROKEN_ANSWERS, ...LOSSES];
