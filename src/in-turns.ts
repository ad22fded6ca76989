/** Other requests would notice longer steps. */
const maxMilliseconds = 5;

function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The same pieces, but a reader that takes them as fast as they come leaves others their turn in between. */
export async function* inTurns<Piece>(pieces: Iterable<Piece> | AsyncIterable<Piece>): AsyncGenerator<Piece> {
  let since = performance.now();
  for await (const piece of pieces) {
    yield piece;
    if (performance.now() - since < maxMilliseconds) continue;
    await othersTurn();
    since = performance.now();
  }
}

/** What comes of work that is cut into steps, each of some milliseconds at most. */
export async function finishInTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < maxMilliseconds) continue;
    await othersTurn();
    since = performance.now();
  }
}
