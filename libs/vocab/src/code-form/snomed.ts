import { fitsVerhoeff } from './check-digits.ts';

/** What the partition identifier says that an identifier is of. @see SNOMED CT Release File Specification, "Partition Identifier" */
const PARTITIONS: Record<string, string> = {
  '00': 'concept',
  '10': 'concept',
  '01': 'description',
  '11': 'description',
  '02': 'relationship',
  '12': 'relationship',
};
/** Shortest identifier with a namespace: an item, the namespace's 7 digits, the partition, the check digit. */
const SHORTEST_WITH_NAMESPACE = 11;

/** What is wrong with a SNOMED CT code: a concept's identifier, or an expression of such; undefined where it fits. */
export function snomedFault(code: string): string | undefined {
  if (/^\d+$/.test(code)) return identifierFault(code);
  if (/^[A-Z0-9]{1,2}-[0-9A-F]{4,5}$/i.test(code)) return 'a code of SNOMED before CT (RT or 3), not an SCTID';
  return expressionFault(code);
}

/** True for the identifier of a concept: 6 to 18 digits with the check digit and partition of one. */
export function isSnomedConcept(code: string): boolean {
  return /^\d+$/.test(code) && identifierFault(code) === undefined;
}

function identifierFault(id: string): string | undefined {
  if (!/^[1-9]\d{5,17}$/.test(id)) return 'not 6 to 18 digits of which the first is not 0';
  const partition = id.slice(-3, -1);
  const kind = PARTITIONS[partition];
  if (!kind) return `its partition identifier is ${partition}, and a concept has 00 or 10`;
  if (partition.startsWith('1') && id.length < SHORTEST_WITH_NAMESPACE)
    return `its partition identifier is ${partition}, and it is too short for a namespace`;
  if (!fitsVerhoeff(id)) return 'its check digit is wrong (Verhoeff)';
  return kind === 'concept' ? undefined : `the identifier of a ${kind}, not of a concept`;
}

/** Identifiers with their terms, values in quotes or after #, definition status, and the marks between. */
const TOKEN = /\s*(===|<<<|\d+|\|[^|]*\||"(?:[^"\\]|\\.)*"|#[+-]?\d+(?:\.\d+)?|[+:={},()])\s*/y;

/** @see SNOMED CT Compositional Grammar 2.x */
function expressionFault(code: string): string | undefined {
  const tokens = tokensOf(code);
  if (!tokens) return 'neither 6 to 18 digits nor an expression of such';
  const parser = new ExpressionParser(tokens);
  if (!parser.reads()) return 'an expression that does not follow the compositional grammar';
  for (const id of parser.identifiers) {
    const fault = identifierFault(id);
    if (fault) return `${id} in the expression: ${fault}`;
  }
  return undefined;
}

function tokensOf(code: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < code.length) {
    const match = TOKEN.exec(code);
    if (!match) return undefined;
    tokens.push(match[1]);
  }
  return tokens;
}

/** Deepest nesting of values that is read. */
const DEEPEST = 50;

class ExpressionParser {
  readonly identifiers: string[] = [];
  private at = 0;

  constructor(private readonly tokens: string[]) {}

  reads(): boolean {
    if (!this.take('===')) this.take('<<<');
    return this.expression(0) && this.at === this.tokens.length;
  }

  private expression(depth: number): boolean {
    if (depth > DEEPEST) return false;
    do if (!this.concept()) return false;
    while (this.take('+'));
    return !this.take(':') || this.refinement(depth);
  }

  private refinement(depth: number): boolean {
    do {
      const isGroup = this.take('{');
      if (!this.attribute(depth)) return false;
      while (isGroup && this.take(',')) if (!this.attribute(depth)) return false;
      if (isGroup && !this.take('}')) return false;
    } while (this.take(',') || this.peek() === '{');
    return true;
  }

  private attribute(depth: number): boolean {
    if (!this.concept() || !this.take('=')) return false;
    if (/^["#]/.test(this.peek())) return this.at++ >= 0;
    if (!this.take('(')) return this.concept();
    return this.expression(depth + 1) && this.take(')');
  }

  private concept(): boolean {
    const id = this.peek();
    if (!/^\d+$/.test(id)) return false;
    this.identifiers.push(id);
    this.at++;
    if (this.peek().startsWith('|')) this.at++;
    return true;
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  private peek(): string {
    return this.tokens[this.at] ?? '';
  }
}
