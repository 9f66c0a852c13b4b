import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linkTo, withoutPlaces } from './run-privacy.ts';

describe('what run.json says of places', () => {
  it('the way to a folder nearby', () => {
    expect(linkTo('/data/a/cohort', '/data/a/model')).toBe('../cohort');
    expect(linkTo('/data/a/runs/1/cohort', '/data/a/model')).toBe('../runs/1/cohort');
    expect(linkTo('/cohort', '/model')).toBe('../cohort');
    expect(linkTo(join(homedir(), 'work', 'cohort'), join(homedir(), 'work', 'model'))).toBe('../cohort');
  });

  it('and none that would name a user or the machine', () => {
    expect(linkTo('/home/anna/cohort', '/data/model')).toBeUndefined();
    expect(linkTo('/home/anna/cohort', '/home/ben/model')).toBeUndefined();
    expect(linkTo('/home/anna/cohort', '/home/anna/model')).toBe('../cohort');
    expect(linkTo(resolve('/data', userInfo().username, 'cohort'), '/data/model')).toBeUndefined();
    expect(linkTo(resolve('/data', hostname(), 'cohort'), '/data/model')).toBeUndefined();
  });

  it('options that name files, servers or who asks are left out, whatever else they are called', () => {
    const options = {
      source: 'https://a/fhir',
      clientId: 'us',
      systemAlias: ['http://a/dx=icd-10-cm'],
      seed: 1,
      other: '/home/anna/x',
    };
    expect(withoutPlaces(options)).toEqual({ systemAlias: ['http://a/dx=icd-10-cm'], seed: 1 });
  });
});
