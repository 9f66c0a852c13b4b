import type { z } from 'zod';

export type Issue = z.core.$ZodIssue;

export const MISSING = 'it is missing';

/** Of a value that may be one of several, what is wrong within the one that it resembles. */
export function innermost(issue: Issue): Issue {
  const within = issue.code === 'invalid_union' ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined;
  return within ? innermost({ ...within, path: [...issue.path, ...within.path] }) : issue;
}

/** What is wrong, and what would be right. */
export function wordsOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'there is no such key';
  if (/received undefined$/.test(issue.message)) return MISSING;
  const allowed = issue.code === 'invalid_union' ? [...new Set(issue.errors.flat().flatMap(allowedBy))] : [];
  if (allowed.length === 0) return issue.message;
  const last = allowed.pop();
  return `must be ${allowed.length > 0 ? `${allowed.join(', ')} or ` : ''}${last}`;
}

const IN_WORDS: Record<string, string> = {
  number: 'a finite number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function allowedBy(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_type') return [IN_WORDS[issue.expected] ?? issue.expected];
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(allowedBy) : [];
}
