/** The end of what a command said, on one line that is safe to print. */
export function lastWords(output: string): string {
  const end = output.trim().split('\n').slice(-3).join(' / ').slice(0, 300);
  return JSON.stringify(end).slice(1, -1);
}
