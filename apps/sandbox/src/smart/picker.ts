import type { Patient } from '@medplum/fhirtypes';
import { escapeHtml } from '@ehrsynth/io';
import { htmlPage } from '../html.ts';
import { criterionOf } from '../search/query.ts';
import type { SearchIndex } from '../search/search-index.ts';

/** Patients on one page. */
const SHOWN = 50;

/** A page on which to choose the patient that an app is launched with; each is a link that goes on with the launch. */
export function pickerPage(index: SearchIndex, params: URLSearchParams): string {
  const asked = params.get('name')?.trim() ?? '';
  const table = index.ofType('Patient');
  const found = index.find('Patient', asked === '' ? [] : [criterionOf('Patient', '_id', asked)], '');
  const byName =
    asked === '' ? [] : index.find('Patient', [criterionOf('Patient', 'name', asked.replace(/[\\,|$]/g, '\\$&'))], '');
  const all = [...new Set([...found, ...byName])];
  const patients = all.slice(0, SHOWN).map((slot) => table.at(slot) as Patient);
  const rows = patients.map((patient) => {
    const next = new URLSearchParams(params);
    next.delete('name');
    next.set('patient', patient.id!);
    return `<li><a href="?${escapeHtml(next.toString())}">${escapeHtml(nameOf(patient))}</a> ${escapeHtml(detailsOf(patient))}</li>`;
  });
  const kept = [...params]
    .filter(([name]) => name !== 'name')
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`);
  const body = `<h1>Choose a patient</h1>
<p>The app <strong>${escapeHtml(params.get('client_id') ?? '')}</strong> asks for
<code>${escapeHtml(params.get('scope') ?? '')}</code>. This launch is a stand-in for development: nobody logs in, and scopes are
granted as requested and not enforced.</p>
<form><label>Name or id <input name="name" value="${escapeHtml(asked)}"></label> ${kept.join('')}<button>Search</button></form>
<ul class="patients">
${rows.join('\n') || '<li>No patients.</li>'}
</ul>
${all.length > SHOWN ? `<p>The first ${SHOWN} of ${all.length.toLocaleString('en-US')}. Search to see others.</p>` : ''}`;
  return htmlPage('Choose a patient: ehrsynth sandbox', body);
}

/** The name of a patient as it reads, or its id. */
function nameOf({ id, name = [] }: Patient): string {
  const [first] = name;
  return first?.text ?? ([...(first?.given ?? []), first?.family].filter(Boolean).join(' ') || id!);
}

function detailsOf({ id, gender, birthDate }: Patient): string {
  return [gender, birthDate, id].filter(Boolean).join(', ');
}
