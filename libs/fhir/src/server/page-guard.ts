import { createHash } from 'node:crypto';
import { LimitError, NoPageError } from './errors.ts';

const HASH_CHARACTERS = 16;
/** Pages in a row without anything new, after which a server is taken to send the same for ever. */
const STALE_PAGES = 10;

/** Finds that the pages of a search repeat, or do not end. */
export class PageGuard {
  /** Addresses, by their hashes. */
  private readonly hashes = new Set<string>();
  private stale = 0;

  /** @param last address of the page that an earlier run read last */
  constructor(
    private readonly type: string,
    private readonly maxPages: number,
    private last?: string,
  ) {
    if (last) this.hashes.add(hashOf(last));
  }

  /** To be called before a page is fetched. @throws NoPageError where it was read before; LimitError where it is one too many */
  before(address: string, pages: number): void {
    const { type, maxPages, last, hashes } = this;
    if (pages >= maxPages)
      throw new LimitError(
        `The server has more than ${maxPages.toLocaleString('en-US')} pages of ${type}`,
        address,
        'maxPages',
      );
    if (address === last) throw new NoPageError(address, `the next page of ${type} is the one just read`);
    const { size } = hashes;
    hashes.add(hashOf(address));
    if (hashes.size === size) throw new NoPageError(address, `the next page of ${type} is one that was already read`);
    this.last = address;
  }

  /** To be called after a page. @throws NoPageError where the same comes over and over under new addresses */
  after(address: string, entries: number, isNew: boolean): void {
    this.stale = entries > 0 && !isNew ? this.stale + 1 : 0;
    if (this.stale >= STALE_PAGES)
      throw new NoPageError(address, `the last ${STALE_PAGES} pages of ${this.type} had nothing new`);
  }
}

function hashOf(address: string): string {
  return createHash('sha256').update(address).digest('base64').slice(0, HASH_CHARACTERS);
}
