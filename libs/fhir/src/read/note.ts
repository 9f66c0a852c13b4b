/** Something to know of a fact that is read all the same. */
export interface Note {
  reason: string;
  detail?: string;
}
