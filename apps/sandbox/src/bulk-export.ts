import { randomUUID } from 'node:crypto';
import { patientOf } from '@ehrsynth/fhir';
import type { Resource } from '@medplum/fhirtypes';
import { EXPORTS_KEPT } from './limits.ts';
import { checkOutputFormat } from './media-types.ts';
import { Rejection } from './rejection.ts';
import type { Repository } from './repository.ts';

type Stored = Resource & { id: string };

/** Lines of one file: so many that a client has several to fetch. */
const LINES_A_FILE = 1000;

interface Job {
  /** Address of the server as the client knows it. */
  base: string;
  request: string;
  transactionTime: string;
  files: { name: string; type: string; resources: Stored[] }[];
  /** Asked for once before it says that it is done, as a busy server would be. */
  asked: boolean;
}

/** Bulk exports of what the server has at the moment of the request. @see FHIR Bulk Data Access IG 2.0, $export */
export class BulkExports {
  private readonly jobs = new Map<string, Job>();

  /** @param requiresAccessToken files are given to those alone who have the token */
  constructor(
    private readonly repository: Repository,
    private readonly requiresAccessToken = false,
  ) {}

  /**
   * Starts an export and gives the address of its status.
   * @param path $export, Patient/$export or Group/id/$export
   * @param base address of the server, under which status and files are found
   * @throws Rejection where a parameter is not understood, or there is no such group
   */
  start(path: string, query: URLSearchParams, base: string): string {
    checkOutputFormat(query.get('_outputFormat'));
    const types = query.get('_type')?.split(',');
    const since = query.get('_since');
    if (since && Number.isNaN(Date.parse(since))) throw Rejection.because(400, 'value', '_since is not an instant');
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
    const request = `${base}/${path}${query.size > 0 ? `?${query}` : ''}`;
    const [oldest] = this.jobs.keys();
    if (this.jobs.size >= EXPORTS_KEPT) this.jobs.delete(oldest);
    this.jobs.set(id, { base, request, transactionTime: new Date().toISOString(), files, asked: false });
    return `${base}/$bulk/${id}`;
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
      requiresAccessToken: this.requiresAccessToken,
      output: job.files.map(({ name, type, resources }) => ({
        type,
        url: `${job.base}/$bulk/${id}/${name}`,
        count: resources.length,
      })),
      error: [],
    };
  }

  /** The lines of one of its files, each made when it is asked for. @throws Rejection where there is no such file */
  lines(id: string, name: string): Iterable<string> {
    const file = this.job(id).files.find((candidate) => candidate.name === name);
    if (!file) throw Rejection.because(404, 'not-found', `The export has no file ${name}`);
    return linesOf(file.resources);
  }

  remove(id: string): void {
    this.job(id);
    this.jobs.delete(id);
  }

  private job(id: string): Job {
    const job = this.jobs.get(id);
    if (!job) throw Rejection.because(404, 'not-found', `The export ${id} does not exist`);
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
    if (group?.resourceType !== 'Group') throw Rejection.because(404, 'not-found', `Group/${id} does not exist`);
    return new Set(group.member?.map(({ entity }) => entity.reference ?? ''));
  }
}

function* linesOf(resources: Stored[]): Generator<string> {
  for (const resource of resources) yield `${JSON.stringify(resource)}\n`;
}
