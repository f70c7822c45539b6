/* Buy, and the stages counted: sim/market/{buying,stages}.py. */

/* Lists who has an occasion to buy: row 0 who thinks about it, row 1 who does not. */
static inline __attribute__((always_inline)) int shoppers(
    Desk *restrict d, const Here *h, int64_t start, int size, int *n_again) {
    const People *p = h->p;
    uint64_t renewing = 0;
    int n_shoppers = 0, n_thinking = 0, n_repeat = 0;
    for (int f = 0; f < h->s->firms; f++)
        if (h->shelf[f].subscription && has(h->alive, f)) renewing |= 1ull << f;
    const uint8_t *restrict supplier = p->supplier + start;
    const uint16_t *restrict due = p->until + start;
    const uint64_t *restrict aware = p->aware + start, alive = h->alive;
    const float *restrict u = d->draws[3][0], buy_chance = h->r->buy_chance;
    const int32_t week = (int32_t)h->week;
    for (int j = 0; j < size; j++) {
        uint32_t seller = supplier[j];
        int known = (seller != NOBODY) & has(alive, seller & 63);
        int served = known & (week < due[j]);
        int renews = known & has(renewing, seller & 63) & (due[j] == week);
        int occasion = !served & (renews | (u[j] < buy_chance));
        d->who[0][j] = occasion & ((aware[j] & alive) != 0);
    }
    for (int j = 0; j < size; j++) {
        d->who[1][n_shoppers] = j;
        n_shoppers += d->who[0][j];
    }
    for (int x = 0; x < n_shoppers; x++) {
        int j = d->who[1][x], seller = p->supplier[start + j];
        int knows = (seller != NOBODY) & has(p->aware[start + j] & h->alive, seller & 63);
        int again = knows & (d->draws[3][1][j] >= thinks_again(h, start + j));
        d->who[0][n_thinking] = d->who[1][n_repeat] = j;
        n_thinking += !again;
        n_repeat += again;
    }
    *n_again = n_repeat;
    return n_thinking;
}

STEP consider(Desk *restrict d, const Here *h, int64_t start, int n_thinking) {
    const People *p = h->p;
    const Rules *r = h->r;
    uint64_t sites = 0, stores = 0;
    for (int f = 0; f < h->s->firms; f++) {
        sites |= h->shelf[f].site ? 1ull << f : 0;
        stores |= h->shelf[f].store ? 1ull << f : 0;
    }
    for (int x = 0; x < n_thinking; x++) {
        int j = d->who[0][x];
        int64_t i = start + j;
        int seller = p->supplier[i], known = p->last[i], online = p->reach_rank[i] < h->reach;
        d->supplied[x] = (seller != NOBODY) & has(h->alive, seller & 63) ? seller : -1;
        d->researched[x] = online & (d->draws[3][3][j] < r->research);
        float faith = p->trust[(known == NOBODY ? 0 : known) * h->s->people + i];
        d->omega[x] = omega_of(p->uncertainty[i], known == NOBODY ? r->trust_initial : faith, r);
        d->u[x] = d->draws[3][2][j];
        uint64_t found = d->researched[x] ? p->aware[i] & sites : p->aware[i];
        d->finds[x] = online ? found : found & stores;
        d->online[x] = online ? 1.0f : 0.0f;
    }
}

STEP bid(Desk *restrict d, const Here *h, int64_t start, int n_thinking) {
    const People *p = h->p;
    const Rules r = *h->r;
    const int64_t width = h->s->padded + 1;
    const float *norm = h->e->norm + BUYING * h->s->cells * width;
    for (int x = 0; x < n_thinking; x++) {
        float usual = norm[d->cell[d->who[0][x]] * width + width - 1], w = d->omega[x];
        d->outside[x] = d->top[x] = ((1.0f - w) * r.buy_outside + w * usual) * r.heat;
    }
    float *restrict offers = d->look[0], *restrict suits = d->look[1], *restrict faith = d->look[2];
    float *restrict ties = d->look[3], *restrict usual = d->look[4], *restrict top = d->top;
    for (int f = 0; f < h->s->firms; f++) {
        const Shelf shelf = h->shelf[f];
        const float price = h->alpha * shelf.price;
        const int alive = has(h->alive, f);
        float *restrict value = d->value[f];
        for (int x = 0; x < n_thinking; x++) {
            int j = d->who[0][x];
            int64_t at = f * h->s->people + start + j;
            offers[x] = d->worth[f][j], suits[x] = d->fit[f][j], faith[x] = p->trust[at];
            ties[x] = p->engagement[at], usual[x] = norm[d->cell[j] * width + f];
        }
        for (int x = 0; x < n_thinking; x++) {
            float seen = d->researched[x] ? offers[x] : shelf.promise, w = d->omega[x];
            int switches = (d->supplied[x] >= 0) & (d->supplied[x] != f);
            float gained = r.quality * ((1.0f - d->online[x] * shelf.open) * seen) + suits[x]
                + r.trust_weight * faith[x] + r.engagement_weight * ties[x]
                - price * (1.0f + (switches ? r.switching : 0.0f));
            float mixed = ((1.0f - w) * gained + w * usual[x]) * r.heat;
            value[x] = alive & has(d->finds[x], f) ? mixed : VOID;
            top[x] = top[x] > value[x] ? top[x] : value[x];
        }
    }
}

STEP repeat(Desk *restrict d, const Here *h, int64_t start, int n_thinking, int n_again) {
    for (int again = 0; again < n_again; again++) {
        int x = n_thinking + again;
        d->who[0][x] = d->who[1][again];
        d->supplied[x] = d->choice[x] = h->p->supplier[start + d->who[1][again]];
        d->researched[x] = 0;
    }
}

STEP buy(Desk *restrict d, const Here *h, int64_t start, int n_shoppers) {
    const People *p = h->p;
    const int64_t n = h->s->firms, padded = h->s->padded;
    int64_t *market = h->t->market;
    int64_t *chosen = h->t->reference + BUYING * h->s->cells * (padded + 1);
    for (int x = 0; x < n_shoppers; x++) {
        int j = d->who[0][x], f = d->choice[x], usual = d->supplied[x], looked = d->researched[x];
        int64_t i = start + j;
        chosen[d->cell[j] * (padded + 1) + (f < n ? f : padded)]++;
        if (f == n) continue;
        uint64_t words[4];
        philox(i, h->week, CHANNEL, h->k0, h->k1, words);
        float ease = h->r->online * p->nativeness[i];
        int in_net = (p->reach_rank[i] < h->reach) & (uniform(words[0]) < ease);
        int64_t until = h->week + h->shelf[f].term;
        h->t->firm[T_SALES * padded + f]++;
        market[X_PURCHASES]++;
        market[X_SWITCHED] += (usual >= 0) & (f != usual);
        market[X_RESEARCHED] += looked;
        market[X_BOUGHT_ONLINE] += in_net;
        market[X_INFLUENCED] += looked | in_net;
        p->supplier[i] = f, p->bought[i] = h->week, p->custom[i] = 0;
        p->until[i] = until < 65535 ? until : 65535;
        p->ever[i] |= 1ull << f;
    }
}

enum { STRANGER, AWARE, LAPSED, USER, CUSTOMER, FAN };
static const int TALLY_OF_RANK[] = {X_STRANGER, X_AWARE, X_LAPSED, X_USER, X_CUSTOMER, X_FAN};

/* Adds the stages towards firm f, and raises everyone's highest stage. */
STEP count_firm(Desk *restrict d, const Here *h, int64_t start, int size, int f) {
    const Size *s = h->s;
    const float *restrict trust = ROW(h->p->trust, f), *restrict engagement = ROW(h->p->engagement, f);
    const float as_user = h->r->user, as_fan = h->r->fan, faith = h->r->fan_trust;
    const int32_t living = has(h->alive, f);
    int32_t known = 0, rests = 0, using = 0, customer = 0, fan = 0, lapsed = 0;
    int32_t payers = 0, engaged = 0, touched = 0, trusted = 0;
    const uint32_t *restrict aware = d->known[f >> 5], *restrict ever = d->known[2 + (f >> 5)];
    const int place = f & 31;
    int32_t *restrict top = d->stage;
    for (int j = 0; j < size; j++) {
        float e = engagement[j], t = trust[j];
        int32_t knows = (aware[j] >> place) & 1, been = (ever[j] >> place) & 1;
        int32_t pays = living & (d->owner[j] == f), uses = knows & (e >= as_user);
        int32_t is_fan = knows & (e >= as_fan) & (t >= faith), is_customer = pays & !is_fan;
        int32_t is_user = uses & !(pays | is_fan), rest = knows & !(uses | pays | is_fan);
        int32_t is_lapsed = rest & been;
        known += knows, rests += rest, using += is_user, customer += is_customer, fan += is_fan;
        lapsed += is_lapsed, payers += pays, engaged += pays | uses, touched += been;
        trusted += -knows & (int32_t)(t * 65536.0f + 0.5f);
        int32_t stage = rest ? AWARE : STRANGER;
        stage = is_lapsed ? LAPSED : stage;
        stage = is_user ? USER : stage;
        stage = is_customer ? CUSTOMER : stage;
        stage = is_fan ? FAN : stage;
        top[j] = top[j] > stage ? top[j] : stage;
    }
    int64_t *counts = h->t->firm + f;
    const int64_t P = s->padded;
    counts[T_STRANGER * P] += size - known, counts[T_AWARE * P] += rests - lapsed;
    counts[T_USING * P] += using, counts[T_CUSTOMER * P] += customer, counts[T_FAN * P] += fan;
    counts[T_LAPSED * P] += lapsed, counts[T_PAYERS * P] += payers;
    counts[T_TOUCHED * P] += touched, counts[T_TRUST * P] += trusted;
    if (!living) return;
    counts[T_ENGAGED * P] += engaged, counts[T_FANS * P] += fan;
    counts[T_AUDIENCE * P] += h->shelf[f].ad_load > 0.0f ? engaged - payers : 0;
}

STEP count_stages(Desk *restrict d, const Here *h, int64_t start, int size) {
    const People *p = h->p;
    const int32_t week = (int32_t)h->week;
    for (int j = 0; j < size; j++) {
        int64_t i = start + j;
        int32_t serves = -(week < p->until[i]);
        d->owner[j] = (p->supplier[i] & serves) | (NOBODY & ~serves);
        d->known[0][j] = (uint32_t)p->aware[i], d->known[1][j] = (uint32_t)(p->aware[i] >> 32);
        d->known[2][j] = (uint32_t)p->ever[i], d->known[3][j] = (uint32_t)(p->ever[i] >> 32);
        d->stage[j] = STRANGER;
    }
    for (int f = 0; f < h->s->firms; f++) count_firm(d, h, start, size, f);
    for (int rank = FAN; rank > 0; rank--) {
        int32_t reached = 0;
        for (int j = 0; j < size; j++) reached += d->stage[j] >= rank;
        h->t->market[TALLY_OF_RANK[rank]] += reached;
        h->t->market[TALLY_OF_RANK[rank - 1]] -= reached;
    }
    h->t->market[TALLY_OF_RANK[STRANGER]] += size;
}
