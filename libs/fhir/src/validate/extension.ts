import { ABSOLUTE } from './addresses.ts';
import type { Report } from './finding.ts';

/**
 * An extension has a value or extensions (ext-1); its url is absolute, but for those inside another's.
 * @see FHIR R4, extensibility, "Extension Element"
 */
export function checkExtension(object: Record<string, unknown>, path: string, report: Report): void {
  const hasValue = Object.keys(object).some((key) => /^_?value[A-Z]/.test(key));
  if (hasValue === 'extension' in object) {
    report(
      'error',
      'invariant',
      path,
      'ext-1: Must have either extensions or value[x], not both',
      'Remove the one that was not intended.',
    );
  }
  const inner = /xtension(\[\d+\])?\.extension(\[\d+\])?$/.test(path);
  const { url } = object;
  if (typeof url === 'string' && url !== '' && !inner && !ABSOLUTE.test(url))
    report(
      'error',
      'format',
      `${path}.url`,
      `Not absolute: ${url.slice(0, 60)}`,
      'Give the absolute URL of the definition: http://…',
    );
}
