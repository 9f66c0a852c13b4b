/** The first block of TypeScript in a README; undefined where there is none. */
export function exampleOf(readme: string): string | undefined {
  return /^```ts\n(.*?)^```$/ms.exec(readme)?.[1];
}

/** What an example says that it prints, in the order of its lines: `console.log(…); // → this`, also with the comment on a line of its own. */
export function promisedBy(example: string): string[] {
  return [...example.matchAll(/\bconsole\.log\(.*\);(?: |\n)\/\/ → (.*)$/gm)].map(([, text]) => text);
}
