import ucum from '@lhncbc/ucum-lhc';

type Utils = ReturnType<typeof ucum.UcumLhcUtils.getInstance>;

let utils: Utils | undefined;
const MOST_KEPT = 10_000;
/** Longer than any unit that is in use; the library's parser is not made for texts. */
const LONGEST = 50;
const known = new Map<string, boolean>();

/** Whether a text is a unit of UCUM (case-sensitive form). @see https://ucum.org/ucum */
export function isUcum(unit: string): boolean {
  let is = known.get(unit);
  if (is === undefined) {
    // The library looks units up in plain objects, in which "constructor" is one.
    is = unit.length <= LONGEST && !/\s/.test(unit) && !(unit in {}) && isValid(unit);
    if (known.size === MOST_KEPT) known.clear();
    known.set(unit, is);
  }
  return is;
}

/** Written as UCUM writes it, not in a way that the library takes for it. */
function isValid(unit: string): boolean {
  const { status, ucumCode } = quietly(() => of().validateUnitString(unit));
  return status === 'valid' && ucumCode === unit;
}

/** A value in another unit; undefined where UCUM has no such conversion. `molarMass` (g/mol) is for mass and amount of substance. */
export function inUnit(value: number, from: string, to: string, molarMass?: number): number | undefined {
  const { status, toVal } = quietly(() => of().convertUnitTo(from, value, to, false, molarMass));
  return status === 'succeeded' && toVal !== null && Number.isFinite(toVal) ? toVal : undefined;
}

function of(): Utils {
  return (utils ??= ucum.UcumLhcUtils.getInstance());
}

/** The library prints what it cannot parse. */
function quietly<T>(work: () => T): T {
  const { log } = globalThis.console;
  globalThis.console.log = () => {};
  try {
    return work();
  } finally {
    globalThis.console.log = log;
  }
}
