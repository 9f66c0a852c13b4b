export { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts';
export { startSail, startSpark, type TestSpark, TWO_EXECUTORS } from './servers.ts';
