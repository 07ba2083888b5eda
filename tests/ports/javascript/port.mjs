// A port for node, one file and no package: all of the conformance protocol, version 1.
//
// Run it as `node port.mjs` (node 20 or later): requests on standard input, answers on standard
// output. It was written from PROTOCOL.md and schema.json alone.
//
//   Trees     Tournaments: rounds of pairs, and an odd one out goes on to the next round alone.
//   Solver    Gaussian elimination with partial pivoting.
//   Scores    Of a neuron that is moved, by a `delta` or a step, they are moved too: score +=
//             <delta, x>, with the delta as sent or solved, before the weight is rounded. A new
//             `weight` is no difference: its scores are computed from it, and nothing of the old
//             ones stays in them. The contract says `delta`, the less exact of the two.
//   Numbers   binary64 throughout.

import { once } from "node:events";

const MAX_LINE = 8 * 2 ** 20; // bytes, with the newline
const MAX_NUMBERS = 2 ** 26; // in all trees together, or in G: 512 MiB
const DIGITS = 19; // of one number in a reply: 16 digits, two quotes, a comma

const HELLO = {
  name: "javascript",
  version: "1.0",
  language: "JavaScript",
  issues: "https://example.org/issues",
  protocol: [1],
  operations: ["query", "update", "delta", "step", "dump"],
  contract: {
    input_bits: 53,
    accumulate_bits: 53,
    leaf_bits: 53,
    solve_bits: 53,
    rounding: "nearest",
    subnormals: "kept",
    leaf_update: "delta",
    choice: "fixed",
    tree_shape: "own",
    cost: true,
  },
};

// ---- Errors ------------------------------------------------------------------------------------

class Refused extends Error {
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

function demand(condition, code, detail) {
  if (!condition) throw new Refused(code, detail);
}

const allFinite = (values) => values.every(Number.isFinite);

// ---- Numbers: from a request -------------------------------------------------------------------

// 2^e for -1074 <= e <= 1023, from its bits: a library's power need not be exact.
function powerOfTwo(e) {
  const bits = e >= -1022 ? BigInt(e + 1023) << 52n : 1n << BigInt(e + 1074);
  return new Float64Array(BigUint64Array.of(bits).buffer)[0];
}

const isInteger = (k) => Number.isSafeInteger(k); // |k| < 2^53

const isDigits = (text) => typeof text === "string" && /^[0-9a-f]{16}$/.test(text);

function integerReader(exp) {
  demand(isInteger(exp) && exp >= -1074 && exp <= 1023, "internal", "exp out of range");
  const unit = powerOfTwo(exp);
  return (list) => {
    demand(list.every(isInteger), "internal", "int: not an integer below 2^53");
    return Float64Array.from(list, (k) => k * unit);
  };
}

function bitsReader(list) {
  demand(list.every(isDigits), "internal", "bits: not 16 lower-case hex digits");
  const bytes = Buffer.from(list.join(""), "hex");
  return Float64Array.from(list, (_, i) => bytes.readDoubleBE(8 * i));
}

// The array in one of the two forms, and what makes numbers of one axis of it.
function formOf(numbers, what) {
  const keys = Object.keys(numbers ?? {}).sort().join();
  demand(keys === "bits" || keys === "exp,int", "internal", `${what}: not an array of numbers`);
  const [array, read] =
    keys === "bits" ? [numbers.bits, bitsReader] : [numbers.int, integerReader(numbers.exp)];
  return [array, (list) => readAxis(list, read, what)];
}

function readAxis(list, read, what) {
  const flat = Array.isArray(list) && !list.some(Array.isArray);
  demand(flat, "bad_shape", `${what}: wrong number of axes`);
  const values = read(list);
  demand(allFinite(values), "not_finite", what);
  return values;
}

function readVector(numbers, length, what) {
  const [array, read] = formOf(numbers, what);
  const vector = read(array);
  demand(vector.length === length, "bad_shape", `${what}: ${vector.length} numbers, not ${length}`);
  return vector;
}

const readNumber = (numbers, what) => readVector(numbers, 1, what)[0];

function readMatrix(numbers, what) {
  const [array, read] = formOf(numbers, what);
  demand(Array.isArray(array) && array.length > 0, "bad_shape", `${what}: no row`);
  const rows = array.map(read);
  const width = rows[0].length;
  demand(width > 0, "bad_shape", `${what}: empty rows`);
  demand(rows.every((row) => row.length === width), "bad_shape", `${what}: rows differ in length`);
  return rows;
}

function readSigns(signs, m) {
  demand(Array.isArray(signs), "internal", "signs: not an array");
  demand(signs.length === m, "bad_shape", `signs: ${signs.length}, not ${m}`);
  demand(signs.every((a) => a === 1 || a === -1), "bad_shape", "signs: not 1 or -1");
  return signs;
}

function readIndex(index, count, what) {
  const exists = isInteger(index) && index >= 0 && index < count;
  demand(exists, "bad_index", `${what} ${JSON.stringify(index)} of ${count}`);
  return index;
}

// ---- Numbers: into a reply ---------------------------------------------------------------------

function digitsOf(values) {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => bytes.writeDoubleBE(value, 8 * i));
  const digits = bytes.toString("hex");
  return Array.from(values, (_, i) => digits.slice(16 * i, 16 * i + 16));
}

// ---- Trees -------------------------------------------------------------------------------------
//
// The nodes of a tree are one array: the scores of the m neurons, then the inner nodes, round by
// round, the root last. With one neuron its leaf is the root. All points share the shape.

function tournament(m) {
  const children = [];
  const parent = [];
  let round = Array.from({ length: m }, (_, r) => r);
  while (round.length > 1) {
    const winners = [];
    for (let i = 0; i < round.length; i += 2) {
      const node = m + children.length;
      const pair = round.slice(i, i + 2); // or one
      for (const child of pair) parent[child] = node;
      children.push(pair);
      winners.push(node);
    }
    round = winners;
  }
  return { m, children, parent, root: round[0], size: m + children.length };
}

function settle(shape, nodes, node) {
  const pair = shape.children[node - shape.m];
  nodes[node] = Math.max(nodes[pair[0]], nodes[pair.at(-1)]);
}

function plant(shape, scores) {
  const nodes = new Float64Array(shape.size);
  nodes.set(scores);
  for (let node = shape.m; node < shape.size; node++) settle(shape, nodes, node);
  return nodes;
}

function setLeaf(shape, nodes, neuron, score) {
  nodes[neuron] = score;
  for (let node = neuron; node !== shape.root; ) {
    node = shape.parent[node];
    settle(shape, nodes, node);
  }
}

// Left before right, so the neurons come in ascending order.
function above(shape, nodes, threshold) {
  const fired = [];
  const open = [shape.root];
  let visited = 0;
  while (open.length > 0) {
    const node = open.pop();
    visited += 1;
    if (!(nodes[node] > threshold)) continue;
    if (node < shape.m) fired.push(node);
    else open.push(...shape.children[node - shape.m].toReversed());
  }
  return { fired, visited };
}

// ---- Linear algebra ----------------------------------------------------------------------------

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

// target += factor * row, from one column on
function addMultiple(target, factor, row, from = 0) {
  for (let k = from; k < row.length; k++) target[k] += factor * row[k];
}

function bringUpPivot(rows, k) {
  let best = k;
  for (let i = k + 1; i < rows.length; i++) {
    if (Math.abs(rows[i][k]) > Math.abs(rows[best][k])) best = i;
  }
  demand(rows[best][k] !== 0, "singular", "no pivot");
  [rows[k], rows[best]] = [rows[best], rows[k]];
}

function substituteBack(rows) {
  const n = rows.length;
  const solution = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let rest = rows[i][n];
    for (let j = i + 1; j < n; j++) rest -= rows[i][j] * solution[j];
    solution[i] = rest / rows[i][i];
  }
  return solution;
}

// Gaussian elimination with partial pivoting, the right side carried along as a last column.
function solve(matrix, right) {
  const rows = matrix.map((row, i) => Float64Array.of(...row, right[i]));
  for (let k = 0; k < rows.length; k++) {
    bringUpPivot(rows, k);
    for (let i = k + 1; i < rows.length; i++) {
      addMultiple(rows[i], -rows[i][k] / rows[k][k], rows[k], k);
    }
  }
  const solution = substituteBack(rows);
  demand(allFinite(solution), "singular", "no finite solution");
  return solution;
}

// ---- Changes of a neuron -----------------------------------------------------------------------
//
// A change is made in two parts: all its numbers are computed and checked, then it is put in place.

function checked(change) {
  const fits = allFinite(change.weight) && allFinite(change.scores);
  demand(fits, "too_large", `neuron ${change.neuron}: beyond the range of binary64`);
  return change;
}

function replaced(state, neuron, weight) {
  const scores = state.points.map((x) => dot(weight, x));
  return checked({ neuron, weight, scores });
}

function moved(state, neuron, delta) {
  const weight = state.weights[neuron].map((w, k) => w + delta[k]);
  const scores = state.points.map((x, i) => state.trees[i][neuron] + dot(delta, x));
  return checked({ neuron, weight, scores });
}

function apply(state, { neuron, weight, scores }) {
  state.weights[neuron] = weight;
  state.trees.forEach((nodes, i) => setLeaf(state.shape, nodes, neuron, scores[i]));
}

// ---- The Gauss-Newton step ---------------------------------------------------------------------

function residualOf(state, fired) {
  return Float64Array.from(fired, (neurons, i) => {
    let sum = 0;
    for (const r of neurons) sum += state.signs[r] * (state.trees[i][r] - state.b);
    return state.scale * sum - state.labels[i];
  });
}

// For each pair j <= i, how many neurons fire on both.
function intersections(fired, m) {
  return fired.map((neurons, i) => {
    const here = new Uint8Array(m);
    for (const r of neurons) here[r] = 1;
    return fired.slice(0, i + 1).map((others) => others.reduce((sum, r) => sum + here[r], 0));
  });
}

function gramOf(state, fired) {
  const { points, scale } = state;
  const common = intersections(fired, state.weights.length);
  const gram = points.map(() => new Float64Array(points.length));
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i][j] = gram[j][i] = scale * scale * (common[i][j] * dot(points[i], points[j]));
    }
  }
  return gram;
}

// Of each neuron that fired: what its weight moves by.
function deltasOf(state, fired, solution) {
  const sums = new Map();
  fired.forEach((neurons, i) => {
    for (const r of neurons) {
      if (!sums.has(r)) sums.set(r, new Float64Array(state.points[i].length));
      addMultiple(sums.get(r), solution[i], state.points[i]);
    }
  });
  const factorOf = (r) => -state.scale * state.signs[r];
  return [...sums].map(([r, sum]) => [r, sum.map((value) => factorOf(r) * value)]);
}

// ---- Requests ----------------------------------------------------------------------------------
//
// None of these changes anything. They return the answer, and where something is to change, what
// makes the change once the answer is known to fit into a line.

function hello() {
  return { ok: HELLO };
}

function load(port, request) {
  const points = readMatrix(request.points, "points");
  const weights = readMatrix(request.weights, "weights");
  const [n, d, m] = [points.length, points[0].length, weights.length];
  demand(weights[0].length === d, "bad_shape", "weights and points differ in length");
  const labels = readVector(request.labels, n, "labels");
  const signs = readSigns(request.signs, m);
  const b = readNumber(request.b, "b");
  const scale = readNumber(request.scale, "scale");
  demand(n * 2 * m <= MAX_NUMBERS, "too_large", `${n} points, ${m} neurons`);
  const shape = tournament(m);
  const trees = points.map((x) => {
    const scores = weights.map((w) => dot(w, x));
    demand(allFinite(scores), "too_large", "a score is beyond the range of binary64");
    return plant(shape, scores);
  });
  const state = { points, labels, weights, signs, b, scale, shape, trees };
  return { ok: {}, change: () => (port.state = state) };
}

function loaded(port) {
  demand(port.state !== null, "bad_index", "nothing is loaded");
  return port.state;
}

function query(port, request) {
  const { points, trees, shape } = loaded(port);
  const point = readIndex(request.point, points.length, "point");
  const threshold = readNumber(request.threshold, "threshold");
  return { ok: above(shape, trees[point], threshold) };
}

function update(port, request) {
  const state = loaded(port);
  const d = state.points[0].length;
  const neuron = readIndex(request.neuron, state.weights.length, "neuron");
  const isNew = "weight" in request;
  demand(isNew !== "delta" in request, "bad_shape", "not one of weight and delta");
  const change = isNew
    ? replaced(state, neuron, readVector(request.weight, d, "weight"))
    : moved(state, neuron, readVector(request.delta, d, "delta"));
  return { ok: {}, change: () => apply(state, change) };
}

function step(port) {
  const state = loaded(port);
  demand(state.points.length ** 2 <= MAX_NUMBERS, "too_large", "too many points to solve for");
  const fired = state.trees.map((nodes) => above(state.shape, nodes, state.b).fired);
  const idle = fired.findIndex((neurons) => neurons.length === 0);
  demand(idle < 0, "singular", `no neuron fires on point ${idle}`);
  const residual = residualOf(state, fired);
  demand(allFinite(residual), "too_large", "a residual is beyond the range of binary64");
  const solution = solve(gramOf(state, fired), residual);
  const changes = deltasOf(state, fired, solution).map(([r, delta]) => moved(state, r, delta));
  return {
    ok: { fired, residual: digitsOf(residual), solution: digitsOf(solution) },
    change: () => changes.forEach((change) => apply(state, change)),
  };
}

function dump(port) {
  const { points, weights, trees, shape } = loaded(port);
  const count = weights.length * points[0].length + trees.length * shape.size;
  demand(DIGITS * count < MAX_LINE, "too_large", "the dump does not fit into a line");
  return {
    ok: {
      weights: weights.map(digitsOf),
      leaves: trees.map((nodes) => digitsOf(nodes.subarray(0, shape.m))),
      trees: trees.map((nodes) => ({
        inner: digitsOf(nodes.subarray(shape.m)),
        children: shape.children,
      })),
    },
  };
}

function bye(port) {
  return { ok: {}, change: () => (port.ended = true) };
}

const COMMANDS = new Map(Object.entries({ hello, load, query, update, step, dump, bye }));

// ---- Lines -------------------------------------------------------------------------------------

function render(reply) {
  const line = JSON.stringify(reply) + "\n";
  demand(Buffer.byteLength(line) <= MAX_LINE, "too_large", "the answer does not fit into a line");
  return line;
}

function seqOf(request) {
  demand(isInteger(request?.seq), "internal", "no seq");
  return request.seq;
}

function commandOf(request) {
  demand("cmd" in request, "internal", "no cmd");
  demand(COMMANDS.has(request.cmd), "unsupported", `cmd ${request.cmd}`);
  return COMMANDS.get(request.cmd);
}

function answer(port, line) {
  let seq = 0;
  try {
    const request = JSON.parse(line);
    seq = seqOf(request);
    const { ok, change } = commandOf(request)(port, request);
    const reply = render({ seq, ok });
    change?.();
    return reply;
  } catch (fault) {
    const code = fault instanceof Refused ? fault.code : "internal";
    return render({ seq, error: { code, detail: fault.message.slice(0, 200) } });
  }
}

// Whole lines from chunks that end anywhere. Bytes are kept until the newline has come, so that no
// character is cut in two. What follows the last newline is not a line.
async function* linesOf(chunks) {
  let pending = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end; (end = chunk.indexOf(10, start)) >= 0; start = end + 1) {
      pending.push(chunk.subarray(start, end));
      yield Buffer.concat(pending).toString();
      pending = [];
    }
    pending.push(chunk.subarray(start));
  }
}

// Leaving the loop closes the input, and the process ends by itself once the last answer is written
// out. process.exit() could lose it.
async function main() {
  const port = { state: null, ended: false };
  for await (const line of linesOf(process.stdin)) {
    const written = process.stdout.write(answer(port, line));
    if (!written) await once(process.stdout, "drain");
    if (port.ended) break;
  }
}

await main();
