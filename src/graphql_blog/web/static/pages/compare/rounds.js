// Every way several times, in turn, so that what slows the machine down slows all of them.
import { RateLimited, measured } from './measure.js';

export const ROUNDS = 5;

/** `{way, runs}` for each way. `progress` is told of each round before it begins. */
export async function inRounds(ways, progress) {
  const lanes = ways.map((way) => ({ way, runs: [] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    progress(round ? `Run ${round} of ${ROUNDS} …` : 'Warming up …');
    try {
      const runs = [];
      for (const way of ways) runs.push(await measured(way));
      // The first round is for connections and caches, and does not count.
      if (round) lanes.forEach((lane, index) => lane.runs.push(runs[index]));
    } catch (error) {
      if (!(error instanceof RateLimited) || round < 2) throw error;
      break;
    }
  }
  return lanes;
}
