/** The logistic function of c₁z + c₃z³ is the standard normal distribution function to 0.0002 (Page 1977). */
export const [SCORE, SCORE_CUBED] = [2 * 0.7988, 2 * 0.7988 * 0.04417];
/** What stands for no end: however wide a distribution is, all of it is within. */
const FARTHEST = 1e4;

/** A share of all, 0 to 1, as a score: its inverse is `shareOf`. (Nearly that of the normal distribution, and with it scores are exact.) */
export function scoreOf(share: number): number {
  if (share <= 0) return -FARTHEST;
  if (share >= 1) return FARTHEST;
  // The real root of c₃z³ + c₁z = logit.
  const logit = Math.log(share / (1 - share));
  const size = Math.sqrt((4 * SCORE) / (3 * SCORE_CUBED));
  return size * Math.sinh(Math.asinh((3 * logit) / (SCORE * size)) / 3);
}

export function shareOf(score: number): number {
  return 1 / (1 + Math.exp(-score * (SCORE + SCORE_CUBED * score * score)));
}

/** Share of numbers that are drawn as all of the code are: so none is impossible, nor below what 32 bits can tell from 0. */
export const FLOOR = 0.002;
