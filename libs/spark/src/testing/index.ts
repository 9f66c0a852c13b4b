export { type CuttingProxy, cuttingProxy } from './cutting-proxy.ts';
export { startSail, startSpark, type TestSpark, TWO_EXECUTORS, TWO_HOSTS } from './servers.ts';
