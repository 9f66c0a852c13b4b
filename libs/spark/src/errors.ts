import { UserError } from '@ehrsynth/io';
import { adviceOnStorage } from './storage-faults.ts';
import { adviceOnTls, reasonOf } from './tls.ts';

const FORM = 'sc://host:15002/;use_ssl=true;user_id=NAME, with the token in SPARK_CONNECT_AUTHENTICATE_TOKEN';

/** What names the server is not in the form that Spark Connect has. */
export class SparkAddressError extends UserError {
  constructor(why: string, where: string) {
    super('spark-address', 2, `Not a valid Spark address: ${why}`, {
      where,
      todo: `Its form is ${FORM}. In a value write % as %25, ; as %3B and = as %3D.`,
    });
  }
}

/** What a server says is wrong, as it came. */
export interface Fault {
  /** Of gRPC: UNAVAILABLE, UNAUTHENTICATED, … */
  status: string;
  message: string;
  /** Of what it came in the end, where the server says it. */
  cause?: string;
  /** Spark's class of the error, such as TABLE_OR_VIEW_NOT_FOUND. */
  errorClass?: string;
  sqlState?: string;
}

/** What to do about an error, by Spark's class of it or by gRPC's status. */
const ADVICE: [of: RegExp, todo: string][] = [
  [/^UNAUTHENTICATED/, 'Check the token (SPARK_CONNECT_AUTHENTICATE_TOKEN, or ;token=… in the URL), then run again.'],
  [
    /^(PERMISSION_DENIED|INSUFFICIENT_PERMISSIONS)/,
    'Ask for permission to read these tables and to create temporary views.',
  ],
  [
    /^UNAVAILABLE/,
    'Check that the server is running and listening there (port 15002 unless configured otherwise), and whether it requires TLS (;use_ssl=true); then run again.',
  ],
  [
    /^INVALID_HANDLE/,
    'The server no longer knows the session or the query: it was restarted, or they timed out. Run again.',
  ],
  [
    /^(TABLE_OR_VIEW|SCHEMA|CATALOG)\w*NOT_FOUND|^NO_SUCH/,
    'Check --catalog and --schema, and that the user can see them.',
  ],
  [
    /checkpoint|^UNKNOWN_COMMAND|CONNECT_INVALID_PLAN/i,
    'Rows are cached on the cluster while a source is read: Spark supports that since 4.0, Databricks on clusters that are not serverless, Sail if execution.checkpoint.path is set.',
  ],
  [/^UNIMPLEMENTED/, 'This server lacks a feature of Spark that is needed here. Spark 3.5 and later have it.'],
  [/^RESOURCE_EXHAUSTED/, 'A message was larger than allowed: add ;grpc_max_message_size=BYTES to the URL.'],
];

/** What the Spark server says, or that it is not there. */
export class SparkError extends UserError {
  readonly errorClass: string | undefined;

  constructor(
    doing: string,
    where: string,
    readonly fault: Fault,
    cause?: unknown,
  ) {
    const { status, errorClass, sqlState, message } = fault;
    const advice =
      adviceOnTls(message) ??
      adviceOnStorage(`${message} ${fault.cause ?? ''}`) ??
      ADVICE.find(([of]) => [errorClass, status, message].some((one) => of.test(one ?? '')))?.[1];
    const isEnvironment = /^(UNAVAILABLE|UNAUTHENTICATED|PERMISSION_DENIED|UNIMPLEMENTED|DEADLINE_EXCEEDED)$/.test(
      status,
    );
    const named = [errorClass?.startsWith('_LEGACY') ? undefined : errorClass, sqlState && `SQLSTATE ${sqlState}`]
      .filter(Boolean)
      .join(', ');
    const words = plainWords(fault);
    super('spark', isEnvironment ? 3 : 1, `${doing}: ${words}${named ? ` (${named})` : ''}`, {
      where,
      todo: advice,
      cause,
    });
    this.errorClass = errorClass;
  }
}

/** What Spark says of a script that ended with an error: its exit code, and the end of what it wrote to stderr. */
const SCRIPT_ENDED = /Subprocess exited with status (\d+)\. Error: ([^]*?)\s*\.?\s*$/;
const MOST_LINES = 12;

/** Exit codes that a shell gives, or the script itself before our program begins. */
const EXITS: Record<string, string> = {
  126: 'The command that starts ehrsynth there may not be executed: check --executor or --bundle.',
  127: 'The command that starts ehrsynth is not on the executors: check --executor, or send it with --bundle.',
  69: 'The cluster does not show scripts what it was sent: install ehrsynth on each node and name it with --executor.',
};

/** A task's script failed on an executor, as often as Spark tried it. */
export class TaskFailedError extends UserError {
  /** @param said the end of what the task wrote to stderr */
  constructor(exit: string, said: string, where: string, cause: SparkError) {
    const lines = said.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s+at .*\(.*\)$/.test(line));
    const words = lines.slice(-MOST_LINES).join('\n') || 'it wrote nothing to stderr';
    super('spark-task', 1, `A task failed on the cluster (exit code ${exit}): ${words}`, {
      where,
      todo: EXITS[exit],
      cause,
    });
  }

  /** The error of a task, where an error of Spark's is one. */
  static of(error: unknown, where: string): TaskFailedError | undefined {
    if (!(error instanceof SparkError)) return undefined;
    const found = SCRIPT_ENDED.exec(error.fault.message);
    return found ? new TaskFailedError(found[1], found[2], where, error) : undefined;
  }
}

/** A server whose executors run nothing of ours. */
export class NoScriptsError extends UserError {
  constructor(where: string, cause: SparkError) {
    super(
      'spark-scripts',
      3,
      `This server runs no scripts in its executors (SELECT TRANSFORM): ${plainWords(cause.fault)}`,
      {
        where,
        todo: 'Apache Spark has that, and Databricks on dedicated clusters; Sail and clusters in shared access mode have not. Work on one machine or with --shard (docs/scale.md).',
        cause,
      },
    );
  }
}

/** A file that the executors are to have did not get there. */
export class NotTakenError extends UserError {
  constructor(why: string, path: string) {
    super('spark-file', 1, `A file could not be sent to Spark: ${why}`, { where: path });
  }
}

/** The query was ended because the program is to stop. */
export class SparkStoppedError extends UserError {
  constructor(where: string) {
    super('stopped', 130, 'Stopped: the query on the server was cancelled', { where });
  }
}

/** Spark's message without its class in brackets, and without the lines that show the query or where in Spark it was. */
function plainWords({ message, cause = '', status }: Fault): string {
  const words = ownWords(message);
  const last = ownWords(cause);
  return [words, ...(words.includes(last) ? [] : [last])].filter(Boolean).join(' – ') || status;
}

function ownWords(message: string): string {
  const [first] = message
    .replace(/^\[[A-Z0-9_.]+\]\s*/, '')
    .split(/\n(?=== |\s*at |JVM stacktrace)|; line \d+ pos \d+/);
  // gRPC's client names what it knows of the host's name, even if that is nothing.
  return reasonOf(first.replace(/\s*(SQLSTATE: \w+|\.\s*Resolution note:)\s*$/, '').trim());
}
