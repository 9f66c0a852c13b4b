import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readResources } from './read-resources.ts';
import type { Fault } from './resources.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, content: string | Buffer) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
};
const patient = (id: string) => ({ resourceType: 'Patient', id, name: [{ family: 'Müller' }] });
const line = (...ids: string[]) => ids.map((id) => `${JSON.stringify(patient(id))}\n`).join('');
const pretty = (id: string) => JSON.stringify(patient(id), null, 2);
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const LONG = 'x'.repeat(20_000);

/** Ids, families and what is said, of a folder. */
async function read() {
  const ids: string[] = [];
  const families = new Set<string>();
  const said: Fault[] = [];
  const files: string[] = [];
  for await (const found of readResources(folder, { onRead: (path) => files.push(path) })) {
    if ('fault' in found) said.push({ ...found, where: found.where.slice(folder.length + 1) });
    else {
      ids.push(found.resource.id as string);
      families.add(found.resource.name?.[0].family as string);
    }
  }
  return { ids, families: [...families], said, files: files.map((path) => path.slice(folder.length + 1)) };
}

describe('a file is read by what it holds', () => {
  it.each<[string, string, string | Buffer, string[]]>([
    ['NDJSON', 'a.ndjson', line('1', '2'), ['1', '2']],
    ['NDJSON in capitals', 'A.NDJSON', line('1', '2'), ['1', '2']],
    ['NDJSON named .json', 'a.json', line('1', '2'), ['1', '2']],
    ['NDJSON named .txt', 'a.json.txt', line('1', '2'), ['1', '2']],
    ['NDJSON with a number behind', 'a.ndjson.1', line('1', '2'), ['1', '2']],
    ['NDJSON without an extension', 'Patient', line('1', '2'), ['1', '2']],
    ['a part file of Spark', 'part-00000-1f2e.c000', line('1'), ['1']],
    ['a shard of a Google export', 'Patient.ndjson-00000-of-00001', line('1'), ['1']],
    ['one document named .ndjson', 'a.ndjson', pretty('1'), ['1']],
    ['documents over many lines', 'a.ndjson', `${pretty('1')}\n${pretty('2')}\n`, ['1', '2']],
    ['documents over many lines named .json', 'a.json', `${pretty('1')}${pretty('2')}`, ['1', '2']],
    ['documents on one line', 'a.ndjson', line('1', '2').replace(/\n/g, ''), ['1', '2']],
    ['documents on one line named .json', 'a.json', line('1', '2').replace(/\n/g, ' '), ['1', '2']],
    ['a list of resources', 'a.json', JSON.stringify([patient('1'), patient('2')]), ['1', '2']],
    ['a list over many lines', 'a.json', `[\n${pretty('1')},\n${pretty('2')}\n]`, ['1', '2']],
    ['a list, an element a line', 'a.ndjson', `[\n${line('1').trim()},\n${line('2')}]`, ['1', '2']],
    ['lists on lines', 'a.ndjson', `[${line('1').trim()}]\n[${line('2').trim()}]\n`, ['1', '2']],
    ['gzip', 'a.ndjson.gz', gzipSync(line('1', '2')), ['1', '2']],
    ['gzip not named so', 'a.ndjson', gzipSync(line('1', '2')), ['1', '2']],
    ['gzip without an extension', 'Patient', gzipSync(pretty('1')), ['1']],
    ['gzip of several members', 'a.ndjson.gz', Buffer.concat([gzipSync(line('1')), gzipSync(line('2'))]), ['1', '2']],
    ['what is named gzip and is none', 'a.ndjson.gz', line('1', '2'), ['1', '2']],
    ['a byte order mark', 'a.ndjson', `\uFEFF${line('1', '2')}`, ['1', '2']],
    ['a byte order mark on each line', 'a.ndjson', `\uFEFF${line('1')}\uFEFF${line('2')}\r\n\uFEFF\n`, ['1', '2']],
    ['a byte order mark before each document', 'a.json', `\uFEFF${pretty('1')}\n\uFEFF${pretty('2')}`, ['1', '2']],
    ['a byte order mark before a document', 'a.json', `\uFEFF${pretty('1')}`, ['1']],
    ['UTF-16', 'a.ndjson', Buffer.from(`\uFEFF${line('1', '2')}`, 'utf16le'), ['1', '2']],
    ['UTF-16 without a mark', 'a.json', Buffer.from(pretty('1'), 'utf16le'), ['1']],
    ['big-endian UTF-16', 'a.ndjson', utf16be(`\uFEFF${line('1', '2')}`), ['1', '2']],
    ['big-endian UTF-16 without a mark', 'a.ndjson', utf16be(line('1', '2')), ['1', '2']],
    ['UTF-16 in gzip', 'a.json.gz', gzipSync(Buffer.from(`\uFEFF${pretty('1')}`, 'utf16le')), ['1']],
    ['CR LF', 'a.ndjson', line('1', '2').replace(/\n/g, '\r\n'), ['1', '2']],
    ['CR alone', 'a.ndjson', line('1', '2').replace(/\n/g, '\r'), ['1', '2']],
    ['blank lines', 'a.ndjson', `\n\n  \n${line('1')}\n \n${line('2')}\n`, ['1', '2']],
    ['no newline at the end', 'a.ndjson', line('1', '2').trimEnd(), ['1', '2']],
    ['a JSON text sequence', 'a.ndjson', line('1', '2').replace(/^/gm, '\x1e').slice(0, -1), ['1', '2']],
    ['a line separator in a text', 'a.ndjson', JSON.stringify({ ...patient('1'), x: '\u2028\u2029' }), ['1']],
    [
      'a first line that is long',
      'a.json',
      `${JSON.stringify({ ...patient('1'), x: LONG })}\n${line('2')}`,
      ['1', '2'],
    ],
    ['a long document of another key first', 'a.json', JSON.stringify({ text: LONG, ...patient('1') }), ['1']],
    [
      'Bundles on lines',
      'a.ndjson',
      `${JSON.stringify({ resourceType: 'Bundle', entry: [{ resource: patient('1') }] })}\n`,
      ['1'],
    ],
  ])('%s', async (_, name, content, ids) => {
    put(name, content);
    expect(await read()).toEqual({ ids, families: ['Müller'], said: [], files: [name] });
  });

  it.each<[string, string | Buffer, string, string[]]>([
    ['ISO 8859-1', Buffer.from(line('1'), 'latin1'), 'file that is not UTF-8, read as Windows-1252', ['1']],
    ['NUL bytes at the end', `${line('1')}\0\0\0`, 'something beside the JSON', ['1']],
    ['a comma at the end', `${line('1').trim()},\n`, 'something beside the JSON', ['1']],
    ['a broken line', `${line('1')}{"resourceType":"Pat\n${line('2')}`, 'broken JSON', ['1', '2']],
    ['a broken first line', `{"resourceType":"Pat\n${line('1', '2')}`, 'broken JSON', ['1', '2']],
    ['a broken end of two documents', `${line('1').trim()}{"resourceType":"P`, 'broken JSON', ['1']],
  ])('and says what is odd about it: %s', async (_, content, fault, ids) => {
    put('a.ndjson', content);
    const found = await read();
    expect(found.ids).toEqual(ids);
    expect(found.families).toEqual(['Müller']);
    expect(found.said).toEqual([expect.objectContaining({ fault })]);
    expect(found.said[0].where).toMatch(/^a\.ndjson, line \d/);
  });

  it('documents after one that is broken are read', async () => {
    put('a.json', `${pretty('1')}\n{"resourceType": [}\n${pretty('2')}\n`);
    const { ids, said } = await read();
    expect(ids).toEqual(['1', '2']);
    expect(said).toEqual([expect.objectContaining({ fault: 'broken JSON', where: 'a.json, line 10' })]);
  });
});

describe('a file that is not read is named with why', () => {
  const tar = Buffer.alloc(1024);
  tar.write('ustar', 257);
  it.each<[string, string | Buffer, RegExp, Fault['kind']]>([
    ['a.xml', '<Patient xmlns="http://hl7.org/fhir"><id value="x"/></Patient>', /FHIR XML/, 'file not read'],
    ['a', '<?xml version="1.0"?>\n<Bundle xmlns="http://hl7.org/fhir"/>', /FHIR XML/, 'file not read'],
    ['a.xml.gz', gzipSync('<Bundle xmlns="http://hl7.org/fhir"/>'), /FHIR XML/, 'file not read'],
    ['ccd.xml', '<ClinicalDocument xmlns="urn:hl7-org:v3"/>', /C-CDA/, 'file not read'],
    ['a.hl7', 'MSH|^~\\&|LAB|\r', /HL7 version 2/, 'file not read'],
    ['a.ttl', '@prefix fhir: <http://hl7.org/fhir/> .', /Turtle/, 'file not read'],
    ['a.zip', 'PK\x03\x04...', /zip archive/, 'file not read'],
    ['a.ndjson', 'PK\x03\x04...', /zip archive/, 'file not read'],
    ['a.ndjson.bz2', 'BZh91AY&SY', /bzip2/, 'file not read'],
    ['a.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), /xz/, 'file not read'],
    ['a.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), /zstandard/, 'file not read'],
    ['a.ndjson.gz', gzipSync(gzipSync(line('1'))), /gzip in gzip/, 'file not read'],
    ['a.ndjson.gpg', Buffer.from([0x85, 2, 12, 3, 0xff, 200, 7]), /binary/, 'file not read'],
    ['a.ndjson.asc', '-----BEGIN PGP MESSAGE-----\n', /encrypted/, 'file not read'],
    ['a.ndjson', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /Git LFS/, 'file not read'],
    ['Patient.ndjson', '<!DOCTYPE html><html>Sign in</html>', /HTML/, 'file not read'],
    ['index.html', '<!DOCTYPE html><html></html>', /HTML/, 'file without FHIR'],
    ['card.txt', 'shc:/5676290', /SMART Health Card/, 'file not read'],
    ['a.tar.gz', gzipSync(tar), /tar archive/, 'file not read'],
    ['a.parquet', 'PAR1xxxx', /Parquet/, 'file not read'],
    ['a.csv', 'id,code\n1,E11.9\n', /CSV/, 'file without FHIR'],
    ['card.smart-health-card', '{"verifiableCredential":["eyJ6"]}', /SMART Health Card/, 'file not read'],
    ['a.pdf', '%PDF-1.7', /PDF/, 'file without FHIR'],
    ['README', 'About these data', /text/, 'file without FHIR'],
    ['data.bin', Buffer.from([7, 0, 200, 1]), /binary/, 'file without FHIR'],
    ['null.json', 'null', /JSON: not FHIR/, 'file without FHIR'],
    ['package.json', '{\n "name": "x"\n}', /JSON: not FHIR/, 'file without FHIR'],
    [
      'log.ndjson',
      '{"exportId":"x","timestamp":"t","eventId":"kickoff"}\n'.repeat(3),
      /log of a bulk export/,
      'file without FHIR',
    ],
    ['manifest.json', '{"transactionTime":"t","request":"r","output":[]}', /manifest/, 'file without FHIR'],
    ['empty.ndjson', '', /empty/, 'file without FHIR'],
  ])('%s', async (name, content, fault, kind) => {
    put(name, content);
    put('z.ndjson', line('1'));
    expect(await read()).toEqual({
      ids: ['1'],
      families: ['Müller'],
      files: ['z.ndjson'],
      said: [{ fault: expect.stringMatching(fault) as string, where: name, kind }],
    });
  });

  it('what Spark leaves beside its files is not', async () => {
    put('run.json', JSON.stringify({ id: 'x', command: 'export fhir', options: {}, inputs: [] }, null, 1));
    for (const name of ['_SUCCESS', '_committed_12', '.part-0.crc', 'part-0.crc']) put(name, '{"added":[]}');
    put('part-00000', line('1'));
    expect(await read()).toMatchObject({ ids: ['1'], said: [] });
  });

  it('where none is, with all the reasons', async () => {
    for (const name of ['a.xml', 'b.xml']) put(name, '<Patient xmlns="http://hl7.org/fhir"/>');
    put('notes.txt', 'x');
    await expect(read()).rejects.toThrow(/None of the 3 files[\s\S]*2 × FHIR XML is not read[\s\S]*1 × text: not FHIR/);
  });
});

it('the errors of an export are its notes, not data', async () => {
  const outcome = (severity: string, diagnostics: string) =>
    JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity, diagnostics }] });
  put('Patient.ndjson', line('1'));
  put('error/OperationOutcome.ndjson', `${outcome('warning', '12 not exported')}\n`);
  put('page.json', `{"resourceType":"Bundle","entry":[{"resource":${outcome('information', 'fine')}}]}`);
  const { said } = await read();
  expect(said).toEqual([
    {
      fault: 'error of the export',
      where: 'error/OperationOutcome.ndjson, line 1',
      detail: '12 not exported',
      kind: 'note',
    },
  ]);
});
