import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as it reached one of the two origins. */
export interface SeenRequest {
  /** http://127.0.0.1:PORT */
  origin: string;
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string | undefined>;
  body: string;
}

/** What a behaviour knows while it answers. */
export interface HostileContext {
  /** Base of the server that the command is given: the first origin, with /fhir. */
  url: string;
  /** The same at the second origin, which nobody has named. */
  otherUrl: string;
  /** Whether the request came to the second origin. */
  isOther: boolean;
  /** The request's path without /fhir and its query: Patient, metadata, $export … */
  path: string;
  query: URLSearchParams;
  body: string;
  /** Requests so far, this one included, to this path at this origin. */
  count: number;
}

/** What is left when the command has ended. */
export interface Observed {
  /** In which $OUT and all that belongs to it lie. Nothing else was in it but source.json and key.json. */
  folder: string;
  requests: SeenRequest[];
  /** Origins of `url` and `otherUrl`. */
  origin: string;
  otherOrigin: string;
}

/** One thing that a malicious or broken FHIR server does, and what must hold then. */
export interface HostileBehaviour {
  name: string;
  group: 'names' | 'origins' | 'limits' | 'answers' | 'push';
  /**
   * The command line that meets it, without the program. $URL and $TRUSTED stand for the bases at the first and the second
   * origin, $OUT for a folder that does not exist yet, $SOURCE for a file with a patient, $KEY for a private key (JWK).
   */
  command: string[];
  serve(request: IncomingMessage, response: ServerResponse, context: HostileContext): void;
  /** Words that stderr and stdout together must contain. */
  expects: RegExp;
  exitCode: 0 | 1 | 2 | 3;
  /** More that must hold; gives what does not. */
  holds?(observed: Observed): string | undefined;
}

/** The secret that commands are given as --token; wherever it is not expected to be, it must not be. */
export const TOKEN = 'hostile-test-token';

/** Reads from the server page by page. */
export const search = (...more: string[]): string[] => ingest('search', ...more);
/** Reads from the server by bulk export. What was fetched is kept, so that its names can be seen. */
export const bulk = (...more: string[]): string[] => ingest('bulk', '--keep', '$OUT.kept', ...more);
/** Sends a patient. */
export const push = (...more: string[]): string[] => [
  'push',
  '$SOURCE',
  '--server',
  '$URL',
  '-o',
  '$OUT',
  '--token',
  TOKEN,
  '--attempts',
  '2',
  ...more,
];

function ingest(how: string, ...more: string[]): string[] {
  return [
    ...['ingest', 'fhir', '$URL', '-o', '$OUT', '--read', how, '--token', TOKEN, '--attempts', '2'],
    ...['--min-patients', '1', '--types', 'Patient,Condition', ...more],
  ];
}
