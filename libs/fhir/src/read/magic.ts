/** What a file is by its first bytes (the list of file(1)), and what is to be done about it; undefined for text. */
export function binaryKind(head: Buffer): string | undefined {
  return KINDS.find(([magic, , at = 0]) => head.subarray(at, at + magic.length).equals(magic))?.[1];
}

const UNPACK = 'unpack it';
const KINDS: [magic: Buffer, kind: string, at?: number][] = [
  [Buffer.from('PK\x03\x04', 'latin1'), `zip archive: ${UNPACK}`],
  [Buffer.from('PK\x05\x06', 'latin1'), `zip archive: ${UNPACK}`],
  [Buffer.from('ustar'), `tar archive: ${UNPACK}`, 257],
  [Buffer.from('1AY&SY'), `bzip2: ${UNPACK}, or use gzip`, 4],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), `xz: ${UNPACK}, or use gzip`],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), `zstandard: ${UNPACK}, or use gzip`],
  [Buffer.from([0x04, 0x22, 0x4d, 0x18]), `lz4: ${UNPACK}, or use gzip`],
  [Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73]), `snappy: ${UNPACK}, or use gzip`],
  [Buffer.from([0x37, 0x7a, 0xbc, 0xaf]), `7z archive: ${UNPACK}`],
  [Buffer.from('Rar!'), `rar archive: ${UNPACK}`],
  [Buffer.from([0x1f, 0x8b]), 'gzip'],
  [Buffer.from('PAR1'), 'Parquet is not read: export NDJSON'],
  [Buffer.from('Obj\x01', 'latin1'), 'Avro is not read: export NDJSON'],
  [Buffer.from('ORC'), 'ORC is not read: export NDJSON'],
  [Buffer.from('SQLite format 3'), 'SQLite database: export NDJSON'],
  [Buffer.from('%PDF'), 'PDF: not FHIR'],
  [Buffer.from([0xff, 0xfe, 0, 0]), 'UTF-32 is not read: convert it to UTF-8'],
  [Buffer.from([0, 0, 0xfe, 0xff]), 'UTF-32 is not read: convert it to UTF-8'],
  [Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'picture: not FHIR'],
  [Buffer.from([0xff, 0xd8, 0xff]), 'picture: not FHIR'],
  [Buffer.from('GIF8'), 'picture: not FHIR'],
];
