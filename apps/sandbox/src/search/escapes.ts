/**
 * Splits at a separator that no backslash stands before; the parts keep their backslashes.
 * @see https://hl7.org/fhir/R4/search.html#escaping
 */
export function splitUnescaped(text: string, separator: ',' | '|' | '$'): string[] {
  const parts = [''];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) parts[parts.length - 1] += text[i] + text[++i];
    else if (text[i] === separator) parts.push('');
    else parts[parts.length - 1] += text[i];
  }
  return parts;
}

/** `a\,b` → `a,b` */
export function unescaped(text: string): string {
  return text.replace(/\\([\\,|$])/g, '$1');
}
