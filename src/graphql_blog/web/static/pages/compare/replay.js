// The measured run once more, slowly enough to be watched; at once for who wants no motion.
const SHORTEST = 900;
const LONGEST = 2800;
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** Calls `at` with each instant up to `until`, and with Infinity at the end. Returns how to stop. */
export function replay(until, at, done) {
  if (still.matches) {
    at(Infinity);
    done();
    return () => {};
  }
  const takes = Math.min(Math.max(until * 4, SHORTEST), LONGEST);
  const began = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const clock = ((now - began) / takes) * until;
    at(clock < until ? clock : Infinity);
    if (clock < until) frame = requestAnimationFrame(next);
    else done();
  });
  return () => cancelAnimationFrame(frame);
}
