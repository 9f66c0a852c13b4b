import { isType } from '../target.ts';
import { NotSupported, wrongValue } from './errors.ts';
import { splitUnescaped } from './escapes.ts';
import { columnFor } from './columns.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import { Rejection } from '../rejection.ts';

/** One condition that resources of a type are to meet. @see https://hl7.org/fhir/R4/search.html */
export type Criterion =
  | { kind: 'id'; ids: string[] }
  | { kind: 'value'; parameter: Parameter; modifier?: string; values: string[] }
  | { kind: 'missing'; parameter: Parameter; isMissing: boolean }
  /** subject:Patient.name=x: what it refers to meets a condition of its own. */
  | { kind: 'chain'; parameter: Parameter; targets: { type: string; criterion: Criterion }[] }
  /** _has:Observation:patient:code=x: something of another type that meets a condition refers to it. */
  | { kind: 'has'; type: string; parameter: Parameter; criterion: Criterion }
  | { kind: 'any'; criteria: Criterion[] };

/**
 * One name and value of an address, as a condition.
 * @throws NotSupported where the type has no such parameter or it no such modifier; Rejection where the value is none
 */
export function criterionOf(type: string, name: string, value: string): Criterion {
  if (name.startsWith('_has:')) return has(type, name, value);
  const dot = name.indexOf('.');
  if (dot >= 0) return chain(type, name.slice(0, dot), name.slice(dot + 1), value);
  const [code, modifier, ...more] = name.split(':');
  const parameter = parameterOf(type, code);
  if (more.length > 0) throw new NotSupported(`${name} has more than one modifier`);
  if (value === '') throw Rejection.because(400, 'value', `${name} has no value`);
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') throw Rejection.because(400, 'value', `${name} must be true or false`);
    return { kind: 'missing', parameter, isMissing: value === 'true' };
  }
  const values = splitUnescaped(value, ',');
  if (code === '_id') {
    if (modifier !== undefined) throw unknownModifier(name, []);
    return { kind: 'id', ids: values };
  }
  if (modifier !== undefined) checkModifier(name, parameter, modifier);
  for (const one of values) checkValue(parameter, modifier, one);
  return { kind: 'value', parameter, modifier, values };
}

/** @throws NotSupported where the type has no such parameter */
export function parameterOf(type: string, code: string): Parameter {
  const parameter = parametersOf(type).get(code);
  if (parameter) return parameter;
  throw new NotSupported(
    `${type} has no search parameter ${JSON.stringify(code)} here; /metadata lists those that it has`,
  );
}

/** @throws NotSupported where the parameter is no reference */
export function referenceOf(type: string, code: string): Parameter {
  const parameter = parameterOf(type, code);
  if (parameter.kind !== 'reference') throw new NotSupported(`${type}'s ${code} is not a reference`);
  return parameter;
}

function has(type: string, name: string, value: string): Criterion {
  const [, from = '', reference = '', ...rest] = name.split(':');
  if (!isType(from)) throw new NotSupported(`${name}: unknown resource type ${JSON.stringify(from)}`);
  if (rest.length === 0 || rest[0] === '') throw new NotSupported(`${name}: must be _has:Type:reference:parameter`);
  const parameter = referenceOf(from, reference);
  if (parameter.targets.length > 0 && !parameter.targets.includes(type as never))
    throw new NotSupported(`${from}'s ${reference} never refers to ${type}`);
  return { kind: 'has', type: from, parameter, criterion: criterionOf(from, rest.join(':'), value) };
}

function chain(type: string, first: string, rest: string, value: string): Criterion {
  const [code, asked] = first.split(':');
  const parameter = referenceOf(type, code);
  const { targets } = parameter;
  if (asked !== undefined && !(isType(asked) && (targets.length === 0 || targets.includes(asked))))
    throw new NotSupported(`${type}'s ${code} never refers to ${asked}`);
  const types = asked === undefined ? targets : [asked];
  if (types.length === 0) throw new NotSupported(`${first}.${rest}: name the type, as in ${code}:Patient.${rest}`);
  const found: { type: string; criterion: Criterion }[] = [];
  let failure: NotSupported | undefined;
  for (const target of types) {
    try {
      found.push({ type: target, criterion: criterionOf(target, rest, value) });
    } catch (error) {
      if (!(error instanceof NotSupported)) throw error;
      failure ??= error;
    }
  }
  if (found.length === 0) throw failure!;
  return { kind: 'chain', parameter, targets: found };
}

/** R4: a modifier that is not supported is an error, whatever the parameter. */
function checkModifier(name: string, { kind, targets }: Parameter, modifier: string): void {
  const known = kind === 'composite' ? [] : columnFor(kind, []).modifiers;
  const isType = kind === 'reference' && /^[A-Z]/.test(modifier);
  if (isType && (targets.length === 0 || targets.includes(modifier))) return;
  if (!known.includes(modifier)) throw unknownModifier(name, known);
}

/** Before the search, which looks at no further condition once one has found nothing. */
function checkValue({ kind, code, parts, targets }: Parameter, modifier: string | undefined, value: string): void {
  const question = { code, targets, base: '', modifier: modifier === 'not' ? undefined : modifier };
  // Columns read what they look for, whether or not they hold anything.
  if (kind !== 'composite') {
    columnFor(kind, []).find({ ...question, value });
    return;
  }
  const values = splitUnescaped(value, '$');
  if (values.length !== parts.length) throw wrongValue(code, value, `${parts.length} values joined by $`);
  for (const [i, part] of parts.entries()) columnFor(part.kind, []).find({ ...question, value: values[i] });
}

function unknownModifier(name: string, known: readonly string[]): Rejection {
  return Rejection.because(
    400,
    'not-supported',
    `The modifier of ${name} is not supported; ${known.length > 0 ? `those of this parameter are :missing, :${known.join(', :')}` : 'this parameter only has :missing'}`,
  );
}
