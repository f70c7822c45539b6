/* Hear, who am I, what would serve me, choose: sim/market/{hearing,identity,choosing,living}.py. */

STEP listen(Desk *restrict d, const Here *h, int64_t start, int size) {
    const Size *s = h->s;
    const uint8_t *restrict told = h->p->told + ((h->week - 1) & 1) * s->people;
    const uint32_t *restrict links = h->p->links + start * s->links;
    static uint32_t stories[TILE * MAX_LINKS];
    int n_stories = 0;
    for (int f = 0; f < s->firms; f++) {
        memset(d->heard[f], 0, sizeof d->heard[f]);
        memset(d->heard[MAX_FIRMS + f], 0, sizeof d->heard[f]);
    }
    const float each = 1.0f / (float)s->links;
    for (uint32_t j = 0; j < (uint32_t)size; j++)
        for (int64_t l = 0; l < s->links; l++) { /* no branch: who tells cannot be predicted */
            uint32_t message = told[links[j * s->links + l]];
            stories[n_stories] = message << 8 | j;
            n_stories += message != NOBODY;
        }
    for (int x = 0; x < n_stories; x++) {
        uint32_t message = stories[x] >> 8, j = stories[x] & 255;
        d->heard[(message & (BROKEN - 1)) + (message >= BROKEN ? MAX_FIRMS : 0)][j] += each;
    }
}

static inline __attribute__((always_inline)) uint64_t believe(
    Desk *restrict d, const Here *h, int64_t start, int size) {
    const Size *s = h->s;
    const float gain = h->r->hearsay_gain, loss = h->r->hearsay_loss;
    uint64_t ignorant = 0;
    for (int j = 0; j < size; j++) {
        uint64_t mask = h->p->aware[start + j];
        ignorant |= h->alive & ~mask;
        d->known[0][j] = (uint32_t)mask, d->known[1][j] = (uint32_t)(mask >> 32);
    }
    for (int f = 0; f < s->firms; f++) {
        if (!has(h->alive, f)) continue;
        float *restrict trust = ROW(h->p->trust, f);
        const float *restrict kept = d->heard[f], *restrict broken = d->heard[MAX_FIRMS + f];
        const uint32_t *restrict known = d->known[f >> 5], flag = 1u << (f & 31);
        for (int j = 0; j < size; j++) {
            float now = trust[j], rise = gain * (1.0f - now) * kept[j];
            float moved = now + (rise - loss * now * broken[j]);
            trust[j] = (known[j] & flag) ? moved : now;
        }
    }
    return ignorant;
}

STEP become_aware(Desk *restrict d, const Here *h, int64_t start, int size, uint64_t ignorant,
                  const float *restrict hazard) {
    const Size *s = h->s;
    const float imitation = h->r->imitation, *restrict u = d->draws[2][0];
    float *restrict total = d->total;
    memset(total, 0, sizeof d->total);
    for (int f = 0; f < s->firms; f++) {
        if (!has(ignorant, f)) continue;
        const float *restrict kept = d->heard[f], *restrict broken = d->heard[MAX_FIRMS + f];
        const uint32_t *restrict known = d->known[f >> 5], flag = 1u << (f & 31);
        const float here = hazard[f];
        for (int j = 0; j < size; j++) {
            float told = here + imitation * (kept[j] + broken[j]);
            total[j] += (known[j] & flag) ? 0.0f : told;
        }
    }
    for (int j = 0; j < size; j++) {
        if (u[j] >= total[j]) continue;
        float chance = 1.0f - exp32(-total[j]);
        if (u[j] >= chance) continue;
        float target = u[j] / chance * total[j], run = 0.0f;
        int found = -1;
        for (int f = 0; f < s->firms; f++) {
            if (!has(h->alive & ~h->p->aware[start + j], f)) continue;
            float told = hazard[f] + imitation * (d->heard[f][j] + d->heard[MAX_FIRMS + f][j]);
            if (told > 0.0f) {
                run += told, found = f;
                if (run > target) break;
            }
        }
        if (found < 0) continue;
        h->p->aware[start + j] |= 1ull << found;
        h->t->firm[T_NEW_AWARE * s->padded + found]++;
    }
}

STEP situation(Desk *restrict d, const Here *h, int size, const float *restrict mix) {
    const float *restrict u = d->draws[0][0], *restrict slip = d->draws[0][1];
    const int32_t kinds = h->r->n_situations, others = kinds - 1;
    const float misread = h->r->misread;
    int32_t *restrict c = d->c_true, *restrict seen = d->c_seen, wrong = 0;
    memset(c, 0, sizeof d->c_true);
    for (int k = 0; k < kinds - 1; k++) {
        const float edge = mix[k];
        for (int j = 0; j < size; j++) c[j] += u[j] >= edge;
    }
    for (int j = 0; j < size; j++) {
        int32_t missed = (slip[j] < misread) & (others > 0);
        float far = slip[j] / misread * (float)others;
        int32_t step = (int32_t)(far < (float)others ? far : (float)others);
        step = step < others - 1 ? step : others - 1;
        int32_t other = c[j] + 1 + step;
        other = other >= kinds ? other - kinds : other;
        seen[j] = missed ? other : c[j];
        wrong += missed;
    }
    h->t->market[X_MISREAD] += wrong;
}

STEP who_am_i(Desk *restrict d, const Here *h, int64_t start, int size, const int32_t *restrict c,
              int32_t *restrict m) {
    const Size *s = h->s;
    const float *restrict u = d->draws[0][2], called = h->r->called;
    float *restrict total = d->total, *restrict run = d->run;
    for (int j = 0; j < size; j++) total[j] = run[j] = 0.0f, m[j] = 0;
    for (int k = 0; k < h->r->n_identities; k++) {
        const float *restrict salience = ROW(h->p->salience, k);
        for (int j = 0; j < size; j++) total[j] += salience[j] * (c[j] == k ? called : 1.0f);
    }
    for (int k = 0; k < h->r->n_identities - 1; k++) {
        const float *restrict salience = ROW(h->p->salience, k);
        for (int j = 0; j < size; j++) {
            run[j] += salience[j] * (c[j] == k ? called : 1.0f);
            m[j] += run[j] <= u[j] * total[j];
        }
    }
}

STEP wants(Desk *restrict d, const Here *h, int64_t start, int size, const float *restrict fashion,
           int64_t block) {
    const Size *s = h->s;
    const int64_t identities = h->r->n_identities, situations = h->r->n_situations;
    for (int j = 0; j < size; j++) {
        d->shares[j] = h->p->need[d->m_seen[j] * s->people + start + j];
        d->cell[j] = (uint32_t)((block * identities + d->m_seen[j]) * situations + d->c_seen[j]);
    }
    for (int k = 0; k < N_NEEDS; k++)
        for (int j = 0; j < size; j++) d->want[k][j] = need_of(d->shares[j], k) + fashion[k];
}

static void find_closed(const Here *h, int64_t i, int closed) {
    const Size *s = h->s;
    for (int g = 0; g < s->firms; g++)
        if (has(h->alive, g)) {
            float likeness = 1.0f - fabsf(h->shelf[closed].open - h->shelf[g].open);
            h->p->trust[g * s->people + i] *= 1.0f - h->r->contagion * likeness;
        }
    h->p->last[i] = NOBODY;
    if (h->p->supplier[i] == closed) h->p->supplier[i] = NOBODY;
    h->t->market[X_FOUND_CLOSED]++;
}

/* Weight of norms: unsure people lean on others, trusting people less. */
static inline float lean_on(float uncertainty, float trust, const Rules *r) {
    return r->omega + r->uncertain * (uncertainty - 0.5f) - r->trusting * (trust - 0.5f);
}
static inline float omega_of(float uncertainty, float trust, const Rules *r) {
    return r->has_norm == 1 ? 1.0f / (1.0f + exp32(-lean_on(uncertainty, trust, r))) : 0.0f;
}

/* Some of those whose firm is gone find it closed. */
STEP find_out(Desk *restrict d, const Here *h, int64_t start, int size) {
    const uint8_t *restrict last = h->p->last + start;
    const uint64_t alive = h->alive;
    int32_t n_lost = 0;
    for (int j = 0; j < size; j++) n_lost += (last[j] != NOBODY) & !has(alive, last[j] & 63);
    if (!n_lost) return;
    for (int j = 0; j < size; j++) {
        int before = last[j];
        if (before != NOBODY && !has(alive, before & 63) && d->draws[2][3][j] < h->r->discovery)
            find_closed(h, start + j, before);
    }
}

STEP stand(Desk *restrict d, const Here *h, int64_t start, int size, float rate) {
    const Size *s = h->s;
    const People *p = h->p;
    const Rules rules = *h->r;
    const uint8_t *restrict last = p->last + start, *restrict supplier = p->supplier + start;
    const uint16_t *restrict until = p->until + start;
    const uint64_t *restrict aware = p->aware + start, alive = h->alive;
    const float *restrict rank = p->reach_rank + start, *restrict occasion = d->draws[1][0];
    const float reach = h->reach;
    const int32_t week = (int32_t)h->week;
    int32_t n_online = 0;
    find_out(d, h, start, size);
    for (int j = 0; j < size; j++) {
        uint32_t before = last[j], seller = supplier[j];
        int owns = (seller != NOBODY) & (week <= until[j]) & has(alive, seller & 63);
        int online = rank[j] < reach, lost = (before != NOBODY) & !has(alive, before & 63);
        d->owner[j] = owns ? (int32_t)seller : -1;
        n_online += online;
        uint64_t own = owns ? 1ull << (seller & 63) : 0, choices = online ? aware[j] & alive : own;
        d->options[j] = (occasion[j] < rate) & !lost ? choices : 0;
    }
    for (int j = 0; j < size; j++) {
        int before = last[j];
        float faith = p->trust[(before == NOBODY ? 0 : before) * s->people + start + j];
        d->omega[j] = before == NOBODY ? rules.trust_initial : faith;
    }
    h->t->market[X_ONLINE] += n_online;
    const float *restrict uncertainty = p->uncertainty + start;
    float *restrict omega = d->omega;
    for (int j = 0; j < size; j++) omega[j] = -lean_on(uncertainty[j], omega[j], &rules);
    exp_all(size, omega);
    for (int j = 0; j < size; j++) omega[j] = rules.has_norm == 1 ? 1.0f / (1.0f + omega[j]) : 0.0f;
}

static inline float owned_quality(const Here *h, int f, int k, int64_t bought) {
    const float *history = h->e->history, updates = h->shelf[f].updates;
    float now = history[(h->week * h->s->padded + f) * N_NEEDS + k];
    float then = history[(bought * h->s->padded + f) * N_NEEDS + k];
    return h->shelf[f].subscription ? now : then + updates * (now - then);
}

STEP serves(Desk *restrict d, const Here *h, int64_t start, int size) {
    const Size *s = h->s;
    const Rules rules = *h->r;
    const float *restrict taste = h->p->taste + start;
    for (int f = 0; f < s->firms; f++) {
        if (!has(h->alive, f)) continue;
        const Shelf shelf = h->shelf[f];
        const float z = shelf.quality[CUSTOMIZE], loss = rules.overload * z * z;
        const float ads = shelf.ads + h->alpha * shelf.fee;
        const float *restrict trust = ROW(h->p->trust, f);
        const float *restrict engagement = ROW(h->p->engagement, f);
        float *restrict value = d->value[f], *restrict fit = d->fit[f], *restrict worth = d->worth[f];
        for (int j = 0; j < size; j++) {
            float near = 1.0f - (1.0f - z) * fabsf(taste[j] - shelf.position) - loss;
            float met = d->want[0][j] * shelf.quality[0];
            fit[j] = rules.fit * near + shelf.network;
#pragma GCC unroll 5
            for (int k = 1; k < N_NEEDS; k++) met += d->want[k][j] * shelf.quality[k];
            worth[j] = met;
            float served = rules.quality * (shelf.open * met) + fit[j];
            served += rules.trust_weight * trust[j];
            value[j] = served + rules.engagement_weight * engagement[j] - ads;
        }
    }
}

STEP serves_owners(Desk *restrict d, const Here *h, int64_t start, int size) {
    const Size *s = h->s;
    const People *p = h->p;
    const Rules rules = *h->r;
    int n_owners = 0;
    for (int j = 0; j < size; j++) {
        d->who[0][n_owners] = j;
        n_owners += d->owner[j] >= 0;
    }
    for (int x = 0; x < n_owners; x++) {
        int j = d->who[0][x], f = d->owner[j];
        int64_t i = start + j;
        float owned = 0.0f;
        for (int k = 0; k < N_NEEDS; k++)
            owned += d->want[k][j] * owned_quality(h, f, k, p->bought[i]);
        float served = rules.quality * owned + d->fit[f][j];
        served += rules.trust_weight * p->trust[f * s->people + i];
        float paid = h->shelf[f].owner_ads + h->alpha * h->shelf[f].fee;
        float liked = rules.engagement_weight * p->engagement[f * s->people + i];
        d->value[f][j] = served + liked - paid;
    }
}

STEP weigh(Desk *restrict d, const Here *h, int size) {
    const Size *s = h->s;
    const float *restrict norm = h->e->norm, heat = h->r->heat, alone = h->r->use_outside;
    const int64_t width = s->padded + 1;
    for (int j = 0; j < size; j++) {
        float usual = norm[d->cell[j] * width + s->padded], w = d->omega[j];
        d->outside[j] = d->top[j] = ((1.0f - w) * alone + w * usual) * heat;
        d->known[0][j] = (uint32_t)d->options[j], d->known[1][j] = (uint32_t)(d->options[j] >> 32);
    }
    for (int f = 0; f < s->firms; f++) {
        float *restrict value = d->value[f], *restrict top = d->top;
        const float *restrict omega = d->omega;
        const uint32_t *restrict open_to = d->known[f >> 5], flag = 1u << (f & 31);
        if (!has(h->alive, f)) {
            for (int j = 0; j < size; j++) value[j] = VOID;
            continue;
        }
        for (int j = 0; j < size; j++) d->run[j] = norm[d->cell[j] * width + f];
        for (int j = 0; j < size; j++) {
            float mixed = ((1.0f - omega[j]) * value[j] + omega[j] * d->run[j]) * heat;
            value[j] = (open_to[j] & flag) ? mixed : VOID;
            top[j] = top[j] > value[j] ? top[j] : value[j];
        }
    }
}

STEP choose(Desk *restrict d, const Here *h, int size, const float *restrict u) {
    float *restrict total = d->total, *restrict run = d->run;
    const float *restrict top = d->top, *restrict outside = d->outside;
    int32_t *restrict choice = d->choice;
    for (int j = 0; j < size; j++) total[j] = outside[j] - top[j];
    exp_all(size, total);
    for (int f = 0; f < h->s->firms; f++) {
        float *restrict value = d->value[f];
        for (int j = 0; j < size; j++) value[j] -= top[j];
        exp_all(size, value);
        for (int j = 0; j < size; j++) {
            value[j] = value[j] > TINY ? value[j] : 0.0f;
            total[j] += value[j];
        }
    }
    for (int j = 0; j < size; j++) run[j] = 0.0f, choice[j] = 0;
    for (int f = 0; f < h->s->firms; f++) {
        const float *restrict value = d->value[f];
        for (int j = 0; j < size; j++) {
            run[j] += value[j];
            choice[j] += run[j] <= u[j] * total[j];
        }
    }
}
