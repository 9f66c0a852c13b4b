/** The parts of the standard global that we use: TypeScript has its types in the library for browsers only. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
    constructor(descriptor: { initial: number; maximum: number; shared?: boolean });
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}
