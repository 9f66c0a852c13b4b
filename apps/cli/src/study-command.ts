/** In the environment of a study's step: the command that continues the study. */
export const STUDY_COMMAND = 'EHRSYNTH_STUDY_COMMAND';

/** What a command says of itself, in a step of a study: to continue, run the study again, which adds --resume itself. */
export function asStudySays(message: string): string {
  const again = process.env[STUDY_COMMAND];
  return again === undefined
    ? message
    : message.replace(/([Rr]un) the same command with --resume/g, (_, run: string) => `${run} \`${again}\``);
}
