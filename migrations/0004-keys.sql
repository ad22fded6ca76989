-- API keys. Of a key only the digest of its secret is kept: whoever reads the database cannot use it.

CREATE TABLE api_keys (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The public part of the key, shown in lists and logs.
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- SHA-256 of the secret, 256 random bits: nothing slower is needed where nothing can be guessed.
  secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
  scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
  -- JSON array of the benchmarks it is limited to, or null. Names, so that a key may be there before its benchmark.
  benchmarks TEXT,
  created_at TEXT NOT NULL,
  -- Revoked keys stay: a database that once had keys never answers without one again.
  revoked_at TEXT,
  -- To the minute.
  last_used_at TEXT
) STRICT;
