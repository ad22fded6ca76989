/**
 * Runs inside the transaction of a write, right after it, with what has come of it: what the seal writes is on disk together with
 * that or not at all, and what it throws undoes both.
 */
export type Seal<Result = void> = (result: Result) => void;
