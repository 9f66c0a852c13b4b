import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { linesQuery, scriptQuery, type Word } from './scripts.ts';

const root = mkdtempSync(join(tmpdir(), 'scripts-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Runs what a query would have an executor run, in a folder. */
function ran(words: readonly Word[], folder = root) {
  const query = scriptQuery({ lines: linesQuery(['x']), words, columns: 'line STRING' });
  // As Spark reads a text.
  const text = /USING '((?:[^'\\]|\\.)*)'/s.exec(query)![1];
  const script = text.replace(/\\(u[0-9a-f]{4}|.)/gs, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(parseInt(code.slice(1), 16)) : code,
  );
  const { stdout, stderr, status } = spawnSync('/bin/bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
  return { stdout, stderr, status };
}

it('gives a program its words as they are, whatever signs they have', () => {
  const odd = ['it\'s "one" word', '$HOME', '${spark.app.name}', '`id`', 'a\\b\\n', '; exit 1 #', 'Zoë', ''];
  expect(ran(['printf', '<%s>', ...odd])).toEqual({
    stdout: odd.map((word) => `<${word}>`).join(''),
    stderr: '',
    status: 0,
  });
});

it("finds what was sent in the session's folder or in that of all, and says what is not there", () => {
  mkdirSync(join(root, '0d81', 'a b', 'bin'), { recursive: true });
  writeFileSync(join(root, '0d81', 'a b', 'bin', 'x'), 'of the session');
  writeFileSync(join(root, 'of-all'), 'of all');
  const words = ['cat', { sent: 'a b', path: 'bin/x' }, { sent: 'of-all' }];
  expect(ran(words)).toEqual({ stdout: 'of the sessionof all', stderr: '', status: 0 });
  const named = ran(['echo', { sent: 'of-all', before: "file='" }]);
  expect(named.stdout).toMatch(/^file='\/.*of-all\n$/);
  expect(ran(['cat', { sent: 'missing' }])).toEqual({
    stdout: '',
    stderr: 'missing was sent, and is not on this executor\n',
    status: 69,
  });
});
