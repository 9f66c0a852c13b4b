/**
 * How often a day a word of a prescription says: BID, Q8H, "three times a day", a code of HL7's GTSAbbreviation. Null where it is
 * known to say none: once, when needed, as directed; undefined where it is not known.
 * @see HL7 v3, GTSAbbreviation; R4, valueset-timing-abbreviation.html
 */
export function timesInWords(word: string): number | null | undefined {
  let times = known.get(word);
  if (times === undefined && !known.has(word)) {
    if (known.size >= MOST_CACHED) known.clear();
    known.set(word, (times = timesOf(plain(word))));
  }
  return times;
}

const MOST_CACHED = 5000;
const known = new Map<string, number | null | undefined>();

const TIMES: Partial<Record<string, number>> = {
  QD: 1,
  OD: 1,
  BD: 2,
  BID: 2,
  TDS: 3,
  TID: 3,
  QDS: 4,
  QID: 4,
  QOD: 1 / 2,
  BED: 1,
  QHS: 1,
  HS: 1,
  WK: 1 / 7,
  BIW: 2 / 7,
  TIW: 3 / 7,
  MO: 12 / 365.25,
  // SNOMED CT: once daily, twice a day, three and four times daily.
  '229797004': 1,
  '229799001': 2,
  '229798009': 3,
  '307439001': 4,
};
const NUMBERS: Partial<Record<string, string>> = {
  ONCE: '1',
  ONE: '1',
  TWICE: '2',
  TWO: '2',
  OTHER: '2',
  ALTERNATE: '2',
  SECOND: '2',
  THREE: '3',
  THIRD: '3',
  FOUR: '4',
  FIVE: '5',
  SIX: '6',
  SEVEN: '7',
  EIGHT: '8',
  TEN: '10',
  TWELVE: '12',
};
const WHEN_NEEDED = /\bPRN\b|AS (?:NEEDED|REQUIRED)|\bSOS\b/;
/** Once, whatever may follow, or nothing that is a rule. */
const NO_RULE =
  /^(?:1|1 TIMES?( ONLY)?|STAT|NOW|X ?\d|\d ?X|1 ?TIME ONLY|ASDIR|AS DIRECTED|UT DICT|ON CALL|CONTINUOUS|INFUSION|TITRATE)\b/;
const PART_OF_DAY =
  /^(?:Q|EVERY|EACH|AT|IN THE|WITH|DAILY AT|1 (?:DAILY )?(?:AT|IN THE))? ?(?:AM|PM|MORNING|EVENING|NIGHT|NIGHTLY|BEDTIME|NOON|AFTERNOON|BREAKFAST|LUNCH|DINNER|SUPPER)$/;
const EVERY = /^(?:Q|EVERY|EACH) ?(\d+)? ?([A-Z]+)$/;
const TIMES_IN = /^(\d+) ?(?:X|TIMES?)? ?(?:A|AN|PER|\/|EVERY|EACH)? ?([A-Z]+)$/;
const DAYS_OF_WEEK = /^Q(?:MO(?:N)?|TU(?:E(?:S)?)?|WE(?:D)?|TH(?:U(?:R(?:S)?)?)?|FR(?:I)?|SA(?:T)?|SU(?:N)?)+$/;
/** Days of a unit, as so many units in so many days. */
const UNITS: [pattern: RegExp, times: number, days: number][] = [
  [/^(?:M|MIN|MINS|MINUTES?)$/, 1440, 1],
  [/^(?:H|HR|HRS|HOURS?|HOURLY)$/, 24, 1],
  [/^(?:D|DAYS?|DAILY)$/, 1, 1],
  [/^(?:W|WK|WKS|WEEKS?|WEEKLY)$/, 1, 7],
  [/^(?:MO|MONTHS?|MONTHLY)$/, 12, 365.25],
  [/^(?:Y|YR|YEARS?|YEARLY)$/, 1, 365.25],
];

/** In capitals, without dots, meals and doubled blanks; numbers as digits. */
function plain(word: string): string {
  const words = word
    .toUpperCase()
    .replaceAll('.', '')
    .replace(/[\s_]+/g, ' ')
    .trim();
  return words
    .replace(/[\s,-]*(?:W|W\/|WITH|BEFORE|AFTER) ?(?:EACH )?(?:MEALS?|FOOD)(?: (?:AND|&) (?:AT )?(?:BEDTIME|HS))?$/, '')
    .replace(/^(BID|TID|QID) ?(?:AC|PC|CC|WM|ACHS|PCHS|AC HS|AC & HS)$/, '$1')
    .replace(/[A-Z]+/g, (one) => NUMBERS[one] ?? one);
}

function timesOf(word: string): number | null | undefined {
  if (WHEN_NEEDED.test(word)) return null;
  if (Object.hasOwn(TIMES, word)) return TIMES[word];
  if (PART_OF_DAY.test(word) || /^DAILY ?\d{1,2}(?::?\d\d)?$/.test(word)) return 1;
  const alone = inDays(1, word);
  if (/LY$/.test(word) && alone) return alone[0];
  const [, every, unit] = EVERY.exec(word) ?? [];
  const [period] = unit === undefined ? [] : (inDays(1, unit) ?? []);
  if (period !== undefined) return Number(every ?? 1) > 0 ? period / Number(every ?? 1) : undefined;
  if (DAYS_OF_WEEK.test(word)) return word.match(/MO|TU|WE|TH|FR|SA|SU/g)!.length / 7;
  const [, often, of] = TIMES_IN.exec(word) ?? [];
  const [times] = of === undefined || of === 'M' ? [] : (inDays(Number(often), of) ?? []);
  if (times !== undefined && times > 0) return times;
  return NO_RULE.test(word) ? null : undefined;
}

/** So many times in one of a unit, as times a day. */
function inDays(times: number, unit: string): [number] | undefined {
  const found = UNITS.find(([pattern]) => pattern.test(unit));
  return found && [(times * found[1]) / found[2]];
}
