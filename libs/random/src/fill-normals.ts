/** Layers of the ziggurat, the start of its tail and the area of a layer. */
const LAYERS = 256;
const TAIL = 3.6541528853610088;
const AREA = 0.00492867323399;
const HALF_24_BITS = 2 ** 23;
const TWO_POW_32 = 2 ** 32;

const { widths, limits, heights } = tables();

/**
 * Fills an array with standard normals by the ziggurat method from four words of state, which move on: a few nanoseconds each, for
 * noise by the million. The layer is chosen by other bits than the place in it (Doornik's correction), and the words come from
 * xoshiro128++ (Blackman and Vigna 2021).
 * @see Marsaglia and Tsang 2000, https://doi.org/10.18637/jss.v005.i08
 */
export function fillNormals(values: Float32Array, state: Int32Array): void {
  let s0 = state[0];
  let s1 = state[1];
  let s2 = state[2];
  let s3 = state[3];
  for (let i = 0; i < values.length; i++) {
    // As in `nextWord`, on local numbers: most draws end here.
    const sum = (s0 + s3) | 0;
    const bits = (((sum << 7) | (sum >>> 25)) + s0) | 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    const layer = bits & (LAYERS - 1);
    const place = bits >> 8;
    if (place < limits[layer] && -place < limits[layer]) {
      values[i] = place * widths[layer];
      continue;
    }
    keep(state, s0, s1, s2, s3);
    values[i] = drawAtEdge(bits, state);
    s0 = state[0];
    s1 = state[1];
    s2 = state[2];
    s3 = state[3];
  }
  keep(state, s0, s1, s2, s3);
}

function keep(state: Int32Array, s0: number, s1: number, s2: number, s3: number): void {
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

function drawAtEdge(first: number, state: Int32Array): number {
  for (let bits = first; ; bits = nextWord(state)) {
    const layer = bits & (LAYERS - 1);
    const place = bits >> 8;
    const x = place * widths[layer];
    if (Math.abs(place) < limits[layer]) return x;
    if (layer === 0) return Math.sign(place) * tail(state);
    const height = heights[layer] + uniform(state) * (heights[layer + 1] - heights[layer]);
    if (height < Math.exp((-x * x) / 2)) return x;
  }
}

function nextWord(state: Int32Array): number {
  const s0 = state[0];
  const s1 = state[1];
  const sum = (s0 + state[3]) | 0;
  const s2 = state[2] ^ s0;
  const s3 = state[3] ^ s1;
  keep(state, s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 9), (s3 << 11) | (s3 >>> 21));
  return (((sum << 7) | (sum >>> 25)) + s0) | 0;
}

function uniform(state: Int32Array): number {
  return ((nextWord(state) >>> 0) + 0.5) / TWO_POW_32;
}

/** Beyond the last layer (Marsaglia 1964). */
function tail(state: Int32Array): number {
  for (;;) {
    const x = -Math.log(uniform(state)) / TAIL;
    if (-2 * Math.log(uniform(state)) > x * x) return TAIL + x;
  }
}

/** Of each layer: how far a unit of place is, up to which place it lies wholly under the curve, and the curve's height
 * at its edge. */
function tables() {
  const density = (x: number) => Math.exp((-x * x) / 2);
  const edges = new Float64Array(LAYERS + 1);
  edges[0] = AREA / density(TAIL);
  edges[1] = TAIL;
  for (let i = 2; i < LAYERS; i++) {
    edges[i] = Math.sqrt(-2 * Math.log(AREA / edges[i - 1] + density(edges[i - 1])));
  }
  const layers = Array.from({ length: LAYERS }, (_, layer) => layer);
  return {
    widths: Float64Array.from(layers, (layer) => edges[layer] / HALF_24_BITS),
    limits: Int32Array.from(layers, (layer) => (edges[layer + 1] / edges[layer]) * HALF_24_BITS),
    heights: Float64Array.from([...layers, LAYERS], (layer) => density(edges[layer])),
  };
}
