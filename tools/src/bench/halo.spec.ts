import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Code, type EventKind, PatientRecord } from '@ehrsynth/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPython, linesOf, python } from './processes.ts';

const ports = fileURLToPath(new URL('../../bench/', import.meta.url));
const ASTHMA = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'J45.909', display: 'Asthma' };
const RARE = { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E75.02' };
const INHALER = { system: 'http://hl7.org/fhir/sid/ndc', code: '00173068220' };
const CREATININE = { system: 'http://loinc.org', code: '2160-0' };
const PATIENTS = 160;

/** Three visits, 30 days apart, with a diagnosis and a value of about 10 or 100 by sex; an inhaler 10 days after the first; one person has a rare code. */
function patient(number: number): PatientRecord {
  const isFemale = number % 2 === 0;
  const day = (days: number) => new Date(Date.UTC(2020, 0, 1 + number + days)).toISOString().slice(0, 10);
  const visits = [0, 1, 2];
  return {
    id: `p${number}`,
    sex: isFemale ? 'female' : 'male',
    birthDate: '1985-05-01',
    encounters: visits.map((at) => ({ class: 'AMB', start: day(30 * at), end: day(30 * at) })),
    events: [
      ...visits.flatMap((encounter) => [
        { kind: 'condition' as const, code: ASTHMA, start: day(30 * encounter), encounter },
        {
          kind: 'measurement' as const,
          code: CREATININE,
          start: day(30 * encounter),
          encounter,
          quantity: { value: (isFemale ? 10 : 100) + (number % 7), unit: 'mg/dL' },
        },
      ]),
      { kind: 'drug', code: INHALER, start: day(10) },
      ...(number === 0 ? [{ kind: 'condition' as const, code: RARE, start: day(0), encounter: 0 }] : []),
    ],
  };
}

const VISITS_SUM_TO_ONE = `
import itertools, json, sys, torch
sys.path.insert(0, sys.argv[1])
import halo_network
torch.manual_seed(3)
model = halo_network.Halo(codes=6, visits=3, width=8, layers=1, heads=2, dropout=0.0)
for layer in (model.hidden, model.last):
    torch.nn.init.normal_(layer.weight), torch.nn.init.normal_(layer.bias)
halo_network.BLOCK = 4
every = torch.tensor(list(itertools.product([0.0, 1.0], repeat=6)))
history = torch.randn(1, 8)
with torch.no_grad():
    logits = model.within(history.expand(64, -1), every)
    chances = torch.exp(-torch.nn.functional.binary_cross_entropy_with_logits(logits, every, reduction="none").sum(1))
    drawn = model.draw(history.expand(200000, -1), torch.Generator().manual_seed(1))
    shares = torch.bincount((drawn @ 2.0 ** torch.arange(5, -1, -1)).long(), minlength=64) / 200000
    visits = torch.bernoulli(torch.full((2, 3, 6), 0.5))
    caches = [{} for _ in model.blocks]
    embedded = [model.start.expand(2, -1), *model.embed(visits[:, :2]).unbind(1)]
    steps = [model.step(embedded[place], place, caches) for place in range(3)]
    history_apart = (torch.stack(steps, 1) - model.history(visits)).abs().max()
print(json.dumps({"sum": chances.sum().item(), "apart": (shares - chances).abs().max().item(), "history": history_apart.item()}))
`;

describe.runIf(hasPython('torch', 'numpy'))("HALO's port (runs where python3, or PYTHON, has torch)", () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'halo-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives all visits together a chance of 1, and draws each by its chance', () => {
    const [found] = linesOf<Record<string, number>>(python, ['-c', VISITS_SUM_TO_ONE, ports]);
    expect(found.sum).toBeCloseTo(1, 5);
    // Four standard errors of a share of 200,000 are 0.0045 at most.
    expect(found.apart).toBeLessThan(0.0045);
    expect(found.history).toBeLessThan(1e-5);
  });

  it('learns a cohort and draws records as evaluate reads them', () => {
    const [cohort, model, out] = ['cohort', 'model', 'out'].map((name) => join(folder, name));
    mkdirSync(join(cohort, 'train'), { recursive: true });
    const column = (kind: EventKind, code: Code) => ({ kind, ...code, level: 'code' });
    const columns = [column('condition', ASTHMA), column('drug', INHALER), column('measurement', CREATININE)];
    writeFileSync(join(cohort, 'train/columns.json'), JSON.stringify({ columns }));
    writeFileSync(join(cohort, 'encoding.json'), JSON.stringify({ levels: {}, minPatients: 5, rare: 'drop' }));
    const lines = Array.from({ length: PATIENTS }, (_, number) => JSON.stringify(patient(number)));
    writeFileSync(join(cohort, 'train/records.ndjson.gz'), gzipSync(lines.join('\n')));

    const port = join(ports, 'halo_torch.py');
    const size = ['--width', '32', '--layers', '1', '--heads', '2', '--visits', '8'];
    linesOf(python, [
      port,
      'train',
      cohort,
      model,
      ...size,
      '--epochs',
      '80',
      '--patience',
      '80',
      '--batch',
      '64',
      '--rate',
      '5e-3',
    ]);
    linesOf(python, [port, 'draw', model, out, '-n', '100']);

    const text = gunzipSync(readFileSync(join(out, 'records.ndjson.gz'))).toString();
    const records = text
      .trim()
      .split('\n')
      .map((line) => PatientRecord.parse(JSON.parse(line)));
    expect(records).toHaveLength(100);
    const usual = records.filter(({ sex, birthDate, encounters, events }) => {
      const values = events.flatMap(({ quantity }) => quantity?.value ?? []);
      const days = encounters.map(({ start }) => Date.parse(start!) / 86_400_000);
      return (
        birthDate?.startsWith('1985') &&
        encounters.length === 3 &&
        days[2] - days[0] === 60 &&
        values.length === 3 &&
        values.every((value) => (sex === 'female' ? value >= 10 && value < 17 : value >= 100 && value < 107)) &&
        events.some(({ kind, encounter }) => kind === 'drug' && encounter === undefined)
      );
    });
    expect(usual.length).toBeGreaterThan(80);
    expect(text).toContain('"display": "Asthma"');
    expect(text).not.toContain(RARE.code);
  });
});
