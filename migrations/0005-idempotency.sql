-- What requests with an Idempotency-Key were answered, so that a retry is answered the same and nothing is done twice.

CREATE TABLE answered_requests (
  -- The id of the API key that asked; empty without one. Nobody learns of another's answers by guessing.
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  -- SHA-256 of method, address, media type and body, in hexadecimal digits.
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  -- JSON: the headers that belong to the answer.
  headers TEXT NOT NULL,
  -- As it was sent; null where it was too large to be kept.
  body TEXT,
  answered_at TEXT NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT;

CREATE INDEX answered_requests_by_time ON answered_requests (answered_at);
