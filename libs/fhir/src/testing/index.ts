export { KINDS_OF_FAULTS, type KindOfFault } from './kinds-of-faults.ts';
export { BROKEN, type BrokenCase } from './broken-cases.ts';
export { RIGHT, RIGHT_BUNDLE } from './right-resources.ts';
export { readDocuments } from '../read/read-resources.ts';
export { recordExamples } from './examples.ts';
export {
  HOSTILE,
  hostileCommand,
  startHostile,
  type HostileBehaviour,
  type HostileContext,
  type HostileServer,
  type Observed,
  type SeenRequest,
} from './hostile-server.ts';
export { mutateResource, type Mutation, mutations } from './mutations.ts';
export { recordArbitrary } from './record-arbitrary.ts';
export { comparable, keptByFhir } from './kept-by-fhir.ts';
