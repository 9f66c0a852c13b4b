/** The name of a part of the patients, as that of a site; another number of parts has other names, for its parts are others. */
export function partName(number: number, parts: number): string {
  return `part ${number + 1} of ${parts}`;
}
