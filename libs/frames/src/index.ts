export { type Frame, type FrameOptions, isFrame, openFrame } from './open-frame.ts';
export { FrameError, FrameOptionError, NoSuchColumnsError } from './errors.ts';
export { CodeIdentifier, type IdentifyOptions, OWN_SYSTEM } from './identify.ts';
export { type CodeMeaning, type CodeResolver, type Long, type LongFault } from './long.ts';
export { type Matched, NameMatcher } from './match-names.ts';
export { demographicOf, kindOf, readingsOf, systemsOf } from './name-readings.ts';
export { type Role, type RoleNames, ROLES, rolesText } from './roles.ts';
export { requireRow, type Wide, type WideRow } from './wide.ts';
