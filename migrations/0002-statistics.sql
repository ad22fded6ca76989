-- Core sets that take time to choose, that extend others, or that were asked for by precision; evaluations with the user's
-- own predictions.

ALTER TABLE core_sets ADD COLUMN status TEXT NOT NULL DEFAULT 'ready'
  CHECK (status IN ('pending', 'ready', 'failed'));
-- How often the choice of its items was begun and not broken off on purpose.
ALTER TABLE core_sets ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
-- Why it failed, for its user.
ALTER TABLE core_sets ADD COLUMN error TEXT;
-- The id of the core set it contains.
ALTER TABLE core_sets ADD COLUMN extends TEXT;
-- The model from whose answers it was drawn, and for which alone its inclusion probabilities hold.
ALTER TABLE core_sets ADD COLUMN for_model TEXT;
-- The precision it was asked for, in score units, and the level of the interval meant.
ALTER TABLE core_sets ADD COLUMN half_width REAL;
ALTER TABLE core_sets ADD COLUMN level REAL;
-- Share of the sources' cells over the population that were missing when it was drawn.
ALTER TABLE core_sets ADD COLUMN missing_share REAL;
-- Packed Float64: the inclusion probability of every item of the population; null where all are equal, or there are none.
ALTER TABLE core_sets ADD COLUMN population_inclusion BLOB;
-- What a purposive design learned, as named arrays; see src/storage/packing.ts.
ALTER TABLE core_sets ADD COLUMN learned BLOB;

-- JSON array of the names of the models it was learned from, and the score range of that time.
ALTER TABLE core_sets ADD COLUMN learned_from TEXT;
ALTER TABLE core_sets ADD COLUMN learned_low REAL;
ALTER TABLE core_sets ADD COLUMN learned_high REAL;

CREATE INDEX core_sets_unfinished ON core_sets (status) WHERE status = 'pending';

-- Packed Float64 in score units: the user's predictions for every item of the core set's population.
ALTER TABLE evaluations ADD COLUMN predictions BLOB;
-- The id of the evaluation whose results it started with.
ALTER TABLE evaluations ADD COLUMN from_evaluation TEXT;
