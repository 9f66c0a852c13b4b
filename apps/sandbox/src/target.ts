import './websocket.ts';
import { FHIR_ID } from '@ehrsynth/fhir';
import { isResourceType } from '@medplum/core';
import { Rejection } from './rejection.ts';

/** The path under which everything of FHIR is. */
export const BASE_PATH = '/fhir';

/** What a request is about. */
export interface Target {
  /** Decoded: ['Patient', '1', '_history']; none for the base. */
  segments: string[];
  params: URLSearchParams;
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * The parts of an address under the base: `Patient/1?x=y`.
 * @throws Rejection (400) where it is malformed: % without two digits, control characters, empty parts or `..`
 */
export function targetOf(url: string): Target {
  const end = url.search(/[?#]/);
  const path = (end < 0 ? url : url.slice(0, end)).replace(/\/$/, '');
  const query = end < 0 ? '' : url.slice(end + 1).replace(/#.*$/s, '');
  const segments = path === '' ? [] : path.split('/').map(decoded);
  for (const segment of segments) {
    if (segment === '' || /^\.+$/.test(segment) || /[/\\]/.test(segment) || CONTROL.test(segment)) throw malformed(url);
  }
  if (CONTROL.test(decoded(query))) throw malformed(url);
  return { segments, params: new URLSearchParams(query) };
}

/** @throws Rejection where no interaction has such an address: 404 for the type, 400 for an id that is none */
export function checkInteraction([type, id, inner, version, ...more]: string[]): void {
  if (type === undefined) return;
  if (!isType(type)) throw Rejection.because(404, 'not-supported', `Unknown resource type: ${type}`);
  if (id === undefined || id === '_search') return;
  checkId(id);
  if (inner !== undefined && inner !== '_history') throw Rejection.because(404, 'not-supported', noSuch(inner, type));
  if (version !== undefined) checkId(version);
  if (more.length > 0) throw Rejection.because(404, 'not-found', 'Nothing exists at this URL');
}

function noSuch(inner: string, type: string): string {
  if (inner.startsWith('$')) return `${type} has no operation ${inner} here`;
  return isType(inner)
    ? `Only Patient has a compartment here: Patient/id/${inner}`
    : `${type} has no interaction ${inner}`;
}

/** @throws Rejection (400) where a text is no id. @see FHIR R4, datatypes, "id" */
export function checkId(id: string): void {
  if (!FHIR_ID.test(id)) throw Rejection.because(400, 'value', 'An id has 1 to 64 letters, digits, hyphens and dots');
}

/** A type of R4 whose resources can be stored. */
export function isType(type: string): boolean {
  return /^[A-Z][A-Za-z]+$/.test(type) && isResourceType(type);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(text);
  }
}

function malformed(url: string): Rejection {
  return Rejection.because(400, 'structure', `Malformed URL: ${JSON.stringify(url.slice(0, 200))}`);
}
