import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso';
import { HomePage } from './pages/home.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { KeyDialog } from './parts/key-dialog.tsx';
import { Shell } from './parts/shell.tsx';

// What draws charts comes with the library for it, which the first view does without.
const NewBenchmarkPage = lazy(() => import('./pages/new-benchmark.tsx').then((m) => m.NewBenchmarkPage));
const LeaderboardPage = lazy(() => import('./pages/leaderboard.tsx').then((m) => m.LeaderboardPage));
const ItemsPage = lazy(() => import('./pages/items.tsx').then((m) => m.ItemsPage));
const ModelsPage = lazy(() => import('./pages/models.tsx').then((m) => m.ModelsPage));
const BacktestsPage = lazy(() => import('./pages/backtests.tsx').then((m) => m.BacktestsPage));
const NewModelPage = lazy(() => import('./pages/new-model.tsx').then((m) => m.NewModelPage));
const CoreSetPage = lazy(() => import('./pages/core-set.tsx').then((m) => m.CoreSetPage));
const EvaluationPage = lazy(() => import('./pages/evaluation.tsx').then((m) => m.EvaluationPage));
const ComparisonPage = lazy(() => import('./pages/comparison.tsx').then((m) => m.ComparisonPage));

/** Only views are ours: the API and its documentation are left to the browser. */
const scope = /^\/(?!v1\/|docs|openapi\.json|assets\/|problems\/)/;

export function App() {
  return (
    <LocationProvider scope={scope}>
      <Shell>
        <ErrorBoundary>
          <Router>
            <Route path="/" component={HomePage} />
            <Route path="/new-benchmark" component={NewBenchmarkPage} />
            <Route path="/benchmarks/:benchmark" component={LeaderboardPage} />
            <Route path="/benchmarks/:benchmark/items" component={ItemsPage} />
            <Route path="/benchmarks/:benchmark/models" component={ModelsPage} />
            <Route path="/benchmarks/:benchmark/backtests" component={BacktestsPage} />
            <Route path="/benchmarks/:benchmark/backtests/:backtest" component={BacktestsPage} />
            <Route path="/benchmarks/:benchmark/new-model" component={NewModelPage} />
            <Route path="/core-sets/:id" component={CoreSetPage} />
            <Route path="/evaluations/:id" component={EvaluationPage} />
            <Route path="/comparison" component={ComparisonPage} />
            <Route default component={NotFoundPage} />
          </Router>
        </ErrorBoundary>
      </Shell>
      <KeyDialog />
    </LocationProvider>
  );
}
