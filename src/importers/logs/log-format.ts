/** Logs that are read, by the names under which they are reported. */
export const logFormats = [
  'lm-eval',
  'inspect',
  'helm',
  'every-eval-ever',
  'promptfoo',
  'opencompass',
  'openai-evals',
  'lighteval',
] as const;
export type LogFormat = (typeof logFormats)[number];
