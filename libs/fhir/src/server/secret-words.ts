import { redactUrls } from '@ehrsynth/io';

/** Shorter words of a header (Bearer, the number of a tenant) are no secrets. */
const SHORTEST = 8;

/** What was sent to a server and nobody else may see: its errors may repeat it. */
export class SecretWords {
  private readonly words = new Set<string>();

  /** Takes the words of headers' values. */
  add(headers: Record<string, string>): void {
    for (const word of Object.values(headers).flatMap((value) => value.split(/\s+/))) {
      if (word.length >= SHORTEST) this.words.add(word);
    }
  }

  /** The text without them, and without what is secret in its addresses. */
  hide(text: string): string {
    let hidden = redactUrls(text);
    for (const word of this.words) hidden = hidden.replaceAll(word, '***');
    return hidden;
  }
}
