export { Database, type DatabaseOptions, openDatabase } from './database.ts';
export { type AppendedType, type Appended, Appender } from './appender.ts';
export { identifier, quote } from './sql.ts';
