/*
 * A complete port of the conformance protocol, version 1, in one file of ISO C11.
 *
 * It was written from PROTOCOL.md and schema.json alone, and is meant to be read, and to start
 * from. It keeps n points, m neurons and, for each point, a tournament tree over the neurons'
 * scores; it reads one request a line from standard input and answers each with one line.
 *
 *     cc -O2 -Wall -Wextra -Werror -std=c11 -o port port.c -lm
 *
 *     -DREAL=float   the same port in binary32 throughout; it then claims 24 bits
 *     -DDELTA        moves the scores of a changed neuron by <difference, x> instead of
 *                    computing them anew; it then claims leaf_update "delta"
 *
 * Two habits keep it short. A fault anywhere calls fail(), which jumps back to answer(): nobody
 * hands error codes upwards. And each command first reads, computes and writes its whole reply,
 * and only then changes the state: nothing has to be undone when it fails.
 */
#include <ctype.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef REAL
#define REAL double
#endif
#ifndef DELTA
#define DELTA 0
#endif

typedef REAL Real;

enum { LINE_LIMIT = 8 << 20, DEPTH_LIMIT = 32 };

static const char HEX[] = "0123456789abcdef";

/* ---------------------------------------------------------------------------- faults, memory */

static jmp_buf to_answer;
static struct { const char *code, *detail; } fault;

static _Noreturn void fail(const char *code, const char *detail) {
    fault.code = code;
    fault.detail = detail;
    longjmp(to_answer, 1);
}

typedef struct Block { struct Block *next; max_align_t room[]; } Block;

static Block *scratch; /* what this request has allocated: freed after its answer */
static Block *held;    /* what the state lives in: the scratch of the load that made it */

static void *allocate(size_t rows, size_t cols, size_t size) { /* all zero */
    size_t limit = (PTRDIFF_MAX - sizeof(Block)) / size;
    bool fits = cols == 0 || rows <= limit / cols;
    Block *block = fits ? calloc(1, sizeof(Block) + rows * cols * size) : NULL;
    if (!block) fail("too_large", "out of memory");
    block->next = scratch;
    scratch = block;
    return block->room;
}

static Real *allocate_reals(size_t rows, size_t cols) { return allocate(rows, cols, sizeof(Real)); }

static void release(Block **blocks) {
    while (*blocks) {
        Block *next = (*blocks)->next;
        free(*blocks);
        *blocks = next;
    }
}

/* -------------------------------------------------------------------------------- reading JSON */

/* A place in the line. The line ends with a zero, which no reader steps over. */
typedef const char *Json;

static char peek(Json *p) {
    while (**p == ' ' || **p == '\t' || **p == '\r') ++*p;
    return **p;
}

static bool take(Json *p, char c) {
    if (peek(p) != c) return false;
    ++*p;
    return true;
}

static void expect(Json *p, char c) {
    if (!take(p, c)) fail("internal", "not the JSON that was expected");
}

static bool first(Json *p, char open, char close) {
    expect(p, open);
    return !take(p, close);
}

static bool next(Json *p, char close) {
    if (take(p, ',')) return true;
    expect(p, close);
    return false;
}

/* EACH(p, '[', ']') { read one item at p, and leave p behind it } */
#define EACH(p, open, close) for (bool item = first(p, open, close); item; item = next(p, close))

static void skip_string(Json *p) {
    expect(p, '"');
    for (; **p != '"'; ++*p) {
        if (**p == '\\') ++*p;
        if (**p == '\0') fail("internal", "a string without an end");
    }
    ++*p;
}

static bool in_word(char c) {
    return isalnum((unsigned char)c) || c == '-' || c == '+' || c == '.';
}

static void skip_word(Json *p) { /* a number, true, false, null */
    if (!in_word(peek(p))) fail("internal", "no JSON value");
    while (in_word(**p)) ++*p;
}

static void skip_key(Json *p) {
    skip_string(p);
    expect(p, ':');
}

static void skip_value(Json *p, int depth) {
    char open = peek(p), close = open == '[' ? ']' : '}';
    if (depth > DEPTH_LIMIT) fail("internal", "nested too deeply");
    if (open == '"') skip_string(p);
    else if (open != '[' && open != '{') skip_word(p);
    else EACH(p, open, close) {
        if (open == '{') skip_key(p);
        skip_value(p, depth + 1);
    }
}

static bool is_text(Json p, const char *text) {
    size_t length = strlen(text);
    return peek(&p) == '"' && strncmp(p + 1, text, length) == 0 && p[1 + length] == '"';
}

/* Where the value of the key begins, or NULL. The keys may come in any order. */
static Json find(Json object, const char *key) {
    EACH(&object, '{', '}') {
        bool found = is_text(object, key);
        skip_key(&object);
        if (found) return object;
        skip_value(&object, 0);
    }
    return NULL;
}

static size_t count_items(Json *p) {
    size_t items = 0;
    EACH(p, '[', ']') {
        skip_value(p, 0);
        items++;
    }
    return items;
}

/* One that is too long becomes the largest or the least of its type. */
static long long read_integer(Json *p, long long least, long long largest, const char *otherwise) {
    char *end, start = peek(p);
    long long value = strtoll(*p, &end, 10);
    if (end == *p || start == '+' || in_word(*end)) fail("internal", "not an integer");
    if (value < least || value > largest) fail(otherwise, "an integer out of range");
    *p = end;
    return value;
}

/* ------------------------------------------------------------------------- numbers on the wire */

/* {"exp": e, "int": [...]} or {"bits": [...]} */
typedef struct { Json items; bool bits; int exp; } Array;
typedef struct { size_t rows, cols; Real *at; } Matrix;

static Array read_form(Json object) {
    Json bits = find(object, "bits"), ints = find(object, "int"), exp = find(object, "exp");
    if (bits && !ints && !exp) return (Array){bits, true, 0};
    if (bits || !ints || !exp) fail("internal", "numbers are either exp and int, or bits");
    return (Array){ints, false, (int)read_integer(&exp, -1074, 1023, "internal")};
}

static double read_bits(Json *p) {
    double value;
    expect(p, '"');
    if (strspn(*p, HEX) != 16 || (*p)[16] != '"') fail("internal", "not 16 hexadecimal digits");
    uint64_t bits = strtoull(*p, NULL, 16);
    *p += 17;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static Real read_number(const Array *array, Json *p) {
    const long long limit = 1LL << 53;
    Real value = (Real)(array->bits ? read_bits(p)
        : ldexp((double)read_integer(p, 1 - limit, limit - 1, "internal"), array->exp));
    if (!isfinite(value)) fail("not_finite", "a number is not finite");
    return value;
}

static void read_row(const Array *array, Json *p, Real *to) {
    EACH(p, '[', ']') *to++ = read_number(array, p);
}

static Real *read_vector(Json object, size_t length) {
    Array array = read_form(object);
    Json p = array.items;
    if (count_items(&p) != length) fail("bad_shape", "an array of the wrong length");
    Real *vector = allocate_reals(1, length);
    read_row(&array, &array.items, vector);
    return vector;
}

static Real read_single(Json object) { return *read_vector(object, 1); }

static Real *read_signs(Json list, size_t m) {
    Json p = list;
    if (count_items(&p) != m) fail("bad_shape", "not one sign for each neuron");
    Real *signs = allocate_reals(1, m), *sign = signs;
    EACH(&list, '[', ']') *sign++ = (Real)read_integer(&list, -1, 1, "bad_shape");
    for (size_t r = 0; r < m; r++)
        if (signs[r] == 0) fail("bad_shape", "a sign is 1 or -1");
    return signs;
}

static Matrix measure(Json rows) {
    Matrix shape = {0, 0, NULL};
    EACH(&rows, '[', ']') {
        size_t length = count_items(&rows);
        if (shape.rows++ == 0) shape.cols = length;
        if (length != shape.cols) fail("bad_shape", "rows of different lengths");
    }
    if (shape.cols == 0) fail("bad_shape", "no row, or rows of nothing");
    return shape;
}

static Matrix read_matrix(Json object) {
    Array array = read_form(object);
    Json *p = &array.items;
    Matrix matrix = measure(*p);
    Real *row = matrix.at = allocate_reals(matrix.rows, matrix.cols);
    EACH(p, '[', ']') {
        read_row(&array, p, row);
        row += matrix.cols;
    }
    return matrix;
}

/* ----------------------------------------------------------------------------- state and trees */

typedef struct {
    size_t n, m, d; /* all 0 before the first load */
    Real *points;   /* n rows of d */
    Real *labels;   /* n */
    Real *weights;  /* m rows of d */
    Real *signs;    /* m */
    Real b, scale;
    Real *trees;    /* n rows of 2m: node k holds the larger of 2k and 2k + 1, node m + r score r */
    size_t *above;  /* room for one search: up to 2m - 1 nodes */
} State;

typedef struct { size_t *neurons, count, visited; } Fired;

static Real *point_of(const State *s, size_t i) { return s->points + i * s->d; }
static Real *weight_of(const State *s, size_t r) { return s->weights + r * s->d; }
static Real *tree_of(const State *s, size_t i) { return s->trees + i * 2 * s->m; }

static Real dot(const Real *u, const Real *v, size_t d) {
    Real sum = 0;
    for (size_t k = 0; k < d; k++) sum += u[k] * v[k];
    return sum;
}

static Real larger_child(const Real *tree, size_t k) {
    return tree[2 * k] > tree[2 * k + 1] ? tree[2 * k] : tree[2 * k + 1];
}

static void build_tree(const State *s, size_t i) {
    Real *tree = tree_of(s, i);
    for (size_t r = 0; r < s->m; r++) tree[s->m + r] = dot(weight_of(s, r), point_of(s, i), s->d);
    for (size_t k = s->m - 1; k > 0; k--) tree[k] = larger_child(tree, k);
}

/* Upwards from a leaf that has changed, until a node stays what it was. */
static void repair_tree(Real *tree, size_t leaf) {
    for (size_t k = leaf / 2; k > 0; k /= 2) {
        Real value = larger_child(tree, k);
        if (value == tree[k]) return;
        tree[k] = value;
    }
}

/* The weight of r has moved by delta: so do its scores, at all points. */
static void rescore(const State *s, size_t r, const Real *delta) {
    for (size_t i = 0; i < s->n; i++) {
        Real *tree = tree_of(s, i), *leaf = tree + s->m + r;
        if (DELTA) *leaf += dot(delta, point_of(s, i), s->d);
        else *leaf = dot(weight_of(s, r), point_of(s, i), s->d);
        repair_tree(tree, s->m + r);
    }
}

static void move_weight(const State *s, size_t r, const Real *delta) {
    for (size_t k = 0; k < s->d; k++) weight_of(s, r)[k] += delta[k];
    rescore(s, r, delta);
}

static void replace_weight(const State *s, size_t r, Real *given) {
    Real *weight = weight_of(s, r);
    for (size_t k = 0; k < s->d; k++) {
        Real delta = given[k] - weight[k];
        weight[k] = given[k];
        given[k] = delta;
    }
    rescore(s, r, given);
}

/*
 * Breadth first, and only below nodes above the threshold. The nodes are met in the order of
 * their numbers; so `above` holds first the inner nodes, then the leaves, and the neurons ascend.
 */
static Fired search(const State *s, size_t i, Real threshold) {
    const Real *tree = tree_of(s, i);
    size_t *above = s->above, head = 0, tail = 0;
    if (tree[1] > threshold) above[tail++] = 1;
    for (; head < tail && above[head] < s->m; head++)
        for (size_t k = 2 * above[head]; k <= 2 * above[head] + 1; k++)
            if (tree[k] > threshold) above[tail++] = k;
    for (size_t k = head; k < tail; k++) above[k] -= s->m;
    return (Fired){above + head, tail - head, 1 + 2 * head};
}

/* ------------------------------------------------------------------------------------ the step */

static Fired *fire_all(const State *s) {
    Fired *fired = allocate(1, s->n, sizeof *fired);
    for (size_t i = 0; i < s->n; i++) {
        Fired found = search(s, i, s->b);
        if (found.count == 0) fail("singular", "a point without a firing neuron");
        fired[i] = found;
        fired[i].neurons = allocate(1, found.count, sizeof *found.neurons);
        memcpy(fired[i].neurons, found.neurons, found.count * sizeof *found.neurons);
    }
    return fired;
}

static Real *residuals(const State *s, const Fired *fired) {
    Real *residual = allocate_reals(1, s->n);
    for (size_t i = 0; i < s->n; i++) {
        const Real *score = tree_of(s, i) + s->m;
        Real sum = 0;
        for (size_t j = 0; j < fired[i].count; j++) {
            size_t r = fired[i].neurons[j];
            sum += s->signs[r] * (score[r] - s->b);
        }
        residual[i] = s->scale * sum - s->labels[i];
    }
    return residual;
}

static size_t count_common(const Fired *a, const Fired *b) {
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        size_t r = a->neurons[i], q = b->neurons[j];
        common += r == q;
        i += r <= q;
        j += q <= r;
    }
    return common;
}

/* The lower half of G is all that the solver reads. */
static Real *gram(const State *s, const Fired *fired) {
    Real *G = allocate_reals(s->n, s->n);
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j <= i; j++)
            G[i * s->n + j] = s->scale * s->scale * dot(point_of(s, i), point_of(s, j), s->d) *
                              (Real)count_common(&fired[i], &fired[j]);
    return G;
}

/* G = L D L^T; D, and what is below the diagonal of L, take the place of G. */
static void factor(Real *G, size_t n) {
    for (size_t i = 0; i < n; i++) {
        Real *row = G + i * n;
        for (size_t j = 0; j < i; j++) row[j] -= dot(row, G + j * n, j); /* row i of L D */
        for (size_t j = 0; j < i; j++) {
            Real scaled = row[j];
            row[j] /= G[j * n + j];
            row[i] -= scaled * row[j];
        }
        if (!(row[i] > 0)) fail("singular", "G is not positive definite");
    }
}

static Real *solve(const Real *LD, const Real *right, size_t n) {
    Real *g = allocate_reals(1, n);
    for (size_t i = 0; i < n; i++) g[i] = right[i] - dot(LD + i * n, g, i);
    for (size_t i = 0; i < n; i++) g[i] /= LD[i * n + i];
    for (size_t i = n; i-- > 0;)
        for (size_t j = 0; j < i; j++) g[j] -= LD[i * n + j] * g[i];
    return g;
}

/* For each neuron -scale a_r sum g_i x_i over the points where it fired; NULL if there is none. */
static Real **plan_moves(const State *s, const Fired *fired, const Real *g) {
    Real **delta = allocate(1, s->m, sizeof *delta);
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < fired[i].count; j++) {
            size_t r = fired[i].neurons[j];
            if (!delta[r]) delta[r] = allocate_reals(1, s->d);
            for (size_t k = 0; k < s->d; k++) delta[r][k] += g[i] * point_of(s, i)[k];
        }
    for (size_t r = 0; r < s->m; r++)
        for (size_t k = 0; delta[r] && k < s->d; k++) delta[r][k] *= -s->scale * s->signs[r];
    return delta;
}

/* ------------------------------------------------------------------------------------- replies */

typedef struct { char *at; size_t size, room; } Buffer;

static Buffer reply;

static bool reserve(Buffer *buffer, size_t more) {
    size_t size = buffer->size + more;
    if (size > LINE_LIMIT) return false;
    if (size <= buffer->room) return true;
    char *at = realloc(buffer->at, 2 * size);
    if (!at) return false;
    *buffer = (Buffer){at, buffer->size, 2 * size};
    return true;
}

/* Leaves room for the end of the line too: a command that has written its reply cannot fail. */
static void put_bytes(const char *bytes, size_t size) {
    if (!reserve(&reply, size + 1)) fail("too_large", "the reply does not fit in a line");
    memcpy(reply.at + reply.size, bytes, size);
    reply.size += size;
}

static void put(const char *text) { put_bytes(text, strlen(text)); }

/* Every value is written with a comma behind it; what closes takes the last one back. */
static void put_close(const char *close) {
    if (reply.at[reply.size - 1] == ',') reply.size--;
    put(close);
    put(",");
}

static void put_integer(long long value) {
    char text[24], *end = text + sizeof text, *p = end;
    unsigned long long rest = value < 0 ? -(unsigned long long)value : (unsigned long long)value;
    *--p = ',';
    do *--p = HEX[rest % 10];
    while (rest /= 10);
    if (value < 0) *--p = '-';
    put_bytes(p, (size_t)(end - p));
}

static void put_number(Real real) {
    char text[] = "\"0123456789abcdef\",";
    double value = real;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 16; i > 0; i--, bits >>= 4) text[i] = HEX[bits & 15];
    put(text);
}

static void put_numbers(const Real *at, size_t length) {
    put("[");
    for (size_t k = 0; k < length; k++) put_number(at[k]);
    put_close("]");
}

static void put_rows(const Real *at, size_t rows, size_t cols, size_t stride) {
    put("[");
    for (size_t i = 0; i < rows; i++) put_numbers(at + i * stride, cols);
    put_close("]");
}

static void put_neurons(const Fired *fired) {
    put("[");
    for (size_t j = 0; j < fired->count; j++) put_integer((long long)fired->neurons[j]);
    put_close("]");
}

/* ------------------------------------------------------------------------------------ commands */

static Json request;
static long long seq;
static State state;
static bool ended;

static Json field(const char *key) {
    Json value = find(request, key);
    if (!value) fail("internal", "a key is missing");
    return value;
}

static size_t read_index(Json p, size_t size) {
    return (size_t)read_integer(&p, 0, (long long)size - 1, "bad_index");
}

static void need_state(void) {
    if (state.n == 0) fail("bad_index", "nothing is loaded");
}

static void hello(void) {
    char text[640];
    int bits = sizeof(Real) == sizeof(float) ? FLT_MANT_DIG : DBL_MANT_DIG;
    snprintf(text, sizeof text,
             "\"ok\":{\"name\":\"small C port\",\"version\":\"1.0\",\"language\":\"C\","
             "\"issues\":\"https://example.org/issues\",\"protocol\":[1],"
             "\"operations\":[\"query\",\"update\",\"delta\",\"step\",\"dump\"],\"contract\":{"
             "\"input_bits\":%d,\"accumulate_bits\":%d,\"leaf_bits\":%d,\"solve_bits\":%d,"
             "\"rounding\":\"nearest\",\"subnormals\":\"kept\",\"leaf_update\":\"%s\","
             "\"choice\":\"fixed\",\"tree_shape\":\"canonical\",\"cost\":true}},",
             bits, bits, bits, bits, DELTA ? "delta" : "recompute");
    put(text);
}

static void load(void) {
    Matrix points = read_matrix(field("points")), weights = read_matrix(field("weights"));
    size_t n = points.rows, m = weights.rows, d = points.cols;
    if (weights.cols != d) fail("bad_shape", "points and weights of different dimensions");
    State loaded = {
        .n = n, .m = m, .d = d, .points = points.at, .weights = weights.at,
        .labels = read_vector(field("labels"), n), .signs = read_signs(field("signs"), m),
        .b = read_single(field("b")), .scale = read_single(field("scale")),
        .trees = allocate_reals(n, 2 * m), .above = allocate(2, m, sizeof(size_t))};
    for (size_t i = 0; i < n; i++) build_tree(&loaded, i);
    put("\"ok\":{},");

    release(&held);
    held = scratch;
    scratch = NULL;
    state = loaded;
}

static void query(void) {
    size_t point = read_index(field("point"), state.n);
    Fired fired = search(&state, point, read_single(field("threshold")));
    put("\"ok\":{\"fired\":");
    put_neurons(&fired);
    put("\"visited\":");
    put_integer((long long)fired.visited);
    put_close("}");
}

static void update(void) {
    size_t neuron = read_index(field("neuron"), state.m);
    Json weight = find(request, "weight"), delta = find(request, "delta");
    if (!weight == !delta) fail("bad_shape", "either a weight or a delta");
    Real *given = read_vector(weight ? weight : delta, state.d);
    put("\"ok\":{},");

    if (weight) replace_weight(&state, neuron, given);
    else move_weight(&state, neuron, given);
}

static void step(void) {
    need_state();
    Fired *fired = fire_all(&state);
    Real *residual = residuals(&state, fired), *G = gram(&state, fired);
    factor(G, state.n);
    Real *solution = solve(G, residual, state.n);
    Real **delta = plan_moves(&state, fired, solution);
    put("\"ok\":{\"fired\":[");
    for (size_t i = 0; i < state.n; i++) put_neurons(&fired[i]);
    put_close("]");
    put("\"residual\":");
    put_numbers(residual, state.n);
    put("\"solution\":");
    put_numbers(solution, state.n);
    put_close("}");

    for (size_t r = 0; r < state.m; r++)
        if (delta[r]) move_weight(&state, r, delta[r]);
}

static void dump(void) {
    need_state();
    put("\"ok\":{\"weights\":");
    put_rows(state.weights, state.m, state.d, state.d);
    put("\"leaves\":");
    put_rows(state.trees + state.m, state.n, state.m, 2 * state.m);
    put("\"trees\":[");
    for (size_t i = 0; i < state.n; i++) {
        put("{\"inner\":");
        put_numbers(tree_of(&state, i) + 1, state.m - 1);
        put_close("}");
    }
    put_close("]");
    put_close("}");
}

static void bye(void) {
    put("\"ok\":{},");
    ended = true;
}

static const struct { const char *name; void (*run)(void); } COMMANDS[] = {
    {"hello", hello}, {"load", load}, {"query", query}, {"update", update},
    {"step", step},   {"dump", dump}, {"bye", bye}};

/* ---------------------------------------------------------------------------------------- main */

static void begin_reply(void) {
    reply.size = 0;
    put("{\"seq\":");
    put_integer(seq);
}

static void refuse(void) {
    begin_reply();
    put("\"error\":{\"code\":\"");
    put(fault.code);
    put("\",\"detail\":\"");
    put(fault.detail);
    put("\"},");
}

static void check_json(const Buffer *line) {
    Json p = line->at;
    skip_value(&p, 0);
    peek(&p);
    if (p != line->at + line->size) fail("internal", "more than one JSON value");
}

static void dispatch(Json cmd) {
    if (peek(&cmd) != '"') fail("internal", "cmd is not a text");
    for (size_t k = 0; k < sizeof COMMANDS / sizeof *COMMANDS; k++)
        if (is_text(cmd, COMMANDS[k].name)) {
            COMMANDS[k].run();
            return;
        }
    fail("unsupported", "no such cmd");
}

static void perform(const Buffer *line) {
    request = line->at;
    Json number = field("seq"); /* before the check: a broken line may still have its seq */
    seq = read_integer(&number, LLONG_MIN, LLONG_MAX, "internal");
    check_json(line);
    begin_reply();
    dispatch(field("cmd"));
}

static void answer(const Buffer *line, bool whole) {
    seq = 0;
    if (setjmp(to_answer) != 0) refuse();
    else if (!whole) fail("too_large", "the line is too long");
    else perform(line);
    reply.at[reply.size - 1] = '}';
    reply.at[reply.size++] = '\n';
    release(&scratch);
}

/* One line, without its end and with a zero behind it. What does not fit is read and dropped. */
static bool read_line(Buffer *line, bool *whole) {
    int c;
    line->size = 0;
    *whole = reserve(line, 1);
    while ((c = getchar()) != EOF && c != '\n') {
        *whole = *whole && reserve(line, 2);
        if (*whole) line->at[line->size++] = (char)c;
    }
    if (line->room > line->size) line->at[line->size] = '\0';
    return c != EOF || line->size > 0;
}

int main(void) {
    static Buffer line;
    bool whole;
    if (!reserve(&reply, 256)) return EXIT_FAILURE; /* enough for every refusal */
    while (!ended && read_line(&line, &whole)) {
        answer(&line, whole);
        fwrite(reply.at, 1, reply.size, stdout);
        if (fflush(stdout) != 0) return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
