// Special functions that intervals need, to about twelve digits.

/** Coefficients of Lanczos’s approximation for g = 7, n = 9 (Godfrey 2001). */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  // reflection: the approximation loses digits near zero
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const t = x + 6.5
  const sum = lanczos.slice(1).reduce((s, c, i) => s + c / (x + i), lanczos[0]!)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

/**
 * Regularised incomplete gamma functions P(shape, x) and Q = 1 − P, each computed where it is the small one.
 * Series and Lentz’s continued fraction (DLMF 8.11.4, 8.9.2). shape > 0, x ≥ 0.
 */
export function incompleteGamma(shape: number, x: number): { readonly lower: number; readonly upper: number } {
  if (x <= 0) return { lower: 0, upper: 1 }
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 }
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape))
  if (x < shape + 1) {
    let term = 1 / shape
    let sum = term
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= x / (shape + n)
      sum += term
    }
    return { lower: front * sum, upper: 1 - front * sum }
  }
  const tiny = 1e-300
  let b = x + 1 - shape
  let c = 1 / tiny
  let d = 1 / b
  let h = d
  for (let i = 1; i < 100_000; i++) {
    const a = -i * (i - shape)
    b += 2
    d = a * d + b
    c = b + a / c
    d = 1 / (Math.abs(d) < tiny ? tiny : d)
    if (Math.abs(c) < tiny) c = tiny
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return { lower: 1 - front * h, upper: front * h }
}

/** The x with P(shape, x) = p: Newton’s steps, kept between bounds. 0 for p ≤ 0, infinite for p ≥ 1. */
export function gammaQuantile(p: number, shape: number): number {
  if (p <= 0) return 0
  if (p >= 1) return Number.POSITIVE_INFINITY
  // Starts from where Newton’s steps cannot overshoot: P is concave for shapes up to 1 and P ≤ x^shape / Γ(shape + 1);
  // otherwise it is convex below the mode, which lies just below the mean, and concave above.
  let x = shape <= 1 ? Math.exp((Math.log(p) + logGamma(shape + 1)) / shape) : shape
  let low = 0
  let high = Number.POSITIVE_INFINITY
  for (let i = 0; i < 300; i++) {
    const { lower, upper } = incompleteGamma(shape, x)
    const miss = p < 0.5 ? lower - p : 1 - p - upper
    if (miss < 0) low = x
    else high = x
    const slope = Math.exp((shape - 1) * Math.log(x) - x - logGamma(shape))
    let next = x - miss / slope
    if (!(next > low && next < high)) next = high === Number.POSITIVE_INFINITY ? 2 * x + 1 : (low + high) / 2
    if (Math.abs(next - x) <= 1e-14 * x) return next
    x = next
  }
  return x
}

/** Quantile of χ² with these degrees of freedom. */
export const chiSquareQuantile = (p: number, degrees: number): number => 2 * gammaQuantile(p, degrees / 2)

/** Quantile of the standard normal law: its square is χ² of one degree. */
export function normalQuantile(p: number): number {
  return Math.sign(p - 0.5) * Math.sqrt(chiSquareQuantile(Math.abs(2 * p - 1), 1))
}

/** P(X ≤ k) of the binomial law, summed. */
export function binomialUpTo(k: number, n: number, p: number): number {
  if (k < 0) return 0
  if (k >= n || p <= 0) return 1
  if (p >= 1) return 0
  let sum = 0
  for (let i = 0; i <= k; i++)
    sum += Math.exp(
      logGamma(n + 1) - logGamma(i + 1) - logGamma(n - i + 1) + i * Math.log(p) + (n - i) * Math.log1p(-p),
    )
  return Math.min(1, sum)
}
