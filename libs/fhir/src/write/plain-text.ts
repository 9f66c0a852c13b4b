/** What no XML can hold, and so no string of FHIR: C0 controls but for tab and line ends, half a pair of UTF-16. */
const NOT_TEXT =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text without characters that FHIR cannot hold; undefined where nothing but blanks is left. */
export function plainText(text: string): string | undefined {
  const plain = text.replace(NOT_TEXT, '');
  return plain.trim() === '' ? undefined : plain;
}
