/**
 * Rules that FHIRPath alone cannot decide and the walk checks itself: no element is empty, an extension has a value or
 * extensions, #id is contained, what is contained is referred to, a narrative is harmless XHTML.
 */
const OWN = new Set(['ele-1', 'ext-1', 'ref-1', 'dom-3', 'txt-1', 'txt-2']);
/** Some invariants print what they look at. */
const TRACE = /\.trace\('[^']*'(, *\w+)?\)/g;
/** Functions that need a terminology server or another server's resources. */
const NOT_LOCAL = /resolve\(\)|memberOf\(|conformsTo\(/;

/** What fhirpath.js reads otherwise than the specification means it. */
const REWRITTEN: Record<string, string> = {
  // The member's type stands in its reference; resolve() would have to fetch it.
  'ctm-1':
    "onBehalfOf.exists() implies (member.reference.empty() or member.reference.startsWith('#') or member.reference.startsWith('urn:') or member.reference.contains('Practitioner/'))",
  // R4's own compares a CodeableConcept with a text, which no engine can; this is how R5 words it.
  'con-3':
    "category.coding.where(code = 'problem-list-item').exists() and verificationStatus.coding.where(code = 'entered-in-error').empty() implies clinicalStatus.exists()",
  // Of two precisions FHIRPath says neither true nor false, and a rule must be true: HL7's validator reports it.
  'per-1': 'start.hasValue().not() or end.hasValue().not() or ((start <= end).exists() and (start <= end))',
  // R4's own text says "more than one"; its expression asks from three on.
  'que-12': 'enableWhen.count() > 1 implies enableBehavior.exists()',
  // `is Boolean` asks for System.Boolean, and an answer is a FHIR.boolean.
  'que-7': "operator = 'exists' implies (answer is boolean)",
};

/** The expression of an invariant as fhirpath.js can run it; undefined where it cannot or the walk checks it. */
export function toRun(key: string, expression: string | undefined): string | undefined {
  if (!expression || OWN.has(key)) return undefined;
  const rewritten = REWRITTEN[key] ?? expression;
  if (NOT_LOCAL.test(rewritten)) return undefined;
  return forUnicode(rewritten.replace(TRACE, ''));
}

/** fhirpath.js gives patterns the u flag, under which only what has a meaning may be escaped. */
function forUnicode(expression: string): string {
  return expression
    .replaceAll("\\\\\\'", "\\'")
    .replaceAll('\\\\"', '"')
    .replaceAll('\\\\@', '@')
    .replaceAll('\\\\:', ':')
    .replaceAll('(\\\\[x])', '(\\\\[x\\\\])');
}
