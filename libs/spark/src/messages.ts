import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/** Methods of Spark Connect's service, with the names of their messages. */
const METHODS = {
  ExecutePlan: ['ExecutePlanRequest', 'ExecutePlanResponse'],
  ReattachExecute: ['ReattachExecuteRequest', 'ExecutePlanResponse'],
  ReleaseExecute: ['ReleaseExecuteRequest', 'ReleaseExecuteResponse'],
  AddArtifacts: ['AddArtifactsRequest', 'AddArtifactsResponse'],
  AnalyzePlan: ['AnalyzePlanRequest', 'AnalyzePlanResponse'],
  Config: ['ConfigRequest', 'ConfigResponse'],
  Interrupt: ['InterruptRequest', 'InterruptResponse'],
  ReleaseSession: ['ReleaseSessionRequest', 'ReleaseSessionResponse'],
  FetchErrorDetails: ['FetchErrorDetailsRequest', 'FetchErrorDetailsResponse'],
} as const;
export type Method = keyof typeof METHODS;

/** A message as a plain object: names in camel case, enums by name. */
export type Message = { [name: string]: unknown };

/** Part of a query's result. */
export interface ExecuteResponse {
  responseId: string;
  arrowBatch?: {
    rowCount: unknown;
    data: Uint8Array;
    /** Rows of the result before this batch; no property of its own where the server does not say. */
    startOffset?: unknown;
  };
  sqlCommandResult?: { relation?: Message };
  checkpointCommandResult?: { relation: { relationId: string } };
  resultComplete?: object;
  executionProgress?: {
    stages: { numTasks: unknown; numCompletedTasks: unknown; inputBytesRead: unknown; done: boolean }[];
  };
  metrics?: unknown;
}

/** How the bytes of a method's messages are made and read. */
export interface Coding {
  path: string;
  encode: (message: Message) => Buffer;
  decode: (bytes: Buffer) => Message;
}

/** The coding of a method; Apache's definitions are read when the first is asked for. */
export function codingOf(method: Method): Coding {
  const [request, response] = METHODS[method].map((name) => definitions().lookupType(`spark.connect.${name}`));
  return {
    path: `/spark.connect.SparkConnectService/${method}`,
    encode: (message) => Buffer.from(request.encode(request.fromObject(message)).finish()),
    decode: (bytes) => response.decode(bytes) as unknown as Message,
  };
}

/** What gRPC's trailer grpc-status-details-bin has of an error: fields of google.rpc.ErrorInfo, empty where there is none. */
export function errorInfo(details: Uint8Array | undefined): Record<string, string> {
  if (!details) return {};
  const { details: some } = STATUS.decode(details) as unknown as {
    details: { type_url: string; value: Uint8Array }[];
  };
  const info = some.find(({ type_url }) => type_url.endsWith('google.rpc.ErrorInfo'));
  if (!info) return {};
  const { metadata } = ERROR_INFO.decode(info.value) as unknown as { metadata: Record<string, string> };
  return metadata;
}

let known: protobuf.Root | undefined;

function definitions(): protobuf.Root {
  if (known) return known;
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => fileURLToPath(new URL(`../proto/${target}`, import.meta.url));
  return (known = root.loadSync('spark/connect/base.proto'));
}

/** The two messages of gRPC's richer errors, as far as they are read. @see https://google.aip.dev/193 */
const RPC = protobuf.Root.fromJSON({
  nested: {
    Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
    Status: { fields: { details: { rule: 'repeated', type: 'Any', id: 3 } } },
    ErrorInfo: { fields: { metadata: { keyType: 'string', type: 'string', id: 3 } as protobuf.IMapField } },
  },
});
const [STATUS, ERROR_INFO] = ['Status', 'ErrorInfo'].map((name) => RPC.lookupType(name));
