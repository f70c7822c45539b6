/* The people's week of sim/market/week.py once more, in C: the yardstick of the engine's speed.

   The same people, draws, layout, tiles and order of arithmetic, on the engine's own arrays; built
   without contraction it gives the same bits (tests/bench/test_c_week.py).  The plain market only:
   left out are complete mixing, titles, goods to taste, identities told apart, votes, courting of
   influencers and the trial. */
#include "week_base.h"

#include "week_choose.h"
#include "week_live.h"
#include "week_buy.h"

static Desk desk;

static void tile_week(const Here *h, int64_t start, int size) {
    Desk *restrict d = &desk;
    const People *p = h->p;
    const Place *e = h->e;
    const int64_t block = p->block[start], region = p->region[start];
    draw(d, h, start, size);
    listen(d, h, start, size);
    uint64_t ignorant = believe(d, h, start, size);
    if (ignorant) become_aware(d, h, start, size, ignorant, e->hazard + region * h->s->padded);
    situation(d, h, size, e->situations + region * h->r->n_situations);
    who_am_i(d, h, start, size, d->c_seen, d->m_seen);
    who_am_i(d, h, start, size, d->c_true, d->m_true);
    wants(d, h, start, size, e->wanted + block * N_NEEDS, block);
    stand(d, h, start, size, e->occasion[0]);
    serves(d, h, start, size);
    serves_owners(d, h, start, size);
    weigh(d, h, size);
    choose(d, h, size, d->draws[1][1]);
    ask(d, h, start, size);
    decide(d, h, start, size);
    reach_it(d, h, start, size);
    int n_owners, n_again, n_free = users(d, size, &n_owners), n_users = n_free + n_owners;
    use_it(d, h, start, n_free, n_owners);
    live(d, h, start, size);
    engage(d, h, start, size);
    tell(d, h, start, size);
    count_uses(d, h, start, n_users);
    unpack(d, h);
    int n_thinking = shoppers(d, h, start, size, &n_again);
    consider(d, h, start, n_thinking);
    bid(d, h, start, n_thinking);
    choose(d, h, n_thinking, d->u);
    repeat(d, h, start, n_thinking, n_again);
    buy(d, h, start, n_thinking + n_again);
    count_stages(d, h, start, size);
}

/* Weeks first .. first + n_weeks - 1 of everyone; what firms offer stays as it is. */
void people_weeks(int64_t first, int64_t n_weeks, uint32_t k0, uint32_t k1, const People *p,
                  const Place *e, const Shelf *shelves, const Rules *r, const Tally *t,
                  const Size *s, int64_t n_tiles) {
    for (int64_t week = first; week < first + n_weeks; week++)
        for (int64_t tile = 0; tile < n_tiles; tile++) {
            const int64_t start = p->tiles[tile], end = p->tiles[tile + 1];
            Here h = {p, e, r, shelves + p->side[tile] * s->padded, t, s, week, k0, k1,
                      e->alive[0], e->reach[0], e->alpha[p->region[start]]};
            tile_week(&h, start, (int)(end - start));
        }
}

static volatile float sink;

/* The limits of the machine: an array read and written in order, and looked up at places. */
void stream(float *x, int64_t n) {
    for (int64_t i = 0; i < n; i++) x[i] = x[i] * 0.999f + 0.001f;
}

void gather(const uint8_t *table, const uint32_t *places, int64_t n) {
    int64_t total = 0;
    for (int64_t i = 0; i < n; i++) total += table[places[i]];
    sink = (float)total;
}
