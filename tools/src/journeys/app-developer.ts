import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Installed, timed } from '../package/installed.ts';

const PATIENTS = 60;

interface Bundle {
  resourceType: string;
  total?: number;
  entry?: { resource: { resourceType: string; id: string; subject?: { reference: string } } }[];
}

/** Synthetic patients → FHIR in full, valid → a sandbox that answers what an app asks. */
export async function developApp(installed: Installed): Promise<void> {
  for (const line of [
    `simulate -n ${4 * PATIENTS} -o app-source`,
    'ingest fhir app-source -o app-cohort --kinds condition,drug,procedure,measurement,immunization,allergy',
    'train app-cohort --epochs 3 -o app-model',
    `generate app-model -n ${PATIENTS} -o app-synth`,
    'export fhir app-synth --full --format ndjson -o app-fhir',
  ])
    timed(`  ${line}`, () => installed.ehrsynth(line));
  assert.match(
    timed('  validate fhir', () => installed.ehrsynth('validate fhir app-fhir')),
    /(^|\D)0 errors/,
  );
  const server = installed.start('sandbox --load app-fhir --port 0');
  try {
    const { base, page } = await addressesOf(server.stdout!);
    await askAsApp(base);
    // As a browser asks for it.
    const answer = await fetch(page, { headers: { Accept: 'text/html' } });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /<title>/);
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    const [code] = (await ended) as [number | null];
    assert.ok(code === 0 || code === 130, `sandbox ended with ${code}`);
  }
}

/** What an app asks first. */
async function askAsApp(base: string): Promise<void> {
  const ask = async (query: string): Promise<Bundle> => {
    const answer = await fetch(`${base}/${query}`);
    assert.equal(answer.status, 200, query);
    return (await answer.json()) as Bundle;
  };
  assert.equal((await ask('metadata')).resourceType, 'CapabilityStatement');
  const patients = await ask('Patient?_count=5');
  assert.equal(patients.total, PATIENTS);
  assert.equal(patients.entry!.length, 5);
  const { id } = patients.entry![0].resource;
  const named = await ask(`Patient?_id=${id}`);
  assert.deepEqual(
    named.entry!.map(({ resource }) => resource.id),
    [id],
  );
  for (const [query, by] of [
    [`Encounter?patient=${id}`, 'Encounter'],
    [`Observation?patient=${id}&_count=20`, 'Observation'],
    [`DocumentReference?patient=${id}`, 'DocumentReference'],
  ]) {
    const { entry = [] } = await ask(query);
    assert.ok(entry.length > 0, `${query} finds nothing`);
    for (const { resource } of entry) {
      assert.equal(resource.resourceType, by);
      assert.equal(resource.subject?.reference, `Patient/${id}`);
    }
  }
  const everything = await ask(`Patient/${id}/$everything`);
  const types = new Set(everything.entry!.map(({ resource }) => resource.resourceType));
  for (const type of ['Patient', 'Encounter', 'Condition']) assert.ok(types.has(type), `$everything has no ${type}`);
  console.log(
    `  the sandbox answers: ${PATIENTS} patients, $everything of one with ${everything.entry!.length} resources`,
  );
}

/** The addresses that the sandbox prints. */
async function addressesOf(stdout: NodeJS.ReadableStream): Promise<{ base: string; page: string }> {
  let printed = '';
  for await (const chunk of stdout) {
    printed += String(chunk);
    const base = /FHIR R4 server with [\d,]+ resources: (\S+)/.exec(printed)?.[1];
    const page = /To browse them: (\S+)\n/.exec(printed)?.[1];
    if (base && page) return { base, page };
  }
  throw new Error(`The sandbox ended:\n${printed}`);
}
