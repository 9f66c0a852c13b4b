import { InvalidArgumentError } from 'commander';
import { isResourceType } from '@ehrsynth/fhir';
import { isPluginPath } from '@ehrsynth/models';
import type { Grid } from '@ehrsynth/pipeline';

/** Parsers of option values, for commander; each says what it wants. */
export function wholeNumber(from: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < from)
      throw new InvalidArgumentError(`Must be a whole number of at least ${from}`);
    return value;
  };
}

/** A port to listen on; 0 is any that is free. */
export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535 || text.trim() === '')
    throw new InvalidArgumentError('Must be a whole number from 0 to 65535');
  return value;
}

export function fraction(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 1) || text.trim() === '')
    throw new InvalidArgumentError('Must be a number from 0 to less than 1');
  return value;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || text.trim() === '') throw new InvalidArgumentError('Must be a number of at least 0');
  return value;
}

export function above0(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Must be a number greater than 0');
  return value;
}

export function oneOf<T extends string>(...allowed: readonly T[]) {
  const parse = (text: string): T => {
    if (!allowed.includes(text as T)) throw new InvalidArgumentError(`Must be one of ${allowed.join(', ')}`);
    return text as T;
  };
  return Object.assign(parse, { choices: allowed });
}

/** One of these, or the path of a plug-in: ./my-model.js */
export function modelOf<T extends string>(...allowed: readonly T[]) {
  return (text: string): string => {
    if (!isPluginPath(text) && !allowed.includes(text as T))
      throw new InvalidArgumentError(
        `Must be one of ${allowed.join(', ')}, or the path of a plug-in, such as ./my-model.js`,
      );
    return text;
  };
}

export function modelsOf<T extends string>(...allowed: readonly T[]) {
  const parse = modelOf(...allowed);
  return (text: string): string[] => list(text).map(parse);
}

export function listOf<T extends string>(...allowed: readonly T[]) {
  const parse = oneOf(...allowed);
  return Object.assign((text: string): T[] => text.split(',').map((item) => parse(item.trim())), { choices: allowed });
}

/** What an option may be, where its parser is of these two. */
export function choicesOf(parse: unknown): readonly string[] {
  return (parse as { choices?: readonly string[] } | undefined)?.choices ?? [];
}

export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** 3/16 → [3, 16] */
export function shardOf(text: string): readonly [part: number, parts: number] {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (!(part >= 1 && part <= parts))
    throw new InvalidArgumentError('Must be a part and the number of parts, such as 3/16');
  return [part, parts];
}

/** 1,2,3 → [1, 2, 3] */
export function wholeNumbers(from: number) {
  const parse = wholeNumber(from);
  return (text: string): number[] => list(text).map(parse);
}

/** Patient,Condition → ['Patient', 'Condition'] */
export function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** As `list`, and what was given before. */
export function collectList(text: string, before: string[] = []): string[] {
  return [...before, ...list(text)];
}

/** Patient,Condition: types of R4. */
export function resourceTypes(text: string): string[] {
  const types = list(text);
  const unknown = types.find((type) => !isResourceType(type));
  if (unknown !== undefined) throw new InvalidArgumentError(`R4 has no type ${JSON.stringify(unknown)}`);
  return types;
}

export function exportLevel(text: string): 'system' | 'patient' | { group: string } {
  if (text === 'system' || text === 'patient') return text;
  const [, group] = /^Group\/([A-Za-z0-9\-.]{1,64})$/.exec(text) ?? [];
  if (!group) throw new InvalidArgumentError('Must be system, patient or Group/ID');
  return { group };
}

/** A FHIR instant. */
export function instant(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('Must be a time with its zone, such as 2026-01-31T00:00:00Z');
  return text;
}

/** hidden=256,384 → the values to try of one option, beside those before. */
export function gridOf(text: string, before: Grid = {}): Grid {
  const [, flag, values] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(text) ?? [];
  if (!flag) throw new InvalidArgumentError('Must be an option and its values, such as hidden=256,384');
  const name = flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return { ...before, [name]: values.split(',').map((value) => (Number.isNaN(Number(value)) ? value : Number(value))) };
}

/** A day of the calendar. */
export function day(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('Must be a date, such as 2020-01-31');
  return text;
}
