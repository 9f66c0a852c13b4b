/** What one client may take. Honest clients meet none of these. */
export interface SandboxLimits {
  /** Bytes of a request's body, once decompressed. */
  maxBodyBytes: number;
  /** Connections at the same time. */
  maxConnections: number;
  /** Until the headers of a request have arrived. */
  headersTimeoutMs: number;
  /** Until a request has arrived whole. */
  requestTimeoutMs: number;
  /** Without a byte on a connection, in either direction. */
  stallTimeoutMs: number;
}

export const SANDBOX_LIMITS: SandboxLimits = {
  maxBodyBytes: 128 << 20,
  maxConnections: 512,
  headersTimeoutMs: 20_000,
  requestTimeoutMs: 600_000,
  stallTimeoutMs: 300_000,
};

/** Bodies that are held at the same time, in bodies of the largest size. */
export const BODIES_HELD = 4;
/** Levels of objects and arrays in a body; resources have some twenty. */
export const MAX_DEPTH = 200;
/** Finished exports that are kept; the oldest goes first. */
export const EXPORTS_KEPT = 100;
