// random.mjs - numbers that look random and come again (mulberry32).
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  // 0 .. below - 1
  int(below) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  }

  chance(percent) {
    return this.int(1000) < percent * 10;
  }

  pick(list) {
    return list[this.int(list.length)];
  }

  // At least one of them, in their order.
  some(list, percent = 50) {
    const picked = list.filter(() => this.chance(percent));
    return picked.length ? picked : [this.pick(list)];
  }

  // { name: weight } -> name
  weighted(weights) {
    const entries = Object.entries(weights);
    let at = this.int(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [name, weight] of entries) {
      if (at < weight) return name;
      at -= weight;
    }
    return entries[0][0];
  }
}
