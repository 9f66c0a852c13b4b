/** How the user calls ehrsynth: as a command, by npx, or by npm in a clone. */
export function invocation({ npm_lifecycle_event: script, npm_command: command } = process.env): string {
  if (script === 'demo' || script === 'ehrsynth') return 'npm run ehrsynth --';
  return command === 'exec' ? 'npx ehrsynth' : 'ehrsynth';
}
