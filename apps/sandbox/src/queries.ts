import type { Resource } from '@medplum/fhirtypes';
import { Rejection } from './rejection.ts';
import { ofPatient, patientCompartment } from './search/compartment.ts';
import { everything } from './search/everything.ts';
import type { SearchIndex } from './search/search-index.ts';
import { parseSearch } from './search/search-request.ts';
import { shaped } from './search/shaping.ts';
import { type Scope, Searcher } from './search/searcher.ts';
import { checkId, isType } from './target.ts';

/** Everything that is asked with GET and is answered with many resources. */
export class Queries {
  private readonly searcher: Searcher;

  constructor(private readonly index: SearchIndex) {
    this.searcher = new Searcher(index);
  }

  /**
   * A search of the system, a type or a compartment, or Patient/$everything; undefined where the address is of none.
   * @throws Rejection where it asks for what there is not
   */
  answer(segments: string[], params: URLSearchParams, base: string, isLenient: boolean): Resource | undefined {
    const [type, id, inner] = segments;
    if (type === 'Patient' && segments.at(-1) === '$everything' && segments.length <= 3) {
      if (inner !== undefined) checkId(id);
      const { request, scope } = everything(this.index, inner === undefined ? undefined : id, params, base);
      return this.searcher.answer(request, scope, base);
    }
    const scope = this.scope(segments, params, base);
    return scope && this.searcher.answer(parseSearch(scope.types, params, isLenient), scope, base);
  }

  /** A resource that was read, as `_summary` or `_elements` ask for it. */
  shape(resource: Resource, params: URLSearchParams): Resource {
    const asked = new URLSearchParams([...params].filter(([name]) => name === '_summary' || name === '_elements'));
    if (asked.size === 0 || !isType(resource.resourceType)) return resource;
    return shaped(resource, parseSearch([resource.resourceType], asked));
  }

  private scope(segments: string[], params: URLSearchParams, base: string): Scope | undefined {
    const [type, id, inner] = segments;
    const address = [base, ...segments].join('/');
    if (segments.length === 0) return { types: this.types(params), address };
    if (segments.length === 1 && isType(type)) return { types: [type], address };
    if (segments.length !== 3 || type !== 'Patient' || !(inner === '*' || isType(inner))) return undefined;
    checkId(id);
    if (!this.index.read(`Patient/${id}`)) throw Rejection.because(404, 'not-found', `Patient/${id} does not exist`);
    const compartment = patientCompartment();
    if (inner !== '*' && !compartment.has(inner))
      throw Rejection.because(400, 'not-supported', `${inner} is not in the patient compartment`);
    const types = inner === '*' ? this.types(params).filter((held) => compartment.has(held)) : [inner];
    return { types, address, criteria: (held) => [ofPatient(held, id)] };
  }

  /** Those of `_type`, or all of which there is something. */
  private types(params: URLSearchParams): string[] {
    const asked = params.get('_type')?.split(',');
    const wrong = asked?.find((type) => !isType(type));
    if (wrong !== undefined) throw Rejection.because(400, 'value', `_type: unknown resource type ${wrong}`);
    return asked ?? this.index.typesHeld();
  }
}
