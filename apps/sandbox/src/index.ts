export { SANDBOX_LIMITS, type SandboxLimits } from './limits.ts';
export { startSandbox, type Sandbox, type SandboxOptions } from './server.ts';
