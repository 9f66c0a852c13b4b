export { simulatePatients } from './simulate.ts';
