import { element } from './dom.js';
import { setToken } from './server.js';
import { patientsView, patientView, queryView } from './views.js';

const main = document.querySelector('main');
let latest = 0;
const ASK_AGAIN_MS = 2000;

/** Shows what the part of the address after # names: #/?name=x, #/Patient/1, #/query?Condition?code=x. */
async function show() {
  const own = ++latest;
  main.setAttribute('aria-busy', 'true');
  const view = await viewOf(location.hash.replace(/^#\/?/, '')).catch(failure);
  if (own !== latest) return; // Another was asked for meanwhile.
  main.replaceChildren(view);
  main.removeAttribute('aria-busy');
}

async function viewOf(path) {
  if (path.startsWith('query')) return queryView(decodeURI(path.slice('query?'.length)));
  const [, patient] = /^Patient\/([^/?]+)$/.exec(path) ?? [];
  if (patient) return patientView(decodeURIComponent(patient));
  return patientsView(new URLSearchParams(path.replace(/^\?/, '')));
}

function failure(error) {
  if (error.status === 503) {
    const own = latest;
    setTimeout(() => own === latest && void show(), ASK_AGAIN_MS);
    return element('p', { role: 'status' }, error.message);
  }
  const said = element('p', { class: 'error', role: 'alert' }, error.message);
  if (error.status !== 401) return said;
  const submit = (event) => {
    event.preventDefault();
    setToken(new FormData(event.target).get('token'));
    void show();
  };
  const field = element('input', { name: 'token', type: 'password', autocomplete: 'off' });
  return element(
    'section',
    {},
    said,
    element('form', { submit }, element('label', {}, 'Token', field), element('button', {}, 'Continue')),
  );
}

window.addEventListener('hashchange', show);
void show();
