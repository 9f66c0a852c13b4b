import { randomUUID } from 'node:crypto';
import { patientOf } from '@ehrsynth/fhir';
import type { Resource } from '@medplum/fhirtypes';
import { Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';

type Stored = Resource & { id: string };

/** Lines of one file: so many that a client has several to fetch. */
const LINES_A_FILE = 1000;

interface Job {
  request: string;
  transactionTime: string;
  files: { name: string; type: string; resources: Stored[] }[];
  /** Asked for once before it says that it is done, as a busy server would be. */
  asked: boolean;
}

/** Bulk exports of what the server has at the moment of the request. @see FHIR Bulk Data Access IG 2.0, $export */
export class BulkExports {
  private readonly jobs = new Map<string, Job>();

  /** @param base address of the server, under which status and files are found */
  constructor(
    private readonly repository: Repository,
    private readonly base: string,
  ) {}

  /** Starts an export and gives the address of its status. @param path $export, Patient/$export or Group/id/$export */
  start(path: string, query: URLSearchParams): string {
    const types = query.get('_type')?.split(',');
    const since = query.get('_since');
    const byType = new Map<string, Stored[]>();
    for (const resource of this.scope(path)) {
      if (types && !types.includes(resource.resourceType)) continue;
      if (since && Date.parse(resource.meta!.lastUpdated!) <= Date.parse(since)) continue;
      const list = byType.get(resource.resourceType) ?? [];
      if (list.length === 0) byType.set(resource.resourceType, list);
      list.push(resource);
    }
    const files = [...byType].flatMap(([type, resources]) =>
      Array.from({ length: Math.ceil(resources.length / LINES_A_FILE) }, (_, part) => ({
        name: `${type}.${part + 1}.ndjson`,
        type,
        resources: resources.slice(part * LINES_A_FILE, (part + 1) * LINES_A_FILE),
      })),
    );
    const id = randomUUID();
    const request = `${this.base}/${path}${query.size > 0 ? `?${query}` : ''}`;
    this.jobs.set(id, { request, transactionTime: new Date().toISOString(), files, asked: false });
    return `${this.base}/$bulk/${id}`;
  }

  /** The manifest of a finished export; undefined while it is not. */
  status(id: string): object | undefined {
    const job = this.job(id);
    if (!job.asked) {
      job.asked = true;
      return undefined;
    }
    return {
      transactionTime: job.transactionTime,
      request: job.request,
      requiresAccessToken: false,
      output: job.files.map(({ name, type, resources }) => ({
        type,
        url: `${this.base}/$bulk/${id}/${name}`,
        count: resources.length,
      })),
      error: [],
    };
  }

  /** The lines of one of its files. */
  *lines(id: string, name: string): Generator<string> {
    const file = this.job(id).files.find((candidate) => candidate.name === name);
    if (!file) throw Rejection.because(404, 'not-found', `The export has no file ${name}`);
    for (const resource of file.resources) yield `${JSON.stringify(resource)}\n`;
  }

  remove(id: string): void {
    this.job(id);
    this.jobs.delete(id);
  }

  private job(id: string): Job {
    const job = this.jobs.get(id);
    if (!job) throw Rejection.because(404, 'not-found', `There is no export ${id}`);
    return job;
  }

  private *scope(path: string): Generator<Stored> {
    const [level, group] = path.split('/');
    if (level === '$export') return yield* this.repository.all();
    const members = level === 'Group' ? this.members(group) : undefined;
    for (const resource of this.repository.all()) {
      const patient = patientOf({ resource, where: '' });
      if (patient !== undefined && (!members || members.has(patient))) yield resource;
    }
  }

  private members(id: string): Set<string> {
    const group = this.repository.peek('Group', id);
    if (group?.resourceType !== 'Group') throw Rejection.because(404, 'not-found', `There is no Group/${id}`);
    return new Set(group.member?.map(({ entity }) => entity.reference ?? ''));
  }
}
