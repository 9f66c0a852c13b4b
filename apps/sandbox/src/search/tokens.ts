import { type Column, Postings, type Question } from './column.ts';
import { splitUnescaped, unescaped } from './escapes.ts';
import { wrongValue } from './errors.ts';
import { append, type Slots, union } from './slots.ts';
import { Texts } from './texts.ts';

interface CodingLike {
  system?: string;
  code?: string;
  display?: string;
}

/** Any object that a token is looked for in: Coding, CodeableConcept, Identifier, ContactPoint. */
interface TokenLike extends CodingLike {
  coding?: CodingLike[];
  text?: string;
  value?: string;
  type?: { coding?: CodingLike[]; text?: string };
}

interface Token {
  /** Undefined for a plain code, whose system its element implies; '' where there is none. */
  system?: string;
  code: string;
}

/** Codes, identifiers and flags. Case does not count, as R4 recommends. @see https://hl7.org/fhir/R4/search.html#token */
export class TokenColumn implements Column {
  readonly present: number[] = [];
  readonly modifiers = ['not', 'text', 'of-type'];
  private readonly codes = new Postings();
  /** Codes of a system, '' for none; and plain ones, whose system their element implies. */
  private readonly bySystem = new Map<string, Postings>();
  private readonly plain = new Postings();
  private readonly systems = new Postings();
  private readonly types = new Postings();
  private readonly texts = new Texts();

  /** @param implied systems of the codes in elements that name none: Patient.gender */
  constructor(private readonly implied: () => readonly string[]) {}

  add(slot: number, nodes: unknown[]): void {
    for (const node of nodes) {
      for (const { system, code } of tokensOf(node)) {
        this.codes.add(code, slot);
        if (system === undefined) this.plain.add(code, slot);
        else this.addOf(system, code, slot);
        append(this.present, slot);
      }
      for (const text of textsOf(node)) this.texts.add(text, slot);
      for (const type of typesOf(node)) this.types.add(type, slot);
      if (typeof node === 'object') append(this.present, slot);
    }
  }

  find({ code, value, modifier }: Question): Slots {
    if (modifier === 'text') return this.texts.find(unescaped(value));
    const parts = splitUnescaped(value, '|').map((part) => unescaped(part).toLowerCase());
    if (modifier === 'of-type') {
      if (parts.length !== 3 || parts.includes('')) throw wrongValue(code, value, 'system|code|value of an identifier');
      return this.types.get(parts.join('|'));
    }
    if (parts.length > 2) throw wrongValue(code, value, 'system|code, with \\| for a | in either');
    const [first, second] = parts;
    if (second === undefined) return this.codes.get(first);
    if (second === '') return this.systems.get(first);
    const found = this.bySystem.get(first)?.get(second) ?? [];
    if (first === '') return union([found, this.plain.get(second)]);
    return found.length === 0 && this.implied().includes(first) ? this.plain.get(second) : found;
  }

  private addOf(system: string, code: string, slot: number): void {
    let own = this.bySystem.get(system);
    if (!own) this.bySystem.set(system, (own = new Postings()));
    own.add(code, slot);
    if (system !== '') this.systems.add(system, slot);
  }
}

function tokensOf(node: unknown): Token[] {
  if (typeof node !== 'object' || node === null) return [{ code: String(node).toLowerCase() }];
  const { coding, system = '', code, value } = node as TokenLike;
  if (coding) return coding.flatMap(tokensOf);
  const given = code ?? value;
  return given === undefined ? [] : [{ system: system.toLowerCase(), code: String(given).toLowerCase() }];
}

function textsOf(node: unknown): string[] {
  const { coding = [], text, display, type } = Object(node) as TokenLike;
  const texts = [text, display, type?.text, ...coding.map((one) => one.display)];
  return texts.filter((one) => typeof one === 'string');
}

/** system|code|value of an identifier with a type. */
function typesOf(node: unknown): string[] {
  const { type, value } = Object(node) as TokenLike;
  if (value === undefined || !type?.coding) return [];
  return type.coding.map(({ system = '', code = '' }) => `${system}|${code}|${value}`.toLowerCase());
}
