import type { Addresses } from './addresses.ts';
import type { Found } from './found.ts';

/** Within what a source's Type/id means one resource, where it does not in the whole: a folder, or a Bundle. */
export type Level = 'folder' | 'bundle';

/** Numbers for the places that resources stand in: the folder of the source, and the Bundle where that is one's own. */
export class Scopes {
  private readonly folders: number[] = [];
  private readonly isBundle: boolean[] = [];
  private readonly ofFolder = new Map<string, number>();
  private readonly ofBundle = new WeakMap<Addresses, number>();
  private folder = 0;
  private last: { addresses?: Addresses; scope: number } | undefined;

  /** What follows is of this folder. */
  startFolder(name: string): void {
    this.folder = this.ofFolder.get(name) ?? this.next(this.ofFolder.size, false);
    this.ofFolder.set(name, this.folder);
    this.last = undefined;
  }

  of({ addresses }: Found): number {
    if (this.ofFolder.size === 0) this.startFolder('');
    const own = addresses?.isServers ? undefined : addresses;
    if (this.last && this.last.addresses === own) return this.last.scope;
    const scope = own ? (this.ofBundle.get(own) ?? this.next(this.folders[this.folder], true)) : this.folder;
    if (own) this.ofBundle.set(own, scope);
    this.last = { addresses: own, scope };
    return scope;
  }

  /** A name for the folder or the Bundle of a place; all that is in no Bundle of its own has one name. */
  nameOf(scope: number, level: Level): string {
    if (level === 'folder') return `f${this.folders[scope]}`;
    return this.isBundle[scope] ? `b${scope}` : 'b';
  }

  private next(folder: number, isBundle: boolean): number {
    this.isBundle.push(isBundle);
    return this.folders.push(folder) - 1;
  }
}
