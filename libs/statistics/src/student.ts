/** Two-sided 5%. */
const P = 0.05;
const NORMAL = -1.959964;

/**
 * The quantile of Student's t that 95% intervals are made with: 12.706 of 1 degree of freedom, 1.96 of many. Within 0.1 %.
 * @see Hill 1970, algorithm 396
 */
export function studentQuantile(degrees: number): number {
  const n = degrees;
  if (n === 1) return 1 / Math.tan((P * Math.PI) / 2);
  if (n === 2) return Math.sqrt(2 / (P * (2 - P)) - 2);
  const a = 1 / (n - 0.5);
  const b = 48 / a ** 2;
  let c = (((20700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n;
  let y = (d * P) ** (2 / n);
  if (y <= 0.05 + a) {
    const tail = ((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3;
    y = ((1 / tail + 0.5 / (n + 4)) * y - 1) * ((n + 1) / (n + 2)) + 1 / y;
    return Math.sqrt(n * y);
  }
  const x = NORMAL;
  if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6);
  c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b;
  y = x ** 2;
  y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
  return Math.sqrt(n * Math.expm1(a * y ** 2));
}
