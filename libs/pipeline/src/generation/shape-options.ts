import { ageOf, type Column, type ColumnGroup, columnGroups, firstCodeOf } from '@ehrsynth/matrix';
import type { Margin, Shape } from '@ehrsynth/models';
import type { PatientRecord } from '@ehrsynth/records';
import { ShapeOptionError } from '../errors.ts';
import { refuseConflicts, type WantedColumns, type WantedShare } from './shape-conflicts.ts';

/** --where, --set-prevalence and --balance as they were given. */
export interface ShapeOptions {
  where?: string[];
  setPrevalence?: string[];
  balance?: string[];
}

/** A shape of rows, and what only the record has: the age within its band. */
export interface AskedShape extends Shape {
  isRecordWanted: (record: PatientRecord) => boolean;
  /** Whether records of a band may be of another age than is wanted. */
  cutsBand: boolean;
}

/**
 * What the options ask for, in terms of a model's columns.
 * @throws ShapeOptionError where one names no value or code of the model, shares do not sum to 1, or two contradict each other
 */
export function shapeOf(
  columns: readonly Column[],
  { where = [], setPrevalence = [], balance = [] }: ShapeOptions,
): AskedShape {
  const groups = columnGroups(columns);
  const conditions = [...new Set(where)].map((text) => conditionOf(text, columns, groups));
  const prevalences = setPrevalence.map((text) => prevalenceMargin(text, columns));
  const balances = balance.map((text) => balanceMargin(text, columns, groups));
  refuseConflicts(
    conditions,
    [...prevalences, ...balances].flatMap(({ shares }) => shares),
  );
  return {
    name: where.length > 0 ? where.join(', ') : 'any',
    isWanted: (own) => conditions.every(({ columns: some }) => some.some((column) => own.has(column))),
    isRecordWanted: (record) => conditions.every(({ isWanted }) => isWanted?.(record) ?? true),
    cutsBand: conditions.some(({ ages, columns: bands }) => ages && bands.some((band) => isCut(columns[band], ages))),
    margins: [...prevalences, ...balances].map(({ margin }) => margin),
  };
}

interface Condition extends WantedColumns {
  isWanted?: (record: PatientRecord) => boolean;
}

/** sex=female, race=Asian, age=40-64, code=E11 */
function conditionOf(text: string, columns: readonly Column[], groups: ColumnGroup[]): Condition {
  const [name, value] = pairOf(text, '--where sex=female,age=40-64,code=E11');
  const option = `--where ${text}`;
  if (name === 'code') return { option, columns: codesOf(value, columns) };
  const group = groups.find((one) => one.name === name);
  if (!group) throw new ShapeOptionError(option, `Give ${groups.map((one) => one.name).join(', ')} or code.`);
  if (name !== 'age') return { option, group: name, columns: [valueOf(value, columns, group)] };
  const [from, to] = /^(\d+)-(\d+)$/.exec(value)?.slice(1).map(Number) ?? [];
  if (!(from <= to)) throw new ShapeOptionError(option, 'Give ages in whole years: age=40-64.');
  const bands = overlapping(from, to, columns, group);
  return {
    option,
    group: name,
    columns: bands,
    ages: [from, to],
    isWanted: (record) => isBetween(ageOf(record), from, to),
  };
}

/** A margin, and the shares of it that may contradict others. */
interface Asked {
  margin: Margin;
  shares: WantedShare[];
}

/** E11=0.2 */
function prevalenceMargin(text: string, columns: readonly Column[]): Asked {
  const [code, value] = pairOf(text, '--set-prevalence E11=0.2');
  const option = `--set-prevalence ${text}`;
  const share = shareOf(value, option);
  const own = codesOf(code, columns);
  const margin: Margin = {
    name: code,
    isCode: true,
    cells: ['present', 'absent'],
    targets: [share, 1 - share],
    cellOf: (row) => (own.some((column) => row.has(column)) ? 0 : 1),
  };
  return { margin, shares: [{ option, columns: own, share }] };
}

/** sex=female:0.5/male:0.5 */
function balanceMargin(text: string, columns: readonly Column[], groups: ColumnGroup[]): Asked {
  const [name, value] = pairOf(text, '--balance sex=female:0.5/male:0.5');
  const group = groups.find((one) => one.name === name);
  if (!group) throw new ShapeOptionError(`--balance ${text}`, `Give ${groups.map((one) => one.name).join(', ')}.`);
  const parts = value.split('/').map((part, i) => {
    const [label, share] = part.includes(':') ? part.split(':') : [columns[group.start + i]?.code, part];
    return { column: valueOf(label ?? '', columns, group), share: shareOf(share, `--balance ${text}`) };
  });
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-6)
    throw new ShapeOptionError(`--balance ${text}`, `The shares sum to ${total}; they must sum to 1.`);
  const margin: Margin = {
    name,
    cells: parts.map(({ column }) => columns[column].display ?? columns[column].code),
    targets: parts.map(({ share }) => share),
    cellOf: (row) => parts.findIndex(({ column }) => row.has(column)),
  };
  const option = `--balance ${text}`;
  return { margin, shares: parts.map(({ column, share }) => ({ option, group: name, columns: [column], share })) };
}

function pairOf(text: string, example: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new ShapeOptionError(text, `Write it as ${example}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function shareOf(text: string, option: string): number {
  const share = Number(text);
  if (!(share >= 0 && share <= 1) || text.trim() === '')
    throw new ShapeOptionError(option, 'A share is a number from 0 to 1.');
  return share;
}

/** The code itself and those under it: E11 is E11.9 as well. */
function codesOf(code: string, columns: readonly Column[]): number[] {
  const first = firstCodeOf(columns);
  const found = [...columns.keys()].filter(
    (column) => column >= first && (columns[column].code === code || columns[column].code.startsWith(`${code}.`)),
  );
  if (found.length === 0)
    throw new ShapeOptionError(code, 'The model has no such code; its columns.json lists the codes.');
  return found;
}

/** A value by its code or its name, whatever its capitals. */
function valueOf(text: string, columns: readonly Column[], { name, start, end }: ColumnGroup): number {
  const wanted = text.toLowerCase();
  for (let column = start; column < end; column++) {
    const { code, display } = columns[column];
    if (code.toLowerCase() === wanted || display?.toLowerCase() === wanted) return column;
  }
  const values = columns.slice(start, end).map(({ code, display }) => display ?? code);
  throw new ShapeOptionError(`${name} ${text}`, `The model has ${values.join(', ')}.`);
}

function overlapping(from: number, to: number, columns: readonly Column[], { start, end }: ColumnGroup): number[] {
  const found = [...Array(end - start).keys()]
    .map((i) => start + i)
    .filter((column) => {
      const [first, last] = bandOf(columns[column]);
      return first <= to && last >= from;
    });
  if (found.length === 0) throw new ShapeOptionError(`age ${from}-${to}`, 'The model has no patients of that age.');
  return found;
}

/** First and last year of a band. */
function bandOf({ code }: Column): number[] {
  return code.split('-').map(Number);
}

function isCut(column: Column, [from, to]: readonly [number, number]): boolean {
  const [first, last] = bandOf(column);
  return first < from || last > to;
}

function isBetween(age: number | undefined, from: number, to: number): boolean {
  return age !== undefined && age >= from && age <= to;
}
