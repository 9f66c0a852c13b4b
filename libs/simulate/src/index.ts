export { simulatePatients, SIMULATION_END, type SimulationOptions } from './simulate.ts';
export { CLUSTERS, DISEASES, type Disease } from './diseases.ts';
export { DRUGS, type Drug } from './drugs.ts';
