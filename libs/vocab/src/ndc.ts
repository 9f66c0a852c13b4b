export type NormalisedNdc =
  | { kind: 'package'; ndc11: string; product9: string }
  | { kind: 'product'; product9: string }
  | { kind: 'ambiguous'; candidates: string[] }
  | { kind: 'invalid' };

/** Segment lengths as printed on packages: labeler, product, package (FDA). */
const PACKAGE_FORMS = ['4-4-2', '5-3-2', '5-4-1', '5-4-2'];
const PRODUCT_FORMS = ['4-4', '5-3', '5-4'];
const TEN_DIGITS: [number, number][] = [
  [4, 4],
  [5, 3],
  [5, 4],
];

/**
 * A National Drug Code in any written form, as 11 digits (5-4-2, the billing form) and 9-digit product.
 * Ten digits without dashes can be read in three ways; all are given as `candidates`.
 * @see https://www.fda.gov/drugs/drug-approvals-and-databases/national-drug-code-directory
 */
export function normaliseNdc(text: string): NormalisedNdc {
  const parts = text.trim().split('-');
  if (!parts.every((part) => /^\d+$/.test(part))) return { kind: 'invalid' };
  const form = parts.map((part) => part.length).join('-');
  if (PACKAGE_FORMS.includes(form)) return asPackage(pad(parts));
  if (PRODUCT_FORMS.includes(form)) return { kind: 'product', product9: pad(parts) };
  if (form === '11') return asPackage(parts[0]);
  if (form === '12' && text.trim().startsWith('0')) return asPackage(parts[0].slice(1));
  if (form === '10') {
    const [digits] = parts;
    const readings = TEN_DIGITS.map(([labeler, product]) =>
      pad([digits.slice(0, labeler), digits.slice(labeler, labeler + product), digits.slice(labeler + product)]),
    );
    return { kind: 'ambiguous', candidates: [...new Set(readings)] };
  }
  return { kind: 'invalid' };
}

function asPackage(ndc11: string): NormalisedNdc {
  return ndc11 === '00000000000'
    ? { kind: 'invalid' }
    : { kind: 'package', ndc11, product9: ndc11.slice(0, 9) };
}

function pad(parts: string[]): string {
  return parts.map((part, i) => part.padStart([5, 4, 2][i], '0')).join('');
}
