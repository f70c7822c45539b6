/* Layout, draws and exponentials of the week in C: sim/market/{arrays,rng,maths,tallies}.py again.

   layout.h is made by c_week.py from the engine's own arrays: People, Place, Rules, Shelf, Tally,
   rows of tallies and numbers of draws, each under the engine's name. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "layout.h"

#define STEP static inline __attribute__((always_inline)) void
#define ROW(array, f) ((array) + (f) * s->people + start)
enum { N_NEEDS = 6, USING = 0, BUYING = 1, ASKED = 32 };
static const float SHARE = 1.0f / 255.0f, VOID = -1e30f, TINY = 1e-37f;

typedef struct { int64_t people, links, firms, padded, cells, roles; } Size;

/* Scratch: a tile of people, firm by firm. */
typedef struct {
    float draws[4][4][TILE], heard[2 * MAX_FIRMS][TILE], want[N_NEEDS][TILE];
    float fit[MAX_FIRMS][TILE], worth[MAX_FIRMS][TILE], value[MAX_FIRMS][TILE];
    float u[TILE], omega[TILE], outside[TILE], top[TILE], total[TILE], run[TILE];
    float delivered[TILE], faith[TILE], promise[TILE], recovery[TILE], look[5][TILE], online[TILE];
    int32_t c_true[TILE], c_seen[TILE], m_true[TILE], m_seen[TILE], owner[TILE], used[TILE];
    int32_t choice[TILE], researched[TILE], supplied[TILE], stage[TILE], failed[TILE];
    uint32_t cell[TILE], who[2][TILE], known[4][TILE], lived[TILE], said[TILE];
    uint64_t options[TILE], shares[TILE], finds[TILE], packed[6][MAX_FIRMS];
} Desk;

/* What a week is lived with, and the tile at hand. */
typedef struct {
    const People *p; const Place *e; const Rules *r; const Shelf *shelf; const Tally *t;
    const Size *s;
    int64_t week; uint32_t k0, k1; uint64_t alive; float reach, alpha;
} Here;

static inline int has(uint64_t mask, int64_t f) { return (mask >> f) & 1; }
static inline float need_of(uint64_t word, int k) {
    return (float)(int32_t)((word >> (8 * k)) & 255) * SHARE;
}
static inline float uniform(uint64_t word) {
    return (float)(int32_t)((word & 0xFFFFFFFF) >> 8) * 0x1p-24f;
}

#define PHILOX(c0, c1, c2, c3, k0, k1) do { \
    uint64_t p0 = 0xD2511F53ull * (uint32_t)(c0), p1 = 0xCD9E8D57ull * (uint32_t)(c2); \
    uint64_t n0 = (p1 >> 32) ^ (c1) ^ (k0), n2 = (p0 >> 32) ^ (c3) ^ (k1); \
    c0 = n0; c1 = p1; c2 = n2; c3 = p0; } while (0)

static void philox(uint64_t who, uint64_t week, uint64_t purpose, uint64_t k0, uint64_t k1,
                   uint64_t words[4]) {
    uint64_t a = who, b = week, c = purpose, d = 0;
    for (int n = 0; n < 10; n++, k0 += 0x9E3779B9ull, k1 += 0xBB67AE85ull) PHILOX(a, b, c, d, k0, k1);
    words[0] = a, words[1] = b, words[2] = c, words[3] = d;
}

STEP draw(Desk *restrict d, const Here *h, int64_t start, int size) {
    for (int purpose = 0; purpose < 4; purpose++) {
        float *restrict w0 = d->draws[purpose][0], *restrict w1 = d->draws[purpose][1];
        float *restrict w2 = d->draws[purpose][2], *restrict w3 = d->draws[purpose][3];
        const uint64_t week = h->week, key0 = h->k0, key1 = h->k1, number = purpose + SITUATION;
        for (int j = 0; j < size; j++) {
            uint64_t a = start + j, b = week, c = number, z = 0, k0 = key0, k1 = key1;
#pragma GCC unroll 10
            for (int n = 0; n < 10; n++, k0 += 0x9E3779B9ull, k1 += 0xBB67AE85ull)
                PHILOX(a, b, c, z, k0, k1);
            w0[j] = uniform(a), w1[j] = uniform(b), w2[j] = uniform(c), w3[j] = uniform(z);
        }
    }
}

static inline float power_of_two(int32_t k) {
    union { int32_t bits; float real; } x = {k << 23};
    return x.real;
}
static inline float power(float z) { /* e**z, z in [-87, 88] */
    int32_t k = (int32_t)(z * 1.44269504088896341f + 127.5f);
    float n = (float)(k - 127), r = z - n * 0.693359375f - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 0.5f;
    return (p * r * r + r + 1.0f) * power_of_two(k);
}
static inline float clamped(float x) {
    x = x > -87.0f ? x : -87.0f;
    return x < 88.0f ? x : 88.0f;
}
static inline float exp32(float x) { return power(clamped(x)); }
/* In two loops: gcc makes a branch of a limit that a formula follows, and vectorises neither. */
STEP exp_all(int size, float *restrict x) {
    for (int j = 0; j < size; j++) x[j] = clamped(x[j]);
    for (int j = 0; j < size; j++) x[j] = power(x[j]);
}
