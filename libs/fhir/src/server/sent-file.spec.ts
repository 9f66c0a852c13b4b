import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONDITIONS, honest, json, lines, manifest, PATIENTS } from '../testing/hostile/answers.ts';
import type { HostileBehaviour } from '../testing/hostile/behaviour.ts';
import { servedFolder } from '../testing/served-folder.ts';
import { exportInBulk } from './bulk-export.ts';
import { lossText } from './losses.ts';
import { outcomesAmong } from './sent-file.ts';

const { folder, start, asked, requests, resources } = servedFolder();
const bulk = { level: 'patient' as const, concurrency: 2 };
const issue = (severity: string, diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity, code: 'processing', diagnostics }],
});
const deletes = () => requests().filter(({ method }) => method === 'DELETE').length;

/** An export of patients, and of another file. */
function serving(more: (patients: object) => object): HostileBehaviour['serve'] {
  return (request, response, context) => {
    if (request.method === 'DELETE') return void response.writeHead(202).end();
    const patients = { type: 'Patient', url: `${context.url}/files/p` };
    if (context.path === 'status') return json(response, { ...manifest([]), ...more(patients) });
    if (context.path === 'files/p') return lines(response, PATIENTS);
    honest(response, context);
  };
}

describe('a file that comes with 200 and is none', () => {
  const withFile =
    (body: string, status = 200, count?: number): HostileBehaviour['serve'] =>
    (request, response, context) => {
      if (context.path === 'files/odd') return void response.writeHead(status).end(body);
      const odd = { type: 'Condition', url: 'files/odd', count };
      serving((patients) => ({ output: [patients, odd] }))(request, response, context);
    };
  const said = JSON.stringify(issue('error', 'Token expired'));

  it.each<[string, string, number, number | undefined, string]>([
    ['a login page', '<!DOCTYPE html>\n<html>Log in</html>', 200, undefined, 'a page of HTML in place of a file'],
    [
      'an error of a storage',
      '\ufeff<?xml version="1.0"?>\n<Error><Code>ExpiredToken</Code></Error>',
      200,
      undefined,
      'XML (ExpiredToken) in place of a file',
    ],
    [
      'an error in JSON',
      '{"message":"Forbidden"}',
      200,
      undefined,
      'JSON without resources (Forbidden) in place of a file',
    ],
    [
      'an OperationOutcome over several lines',
      JSON.stringify(issue('error', 'Token expired'), null, 2),
      200,
      undefined,
      'an OperationOutcome (Token expired) in place of a file',
    ],
    ['a line of text', 'Not ready', 200, undefined, 'a text (Not ready) in place of a file'],
    ['no content', '', 204, undefined, 'nothing (204) in place of a file'],
    ['nothing, of which there is a count', '', 200, 7, 'nothing in place of a file'],
  ])(
    'is a loss, the export stays on the server, and it is fetched again: %s',
    async (_, body, status, count, words) => {
      const server = await start(withFile(body, status, count));
      const found = await exportInBulk(server, folder(), bulk);
      expect(found!.losses.map(lossText)).toEqual([
        `Condition: ${count ? `${count} ` : ''}not sent by the server: ${words}`,
      ]);
      expect(deletes()).toBe(0);
      expect(resources('0001.Patient.ndjson')).toEqual(PATIENTS);
      expect(existsSync(join(folder(), '0002.Condition.ndjson'))).toBe(false);
      await exportInBulk(server, folder(), bulk);
      expect(asked().filter((url) => url.includes('$export'))).toHaveLength(1);
      expect(asked().filter((url) => url === 'files/p')).toHaveLength(1);
      expect(asked().filter((url) => url === 'files/odd')).toHaveLength(2);
    },
  );

  it.each([
    ['an empty file', ''],
    ['a resource over several lines', JSON.stringify(CONDITIONS[0], null, 2)],
    ['a text sequence', `\x1e${JSON.stringify(CONDITIONS[0])}\n`],
    [
      'resources that contain an OperationOutcome',
      `${JSON.stringify({ ...CONDITIONS[0], contained: [issue('error', 'x')] })}\n`,
    ],
  ])('is none of these: %s', async (_, body) => {
    const server = await start(withFile(body));
    expect((await exportInBulk(server, folder(), bulk))!.losses).toEqual([]);
    expect(deletes()).toBe(1);
  });

  it('is searched for an OperationOutcome across the parts in which it is read', async () => {
    const path = join(folder(), 'big.ndjson');
    const half = said.indexOf('"OperationOutcome"') + 5;
    for (const at of [half, half + 1, half - 5]) {
      writeFileSync(path, `${'x'.repeat((1 << 20) - at - 1)}\n${said}\n`);
      const found = [];
      for await (const outcome of outcomesAmong(path)) found.push(outcome);
      expect(found).toHaveLength(1);
    }
  });

  it('is a loss where it ends with an OperationOutcome, and the export stays', async () => {
    const server = await start(withFile(`${JSON.stringify(CONDITIONS[0])}\n${said}\n`));
    const found = await exportInBulk(server, folder(), bulk);
    expect(found!.losses.map(lossText)).toEqual(['Condition: errors within a file of the export: Token expired']);
    expect(deletes()).toBe(0);
    expect(resources('0002.Condition.ndjson')[0]).toEqual(CONDITIONS[0]);
  });

  it('ends the reading where it should say what was deleted', async () => {
    const server = await start((request, response, context) => {
      if (context.path === 'files/odd') return void response.writeHead(200).end('<html></html>');
      serving((patients) => ({ output: [patients], deleted: [{ type: 'Bundle', url: 'files/odd' }] }))(
        request,
        response,
        context,
      );
    });
    await expect(exportInBulk(server, folder(), bulk)).rejects.toThrow('a page of HTML');
  });
});
