import { element, linkTo } from './dom.js';
import { eventsOf, nameOf } from './record.js';
import { BASE, get, getAll, ownToken } from './server.js';
import { dayOf, timelineOf } from './timeline.js';

const PAGE = 25;
const KINDS = [
  ['Condition', 'condition'],
  ['MedicationRequest', 'drug'],
  ['Observation', 'observation'],
  ['Procedure', 'procedure'],
];

/** The list of patients that a search finds. @param asked name, code, type and offset, as the address has them */
export async function patientsView(asked) {
  const offset = Number(asked.get('offset') ?? 0);
  const bundle = await searched(asked, offset);
  const { total, entry = [] } = bundle;
  const rows = entry.map(({ resource }) => patientRow(resource));
  const head = ['Patient', 'Sex', 'Born', 'Died', 'Id'].map((text) => element('th', { scope: 'col' }, text));
  const shown = total === 0 ? 'No patients' : `Patients ${offset + 1} to ${offset + rows.length} of ${total}`;
  const to = (from, text) => {
    const next = new URLSearchParams(asked);
    next.set('offset', from);
    return linkTo(`?${next}`, text);
  };
  return element(
    'section',
    {},
    searchForm(asked),
    element(
      'div',
      { class: 'scroll' },
      element(
        'table',
        {},
        element('caption', {}, shown),
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...rows),
      ),
    ),
    offset > 0 ? to(Math.max(0, offset - PAGE), 'Previous') : undefined,
    ' ',
    offset + rows.length < total ? to(offset + PAGE, 'Next') : undefined,
  );
}

/** By id where there is such a patient, otherwise by name. */
async function searched(asked, offset) {
  const params = new URLSearchParams({ _count: PAGE, _offset: offset, _sort: 'name,_id' });
  const code = asked.get('code');
  if (code) params.append(`_has:${asked.get('type') ?? 'Condition'}:patient:code`, code);
  const name = asked.get('name');
  if (!name) return get(`Patient?${params}`);
  const byId = new URLSearchParams([...params, ['_id', name.replace(/[\\,|$]/g, '\\$&')]]);
  const found = await get(`Patient?${byId}`);
  if (found.total > 0) return found;
  return get(`Patient?${new URLSearchParams([...params, ['name', name.replace(/[\\,|$]/g, '\\$&')]])}`);
}

function patientRow(patient) {
  const { id, gender, birthDate, deceasedDateTime, deceasedBoolean } = patient;
  const died = deceasedDateTime?.slice(0, 10) ?? (deceasedBoolean ? 'yes' : '');
  const cells = [gender, birthDate, died, id].map((text) => element('td', {}, String(text ?? '')));
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, linkTo(`Patient/${encodeURIComponent(id)}`, nameOf(patient))),
    ...cells,
  );
}

function searchForm(asked) {
  const type = element('select', { name: 'type' });
  for (const [value, text] of KINDS)
    type.append(element('option', { value, selected: asked.get('type') === value ? '' : undefined }, text));
  const field = (name, text) => element('label', {}, text, element('input', { name, value: asked.get(name) ?? '' }));
  const submit = (event) => {
    event.preventDefault();
    location.hash = `#/?${new URLSearchParams(new FormData(event.target))}`;
  };
  return element(
    'form',
    { submit, role: 'search' },
    field('name', 'Name or id'),
    field('code', 'Has the code'),
    element('label', {}, 'of a', type),
    element('button', {}, 'Search'),
  );
}

/** A patient's timeline, and the resource of what is clicked in it. */
export async function patientView(id) {
  const address = `Patient/${encodeURIComponent(id)}`;
  const { resources, isCut } = await getAll(`${address}/$everything?_count=1000`);
  const patient = resources.find(({ resourceType, id: own }) => resourceType === 'Patient' && own === id);
  const events = eventsOf(resources);
  const chosen = element('div', { 'aria-live': 'polite' });
  const choose = (resource) => {
    chosen.replaceChildren(element('h3', {}, `${resource.resourceType}/${resource.id}`), jsonOf(resource));
    chosen.scrollIntoView({ block: 'nearest' });
  };
  const { gender, birthDate } = patient;
  const place = element('div', {});
  const draw = (years) => place.replaceChildren(timelineOf(events, years, choose));
  if (events.length > 0) draw();
  else place.append(element('p', {}, 'Nothing in this record has a date.'));
  const years = element('select', {
    change: ({ target }) => draw(target.value === '' ? undefined : Number(target.value)),
  });
  for (const [value, text] of [
    ['', 'all'],
    ['10', 'last 10 years'],
    ['5', 'last 5 years'],
    ['1', 'last year'],
  ])
    years.append(element('option', { value }, text));
  return element(
    'section',
    {},
    element('h2', {}, nameOf(patient)),
    element('p', {}, [gender, birthDate && `born ${birthDate}`, `id ${id}`].filter(Boolean).join(', ')),
    element(
      'form',
      { submit: (event) => event.preventDefault() },
      element('label', {}, 'Years', years),
      element('button', { click: () => choose(patient) }, 'Patient as JSON'),
      linkTo(`query?${address}/$everything`, 'Everything as JSON'),
    ),
    ownToken === undefined ? undefined : launchForm(id),
    isCut ? element('p', { class: 'error' }, 'This patient has more data than is shown here.') : undefined,
    place,
    chosen,
    listOf(events, choose),
  );
}

/** What the timeline shows as a list, made when it is opened. */
function listOf(events, choose) {
  const list = element('details', {}, element('summary', {}, `As a list (${events.length})`));
  const fill = () => {
    const rows = events.map(({ kind, label, start, value, unit, resource }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, dayOf(start)),
        element('td', {}, kind),
        element('td', {}, value === undefined ? label : `${label}: ${value} ${unit}`),
        element('td', {}, element('button', { click: () => choose(resource) }, 'JSON')),
      ),
    );
    list.append(element('div', { class: 'scroll' }, element('table', {}, element('tbody', {}, ...rows))));
  };
  list.addEventListener('toggle', fill, { once: true });
  return list;
}

/** Opens an app as a record does, with the patient's id as the launch. */
function launchForm(id) {
  const submit = (event) => {
    event.preventDefault();
    const typed = new FormData(event.target).get('app');
    if (!/^https?:/i.test(typed) || !URL.canParse(typed)) return;
    const url = new URL(typed);
    url.searchParams.set('iss', BASE);
    url.searchParams.set('launch', id);
    window.open(url, '_blank', 'noopener');
  };
  const app = element('input', { name: 'app', type: 'url', placeholder: 'http://localhost:3000/launch.html' });
  return element(
    'form',
    { submit },
    element('label', { class: 'wide' }, "An app's launch address", app),
    element('button', {}, 'Launch'),
  );
}

/** Any address under the base, and the JSON that it answers. */
export async function queryView(query) {
  const submit = (event) => {
    event.preventDefault();
    location.hash = `#/query?${new FormData(event.target).get('query')}`;
  };
  const field = element('input', { name: 'query', value: query });
  const answer = query === '' ? undefined : jsonOf(await get(query));
  return element(
    'section',
    {},
    element(
      'form',
      { submit },
      element('label', { class: 'wide' }, `GET ${BASE}/`, field),
      element('button', {}, 'Ask'),
    ),
    answer,
  );
}

const REFERENCE = /^(\s*"reference": ")([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(",?)$/;

/** JSON as text, with references to follow. */
function jsonOf(resource) {
  const pre = element('pre', {});
  for (const line of JSON.stringify(resource, null, 2).split('\n')) {
    const [, before, reference, after] = REFERENCE.exec(line) ?? [];
    if (reference === undefined) pre.append(`${line}\n`);
    else pre.append(before, linkTo(`query?${reference}`, reference), `${after}\n`);
  }
  return pre;
}
