export const runnableFormats = ['lm-eval', 'inspect', 'helm', 'promptfoo', 'txt'] as const;

export type RunnableFormat = (typeof runnableFormats)[number];

/** An item of a core set as its harness knows it. */
export interface RunnableItem {
  /** Its name in the benchmark. */
  readonly item: string;
  /** The harness's task; null = none stored. */
  readonly task: string | null;
  /** Its id in that task, as text; null = none stored. */
  readonly nativeId: string | null;
  readonly contentHash: string | null;
  /** Whose id it is: the format of the log it came in; null = not stored. */
  readonly harness: string | null;
  /** null for purposive designs. */
  readonly inclusionProbability: number | null;
}

export interface RunnableCoreSet {
  readonly id: string;
  readonly benchmark: string;
  readonly design: string;
  readonly seed: number;
  readonly revision: number;
  /** Items it stands for. */
  readonly population: number;
  readonly createdAt: string;
  readonly items: readonly RunnableItem[];
}

export interface RunnableFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string;
}

/** What a format makes of a core set. */
export interface RunFiles {
  /** The files to save, in one folder; the first is the main one. */
  readonly files: readonly RunnableFile[];
  /**
   * The command lines, in order, for a POSIX shell in that folder; what stands in capitals (MODEL, SUITE, CONFIG, TESTS)
   * is for the caller to fill in.
   */
  readonly commands: readonly string[];
  /** What must be kept to, a sentence each. */
  readonly notes: readonly string[];
}

export interface Runnable extends RunFiles {
  readonly format: RunnableFormat;
  readonly manifest: Manifest;
}

/** What was recommended, so that results can be checked against it; the same whatever the format. */
export interface Manifest {
  readonly core_set: string;
  readonly benchmark: string;
  readonly design: string;
  readonly seed: number;
  readonly revision: number;
  readonly population: number;
  readonly created_at: string;
  /** `sha256:<hex>` over the canonical JSON of everything else. */
  readonly digest: string;
  /** In the order of the core set, as stored. */
  readonly items: readonly ManifestItem[];
}

export interface ManifestItem {
  readonly item: string;
  readonly task: string | null;
  readonly native_id: string | null;
  readonly content_hash: string | null;
  readonly inclusion_probability: number | null;
}
