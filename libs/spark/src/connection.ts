import { once } from 'node:events';
import {
  type CallOptions,
  Client,
  type ClientReadableStream,
  type ClientWritableStream,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { SparkAddress } from './address.ts';
import { type Fault, SparkError } from './errors.ts';
import { type Coding, codingOf, type ExecuteResponse, errorInfo, type Message, type Method } from './messages.ts';
import { isPassing, pauseBefore, type Retries, USUAL_RETRIES } from './retries.ts';
import { credentialsFor } from './tls.ts';

/** Of a call that gives one answer. Plans with many views take a server long to look at. */
const DEADLINE_MS = 600_000;
/** Until a silent server is asked whether it is still there; servers on Java refuse to be asked more often. */
const KEEP_ALIVE_MS = 300_000;

/** Bytes of messages, without what HTTP/2 adds. */
export interface Traffic {
  sent: number;
  received: number;
}

/** Calls of a Spark Connect server. */
export class Connection {
  private readonly client: Client;
  private readonly metadata = new Metadata();
  readonly traffic: Traffic = { sent: 0, received: 0 };

  constructor(
    address: SparkAddress,
    private readonly where: string,
  ) {
    const { host, port, isSecure, token, headers, maxMessageBytes, userAgent } = address;
    if (token !== undefined) this.metadata.set('authorization', `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers)) this.metadata.set(name, value);
    this.client = new Client(`${host}:${port}`, credentialsFor(isSecure), {
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': KEEP_ALIVE_MS,
      ...(userAgent && { 'grpc.primary_user_agent': userAgent }),
    });
  }

  /** One answer, the call made again where the server is away. @throws SparkError */
  async call<T extends Message>(
    method: Method,
    request: Message,
    { retries = USUAL_RETRIES, signal, doing = 'The Spark server could not answer' }: CallSettings = {},
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return (await this.once(method, request)) as T;
      } catch (error) {
        if (!isPassing(error) || tries > retries.most) throw await this.errorOf(error, request, doing);
        await pauseBefore(tries, retries, signal);
      }
    }
  }

  /** The answers of a query as they come. Errors are gRPC's own. */
  stream(method: 'ExecutePlan' | 'ReattachExecute', request: Message): ClientReadableStream<ExecuteResponse> {
    const { path, encode, decode } = this.countedCoding(method);
    const read = decode as unknown as (bytes: Buffer) => ExecuteResponse;
    return this.client.makeServerStreamRequest(path, encode, read, request, this.metadata);
  }

  /** One answer to a stream of requests, which are sent as fast as the server takes them. Errors are gRPC's own. */
  async send(method: 'AddArtifacts', requests: AsyncIterable<Message>, signal?: AbortSignal): Promise<Message> {
    const { path, encode, decode } = this.countedCoding(method);
    let call!: ClientWritableStream<Message>;
    const answered = new Promise<Message>((resolve, reject) => {
      call = this.client.makeClientStreamRequest(path, encode, decode, this.metadata, (error, answer) =>
        error ? reject(error) : resolve(answer!),
      );
    });
    const stop = () => call.cancel();
    signal?.addEventListener('abort', stop, { once: true });
    // A server that refuses says so before everything is sent.
    let isOver = false;
    const over = answered.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    try {
      for await (const request of requests) {
        if (isOver) break;
        if (!call.write(request)) await Promise.race([once(call, 'drain'), over]);
      }
      call.end();
      return await answered;
    } finally {
      call.cancel();
      signal?.removeEventListener('abort', stop);
    }
  }

  /** gRPC's error as one for the user, with what the server has to say of it beside its message. */
  async errorOf(error: unknown, request: Message, doing: string): Promise<Error> {
    if (!isServiceError(error)) return error as Error;
    return new SparkError(doing, this.where, await this.faultOf(error, request), error);
  }

  /** That the rows after a cut are not those that should follow. */
  lostRows(doing: string): Error {
    const message = 'the connection was cut in the middle of a result, and the server does not go on where it was';
    return new SparkError(doing, this.where, { status: 'UNAVAILABLE', message });
  }

  close(): void {
    this.client.close();
  }

  private countedCoding(method: Method): Coding {
    const { path, encode, decode } = codingOf(method);
    return {
      path,
      encode: (message) => {
        const bytes = encode(message);
        this.traffic.sent += bytes.length;
        return bytes;
      },
      decode: (bytes) => {
        this.traffic.received += bytes.length;
        return decode(bytes);
      },
    };
  }

  private once(method: Method, request: Message): Promise<Message> {
    const { path, encode, decode } = this.countedCoding(method);
    const options: CallOptions = { deadline: Date.now() + DEADLINE_MS };
    return new Promise((resolve, reject) =>
      this.client.makeUnaryRequest(path, encode, decode, request, this.metadata, options, (error, answer) =>
        error ? reject(error) : resolve(answer!),
      ),
    );
  }

  private async faultOf(error: ServiceError, { sessionId, userContext }: Message): Promise<Fault> {
    const [details] = error.metadata?.get('grpc-status-details-bin') ?? [];
    const { errorId, errorClass, sqlState } = errorInfo(details as Buffer | undefined);
    const found: Fault = { status: status[error.code], message: error.details || error.message, errorClass, sqlState };
    if (!errorId) return { ...found, errorClass: errorClass ?? /^\[([A-Z0-9_.]+)\]/.exec(found.message)?.[1] };
    // Messages are cut off in the status; a server that has no details of an error says as much with another error.
    const more = await this.once('FetchErrorDetails', { sessionId, userContext, errorId }).catch(() => ({}));
    const { errors = [], rootErrorIdx = 0 } = more as { errors?: DetailedError[]; rootErrorIdx?: number };
    const root = errors[rootErrorIdx];
    let last = root;
    for (let i = 0; i < errors.length && last && Object.hasOwn(last, 'causeIdx'); i++) last = errors[last.causeIdx!];
    return {
      ...found,
      cause: last?.message,
      ...(root?.message && { message: root.message }),
      errorClass: root?.sparkThrowable?.errorClass || errorClass,
      sqlState: root?.sparkThrowable?.sqlState || sqlState,
    };
  }
}

export interface CallSettings {
  retries?: Retries;
  signal?: AbortSignal;
  /** What failed, for the user. */
  doing?: string;
}

interface DetailedError {
  message: string;
  /** Among the errors; no property of its own where there is none. */
  causeIdx?: number;
  sparkThrowable?: { errorClass?: string; sqlState?: string };
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && typeof (error as ServiceError).code === 'number' && 'details' in error;
}
