import { Rejection } from './rejection.ts';

const JSON_TYPES = ['application/fhir+json', 'application/json'];
const NDJSON_TYPES = ['application/fhir+ndjson', 'application/ndjson', 'application/x-ndjson'];
const PATCH_TYPE = 'application/json-patch+json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Checks that the client takes what the sandbox has: JSON, and NDJSON of an export's files.
 * @param format the parameter _format, which counts more than the header
 * @throws Rejection (406)
 */
export function checkAccept(accept: string | undefined, format: string | null): void {
  const isFine = format
    ? ['json', 'text/json', ...JSON_TYPES].includes(typeOf(format.replaceAll(' ', '+')).type)
    : (accept ?? '*/*').split(',').some(isTaken);
  if (!isFine) throw Rejection.because(406, 'not-supported', `The sandbox answers in ${JSON_TYPES.join(' or ')} only`);
}

/** What the export's files may be written as. @throws Rejection (400) */
export function checkOutputFormat(format: string | null): void {
  if (format && !['ndjson', ...NDJSON_TYPES].includes(format.replaceAll(' ', '+').toLowerCase()))
    throw Rejection.because(400, 'not-supported', `Exports are written as ${NDJSON_TYPES[0]} only`);
}

/**
 * Checks what a body says that it is. A web page may send forms and plain text anywhere without being asked, so that these are
 * never taken for resources.
 * @returns whether it is a form
 * @throws Rejection (415)
 */
export function checkContentType(header: string | undefined, method: string, isSearch: boolean): boolean {
  const { type, charset } = typeOf(header ?? '');
  const wanted = isSearch ? [FORM_TYPE] : method === 'PATCH' ? [PATCH_TYPE] : JSON_TYPES;
  if (wanted.includes(type) && ['utf-8', 'utf8', 'us-ascii'].includes(charset)) return isSearch;
  throw Rejection.because(
    415,
    'not-supported',
    `The body of this request must be ${wanted.join(' or ')}, in UTF-8, but Content-Type is ${JSON.stringify(header ?? '')}`,
    { [method === 'PATCH' ? 'Accept-Patch' : 'Accept-Post']: wanted.join(', ') },
  );
}

function isTaken(range: string): boolean {
  const { type, quality } = typeOf(range);
  if (Number(quality) === 0) return false;
  return ['*/*', 'application/*', ...JSON_TYPES, ...NDJSON_TYPES].includes(type);
}

/** application/json; charset="UTF-8" → its parts, in small letters */
function typeOf(text: string): { type: string; charset: string; quality: string } {
  const [type, ...params] = text.split(';').map((part) => part.trim().toLowerCase());
  const of = (name: string) =>
    params
      .find((param) => param.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', '');
  return { type, charset: of('charset') ?? 'utf-8', quality: of('q') ?? '1' };
}
