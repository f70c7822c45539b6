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

STEP decide(Desk *restrict d, const Here *h, int64_t start, int size) {
    const int n = (int)h->s->firms, width = (int)h->s->padded + 1;
    const uint8_t *restrict last = h->p->last + start;
    const float *restrict satisfaction = h->p->satisfaction + start, *restrict u = d->draws[0][3];
    const float *restrict uncertainty = h->p->uncertainty + start, steady = h->r->steady;
    int64_t *restrict chosen = h->t->reference + USING * h->s->cells * width;
    int32_t n_occasions = 0, n_thinking = 0;
    for (int j = 0; j < size; j++) {
        uint32_t before = last[j];
        int free = d->options[j] != 0;
        int may = (before != NOBODY) & has(d->options[j], before & 63);
        int again = may & (u[j] >= 1.0f - steady * satisfaction[j] * (1.0f - uncertainty[j]));
        n_occasions += free;
        n_thinking += free & !again;
        int32_t f = again ? (int32_t)before : d->choice[j];
        d->used[j] = free & (f < n) ? f : -1;
    }
    for (int j = 0; j < size; j++) {
        int f = d->used[j] >= 0 ? d->used[j] : width - 1;
        chosen[(int64_t)d->cell[j] * width + f] += d->options[j] != 0;
    }
    h->t->market[X_OCCASIONS] += n_occasions;
    h->t->market[X_RECONSIDERED] += n_thinking;
}

/* Access may fail; used is -1 then. */
STEP reach_it(Desk *restrict d, const Here *h, int64_t start, int size) {
    const People *p = h->p;
    const float *restrict nativeness = p->nativeness + start, *restrict u = d->draws[1][2];
    const float *restrict rank = p->reach_rank + start, reach = h->reach;
    const float learning = h->r->learning;
    float *restrict satisfaction = p->satisfaction + start, *restrict chance = d->run;
    uint8_t *restrict last = p->last + start;
    for (int j = 0; j < size; j++) chance[j] = -h->shelf[d->used[j] < 0 ? 0 : d->used[j]].access;
    for (int j = 0; j < size; j++) chance[j] *= 2.0f - nativeness[j];
    exp_all(size, chance);
    for (int j = 0; j < size; j++) {
        int32_t f = d->used[j];
        int meets = f >= 0, fails = meets & (rank[j] < reach) & (u[j] >= chance[j]);
        float satisfied = satisfaction[j];
        last[j] = meets ? (uint8_t)f : last[j];
        satisfaction[j] = fails ? satisfied - learning * satisfied : satisfied;
        d->failed[j] = fails ? f : -1;
        d->used[j] = fails ? -1 : f;
    }
    for (int f = 0; f < h->s->firms; f++) {
        int32_t n_failed = 0;
        for (int j = 0; j < size; j++) n_failed += d->failed[j] == f;
        h->t->firm[T_FAILED * h->s->padded + f] += n_failed;
    }
}

/* Lists who uses a firm's offer, and who what they own; returns how many of the first. */
static inline __attribute__((always_inline)) int users(
    Desk *restrict d, int size, int *n_owners) {
    int n_free = 0, n_own = 0;
    for (int j = 0; j < size; j++) {
        int uses = d->used[j] >= 0, owns = d->owner[j] == d->used[j];
        d->who[0][n_free] = d->who[1][n_own] = j;
        n_free += uses & !owns;
        n_own += uses & owns;
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

/* Packed, ten bits each: uses, kept, free; told, told that it was broken, ideas. */
enum { ONCE = 1, SECOND = 1 << 10, THIRD = 1 << 20 };

/* Was the promise kept? Of the broken ones staff take up the share recovery. */
STEP live(Desk *restrict d, const Here *h, int64_t start, int size) {
    const Rules r = *h->r;
    float *restrict uncertainty = h->p->uncertainty + start, *restrict u = d->draws[1][3];
    float *restrict satisfaction = h->p->satisfaction + start;
    uint64_t *restrict ever = h->p->ever + start;
    for (int j = 0; j < size; j++) {
        int f = d->used[j] < 0 ? 0 : d->used[j];
        d->promise[j] = h->shelf[f].promise, d->recovery[j] = h->shelf[f].recovery;
        d->look[0][j] = h->shelf[f].service;
        d->faith[j] = h->p->trust[f * h->s->people + start + j];
    }
    for (int j = 0; j < size; j++) {
        int uses = d->used[j] >= 0;
        float before = d->faith[j], unsure = uncertainty[j], satisfied = satisfaction[j];
        float met = d->delivered[j] * d->look[0][j];
        float chance = 0.5f + (met - d->promise[j] + r.tolerance) * r.spread;
        chance = chance > 0.0f ? chance : 0.0f;
        chance = chance < 1.0f ? chance : 1.0f;
        float kept = u[j] < chance ? 1.0f : 0.0f;
        float missed = r.learning * (fabsf(kept - before) - unsure);
        uncertainty[j] = uses ? unsure + missed : unsure;
        float now = satisfied + r.learning * (kept - satisfied);
        satisfaction[j] = uses ? now : satisfied;
        float gain = r.kept_gain * (1.0f - before), loss = r.broken_loss * before;
        int mended = u[j] - chance < d->recovery[j] * (1.0f - chance);
        float after = mended ? before + r.recover_gain * (1.0f - before) : before - loss;
        d->faith[j] = kept > 0.0f ? before + gain : after;
        d->lived[j] = ONCE + (kept > 0.0f ? SECOND : 0) + (d->owner[j] != d->used[j] ? THIRD : 0);
    }
    for (int j = 0; j < size; j++) {
        uint64_t mark = 1ull << (d->used[j] & 63);
        ever[j] |= d->used[j] >= 0 ? mark : 0;
    }
}

STEP tell(Desk *restrict d, const Here *h, int64_t start, int size) {
    const Rules r = *h->r;
    const float *restrict u_tell = d->draws[2][1], *restrict u_idea = d->draws[2][2];
    float *restrict chance = d->run, *restrict outreach = d->look[0], *restrict worked = d->look[1];
    uint8_t *restrict told = h->p->told + (h->week & 1) * h->s->people + start;
    for (int j = 0; j < size; j++) {
        const Shelf *shelf = h->shelf + (d->used[j] < 0 ? 0 : d->used[j]);
        chance[j] = 0.5f + shelf->quality[CONNECT], outreach[j] = shelf->outreach;
        worked[j] = shelf->quality[COLLABORATE];
    }
    for (int j = 0; j < size; j++) {
        float drive = r.talk * (6.0f * need_of(d->shares[j], CONNECT)) * chance[j];
        float idea = r.ideas * (6.0f * need_of(d->shares[j], COLLABORATE)) * worked[j];
        chance[j] = -(drive * outreach[j]);
        d->said[j] = u_idea[j] < idea ? THIRD : 0;
    }
    exp_all(size, chance);
    for (int j = 0; j < size; j++) {
        int tells = (d->used[j] >= 0) & (u_tell[j] < 1.0f - chance[j]);
        int broken = (d->lived[j] & SECOND) == 0;
        int32_t message = d->used[j] + (broken ? BROKEN : 0);
        told[j] = tells ? (uint8_t)message : NOBODY;
        d->said[j] += (tells ? ONCE : 0) + (tells & broken ? SECOND : 0);
    }
}

/* Counts uses and what is told by firm, role and region; writes trust after the use. */
STEP count_uses(Desk *restrict d, const Here *h, int64_t start, int n_users) {
    const People *p = h->p;
    for (int x = 0; x < n_users; x++) {
        int j = d->who[0][x], f = d->used[j];
        int64_t i = start + j;
        uint64_t word = d->shares[j];
        p->trust[f * h->s->people + i] = d->faith[j];
        d->packed[0][f] += d->lived[j];
        d->packed[1][f] += d->said[j];
        d->packed[2][f] += word & 0x00FF00FF00FF00FFull;
        d->packed[3][f] += (word >> 8) & 0x00FF00FF00FF00FFull;
        h->t->role_users[f * h->s->roles + p->role[i]]++;
        if ((p->role[i] == MEDIA) & ((d->said[j] & ONCE) != 0))
            h->t->media_told[p->region[i] * h->s->padded + f]++;
    }
}

/* Adds the packed counts of a tile to the tallies, and empties them. */
STEP unpack(Desk *restrict d, const Here *h) {
    static const int rows[6] = {T_USES, T_KEPT, T_FREE, T_TOLD, T_TOLD_BROKEN, T_IDEAS};
    const int64_t padded = h->s->padded;
    for (int f = 0; f < h->s->firms; f++) {
        for (int n = 0; n < 6; n++)
            h->t->firm[rows[n] * padded + f] += (d->packed[n / 3][f] >> (10 * (n % 3))) & 0x3FF;
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
