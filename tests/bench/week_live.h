/* Ask, decide, use, was the promise kept, tell: sim/market/{living,experience}.py. */

/* Logit inclusive value on needs above the outside, in money. */
static double surplus(Desk *restrict d, const Here *h, int64_t i, int j) {
    const Rules *r = h->r;
    const Size *s = h->s;
    float gained[MAX_FIRMS];
    const int owner = d->owner[j];
    const uint64_t word = h->p->need[d->m_true[j] * s->people + i];
    double total = 1.0;
    for (int f = 0; f < s->firms; f++) {
        const Shelf *shelf = h->shelf + f;
        float worth = 0.0f, value;
        for (int k = 0; k < N_NEEDS; k++)
            worth += need_of(word, k)
                * (f == owner ? owned_quality(h, f, k, h->p->bought[i]) : shelf->quality[k]);
        if (f == owner)
            value = r->quality * worth + d->fit[f][j] + 0.0f - shelf->owner_ads;
        else
            value = r->quality * (shelf->open * worth) + d->fit[f][j] - shelf->ads;
        gained[f] = value - h->alpha * shelf->fee - r->use_outside;
    }
    exp_all((int)s->firms, gained);
    for (int f = 0; f < s->firms; f++) total += has(d->options[j], f) ? (double)gained[f] : 0.0;
    return log(total) * (double)r->per_price;
}

STEP ask(Desk *restrict d, const Here *h, int64_t start, int size) {
    for (int j = -(start + h->week) & (ASKED - 1); j < size; j += ASKED) {
        if (!d->options[j]) continue;
        double worth = surplus(d, h, start + j, j);
        h->t->market[X_ASKED]++;
        h->t->market[X_SURPLUS] += (int64_t)floor(worth * 65536.0 + 0.5);
    }
}

/* Chance to reconsider: the satisfied and certain repeat what they did. */
static inline float thinks_again(const Here *h, int64_t i) {
    return 1.0f - h->r->steady * h->p->satisfaction[i] * (1.0f - h->p->uncertainty[i]);
}

static inline __attribute__((always_inline)) int decide(
    Desk *restrict d, const Here *h, int64_t start, int size) {
    const int n = (int)h->s->firms, width = (int)h->s->padded + 1;
    int64_t *restrict chosen = h->t->reference + USING * h->s->cells * width;
    int n_met = 0, n_occasions = 0, n_thinking = 0;
    for (int j = 0; j < size; j++) {
        int before = h->p->last[start + j], wish = d->choice[j], free = d->options[j] != 0;
        int may = (before != NOBODY) & has(d->options[j], before & 63);
        int again = may & (d->draws[0][3][j] >= thinks_again(h, start + j));
        int f = again ? before : wish;
        n_occasions += free;
        n_thinking += free & !again;
        chosen[(int64_t)d->cell[j] * width + (f < n ? f : width - 1)] += free;
        int meets = free & (f < n);
        d->used[j] = meets ? f : -1;
        d->who[0][n_met] = j;
        n_met += meets;
    }
    h->t->market[X_OCCASIONS] += n_occasions;
    h->t->market[X_RECONSIDERED] += n_thinking;
    return n_met;
}

/* Access may fail; returns how many use freely, and how many what they own. */
static inline __attribute__((always_inline)) int reach_it(
    Desk *restrict d, const Here *h, int64_t start, int n_met, int *n_owners) {
    const People *p = h->p;
    int n_free = 0, n_own = 0;
    for (int x = 0; x < n_met; x++) {
        int j = d->who[0][x];
        d->run[x] = -h->shelf[d->used[j]].access * (2.0f - p->nativeness[start + j]);
    }
    exp_all(n_met, d->run);
    for (int x = 0; x < n_met; x++) {
        int j = d->who[0][x], f = d->used[j];
        int64_t i = start + j;
        p->last[i] = f;
        int failed = (p->reach_rank[i] < h->reach) & (d->draws[1][2][j] >= d->run[x]);
        float less = h->r->learning * p->satisfaction[i];
        p->satisfaction[i] -= failed ? less : 0.0f;
        d->packed[0][f] += (uint64_t)failed << 48;
        d->used[j] = failed ? -1 : f;
        int owns = d->owner[j] == f;
        d->who[0][n_free] = d->who[1][n_own] = j;
        n_free += !failed & !owns;
        n_own += !failed & owns;
    }
    *n_owners = n_own;
    return n_free;
}

STEP use_it(Desk *restrict d, const Here *h, int64_t start, int n_free, int n_owners) {
    const uint64_t *need = h->p->need;
    for (int x = 0; x < n_free; x++) {
        int j = d->who[0][x], f = d->used[j];
        uint64_t word = need[d->m_true[j] * h->s->people + start + j];
        float got = 0.0f;
        for (int k = 0; k < N_NEEDS; k++) got += need_of(word, k) * h->shelf[f].quality[k];
        d->shares[j] = word, d->delivered[j] = got;
    }
    for (int x = 0; x < n_owners; x++) {
        int j = d->who[1][x], f = d->used[j];
        uint64_t word = need[d->m_true[j] * h->s->people + start + j];
        float got = 0.0f;
        for (int k = 0; k < N_NEEDS; k++)
            got += need_of(word, k) * owned_quality(h, f, k, h->p->bought[start + j]);
        d->who[0][n_free + x] = j, d->shares[j] = word, d->delivered[j] = got;
        d->packed[4][f] += word & 0x00FF00FF00FF00FFull;
        d->packed[5][f] += (word >> 8) & 0x00FF00FF00FF00FFull;
    }
}

/* Was the promise kept? Of the broken ones staff take up the share recovery. */
static inline int experience(const Here *h, int64_t i, int f, float delivered, float u) {
    const Rules *r = h->r;
    const Shelf *shelf = h->shelf + f;
    float *trust = h->p->trust + f * h->s->people + i, before = *trust;
    float chance = 0.5f + (delivered - shelf->promise + r->tolerance) * r->spread;
    chance = chance > 0.0f ? chance : 0.0f;
    chance = chance < 1.0f ? chance : 1.0f;
    float kept = u < chance ? 1.0f : 0.0f;
    float *uncertainty = h->p->uncertainty + i, *satisfaction = h->p->satisfaction + i;
    *uncertainty += r->learning * (fabsf(kept - before) - *uncertainty);
    *satisfaction += r->learning * (kept - *satisfaction);
    float gain = r->kept_gain * (1.0f - before), loss = r->broken_loss * before;
    int mended = u - chance < shelf->recovery * (1.0f - chance);
    float after = mended ? before + r->recover_gain * (1.0f - before) : before - loss;
    *trust = kept > 0.0f ? before + gain : after;
    return kept > 0.0f;
}

STEP live(Desk *restrict d, const Here *h, int64_t start, int n_users, int n_free) {
    for (int x = 0; x < n_users; x++) {
        int j = d->who[0][x], f = d->used[j];
        int64_t i = start + j;
        float delivered = d->delivered[j] * h->shelf[f].service;
        uint64_t kept = experience(h, i, f, delivered, d->draws[1][3][j]), word = d->shares[j];
        d->fate[j] = kept;
        h->p->ever[i] |= 1ull << f;
        d->packed[0][f] += 1 | kept << 16 | (uint64_t)(x < n_free) << 32;
        d->packed[2][f] += word & 0x00FF00FF00FF00FFull;
        d->packed[3][f] += (word >> 8) & 0x00FF00FF00FF00FFull;
        h->t->role_users[f * h->s->roles + h->p->role[i]]++;
    }
}

STEP tell(Desk *restrict d, const Here *h, int64_t start, int size, int n_users) {
    const Rules *r = h->r;
    const float *u_tell = d->draws[2][1], *u_idea = d->draws[2][2];
    uint8_t *restrict told = h->p->told + (h->week & 1) * h->s->people + start;
    memset(told, NOBODY, size);
    for (int x = 0; x < n_users; x++) {
        int j = d->who[0][x], f = d->used[j];
        const Shelf *shelf = h->shelf + f;
        uint64_t word = d->shares[j];
        float drive = r->talk * (6.0f * need_of(word, CONNECT)) * (0.5f + shelf->quality[CONNECT]);
        float idea = r->ideas * (6.0f * need_of(word, COLLABORATE)) * shelf->quality[COLLABORATE];
        d->run[x] = -(drive * shelf->outreach);
        d->packed[1][f] += (uint64_t)(u_idea[j] < idea) << 32;
    }
    exp_all(n_users, d->run);
    for (int x = 0; x < n_users; x++) {
        int j = d->who[0][x], f = d->used[j];
        int tells = u_tell[j] < 1.0f - d->run[x], broken = d->fate[j] == 0.0f;
        told[j] = tells ? (broken ? f + BROKEN : f) : NOBODY;
        d->packed[1][f] += (uint64_t)tells | (uint64_t)(tells & broken) << 16;
        if (tells & (h->p->role[start + j] == MEDIA))
            h->t->media_told[h->p->region[start + j] * h->s->padded + f]++;
    }
}

/* Adds the packed counts of a tile to the tallies, and empties them. */
STEP unpack(Desk *restrict d, const Here *h) {
    static const int rows[8] = {T_USES, T_KEPT, T_FREE, T_FAILED, T_TOLD, T_TOLD_BROKEN, T_IDEAS,
                                T_IDEAS};
    const int64_t padded = h->s->padded;
    for (int f = 0; f < h->s->firms; f++) {
        for (int n = 0; n < 8; n++)
            h->t->firm[rows[n] * padded + f] += (d->packed[n / 4][f] >> (16 * (n % 4))) & 0xFFFF;
        for (int k = 0; k < N_NEEDS; k++) {
            int shift = 16 * (k / 2);
            h->t->needs[f * N_NEEDS + k] += (d->packed[4 + k % 2][f] >> shift) & 0xFFFF;
            h->t->needs[(padded + f) * N_NEEDS + k] += (d->packed[2 + k % 2][f] >> shift) & 0xFFFF;
        }
        for (int row = 0; row < 6; row++) d->packed[row][f] = 0;
    }
}

STEP engage(Desk *restrict d, const Here *h, int64_t start, int size) {
    const Size *s = h->s;
    const float gain = h->r->engagement_gain, keep = h->r->keep;
    for (int f = 0; f < s->firms; f++) {
        float *restrict engagement = ROW(h->p->engagement, f);
        for (int j = 0; j < size; j++) {
            float e = engagement[j];
            engagement[j] = d->used[j] == f ? e + gain * (1.0f - e) : e * keep;
        }
    }
}
