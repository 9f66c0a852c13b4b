export type NormalisedNdc =
  | { kind: 'package'; ndc11: string; product9: string }
  | { kind: 'product'; product9: string }
  | { kind: 'ambiguous'; candidates: string[] }
  | { kind: 'invalid' };

/** Longest labeler, product and package; packages print them as 4-4-2, 5-3-2 or 5-4-1 (FDA). */
const SEGMENTS = [5, 4, 2];
const PRODUCT_FORMS = ['4-4', '5-3', '5-4'];
const TEN_DIGITS: [number, number][] = [
  [4, 4],
  [5, 3],
  [5, 4],
];

/** Marks before the digits: "NDC 0093-1048-01", and the qualifier of X12 and UB-04 claims, "N400093104801". */
const PREFIX = /^(?:NDC(?:[-\s]?1[01](?=[\s:#]))?[\s:#=.-]*|N4(?=\d{11}$))/i;
/** What stands between the segments: blanks, dashes of all kinds, dots, slashes. */
const BETWEEN = /\s*[-\u2010-\u2015\u2212./_]\s*|\s+/;
const ONE_DIGIT = /^(\d)\1*$/;
/** A product has three digits at least: 2020-01-02 is a day. */
const SHORTEST_PRODUCT = 3;
/** A number that a table program wrote with decimals. */
const DECIMALS = /^(\d{5,})\.0+$/;

/**
 * A National Drug Code in any written form, as 11 digits (5-4-2, the billing form) and 9-digit product. Segments may have
 * lost their zeros or have `*` in their place (HIPAA). Bare digits that can be read in several ways (ten of them, or eight
 * that lost zeros) have all readings as `candidates`. What claims write for "none" or "other", one digit over and over, is invalid.
 * @see https://www.fda.gov/drugs/drug-approvals-and-databases/national-drug-code-directory
 */
export function normaliseNdc(text: string): NormalisedNdc {
  const bare = text.trim().replace(PREFIX, '').replace(DECIMALS, '$1');
  const parts = bare.split(BETWEEN).map((part) => part.replace(/^\*+(?=\d)/, (stars) => '0'.repeat(stars.length)));
  if (!parts.every((part) => /^\d+$/.test(part))) return { kind: 'invalid' };
  if (parts.length > 1) return bySegments(parts);
  const [digits] = parts;
  if (ONE_DIGIT.test(digits)) return { kind: 'invalid' };
  if (digits.length === 11) return asPackage(digits);
  if (digits.length === 12 && digits.startsWith('0')) return asPackage(digits.slice(1));
  if (digits.length === 10) return asCandidates(readings(digits));
  // Eleven or ten digits of which a table program took the zeros at the front.
  if (digits.length === 8) return asCandidates([digits.padStart(11, '0'), ...readings(digits.padStart(10, '0'))]);
  return { kind: 'invalid' };
}

/** Segments shorter than their form are filled up where they cannot be those of another. */
function bySegments(parts: string[]): NormalisedNdc {
  const form = parts.map((part) => part.length).join('-');
  if (PRODUCT_FORMS.includes(form)) return asProduct(pad(parts));
  const fits = parts.length === 3 && parts.every((part, i) => part.length <= SEGMENTS[i]);
  return fits && parts[1].length >= SHORTEST_PRODUCT ? asPackage(pad(parts)) : { kind: 'invalid' };
}

/** The three ways in which ten digits can be cut. */
function readings(digits: string): string[] {
  return TEN_DIGITS.map(([labeler, product]) =>
    pad([digits.slice(0, labeler), digits.slice(labeler, labeler + product), digits.slice(labeler + product)]),
  );
}

function asCandidates(all: string[]): NormalisedNdc {
  const candidates = [...new Set(all)].filter((ndc11) => asPackage(ndc11).kind === 'package');
  if (candidates.length === 0) return { kind: 'invalid' };
  return candidates.length === 1 ? asPackage(candidates[0]) : { kind: 'ambiguous', candidates };
}

function asProduct(product9: string): NormalisedNdc {
  return ONE_DIGIT.test(product9) ? { kind: 'invalid' } : { kind: 'product', product9 };
}

function asPackage(ndc11: string): NormalisedNdc {
  const product9 = ndc11.slice(0, 9);
  return ONE_DIGIT.test(product9) ? { kind: 'invalid' } : { kind: 'package', ndc11, product9 };
}

function pad(parts: string[]): string {
  return parts.map((part, i) => part.padStart(SEGMENTS[i], '0')).join('');
}
