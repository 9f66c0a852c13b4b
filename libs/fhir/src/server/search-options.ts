/** How a server without bulk export is read. */
export interface SearchOptions {
  types: string[];
  /** Only what changed since: an instant. */
  since?: string;
  /** Resources to a page. */
  pageSize: number;
  signal?: AbortSignal;
  onProgress?: (progress: { note: string; resources: number }) => void;
  /** Called with what there is to know of how a type is read. */
  onNote?: (note: string) => void;
}
