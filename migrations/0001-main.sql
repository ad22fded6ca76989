-- The history, the core sets drawn from it and the evaluations made on them.
-- Times are ISO 8601 in UTC. Positions count a benchmark's items from 0 and never change.

-- Ids are never used again, so that what is cached for a deleted one cannot answer for a new one.
CREATE TABLE benchmarks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  title TEXT,
  description TEXT,
  score_low REAL NOT NULL,
  score_high REAL NOT NULL,
  similarity_low REAL NOT NULL,
  similarity_high REAL NOT NULL,
  -- Counts changes of scores, items, groups and score range.
  revision INTEGER NOT NULL,
  -- The revision at which items were last added or regrouped.
  items_revision INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK (score_low < score_high),
  CHECK (similarity_low < similarity_high)
) STRICT;

CREATE TABLE items (
  benchmark_id INTEGER NOT NULL REFERENCES benchmarks (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  item TEXT NOT NULL,
  group_name TEXT,
  metadata TEXT,
  PRIMARY KEY (benchmark_id, position),
  UNIQUE (benchmark_id, item)
) STRICT, WITHOUT ROWID;

-- One packed row of scores per model, a cell per item position; see src/scores/packed-row.ts.
CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  benchmark_id INTEGER NOT NULL REFERENCES benchmarks (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  encoding TEXT NOT NULL CHECK (encoding IN ('bytes', 'floats')),
  scores BLOB NOT NULL,
  scored_items INTEGER NOT NULL CHECK (scored_items > 0),
  mean_score REAL NOT NULL,
  min_score REAL NOT NULL,
  max_score REAL NOT NULL,
  source TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (benchmark_id, model)
) STRICT;

CREATE TABLE core_sets (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  benchmark_id INTEGER NOT NULL REFERENCES benchmarks (id) ON DELETE CASCADE,
  design TEXT NOT NULL,
  size INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  -- JSON array of group names the population is restricted to, or null.
  groups TEXT,
  -- Packed Int32: the item positions of the population and of the core set, the ids of the source models.
  population BLOB NOT NULL,
  positions BLOB NOT NULL,
  source_models BLOB NOT NULL,
  -- Packed Float64, one per item of the core set; null for purposive designs.
  inclusion BLOB,
  -- JSON array of the groups (or null) and packed Float64 of the difficulties (NaN = none) when it was drawn.
  item_groups TEXT NOT NULL,
  difficulties BLOB NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE INDEX core_sets_by_benchmark ON core_sets (benchmark_id, sequence);

CREATE TABLE evaluations (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  benchmark_id INTEGER NOT NULL REFERENCES benchmarks (id) ON DELETE CASCADE,
  core_set_id TEXT NOT NULL REFERENCES core_sets (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  -- Packed Float64 in score units, one per item of the core set, NaN = no result yet.
  results BLOB NOT NULL,
  observed_items INTEGER NOT NULL,
  min_score REAL NOT NULL,
  max_score REAL NOT NULL,
  metadata TEXT,
  revision INTEGER NOT NULL,
  -- JSON: the answer as it was computed when results were last written.
  answer TEXT NOT NULL,
  -- Counts writes, so that two writers cannot overwrite each other unseen.
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX evaluations_by_benchmark ON evaluations (benchmark_id, sequence);
CREATE INDEX evaluations_by_model ON evaluations (benchmark_id, model, sequence);
CREATE INDEX evaluations_by_core_set ON evaluations (core_set_id);
