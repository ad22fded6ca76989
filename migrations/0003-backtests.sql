-- Back-tests: a benchmark's own models treated as if they were new.

CREATE TABLE backtests (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  benchmark_id INTEGER NOT NULL REFERENCES benchmarks (id) ON DELETE CASCADE,
  status TEXT NOT NULL CHECK (status IN ('pending', 'ready', 'failed', 'cancelled')),
  -- How often it was taken up without a trial being finished since.
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Why it failed, for its user.
  error TEXT,
  -- JSON: splits, designs, methods, sizes, repeats, seed, level, duplicates.
  settings TEXT NOT NULL,
  -- The history it is made on: its trials are of this revision.
  revision INTEGER NOT NULL,
  score_low REAL NOT NULL,
  score_high REAL NOT NULL,
  models INTEGER NOT NULL,
  population INTEGER NOT NULL,
  missing_share REAL NOT NULL,
  -- JSON: rows, learning curves and counts, unit scale; null until it has settled.
  result TEXT,
  -- Trials that the result is from.
  trials_done INTEGER NOT NULL DEFAULT 0,
  -- Named arrays: the targets kept one by one, an array an arm; only of those that are ready.
  records BLOB,
  created_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT
) STRICT;

CREATE INDEX backtests_by_benchmark ON backtests (benchmark_id, sequence);
CREATE INDEX backtests_unfinished ON backtests (status) WHERE status = 'pending';

-- What an unfinished back-test would have to do again if the service went down; they go once it has settled.
CREATE TABLE backtest_trials (
  backtest_id TEXT NOT NULL REFERENCES backtests (id) ON DELETE CASCADE,
  trial INTEGER NOT NULL,
  -- Named arrays; see src/storage/backtests.ts.
  outcome BLOB NOT NULL,
  PRIMARY KEY (backtest_id, trial)
) STRICT;
