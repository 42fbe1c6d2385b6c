// machines.mjs - the programs that work by themselves: drafters, settlers. Several at once, and killed.
import { pause } from './world.mjs';

// A program that ended by a signal of its own is a finding.
function onlyKilled(what, ran) {
  if (ran.signal && ran.signal !== 'SIGKILL') throw new Error(`${what} ended by ${ran.signal}: ${ran.err.slice(-600)}`);
}

export class Machines {
  constructor(world) {
    this.world = world;
    this.byHand = Boolean(process.env.BY_HAND); // BY_HAND=1: `remit settle`, which looks at everything, in the service's place
  }

  // The day's drafts by so many drafters at once.
  async drafters(random, count, killPercent) {
    const { world } = this;
    await Promise.all(Array.from({ length: count }, async () => {
      const killAfter = random.chance(killPercent) ? 10 + random.int(400) : null;
      const ran = await world.run(world.program('drafter'), ['--settings', `${world.demo.run}/remit.hdf`, '--once'], killAfter);
      world.count('drafters');
      if (ran.signal) world.count('kill -9 of a drafter');
      else if (ran.code !== 0) world.count('drafters that stopped by themselves');
      world.tell('drafter', ran.signal ?? ran.code, ran.code === 0 ? '' : ran.err.slice(-300).replaceAll('\n', ' '));
      onlyKilled('a drafter', ran);
    }));
  }

  // The service for a while: what it does then it does beside everything else.
  async draftingService(random, ms) {
    const { world } = this;
    const killAfter = ms + random.int(ms);
    const ran = await world.run(world.program('drafter'), ['--settings', `${world.demo.run}/remit.hdf`], killAfter);
    world.count('drafters');
    if (ran.signal) world.count('kill -9 of a drafter');
  }

  // One look at what is open, by so many settlers at once. true: all of them came to their end.
  async settle(random = null, count = 1, killPercent = 0) {
    const { world } = this;
    const ends = await Promise.all(Array.from({ length: count }, async () => {
      const killAfter = random?.chance(killPercent) ? 5 + random.int(120) : null;
      const ran = !this.byHand ? await world.run(world.program('settler'), ['--settings', `${world.demo.run}/remit.hdf`, '--once'], killAfter)
        : await world.remit(['settle', '--json'], killAfter);
      world.count('settlers');
      if (ran.signal) world.count('kill -9 of a settler');
      world.tell('settle', ran.signal ?? ran.code, ran.code === 0 ? '' : ran.err.slice(-300).replaceAll('\n', ' '));
      onlyKilled('a settler', ran);
      return ran.code === 0;
    }));
    return ends.every(Boolean);
  }

  async settleWell() {
    for (let tries = 0; !(await this.settle()); tries++) {
      if (tries > 20) throw new Error('nothing is settled though nothing is broken');
      await pause(200);
    }
  }
}
