import type { ServerError } from './errors.ts';
import { NOTHING } from './outcome-text.ts';

/** Answers that turn a search down as it is asked: another form of it may do. 200 is that of an OperationOutcome. */
const REFUSALS = new Set<number | undefined>([200, 400, 403, 404, 405, 410, 413, 414, 422, 501]);
const OF_UNKNOWN_TYPES = new Set<number | undefined>([400, 404, 405, 422, 501]);

/** Why a server turned a search down, as far as its words say so: no two servers say it alike. */
export class Refusal {
  /** All that it said, codes and expressions too. */
  private readonly words: string;
  readonly status: number | undefined;

  constructor(readonly error: ServerError) {
    this.status = error.status;
    this.words = `${JSON.stringify(error.outcome?.issue ?? '')} ${error.said ?? ''}`.slice(0, MOST_CHARACTERS);
  }

  static is(error: ServerError): boolean {
    return REFUSALS.has(error.status);
  }

  /** Epic, Cerner and athena want a patient in every search. */
  get asksForPatient(): boolean {
    return /\b(patient|subject)s?\b/i.test(this.words) && DEMAND.test(this.words);
  }

  /** Some parameter is missing, or too much would be found: that of a patient may do. */
  get asksForLess(): boolean {
    return this.status === 400 || this.status === 422 || /param|filter|criteria|broad|too many/i.test(this.words);
  }

  get asksForCategory(): boolean {
    return /categor/i.test(this.words);
  }

  get isOfCount(): boolean {
    return /_count\b|page ?size/i.test(this.words);
  }

  /** Nothing was found: some servers call that 404. */
  get isOfNothing(): boolean {
    return this.status === 404 && NOTHING.test(this.words) && !UNKNOWN_TYPE.test(this.words);
  }

  /**
   * Whether the server has no such type.
   * @param isListed by its CapabilityStatement; undefined where that lists none
   */
  isOfUnknownType(isListed: boolean | undefined): boolean {
    if (isListed) return false;
    if (isListed === false) return OF_UNKNOWN_TYPES.has(this.status);
    return this.status === 404 || UNKNOWN_TYPE.test(this.words);
  }
}

const MOST_CHARACTERS = 20_000;
const DEMAND =
  /requir|must|mandator|missing|need|provid|specif|suppl|includ|at least one|one of|without|only|cannot|not allowed/i;
const UNKNOWN_TYPE =
  /(unknown|unsupported|invalid|unrecogni[sz]ed|no such|not (a )?(valid|supported|known)) (fhir )?resource ?-?type|resource ?type.{0,80}(unknown|unsupported|not (be )?(supported|found|known|recogni[sz]ed|implemented|valid|available))/i;
