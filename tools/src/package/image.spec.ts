import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDockerfile, stepsByScript } from './image.ts';
import { ROOT } from './layout.ts';

describe('the Dockerfile', () => {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

  it('runs ehrsynth as a user of its own, in a folder that is a volume', () => {
    const image = readDockerfile(text);
    expect(image).toMatchObject({ user: 'ehrsynth', folder: '/data', volumes: ['/data'], entry: ['ehrsynth'] });
    expect(image.archives).toEqual([{ from: 'ehrsynth-linux-x64.tar.gz', to: '/opt/ehrsynth/' }]);
    expect(image.commands.join()).toContain('useradd --uid 10001 --create-home ehrsynth && install');
  });

  it('is checked whole: an instruction that the check does not know is an error', () => {
    expect(() => readDockerfile(`${text}\nHEALTHCHECK NONE\n`)).toThrow(
      /does not support this Dockerfile instruction.*HEALTHCHECK/,
    );
  });

  it('is taken step by step where there is no container engine, commands as its user', () => {
    const script = stepsByScript(readDockerfile(text), '/root-of-it', '/context', ['ehrsynth --version']);
    const order = ['tar -xzf /context/ehrsynth', 'useradd', 'setpriv --reuid ehrsynth'].map((part) =>
      script.indexOf(part),
    );
    expect(order.every((at) => at > 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(script).toMatch(/HOME=\/home\/ehrsynth ehrsynth --version/);
  });
});
