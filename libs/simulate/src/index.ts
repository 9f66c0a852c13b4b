export { simulatePatients } from './sets/simulate.ts';
export { simulateLives, type LivesOptions } from './lives/simulate-lives.ts';
