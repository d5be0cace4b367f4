// Every way several times, in turn, so that what slows the machine down slows all of them.
import { RateLimited, measured } from './measure.js';

export const ROUNDS = 5;
const CALM_ROUNDS = 2;

/**
 * `{way, runs, calm}` for each way; in calm runs requests go one at a time, so that what each takes of
 * the server's CPU is its own. `progress` is told of each round before it begins.
 */
export async function inRounds(ways, progress) {
  const lanes = ways.map((way) => ({ way, runs: [], calm: [] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    progress(round ? `Run ${round} of ${ROUNDS} …` : 'Warming up …');
    try {
      const runs = [];
      for (const way of ways) runs.push(await measured(way));
      // The first round is for connections and caches, and does not count.
      if (round) lanes.forEach((lane, index) => lane.runs.push(runs[index]));
      if (round && round <= CALM_ROUNDS) {
        for (const lane of lanes) lane.calm.push(await measured(lane.way, { oneAtATime: true }));
      }
    } catch (error) {
      if (!(error instanceof RateLimited) || round < 2) throw error;
      break;
    }
  }
  return lanes;
}
