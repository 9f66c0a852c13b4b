/** Spark's type as the protocol has it: one field is set, named as the type is. */
export interface DataType {
  struct?: { fields: { name: string; dataType: DataType }[] };
  decimal?: { precision: number; scale: number };
  kind?: string;
}

/** The protocol's names of types that SQL calls otherwise. */
const SQL_NAMES: Record<string, string> = {
  byte: 'tinyint',
  short: 'smallint',
  integer: 'int',
  long: 'bigint',
  timestampNtz: 'timestamp_ntz',
  varChar: 'string',
  char: 'string',
};

/** What SQL calls a type. */
export function typeName(type: DataType): string {
  const kind = type.kind ?? 'unknown';
  if (type.decimal) return `decimal(${type.decimal.precision},${type.decimal.scale})`;
  return SQL_NAMES[kind] ?? kind;
}
