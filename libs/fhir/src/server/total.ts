import { ServerError } from './errors.ts';
import type { FhirServer } from './fhir-server.ts';

/**
 * The number of matches that a search has, asked for by itself and exactly: totals of pages may be estimates, and change while
 * pages are read. Gives undefined where the server does not say.
 * @param search address of the search's first page, under the base
 * @see R4, search.html#total and #summary
 */
export async function confirmedTotal(server: FhirServer, search: string): Promise<number | undefined> {
  const [type, query] = search.split('?');
  const asked = new URLSearchParams(query);
  asked.delete('_count');
  asked.set('_summary', 'count');
  asked.set('_total', 'accurate');
  try {
    const { body } = await server.request<{ total?: unknown } | null>(`${type}?${asked}`, {}, { attempts: 2 });
    return typeof body?.total === 'number' ? body.total : undefined;
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}
