export { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts';
export { startSail, startSpark, type TestSpark } from './servers.ts';
