import type { Showcase } from './showcase.ts';

/** Every view of the page in each of its states, and what its heading says. */
export const views: Record<string, { path: (of: Showcase) => string; heading: RegExp }> = {
  benchmarks: { path: () => '/', heading: /^Benchmarks$/ },
  'new benchmark': { path: () => '/new-benchmark', heading: /Add a benchmark/ },
  leaderboard: { path: (of) => `/benchmarks/${of.benchmark}`, heading: /Reasoning/ },
  items: { path: (of) => `/benchmarks/${of.benchmark}/items`, heading: /Reasoning/ },
  models: { path: (of) => `/benchmarks/${of.benchmark}/models`, heading: /Reasoning/ },
  'back-tests': {
    path: (of) => `/benchmarks/${of.benchmark}/backtests/${of.backtest}`,
    heading: /Reasoning/,
  },
  'new model': { path: (of) => `/benchmarks/${of.benchmark}/new-model`, heading: /Reasoning/ },
  'an empty benchmark': { path: () => '/benchmarks/empty', heading: /Nothing yet/ },
  'items of an empty benchmark': { path: () => '/benchmarks/empty/items', heading: /Nothing yet/ },
  'models of an empty benchmark': { path: () => '/benchmarks/empty/models', heading: /Nothing yet/ },
  'back-tests of an empty benchmark': { path: () => '/benchmarks/empty/backtests', heading: /Nothing yet/ },
  'a new model without a history': { path: () => '/benchmarks/empty/new-model', heading: /Nothing yet/ },
  'core set': { path: (of) => `/core-sets/${of.coreSet}`, heading: /core set/i },
  'core set chosen on purpose': { path: (of) => `/core-sets/${of.purposiveCoreSet}`, heading: /core set/i },
  'evaluation of an ordinary model': {
    path: (of) => `/evaluations/${of.ordinary}`,
    heading: /ordinary-model/,
  },
  'evaluation of a frontier model': {
    path: (of) => `/evaluations/${of.frontier}`,
    heading: /frontier-model/,
  },
  'evaluation on its way': { path: (of) => `/evaluations/${of.partial}`, heading: /on its way/ },
  'comparison to be chosen': { path: (of) => `/comparison?benchmark=${of.benchmark}`, heading: /Compare/ },
  comparison: { path: (of) => `/comparison?a=${of.frontier}&b=${of.ordinary}`, heading: /Compare/ },
};

export const screenSizes = {
  wide: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
