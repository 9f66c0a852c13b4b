/** The FHIR base beside this page. */
export const BASE = `${location.origin}/fhir`;
const KEY = 'sandbox-token';

/** A launch for development is there: its token came with the page. */
export const ownToken = document.querySelector('meta[name="sandbox-token"]')?.content;

export function setToken(token) {
  sessionStorage.setItem(KEY, token);
}

/** What the server could not do, with the text of its OperationOutcome. */
export class ServerError extends Error {
  constructor(status, outcome) {
    const issues = outcome?.issue ?? [];
    super(issues.map(({ details, diagnostics }) => details?.text ?? diagnostics).join('; ') || `HTTP ${status}`);
    this.status = status;
  }
}

/** A resource, by its address under the base or a whole one under it. @throws ServerError */
export async function get(path) {
  const url = path.startsWith(`${BASE}/`) ? path : `${BASE}/${path}`;
  const token = ownToken ?? sessionStorage.getItem(KEY);
  const headers = { Accept: 'application/fhir+json', ...(token && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { headers });
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new ServerError(response.status, body);
  return body;
}

/** Resources that a view takes at most, for a browser to draw them. */
const MOST = 20_000;

/** All pages of a search, as resources. */
export async function getAll(path) {
  const resources = [];
  let next = path;
  while (next !== undefined && resources.length < MOST) {
    const { entry = [], link = [] } = await get(next);
    for (const { resource } of entry) resources.push(resource);
    next = link.find(({ relation }) => relation === 'next')?.url;
  }
  return { resources, isCut: next !== undefined };
}
