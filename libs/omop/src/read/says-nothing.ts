/** Whether a text stands for none: of a code, a unit, a route. */
export function saysNothing(value: string): boolean {
  return NOTHING.has(value.trim().toLowerCase());
}

/** What sources write where there is none. */
const NOTHING = new Set(
  '0 - -- . ? n/a nan none null undefined unk unknown'.split(' ').concat('', 'no matching concept'),
);
