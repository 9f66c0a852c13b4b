import { WebSocket } from 'undici';

/** @medplum/core asks for the global as it loads; Node 20 has none. To be imported before it. */
globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;
