import '@picocss/pico/css/pico.min.css';
import './styles/theme.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/charts.css';
import './styles/flow.css';
import './styles/benchmark.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme } from './parts/theme.ts';

applyTheme();
render(<App />, document.getElementById('app')!);
